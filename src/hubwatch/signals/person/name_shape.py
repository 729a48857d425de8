"""The shape of a name: what its tokens are like, never which name it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hubwatch.gazetteer.names import given_name, is_common_word, is_surname
from hubwatch.signals.person.cues import NAME

_HEAD: Final = re.compile(r"[(\[{|/:,;–—【（「『]| - |~|\bby\b|\bfrom\b")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W\d_]+)*")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VERSION: Final = re.compile(
    r"\b(?:v|ver|version)[ ._]?\d+(?:[._]\d+)*\b|\d+(?:\.\d+)+|\b\d{1,3}$", re.IGNORECASE
)
_INSIDE: Final = re.compile(r"[(\[【（「『]([^)\]】）」』]*)")
_CODE: Final = re.compile(r"[a-z]{2,5}[_-][a-z]{2}(?:[_-]?\d{1,3})?", re.IGNORECASE)
_SPACED: Final = re.compile(r"(?:(?<![^\W_])[^\W\d_][ ._-]){3,}")
_DIGIT_INSIDE: Final = re.compile(
    r"[^\W\d_][013457]+[^\W\d_]|[^\W\d_][013457]{1,2}(?![^\W_])|(?<![^\W_])[013457][^\W\d_]{2}"
)
_LEET: Final = str.maketrans("0134578", "oieastb")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")
_CYRILLIC: Final = re.compile(r"[Ѐ-ӿ]")
_HAN: Final = re.compile(r"[㐀-鿿]")
_KANA: Final = re.compile(r"[぀-ヿ]")
_HANGUL: Final = re.compile(r"[가-힣]")

_NAME_WORDS: Final = {word: group for group in reversed(NAME) for word in NAME[group]}


@dataclass(frozen=True, slots=True)
class Token:
    """What one token of a name is like.

    Args:
        given: 0 not a given name .. 3 very common.
        women: share of women among bearers of the given name; 0.5 when not known.
        surname: 0 none, 1 rare, 2 common.
        common: an everyday word.
    """

    given: int
    women: float
    surname: int
    common: bool


@lru_cache(maxsize=1 << 16)
def token_of(token: str) -> Token:
    """Return what a token is like; case does not matter."""
    found = given_name(token)
    given, women = (found.support, found.women) if found else (0, 0.5)
    return Token(given, women, is_surname(token), is_common_word(token))


@lru_cache(maxsize=1 << 14)
def _joined(token: str) -> bool:
    """Tell whether one lower-case token is a given name and a surname written together."""
    if not 7 <= len(token) <= 24 or not token.isascii() or is_common_word(token):
        return False
    return any(
        token_of(token[:cut]).given >= 2 and token_of(token[cut:]).surname >= 1
        for cut in range(3, len(token) - 2)
    )


def name_words(text: str) -> list[str]:
    """Return the words of a name, camel case and underscores taken apart."""
    return _WORD.findall(_CAMEL.sub(" ", text).replace("_", " "))


@lru_cache(maxsize=1 << 14)
def head_of(name: str) -> str:
    """Return the part of a name before brackets and separators, without version numbers."""
    text = _VERSION.sub(" ", name.replace("_", " "))
    for part in _HEAD.split(text):
        if any(c.isalpha() for c in part):
            return part.strip()
    return text.strip()


def full_name(words: list[str]) -> float:
    """Return how much some words look like a given name and a surname, 0..1."""
    words = [w for w in words if w.lower() not in _NAME_WORDS]
    if not 2 <= len(words) <= 4:
        return 0.0
    first, last = token_of(words[0]), token_of(words[-1])
    score = 0.0
    if first.given:
        score += 0.2 * first.given - (0.25 if first.common else 0.0)
    if last.surname or last.given:
        score += 0.2 * last.surname + (0.1 if last.given else 0.0)
    if last.common and not last.surname:
        score -= 0.3
    return max(0.0, min(1.0, score))


def words_shape(words: list[str]) -> list[float]:
    """Return numbers about the words of a name; see `SHAPE`."""
    n = len(words)
    plain = [w for w in words if w.isalpha() or "'" in w or "-" in w or "." in w]
    tokens = [token_of(w) for w in plain]
    first = tokens[0] if tokens else Token(0, 0.5, 0, False)
    last = tokens[-1] if len(tokens) > 1 else Token(0, 0.5, 0, False)
    return [
        float(n),
        sum(w[0].isupper() and w[1:].islower() for w in plain) / max(n, 1),
        float(bool(plain) and all(w.islower() for w in plain)),
        float(bool(plain) and all(w.isupper() for w in plain)),
        float(first.given),
        first.women if first.given else 0.5,
        float(first.common),
        float(last.given),
        float(last.surname),
        float(last.common),
        float(max((t.given for t in tokens), default=0)),
        float(max((t.surname for t in tokens), default=0)),
        sum(t.common for t in tokens) / max(len(tokens), 1),
        sum(not (t.common or t.given or t.surname) for t in tokens) / max(len(tokens), 1),
        full_name(plain),
        float(len(plain) == 1 and _joined(plain[0].lower())),
        max((float(len(w)) for w in words), default=0.0),
    ]


SHAPE: Final = (
    *("tokens", "titled", "lower", "upper", "first_given", "first_women", "first_common"),
    *("last_given", "last_surname", "last_common", "any_given", "any_surname", "common_share"),
    *("unknown_share", "full_name", "joined", "longest"),
)


def script_shares(text: str) -> list[float]:
    """Return letters by script: Latin, Cyrillic, Han, kana, Hangul (shares of the five)."""
    if text.isascii():
        return [1.0, 0.0, 0.0, 0.0, 0.0]
    counts = [len(p.findall(text)) for p in (_LATIN, _CYRILLIC, _HAN, _KANA, _HANGUL)]
    total = max(sum(counts), 1)
    return [c / total for c in counts]


def unleet(text: str) -> str:
    """Return a name with digits for letters undone."""
    return text.translate(_LEET)


NAME_FEATURES: Final = (
    *(f"name.{f}" for f in SHAPE),
    *(f"name.script.{s}" for s in ("latin", "cyrillic", "han", "kana", "hangul")),
    *(f"name.word.{g}" for g in NAME),
    *(f"name.inside.{g}" for g in NAME),
    *("name.inside", "name.inside_words", "name.version", "name.code", "name.spaced", "name.leet"),
    *(
        "name.leet_full",
        "name.mixed",
        "name.separator",
        "name.length",
        "name.digits",
        "name.short_cjk",
    ),
    *("name.dot", "name.whole_titled", "name.any_full"),
)


@lru_cache(maxsize=1 << 12)
def name_features(name: str) -> tuple[float, ...]:
    """Return numbers about a model's name; see `NAME_FEATURES`."""
    head = head_of(name)
    words = name_words(head)
    inside = " ".join(_INSIDE.findall(name))
    all_words = [w.lower() for w in name_words(name)]
    inside_words = [w.lower() for w in name_words(inside)]
    groups = {_NAME_WORDS[w] for w in all_words if w in _NAME_WORDS}
    inner = {_NAME_WORDS[w] for w in inside_words if w in _NAME_WORDS}
    leet = bool(_DIGIT_INSIDE.search(head)) and not _CODE.fullmatch(name.strip())
    undone = name_words(unleet(head)) if leet else []
    scripts = script_shares(name)
    mixed = (
        any(bool(_LATIN.search(w)) and bool(_CYRILLIC.search(w)) for w in words)
        if not name.isascii()
        else False
    )
    letters = sum(c.isalpha() for c in head)
    cjk = scripts[2] + scripts[3] + scripts[4]
    parts = [name_words(p) for p in _HEAD.split(name)]
    return (
        *words_shape(words),
        *scripts,
        *(float(g in groups) for g in NAME),
        *(float(g in inner) for g in NAME),
        float(bool(inside)),
        float(len(inside_words)),
        float(bool(_VERSION.search(name))),
        float(bool(_CODE.fullmatch(head.strip().replace(" ", "_")))),
        float(bool(_SPACED.search(name))),
        float(leet),
        full_name(undone),
        float(mixed),
        float(any(s in name for s in (" - ", "|", "/", ":"))),
        float(len(name)),
        sum(c.isdigit() for c in name) / max(len(name), 1),
        float(cjk > 0.5 and 2 <= letters <= 4),
        float("." in head or "_" in name),
        float(bool(words) and 2 <= len(words) <= 3 and all(w[0].isupper() for w in words)),
        max((full_name(p) for p in parts), default=0.0),
    )
