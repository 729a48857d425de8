"""Prompts of the simulated images, as JSON text without the quotes.

One composition holds posts of one or more rows. The rows of a post share their theme; half of them
repeat the first row's prompt to the letter and the others change a word (near repeats). Some posts
use a well-known prompt that many accounts copy (far repeats).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world import phrases, words
from hubwatch.simulate.world.mature import MATURE_TERMS, SHARE_BY_LEVEL, WINDOW, WINDOW_SIZE
from hubwatch.simulate.world.streams import choose_by_row, rounded
from hubwatch.simulate.world.subcultures import (
    NAMES,
    SUBCULTURES,
    THEMES,
    WEIGHTS,
    Style,
    vocabulary,
)

if TYPE_CHECKING:
    from hubwatch.simulate.world.models import Flags, Ints

GENDERS: Final = ("women", "men", "both", "none")
#: Share of prompts by gender terms, for each level PG..XXX (facts, "Gender terms in prompts").
_GENDER_SHARE: Final = np.array(
    [
        [0.538, 0.070, 0.008, 0.384],
        [0.768, 0.010, 0.007, 0.215],
        [0.776, 0.016, 0.010, 0.198],
        [0.660, 0.037, 0.136, 0.167],
        [0.640, 0.037, 0.156, 0.167],
    ]
)
_MATURE_SHARE: Final = np.array([SHARE_BY_LEVEL[n] for n in ("PG", "PG-13", "R", "X", "XXX")])
_REPEATED: Final = 0.31


@dataclass(frozen=True, slots=True)
class Rows:
    """What the prompts are to be about.

    Args:
        post: post of each row, from 0, in order; rows of a post are neighbours.
        subculture: of each post.
        gender: index into `GENDERS` of each post, -1 to draw it.
        level: 0..4 of each row.
        endings: what follows the tags of each row: trigger words and network calls.
    """

    post: Ints
    subculture: Ints
    gender: Ints
    level: Ints
    endings: list[str]


def _tag_draws(rng: np.random.Generator, rows: Rows) -> tuple[list[int], list[int]]:
    """Return piece numbers of all posts in one list, and where each post's end."""
    vocab = vocabulary()
    posts = len(rows.subculture)
    size = np.round(rounded(np.exp(rng.normal(2.14, 1.0, posts)))).astype(np.int64)
    size = np.clip(size, 1, 62)
    owner = np.repeat(np.arange(posts), size)
    theme = rng.integers(THEMES, size=posts)
    of_theme = np.array(vocab.themes)[rows.subculture, theme][owner]
    of_common = np.array(vocab.common)[rows.subculture][owner]
    way = rng.random(len(owner))[:, None]
    general = np.array(vocab.general)
    chosen = np.where(way < 0.52, of_theme, np.where(way < 0.80, of_common, general))
    place = np.floor(chosen[:, 1] * rounded(rng.random(len(owner)) ** 1.7)).astype(np.int64)
    weighted = rng.random(posts)[owner] < 0.62
    weight = np.where(
        weighted & (rng.random(len(owner)) < 0.2), rng.integers(1, len(WEIGHTS), len(owner)), 0
    )
    piece = chosen[:, 0] + place + weight * vocab.size
    return piece.tolist(), np.cumsum(size).tolist()


def _genders(rng: np.random.Generator, rows: Rows, first: Ints) -> list[int]:
    """Draw the gender terms of each post from its first row's level and its subculture."""
    drawn = choose_by_row(rng, _GENDER_SHARE, rows.level[first])
    gendered = np.array([s.gendered for s in SUBCULTURES])[rows.subculture]
    unsaid = rng.random(len(drawn)) > gendered
    extra = (drawn == 3) & (rng.random(len(drawn)) < (gendered - 1.0) * 2)
    drawn = np.where(unsaid, 3, np.where(extra, 0, drawn))
    chosen: list[int] = np.where(rows.gender >= 0, rows.gender, drawn).tolist()
    return chosen


