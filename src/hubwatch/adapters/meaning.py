"""What a file's header means for likeness and consent, in plain sentences.

The sentences say what was found and what was not; they are no legal judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.adapters.consent import Consent
    from hubwatch.adapters.training import Training
    from hubwatch.adapters.wording import Wording
    from hubwatch.signals.answers import Answer

#: A tag in so many of the captions says what the file was trained on.
_EVERYWHERE: Final = 0.9
_NAME: Final = "name:"
_SEXUAL: Final = "sexualised."
#: Measured on 5 830 adapters of 2023: 264 of 2 131; see `docs/how-to/inspect`.
_ALONE: Final = (
    "Without a model's page such an answer was right for one adapter in eight: "
    "a reason to look, no finding."
)


class Facts(NamedTuple):
    """What the sentences are made from.

    Args:
        training, wording, likeness, minor, consent: what was read of the file.
        person_like: a string in it has the form of a person's name.
        named: the header calls its subject somehow, by a name, a folder, a trigger or captions.
    """

    training: Training
    wording: Wording
    likeness: Answer
    minor: Answer
    consent: Consent
    person_like: bool
    named: bool


def meaning(facts: Facts) -> tuple[str, ...]:
    """Return the sentences, most pressing first."""
    found = (_minor(facts), _trained_on(facts), _whom(facts), _sexual(facts), _consent(facts))
    return tuple(sentence for sentence in found if sentence)


def _minor(facts: Facts) -> str:
    if not (facts.wording.minor or facts.minor.value):
        return ""
    return (
        "Something in its names or captions may point at a minor: it is counted and never shown. "
        "Hand the file to whoever answers for such cases, and do not share it."
    )


def _trained_on(facts: Facts) -> str:
    training = facts.training
    if training.stripped:
        return (
            "The header holds no training metadata: what it was trained on cannot be told. "
            "Converters remove it innocently, others on purpose."
        )
    parts = list(_numbers(training))
    subject = _one_subject(facts)
    if not parts and not subject:
        return "The header does not say on how many pictures it was trained."
    return f"Trained{''.join(parts)}{subject}."


def _numbers(training: Training) -> Iterator[str]:
    if (images := training.training_images) is not None:
        yield f" on {images:,} picture{'' if images == 1 else 's'}"
    if (steps := training.steps) is not None:
        yield f" in {steps:,} step{'' if steps == 1 else 's'}"


def _one_subject(facts: Facts) -> str:
    """Say whether one subject stands in nearly every caption, and how it is called."""
    counts = facts.training.captions.counts
    most = max(counts.values(), default=0)
    tokens = [
        tag
        for tag in facts.wording.top
        if tag.tag.startswith(_NAME) and tag.count >= _EVERYWHERE * most and most > 1
    ]
    if not tokens:
        return ""
    return (
        ", with one name or code word in nearly every caption, which is how a file is made that "
        "shows one person, character or style"
    )


def _whom(facts: Facts) -> str:
    likeness, form = facts.likeness, facts.person_like
    if likeness.value is None:
        return "Nothing in the file says whom or what it shows; look at its page and its uploader."
    score = f"score {likeness.score:.2f}" if likeness.score is not None else "no score"
    if not facts.named:
        return (
            "Nothing inside the file says whom or what it shows; going by the file's own name "
            f"alone it {'reads' if likeness.value else 'does not read'} like a model of a real "
            f"person ({score})."
        )
    if likeness.value:
        return f"Its names read like those of a model of a real person ({score}). {_ALONE}"
    named = (
        "but something in it has the form of a person's name: look before you rely on that"
        if form
        else "but a code word instead of a name would not be noticed"
    )
    return f"Its names do not read like those of a model of a real person ({score}), {named}."


def _sexual(facts: Facts) -> str:
    tags = sum(n for code, n in facts.wording.codes.items() if code.startswith(_SEXUAL))
    if not tags:
        return ""
    beside = facts.likeness.value is True or facts.person_like
    return f"{tags:,} of its caption tags {'is' if tags == 1 else 'are'} sexual wording" + (
        ", beside what may be a person's name: somebody should look at it." if beside else "."
    )


def _consent(facts: Facts) -> str:
    manifest = facts.consent.manifest
    if manifest is None:
        return (
            "No consent manifest is on file; that does not say that nobody agreed, "
            "only that nobody wrote it down here."
        )
    until = f" until {manifest.valid_until}" if manifest.valid_until else ""
    return (
        f"It carries a consent manifest that claims agreement{until}; hubwatch has not verified "
        "who wrote it."
    )
