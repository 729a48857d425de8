"""Caption tags as they may be shown: sexual wording as codes, names as tokens, minors never."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from hubwatch.prompts.normalise import plain
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hubwatch.adapters.redact import Redactor
    from hubwatch.signals.signal import TermReader

#: Signals that read single tags.
LEXICAL: Final = (
    "sexualised_language",
    "objectifying_language",
    "violent_or_coercive_language",
    "minor_cue",
)
#: Codes of the minor cue begin like this; the last one is what was read as harmless.
MINOR: Final = "minor."
_BENIGN: Final = "minor.benign"
#: Tags that a card lists.
SHOWN: Final = 20
#: Tags of one file that are read for wording.
_READ: Final = 5_000
#: Code points of a tag that are read.
_LONGEST: Final = 1_000
#: Longer entries are sentences: they are counted, never listed.
_WORDS_OF_A_TAG: Final = 5


class TopTag(msgspec.Struct, frozen=True):
    """One caption tag as it may be shown.

    Args:
        tag: normalised; a code such as `sexualised.undress`, or a token `name:…`.
        count: captions that hold it.
    """

    tag: str
    count: int


class Wording(NamedTuple):
    """What the caption tags of one file say.

    Args:
        top: most frequent first, at most `SHOWN`; tags with equal codes are one entry.
        codes: how many distinct tags have each code; those of minors are left out.
        minor: how many distinct tags hold a cue of a minor. They are never shown, nor is what was
            read as harmless: that reading may be wrong.
    """

    top: tuple[TopTag, ...]
    codes: dict[str, int]
    minor: int


def read_wording(
    counts: Mapping[str, int], own: Collection[str], redactor: Redactor, *, reveal: bool
) -> Wording:
    """Return what a card says of a file's caption tags.

    Args:
        counts: tag → captions that hold it, most frequent first, as written.
        own: the file's own names: output name, folders, trigger words.
        redactor: turns names into tokens.
        reveal: tags are shown as written, except where a minor may be meant.
    """
    shown: dict[str, int] = {}
    codes: dict[str, int] = {}
    minor = 0
    for place, (tag, count) in enumerate(counts.items()):
        if place >= _READ:
            break
        found = tag_codes(tag)
        if any(code.startswith(MINOR) for code in found):
            minor += found != (_BENIGN,)
            continue
        for code in found:
            codes[code] = codes.get(code, 0) + 1
        if len(tag) > _LONGEST or len(plain(tag).split()) > _WORDS_OF_A_TAG:
            continue
        text = plain(tag) if reveal else " ".join(found) or redactor.tag(tag, own)
        shown[text] = max(shown.get(text, 0), count)
    top = sorted(shown.items(), key=lambda entry: -entry[1])[:SHOWN]
    return Wording(tuple(TopTag(tag, count) for tag, count in top), codes, minor)


def tag_codes(tag: str) -> tuple[str, ...]:
    """Return the codes of the lexical signals for one tag, sorted, each once."""
    text = plain(tag[:_LONGEST])
    return tuple(sorted({code for reader in _readers() for code in reader.read(text)}))


@cache
def _readers() -> tuple[TermReader, ...]:
    found = [signal(name).terms for name in LEXICAL]
    return tuple(reader for reader in found if reader is not None)
