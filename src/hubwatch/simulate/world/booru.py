"""A small fictional booru: its tag list, and which subculture each tag of the hub belongs to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hubwatch.simulate.world import words
from hubwatch.simulate.world.mature import MATURE_TERMS
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.subcultures import NAMES, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Subcultures whose tags come from the booru.
_BOORU: Final = ("booru", "fan", "beastfolk")
_PEOPLE: Final = ("1girl", "solo", "1boy", "multiple_girls", "highres", "absurdres")
#: Tags of the booru that nobody on the hub writes.
_ELSEWHERE: Final = 400
_MOST: Final = 6_000_000


class TagPlace(NamedTuple):
    """Where a tag of the vocabulary lies.

    Args:
        tag: as prompts write it.
        subculture: whose tag it is; empty when it is of several, or of everybody.
        theme: number of its theme within the subculture, -1 when it is common there or of several.
    """

    tag: str
    subculture: str
    theme: int


@cache
def tag_places() -> tuple[TagPlace, ...]:
    """Return every tag of the vocabulary with its place, in order of the tag."""
    vocab = vocabulary()
    found: dict[str, set[tuple[str, int]]] = {}

    def add(part: tuple[int, int], subculture: str, theme: int) -> None:
        for tag in vocab.pieces[part[0] : part[0] + part[1]]:
            found.setdefault(tag, set()).add((subculture, theme))

    add(vocab.general, "", -1)
    for number, name in enumerate(NAMES):
        add(vocab.common[number], name, -1)
        for theme, part in enumerate(vocab.themes[number]):
            add(part, name, theme)
    return tuple(_place(tag, found[tag]) for tag in sorted(found))


def _place(tag: str, places: set[tuple[str, int]]) -> TagPlace:
    subcultures = {subculture for subculture, _ in places}
    themes = {theme for _, theme in places}
    own = subcultures.pop() if len(subcultures) == 1 else ""
    return TagPlace(tag, own, themes.pop() if own and len(themes) == 1 else -1)


@cache
def booru_tags() -> tuple[tuple[str, int], ...]:
    """Return the booru's tags with underscores, and their counts, most frequent first."""
    vocab = vocabulary()
    ranges = [vocab.common[NAMES.index(name)] for name in _BOORU]
    ranges += [part for name in _BOORU for part in vocab.themes[NAMES.index(name)]]
    tags = [tag for start, size in ranges for tag in vocab.pieces[start : start + size]]
    picker = Picker(20_221_130)
    elsewhere: list[str] = []
    while len(elsewhere) < _ELSEWHERE:
        elsewhere.append(f"{picker.pick(words.ADJECTIVES)} {picker.pick(words.ANATOMY_SAFE)}")
    ordered = dict.fromkeys(
        tag.replace(" ", "_") for tag in (*_PEOPLE, *_mixed(tags, elsewhere), *MATURE_TERMS)
    )
    return tuple((tag, _MOST // (rank + 1)) for rank, tag in enumerate(ordered))


def _mixed(tags: Sequence[str], elsewhere: Sequence[str]) -> list[str]:
    """Return tags with one from elsewhere after every fifth."""
    rest, mixed = list(reversed(elsewhere)), []
    for number, tag in enumerate(tags, start=1):
        mixed.append(tag)
        if number % 5 == 0 and rest:
            mixed.append(rest.pop())
    return [*mixed, *reversed(rest)]


def booru_csv() -> str:
    """Return the tag list as comma-separated text with a head line: tag, count."""
    return "tag,count\n" + "".join(f"{tag},{count}\n" for tag, count in booru_tags())


def tag_subcultures_table() -> Any:
    """Return the truth on tags: tag, subculture, theme."""
    import pyarrow as pa

    places = tag_places()
    return pa.table(
        {
            "tag": [place.tag for place in places],
            "subculture": [place.subculture for place in places],
            "theme": [place.theme for place in places],
        }
    )
