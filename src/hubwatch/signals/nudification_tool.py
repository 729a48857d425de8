"""Nudification tool: is a model meant to undress people in pictures, or to swap their faces?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.language import is_negated
from hubwatch.signals.lexicon import SCREENED, forms, keys, load_lexicon, tokens
from hubwatch.signals.pieces import kind_of, piece_texts
from hubwatch.signals.signal import Example, Signal
from hubwatch.signals.subjects import ModelSubject, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hubwatch.signals.subjects import Subject

CODES: Final = {
    "tool.undress": "a name, tag, trigger word or file names a tool that undresses people",
    "tool.face_swap": "a name, tag, trigger word or file names a tool that swaps faces",
    "tool.undress_described": "the description speaks of undressing people in pictures",
    "tool.nudity_named": "a name, version, trigger word or file speaks of nudity or undressing",
    "context.method": "made to change pictures: inpainting, image to image, or a workflow",
    "context.target": "the description speaks of pictures of existing people",
}
#: How sure a rule is; a rank, no probability.
NAMED: Final = 1.0
COMBINED: Final = 0.8
DESCRIBED: Final = 0.4

_LEXICON: Final = load_lexicon("tools")
#: Categories and kinds of context of one tag.
_Said = tuple[frozenset[str], frozenset[str]]
_EDITING_METHODS: Final = frozenset(("Workflows", "Workflow"))
_PAGE: Final = ("description", "version_descriptions")


@dataclass(slots=True)
class _Reading:
    """What has been found so far, by code, with the fields in which it stands."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    words: int = 0

    def add(self, code: str, place: str) -> None:
        places = self.fields.setdefault(code, [])
        if place not in places:
            places.append(place)


def read_quickly(text: str) -> _Said:
    """Return the categories and the contexts of one tag."""
    return _read_again(text) if len(text) <= SCREENED else _read_forms(keys(text))


def _read_slowly(text: str) -> _Said:
    return _read_forms(forms(text))


def _read_forms(found: Sequence[str]) -> _Said:
    categories: set[str] = set()
    contexts: set[str] = set()
    for form in found:
        row = tokens(form)
        contexts |= _LEXICON.context(row)
        categories |= {
            mark.category
            for mark in _LEXICON.find(row)
            if mark.role == "hit" and not is_negated(row, mark, -1)
        }
    return frozenset(categories), frozenset(contexts)


#: Tags of models repeat, and so do the models that are asked about.
_read_again: Final = lru_cache(maxsize=1 << 12)(lambda text: _read_forms(keys(text)))


def _texts(subject: ModelSubject) -> Iterator[tuple[str, str]]:
    """Yield field and tag of all texts; words of short fields that are run together are parted."""
    for text in texts_of(subject, prompts=False):
        for piece in piece_texts(kind_of(text.field), text.text):
            yield text.field, piece


def _read(subject: ModelSubject, read: Callable[[str], _Said]) -> _Reading:
    found = _Reading()
    for place, text in _texts(subject):
        found.words += 1
        on_page = place.startswith(_PAGE)
        if on_page and read is read_quickly and not _LEXICON.screened(text):
            continue
        said = read(text)
        for code in codes_on_page(*said) if on_page else codes_of_short(place, *said):
            found.add(code, place)
    for code, place in method_codes(subject):
        found.add(code, place)
    return found


def method_codes(subject: ModelSubject) -> Iterator[tuple[str, str]]:
    """Yield code and field of what a model's kind says: made to change pictures."""
    if subject.method in _EDITING_METHODS:
        yield "context.method", "method"
    for at, base in enumerate(subject.base_models):
        if "inpaint" in base.lower():
            yield "context.method", f"base_models[{at}]"


def codes_on_page(categories: frozenset[str], contexts: frozenset[str]) -> tuple[str, ...]:
    """Return what a sentence of a description says.

    Args:
        categories, contexts: what the lexicon finds in it.
    """
    if "undress" not in categories:
        return ()
    return ("tool.undress_described", *(f"context.{context}" for context in contexts))


def codes_of_short(
    place: str, categories: frozenset[str], contexts: frozenset[str]
) -> tuple[str, ...]:
    """Return what a piece of a short text says: a name, tag, trigger word, version or file.

    Args:
        place: its field.
        categories, contexts: what the lexicon finds in it.
    """
    found = [f"tool.{name}" for name in ("undress", "face_swap") if name in categories]
    if "wording" in categories and not place.startswith("tags"):
        found.append("tool.nudity_named")
    if "method" in contexts:
        found.append("context.method")
    return tuple(found)


