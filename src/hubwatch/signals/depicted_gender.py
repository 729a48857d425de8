"""Depicted gender: whom a prompt, or a model's page, says that its pictures show."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from hubwatch.prompts import parse
from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.gender_cues import CODES, LOOSE_TAGS, TERMS, cues, gender_of
from hubwatch.signals.perceived_gender import perceived_gender
from hubwatch.signals.pieces import page_text
from hubwatch.signals.signal import Example, Signal
from hubwatch.signals.subjects import ImageText, ModelSubject, PromptSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hubwatch.signals.subjects import Subject

#: Weight of each source of a model; hub tags and prompts speak most plainly.
SOURCES: Final = {"tags": 2, "prompts": 2, "training_tags": 2, "names": 1, "description": 1}
MOST_EVIDENCE: Final = 8


class Cue(NamedTuple):
    """Cues of one text."""

    field: str
    women: int
    men: int


Pair = tuple[int, int]

#: The images of a model repeat their tags.
_cues_again: Final = lru_cache(maxsize=1 << 14)(cues)
_LONG_TAG: Final = 256
#: So few prompts are read one by one.
_FEW: Final = 64


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order; every distinct tag of all prompts is read once."""
    prompts = [text for subject in subjects for _, text in _prompts_of(subject)]
    pairs = iter(_read_prompts(prompts))
    return [
        _answer(subject, [(field, next(pairs)) for field, _ in _prompts_of(subject)])
        for subject in subjects
    ]


def reference(subject: Subject) -> Answer:
    """Answer for one subject, its prompts read tag by tag."""
    return _answer(subject, [(field, _read_prompt(text)) for field, text in _prompts_of(subject)])


def _prompts_of(subject: Subject) -> Iterator[tuple[str, str]]:
    if isinstance(subject, PromptSubject):
        yield "prompt", subject.prompt
        return
    for place, image in enumerate(subject.images):
        if image.prompt:
            yield f"images[{place}].prompt", image.prompt


