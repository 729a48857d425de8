"""What a file's header means for likeness and consent, in plain sentences.

The sentences say what was found and what was not; they are no legal judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.intervals import share

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
#: From and below which score, adapters of 2023 without a page that score so and are told true, and
#: how many of these the hub flags; `python -m training.card_likeness`, `docs/how-to/inspect`.
_BANDS: Final = ((0.0, 0.5, 1_407, 89), (0.5, 0.8, 627, 136), (0.8, 1.0, 115, 43))


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
        return (
            "Nothing inside the file says whom or what it shows, nor does its own name; look at "
            "its page and its uploader."
        )
    score = f"score {likeness.score:.2f}" if likeness.score is not None else "no score"
    alone = _alone(likeness) if likeness.value else ""
    if not facts.named:
        return (
            "Nothing inside the file says whom or what it shows; going by the file's own name "
            f"alone it {'reads' if likeness.value else 'does not read'} like a model of a real "
            f"person ({score}).{f' {alone}' if alone else ''}"
        )
    if likeness.value:
        return f"Its names read like those of a model of a real person ({score}). {alone}"
    named = (
        "but something in it has the form of a person's name: look before you rely on that"
        if form
        else "but a code word instead of a name would not be noticed"
    )
    return f"Its names do not read like those of a model of a real person ({score}), {named}."


def _alone(likeness: Answer) -> str:
    """Say how often such an answer was right where no page was read."""
    if likeness.origin != "classifier" or likeness.score is None:
        return "A rule or the gazetteer says so, not its score: a reason to look, no finding."
    low, high, total, right = [band for band in _BANDS if band[0] <= likeness.score][-1]
    found = share(right, total)
    band = f"from {low:.2f} to {high:.2f}" if low else f"below {high:.2f}"
    return (
        f"Of {total:,} adapters of 2023 that were told true by their names alone with a score "
        f"{band}, the hub flags {right:,} ({found.value:.3f}, 95 % interval {found.low:.3f} to "
        f"{found.high:.3f}): a reason to look, no finding."
    )


def _sexual(facts: Facts) -> str:
    tags = sum(n for code, n in facts.wording.codes.items() if code.startswith(_SEXUAL))
    if not tags:
        return ""
    beside = "."
    if facts.person_like:
        beside = ", beside what has the form of a person's name: somebody should look at it."
    elif facts.likeness.value is True:
        beside = ", in a file that may show a real person: somebody should look at it."
    return f"{tags:,} of its caption tags {'is' if tags == 1 else 'are'} sexual wording{beside}"


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