def _score(codes: frozenset[str]) -> float:
    if codes & {"tool.undress", "tool.face_swap"}:
        return NAMED
    context = codes & {"context.method", "context.target"}
    if "tool.undress_described" in codes:
        return COMBINED if context else DESCRIBED
    if {"tool.nudity_named", "context.method"} <= codes:
        return COMBINED
    return 0.0


def decide(codes: frozenset[str]) -> tuple[bool | None, float]:
    """Return value and score of a model by all its codes."""
    score = _score(codes)
    return True if score > DESCRIBED else (None if score else False), score


def _answer(subject: Subject, found: _Reading) -> Answer:
    if not found.words:
        return Answer(id=subject.id, value=None)
    value, score = decide(frozenset(found.fields))
    reasons = [
        Evidence(code=code, field=place)
        for code in CODES
        for place in found.fields.get(code, ())
        if score
    ]
    return Answer(
        id=subject.id,
        value=value,
        score=score,
        origin="rule",
        evidence=tuple(reasons[:32]),
        detail={"codes": [code for code in CODES if code in found.fields]},
    )


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [_answer(subject, _reading(subject, read_quickly)) for subject in subjects]


def _reading(subject: Subject, read: Callable[[str], _Said]) -> _Reading:
    """Return nothing for what is no model."""
    return _read(subject, read) if isinstance(subject, ModelSubject) else _Reading()


def reference(subject: Subject) -> Answer:
    """Answer without the screen: every form of every text is read."""
    return _answer(subject, _reading(subject, _read_slowly))


EXAMPLES: Final = (
    Example(
        about="a workflow that swaps faces",
        subject=ModelSubject(id="e1", name="Easy FaceSwap workflow", method="Workflows"),
        value=True,
    ),
    Example(
        about="an invented word for a tool that undresses, in the name",
        subject=ModelSubject(id="e2", name="tool_term_001 v2", method="LORA"),
        value=True,
    ),
    Example(
        about="the tool's word in the description alone: a person must look",
        subject=ModelSubject(
            id="e3", name="Slider pack", description="<p>One slider is a tool_term_001.</p>"
        ),
        value=None,
    ),
    Example(
        about="the same, said of pictures of existing people",
        subject=ModelSubject(
            id="e4",
            name="Slider pack",
            description="<p>One slider is a tool_term_001 for any photo.</p>",
        ),
        value=True,
    ),
    Example(
        about="a clothing adapter and a colour",
        subject=ModelSubject(id="e5", name="Nude colour coat", tags=("clothing", "outfit")),
        value=False,
    ),
    Example(
        about="a segmentation model for medicine",
        subject=ModelSubject(
            id="e6", name="Skin segmentation", tags=("medical", "inpainting"), method="Checkpoint"
        ),
        value=False,
    ),
    Example(
        about="terms of use that forbid it",
        subject=ModelSubject(
            id="e7", name="Portrait base", description="Do not use for deepfakes, no faceswap."
        ),
        value=False,
    ),
    Example(about="nothing to read", subject=ModelSubject(id="e8"), value=None),
)

SIGNAL: Final = Signal(
    name="nudification_tool",
    version="2",
    subjects=("model",),
    answer="three-valued",
    question="Is the model meant to undress people in pictures, or to swap their faces?",
    score="rank of the strongest rule: 1 named, 0.8 combined, 0.4 described, 0 none",
    definition=(
        "True when a name, tag, trigger word, version or file names such a tool; when the "
        "description speaks of undressing people in pictures and the model is made to change "
        "pictures or the description speaks of existing people; or when name, trigger word or file "
        "speak of nudity and the model is made to change pictures (inpainting, image to image, "
        "workflow).\n\n"
        "Unknown when only the description speaks of it: a person must look. Unknown too when "
        "there is nothing to read.\n\n"
        "Clothing adapters, colour names, segmentation, removal of backgrounds and watermarks, "
        "and sentences that forbid such use do not count. A model that shows nudity is not a tool: "
        "see `sexualised_language`. Prompts of images are not read."
    ),
    codes=CODES,
    failures=(
        "A tool under a harmless name with an empty description is not seen.",
        "Face swapping has harmless uses (film, anonymity); the signal says what it is for, not "
        "against whom.",
        "General inpainting models can be used to undress and are not flagged for it.",
        "Recall is not measured: too few labelled tools.",
    ),
    sources=(
        "Shared reference on the hub's moderation, section 2: undressing tools as a removal reason",
        "Shared reference on interventions, section 1",
        "lexicon `tools`: chosen by the developers, stored as hashes",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=reference,
)
