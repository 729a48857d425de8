"""What the caption statistics in a header say: style, counts, folders.

Trainers that count captions cut them at commas, so that a tag list leaves short pieces that repeat,
and prose leaves clauses that do not.
"""

from __future__ import annotations

import heapq
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from hubwatch.adapters.values import base_name, object_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Style = Literal["tags", "sentences", "mixed", "none"]

#: Most pieces of captions that are kept of one file, and most folders.
KEPT: Final = 2_000
FOLDERS_KEPT: Final = 200
#: Longest piece that is kept, in characters; a longer one is a sentence in any case.
PIECE_CAP: Final = 400
_MOST_COUNTED: Final = 10**9

#: Share of words that stand in sentences: below the first it is tags, from the second on prose.
TAGS_BELOW: Final = 0.15
SENTENCES_FROM: Final = 0.75

_MANY_WORDS: Final = 7
_FEW_WORDS: Final = 4
_FEWEST_WORDS: Final = 3
_FUNCTION: Final = frozenset(
    (
        *("a", "an", "the", "is", "are", "was", "were", "has", "have", "her", "his", "their"),
        *("its", "she", "he", "they", "who", "that", "which", "while", "there", "this", "these"),
    )
)
_OPENING: Final = frozenset(("a", "an", "the", "this", "there", "these"))
_JOINED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_JOINED_SENTENCE: Final = 13
_STOP: Final = frozenset(".!?。！？")
_REPEATS: Final = re.compile(r"(\d{1,6})_+(.*)", re.DOTALL)


class Captions(msgspec.Struct, frozen=True, kw_only=True):
    """Caption statistics of one file, as written: nothing in here is redacted yet.

    Args:
        style: `tags`, `sentences`, `mixed`, or `none` when the header holds no captions.
        counts: tag or sentence → how many captions hold it, most frequent first, then by text; at
            most `KEPT` of them.
        distinct: how many there are in the header, also those that are not kept.
        folders: dataset folders without the number of repeats in front; at most `FOLDERS_KEPT`.
    """

    style: Style = "none"
    counts: dict[str, int] = {}
    distinct: int = 0
    folders: tuple[str, ...] = ()


def is_sentence(piece: str) -> bool:
    """Return whether a piece of a caption is prose, not a tag.

    It is when it has seven words or more; or four with an article, a pronoun or a form of `be` or
    `have`; or three that begin with an article or end with a full stop; or, in scripts without
    blanks, thirteen characters or a full stop. Single letters are no words; words joined by `_`
    are one tag.
    """
    if len(piece) > PIECE_CAP:
        return True
    if not piece.isascii():
        joined = len(_JOINED.findall(piece))
        if joined >= _JOINED_SENTENCE or (joined > 1 and piece[-1] in _STOP):
            return True
    written = piece.lower().split()
    words = [word for word in written if len(word) > 1 or word == "a"]
    if len(words) < _FEWEST_WORDS:
        return False
    if len(words) >= _MANY_WORDS or words[0] in _OPENING or written[-1][-1] in _STOP:
        return True
    return len(words) >= _FEW_WORDS and not _FUNCTION.isdisjoint(words)


def style_of(counts: Mapping[str, int]) -> Style:
    """Return the style of captions: how their words divide between sentences and repeated tags.

    A short piece that stands in one caption only is left out, unless there is nothing else: prose
    cut at commas leaves such pieces.

    Args:
        counts: piece → how many captions hold it.
    """
    if not counts:
        return "none"
    sentences = tags = 0
    for piece, count in counts.items():
        words = len(piece.replace("_", " ").split()) * count
        if is_sentence(piece):
            sentences += words
        elif count > 1:
            tags += words
    share = sentences / max(1, sentences + tags)
    if share < TAGS_BELOW:
        return "tags"
    return "mixed" if share < SENTENCES_FROM else "sentences"


def folder_name(folder: str) -> tuple[int | None, str]:
    """Return the repeats and the rest of a dataset folder's name, `10_name woman`."""
    name = base_name(folder)
    found = _REPEATS.fullmatch(name)
    if found is None:
        return None, name
    return whole_of(found[1], 1, 1_000_000), found[2]


def read_captions(frequency: Mapping[str, Any], folders: Iterable[str] = ()) -> Captions:
    """Return the statistics of captions.

    A folder that holds nothing but its own name, once, is no statistics: some programs write the
    trigger word so.

    Args:
        frequency: folder → piece → how many of its captions hold it; or piece → how many. What is
            of another form is left out. Time is linear in it.
        folders: names of further dataset folders.
    """
    counts: dict[str, int] = {}
    names = dict.fromkeys(folders)
    for key, told in frequency.items():
        pieces = object_of(told)
        if not pieces and whole_of(told, 1, _MOST_COUNTED):
            _add(counts, key, told)
            continue
        names[key] = None
        if pieces != {folder_name(key)[1]: 1}:
            for piece, number in pieces.items():
                _add(counts, piece, number)
    kept = heapq.nsmallest(KEPT, counts.items(), key=lambda item: (-item[1], item[0]))
    cleaned = (folder_name(name)[1].strip()[:PIECE_CAP] for name in names)
    return Captions(
        style=style_of(counts),
        counts={piece[:PIECE_CAP]: count for piece, count in kept},
        distinct=len(counts),
        folders=tuple(dict.fromkeys(filter(None, cleaned)))[:FOLDERS_KEPT],
    )


def _add(counts: dict[str, int], written: str, number: object) -> None:
    piece, count = written.strip(), whole_of(number, 1, _MOST_COUNTED)
    if piece and count:
        counts[piece] = counts.get(piece, 0) + count