def _mature(rng: np.random.Generator, rows: Rows) -> tuple[Flags, list[str]]:
    """Return which rows hold mature terms, and the terms as text."""
    has = rng.random(len(rows.level)) < _MATURE_SHARE[rows.level]
    start = np.array([WINDOW[name] for name in NAMES])[rows.subculture][rows.post]
    drawn = start[:, None] + np.floor(
        WINDOW_SIZE * rounded(rng.random((len(start), 4)) ** 2.0)
    ).astype(np.int64)
    count = np.where(has, 1 + rng.integers(0, 2 + rows.level), 0)
    texts = [
        ", ".join([MATURE_TERMS[i] for i in dict.fromkeys(row[:n])]) if n else ""
        for row, n in zip(drawn.tolist(), count.tolist(), strict=True)
    ]
    return has, texts


class Composer:
    """Writes prompts; holds the vocabulary in the form that the inner loop wants."""

    def __init__(self) -> None:
        self._pieces = vocabulary().pieces
        self._styles: list[Style] = [s.style for s in SUBCULTURES]

    def compose(self, rng: np.random.Generator, rows: Rows) -> list[str]:
        """Return the prompt of each row."""
        if not len(rows.post):
            return []
        draws, ends = _tag_draws(rng, rows)
        changed = np.diff(rows.post, prepend=-1) > 0
        first = np.flatnonzero(changed)
        gender = _genders(rng, rows, first)
        has_mature, mature = _mature(rng, rows)
        same = (~changed & (rng.random(len(changed)) < _REPEATED)).tolist()
        dice: list[int] = rng.integers(1 << 62, size=len(changed)).tolist()
        prompts: list[str] = []
        prompt, start = "", 0
        words_of: list[str] = []
        number, pieces, opening = -1, self._pieces, ""
        columns = zip(rows.post.tolist(), same, dice, mature, rows.endings, strict=True)
        adult: list[bool] = np.logical_or.reduceat(has_mature | (rows.level > 1), first).tolist()
        for post, repeat, die, terms, ending in columns:
            if post != number:
                number, end = post, ends[post]
                words_of = list(dict.fromkeys([pieces[i] for i in draws[start:end]]))
                start = end
                style = self._styles[rows.subculture[post]]
                kinds = words.GENDER_ADULT if adult[post] else words.GENDER_MILD
                subject = kinds[GENDERS[gender[post]]]
                opening = phrases.opening(style, subject[die % len(subject)], die)
            elif repeat:
                prompts.append(prompt)
                continue
            else:
                words_of[die % len(words_of)] = pieces[die % vocabulary().size]
            middle = f", {terms}, " if terms else ", "
            prompt = f"{opening}{middle}{', '.join(words_of)}{ending}"
            prompts.append(prompt)
        return prompts


def build_popular(composer: Composer, rng: np.random.Generator, count: int) -> list[list[str]]:
    """Return well-known prompts: one list without, one with mature terms."""
    banks = []
    for level in (0, 4):
        rows = Rows(
            post=np.arange(count),
            subculture=np.floor(5 * rounded(rng.random(count) ** 1.5)).astype(np.int64),
            gender=np.full(count, -1),
            level=np.full(count, level),
            endings=[""] * count,
        )
        banks.append(composer.compose(rng, rows))
    return banks


def build_negatives(rng: np.random.Generator, count: int = 3000) -> list[str]:
    """Return negative prompts; many accounts share the first ones."""
    sizes = np.clip(np.round(rounded(np.exp(rng.normal(3.15, 1.05, count)))), 1, 260)
    found = []
    for size in sizes.astype(np.int64).tolist():
        place = np.floor(len(words.NEGATIVE) * rounded(rng.random(size) ** 1.1)).astype(np.int64)
        terms = dict.fromkeys(words.NEGATIVE[i] for i in place.tolist())
        found.append(", ".join(terms))
    return found