def _read_prompts(texts: Iterable[str]) -> list[Pair | None]:
    """Return the cues of each prompt; None for one without tags."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    if len(clean) <= _FEW:
        return [_pair(tag_texts(text)) for text in clean]
    batch = index_prompts(pa.array(clean, pa.string()))
    read = np.array([cues(term) for term in batch.terms.to_pylist()], np.int64).reshape(-1, 2)
    counts = np.diff(batch.offsets)
    some = np.flatnonzero(counts)
    result: list[Pair | None] = [None] * len(clean)
    if len(some):
        sums = np.add.reduceat(read[batch.term_ids], batch.offsets[some], axis=0)
        for place, (women, men) in zip(some.tolist(), sums.tolist(), strict=True):
            result[place] = (women, men)
    return result


def _pair(tags: Sequence[str]) -> Pair | None:
    """Return the cues of the tags of one prompt."""
    if not tags:
        return None
    pairs = [_cues_again(tag) if len(tag) < _LONG_TAG else cues(tag) for tag in tags]
    return sum(women for women, _ in pairs), sum(men for _, men in pairs)


def _read_prompt(text: str) -> Pair | None:
    tags = parse(text.encode("utf-8", "replace").decode()).tags
    if not tags:
        return None
    found = Counter(code for tag in tags for code in TERMS.read(tag.text))
    return found["gender.women"], found["gender.men"]


def _answer(subject: Subject, prompts: list[tuple[str, Pair | None]]) -> Answer:
    if isinstance(subject, PromptSubject):
        return _answer_prompt(subject, prompts[0][1])
    return _answer_model(subject, [(field, pair) for field, pair in prompts if pair is not None])


def _answer_prompt(subject: PromptSubject, pair: Pair | None) -> Answer:
    if pair is None:
        return Answer(id=subject.id, value=None)
    women, men = pair
    found: list[Evidence] = []
    if women or men:
        text = subject.prompt.encode("utf-8", "replace").decode()
        for tag in parse(text).tags:
            cue = Cue("prompt", *cues(tag.text))
            found += _evidence(cue, tag.start, tag.end)
    return Answer(
        id=subject.id,
        value=gender_of(women, men),
        score=_share(women, men),
        origin="lexicon",
        evidence=tuple(found[:MOST_EVIDENCE]),
        detail={"women": women, "men": men},
    )


def _answer_model(subject: ModelSubject, prompts: list[tuple[str, Pair]]) -> Answer:
    votes = [Cue(field, *_vote(gender_of(*pair))) for field, pair in prompts]
    sources = _sources(subject, votes, cues_on_page(page_text(subject.description)))
    women, men = _weigh(sources)
    detail: dict[str, Any] = {
        source: gender_of(*sums) for source, found in sources.items() if any(sums := _sum(found))
    }
    guess = perceived_gender(subject.name)
    if guess is not None:
        detail["perceived_gender"] = {"value": guess[0], "probability": round(guess[1], 4)}
    cued = [cue for found in sources.values() for cue in found]
    return Answer(
        id=subject.id,
        value=_decide(women, men, seen=bool(prompts)),
        score=_share(women, men),
        origin="lexicon" if women or men or prompts else None,
        evidence=tuple([one for cue in cued for one in _evidence(cue)][:MOST_EVIDENCE]),
        detail=detail,
    )


def value_of(subject: ModelSubject, prompts: Sequence[str], on_page: Pair) -> str | None:
    """Return the value of a model whose prompts and description have been read.

    Args:
        subject: the model; its prompts and its description are not read again.
        prompts: whom each prompt that has tags depicts.
        on_page: `cues_on_page` of its description.
    """
    votes = [Cue("prompt", *_vote(said)) for said in prompts]
    women, men = _weigh(_sources(subject, votes, on_page))
    return _decide(women, men, seen=bool(prompts))


def cues_on_page(text: str) -> Pair:
    """Return the cues of a description.

    Args:
        text: as `pieces.page_text` gives it.
    """
    return cues(text.lower())


def _sources(
    subject: ModelSubject, prompts: list[Cue], on_page: Pair
) -> Mapping[str, Sequence[Cue]]:
    return {
        "tags": [Cue(f"tags[{n}]", *_tag_cues(tag)) for n, tag in enumerate(subject.tags)],
        "prompts": prompts,
        "training_tags": _listed("training_tags", subject.training_tags),
        "names": [
            Cue("name", *cues(_words(subject.name))),
            *_listed("trigger_words", subject.trigger_words),
        ],
        "description": [Cue("description", *on_page)],
    }


def _sum(found: Iterable[Cue]) -> Pair:
    women = men = 0
    for cue in found:
        women += cue.women
        men += cue.men
    return women, men


def _weigh(sources: Mapping[str, Sequence[Cue]]) -> tuple[float, float]:
    """Return the votes of the sources for women and for men, each shared by its cues."""
    women = men = 0.0
    for source, found in sources.items():
        for_women, for_men = _sum(found)
        if for_women or for_men:
            women += SOURCES[source] * for_women / (for_women + for_men)
            men += SOURCES[source] * for_men / (for_women + for_men)
    return women, men


def _decide(women: float, men: float, *, seen: bool) -> str | None:
    """Return whom a model depicts; both only when the sources balance."""
    if not women and not men:
        return "none" if seen else None
    if abs(women - men) < 0.1 * (women + men):
        return "both"
    return "women" if women > men else "men"


def _share(women: float, men: float) -> float | None:
    return round(women / (women + men), 4) if women or men else None


def _vote(said: str) -> Pair:
    """Return what one prompt says: one vote, whatever its length."""
    return int(said == "women"), int(said == "men")


@lru_cache(maxsize=1 << 14)
def _tag_cues(tag: str) -> Pair:
    return (1, 0) if tag.strip().lower() in LOOSE_TAGS else cues(_words(tag))


def _listed(field: str, texts: Sequence[str]) -> list[Cue]:
    return [Cue(f"{field}[{place}]", *cues(_words(text))) for place, text in enumerate(texts)]


def _words(text: str) -> str:
    return text.replace("_", " ").lower()


def _evidence(cue: Cue, start: int | None = None, end: int | None = None) -> list[Evidence]:
    found = (("gender.women", cue.women), ("gender.men", cue.men))
    return [
        Evidence(code=code, field=cue.field, start=start, end=end) for code, hits in found if hits
    ]


EXAMPLES: Final = (
    Example(
        about="a count of girls, as fan tags say it",
        subject=PromptSubject(id="e1", prompt="1girl, solo, red scarf, looking at viewer"),
        value="women",
    ),
    Example(
        about="a sentence about a man",
        subject=PromptSubject(id="e2", prompt="An old man mends his net in the harbour."),
        value="men",
    ),
    Example(
        about="two people",
        subject=PromptSubject(id="e3", prompt="a woman and a man dancing, her red dress"),
        value="both",
    ),
    Example(
        about="nobody",
        subject=PromptSubject(id="e4", prompt="scenery, no humans, lighthouse"),
        value="none",
    ),
    Example(
        about="another script",
        subject=PromptSubject(id="e5", prompt="портрет женщины, зима"),
        value="women",
    ),
    Example(about="nothing to read", subject=PromptSubject(id="e6", prompt=" "), value=None),
    Example(
        about="a model whose tags and prompts agree",
        subject=ModelSubject(
            id="e7",
            name="Velda Orrin",
            tags=("actress", "woman"),
            images=(ImageText(prompt="photo of velda_orrin woman, smiling"),),
        ),
        value="women",
    ),
    Example(
        about="a model of which only the description speaks",
        subject=ModelSubject(
            id="e8", name="Tamo Reck", description="<p>He played the captain.</p>"
        ),
        value="men",
    ),
    Example(
        about="a model without a cue and without prompts",
        subject=ModelSubject(id="e9", name="Kite Style"),
        value=None,
    ),
)

SIGNAL: Final = Signal(
    name="depicted_gender",
    version="1",
    subjects=("prompt", "model"),
    answer="label",
    labels=("women", "men", "both", "none"),
    question="Whom does the prompt, or the model's page, say that the pictures show?",
    score="share of women among the cues (of a model: among its sources' weighted votes), 0..1; "
    "from word lists; null without a cue",
    definition=(
        "Who is depicted, by the words used: nouns (also counted ones such as `1girl`), roles, "
        "pronouns and looks in about twenty languages. Girl and boy words are the ordinary tags "
        "that hubs use for people of all ages; they say nothing about age here.\n\n"
        "A prompt shows both when the weaker side has at least a third of the stronger's cues, "
        "and none when it has tags but no cue. Cues behind a negation are not counted, and the "
        "negative prompt is not read.\n\n"
        "A model's hub tags, prompts and training tags weigh double, its name with its trigger "
        "words and its description once; each source votes by the share of its cues, and each "
        "prompt has one vote. None means that prompts were read and nothing in the model holds a "
        "cue; unknown, that there was nothing to read.\n\n"
        "Whom the picture shows and how a person identifies are other questions. The gender that "
        "a given name suggests stands apart in the detail as `perceived_gender`, with its "
        "probability; it never decides the value and never chooses a legal ground."
    ),
    codes=CODES,
    failures=(
        "Men's models without any cue are more frequent than women's; shares of decided models "
        "overstate women.",
        "A woman in a king's costume, a character called Boy, `girls` as a bare tag: words in "
        "titles, names and idioms count.",
        "People who are neither women nor men are not told apart.",
        "Negation is read over two words, and not inside Chinese, Japanese and Korean runs.",
        "Languages without a list, and prompts that name somebody without any noun, have no cue.",
        "A model's document may lack prompts of its images that a lake has from the image list, so "
        "that one model can have one answer from its document and another from a lake.",
    ),
    sources=(
        "Word lists written for hubwatch, `signals/gender_words.toml`.",
        "Wagner and Cetinic, arXiv 2505.04600, for why it is counted.",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=reference,
    terms=TERMS,
)
