"""Reading one prompt: its tags, the resources that it calls, its sentences, its script."""

from __future__ import annotations

import re
from functools import lru_cache
from math import exp, log
from typing import TYPE_CHECKING, Final

from hubwatch.prompts.normalise import plain
from hubwatch.prompts.records import Prompt, Tag
from hubwatch.prompts.scan import CUT, MOST, ROUND, STOP, TEXT, Mark, log_weight, scan
from hubwatch.prompts.text import script_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Version of what a prompt is read as; another one makes tag indexes again.
VERSION: Final = "2"

_DECIMALS: Final = 4
_LONG_SENTENCE: Final = 10
_SENTENCE: Final = 5
_ALNUM: Final = re.compile(r"[^\W_]")
#: `2$$` and `0.5::` before a choice of a dynamic prompt.
_CHOICE: Final = re.compile(r"\s*(?:\d{1,3}(?:-\d{1,3})?\$\$|\d{0,3}\.?\d{0,9}::)")
#: A weight without brackets has no effect in the tools and is no part of the tag either.
_LOOSE_WEIGHT: Final = re.compile(r"\d{0,2}\.\d{1,4}")

#: Start, end, logarithm and sign of the weight of one stretch of a piece.
Stretch = tuple[int, int, float, int]


def parse(text: str) -> Prompt:
    """Read one prompt as people write it.

    Commas (also of full width), line ends, `BREAK`, `AND`, the bars and colons of `[a|b]`,
    `[a:b:0.5]` and `{a|b}`, and the ends of sentences part tags. `(x)` weighs 1.1, `[x]` 1/1.1,
    `(x:1.3)` 1.3; they multiply, and the product is kept within -10..10. Brackets that do not
    match never fail: an open one counts to the end.

    Args:
        text: positive or negative; at best as written, at worst anything.

    Returns:
        Its tags and resources. Time and memory are linear in the text.
    """
    found = scan(text)
    tags: list[Tag] = []
    sentences: list[str] = []
    for stretches, stopped in _pieces(text, found.marks):
        tag = _tag(text, stretches, len(tags))
        if tag is None:
            continue
        tags.append(tag)
        if _is_sentence(tag.text, stopped=stopped):
            sentences.append(tag.text)
    script = script_of(" ".join(tag.text for tag in tags))
    return Prompt(tuple(tags), tuple(found.resources), tuple(sentences), script)


def parse_part(text: str) -> tuple[list[tuple[str, float]], bool]:
    """Read a part of a prompt that was cut off at commas or line ends.

    Returns:
        Text and weight of its tags, and whether it could be read apart from the rest.
    """
    found = scan(text)
    return (_bare_tags(text, found.marks), True) if found.clean else ([], False)


def parse_bare(text: str) -> list[tuple[str, float]]:
    """Return text and weight of the tags that `parse` gives."""
    return _bare_tags(text, scan(text).marks)


def _bare_tags(text: str, marks: list[Mark]) -> list[tuple[str, float]]:
    forms = [_form(text, stretches) for stretches, _ in _pieces(text, marks)]
    return [form for form in forms if form is not None]


def bracket_weight(depth: str, said: str) -> float:
    """Return the weight of what stands in some round brackets, the innermost with a number or not.

    Args:
        depth: how many brackets, in digits.
        said: the number of the innermost; empty when there is none.
    """
    return _at(_bracket_level(depth, said))


def bracket_factor(depth: str, said: str) -> float:
    """Return what `bracket_weight` is before it is kept within bounds and rounded."""
    return _exp(_bracket_level(depth, said))


def _bracket_level(depth: str, said: str) -> float:
    level = 0.0
    for _ in range(int(depth) - bool(said)):
        level += log(ROUND)
    return level + log_weight(float(said)) if said else level


def _pieces(text: str, marks: list[Mark]) -> Iterator[tuple[list[Stretch], bool]]:
    """Yield the stretches of text between two cuts, and whether a sentence ends behind them."""
    stretches: list[Stretch] = []
    start, level, turns = 0, 0.0, 0
    for mark in marks:
        if mark.act == TEXT:
            continue
        if mark.start > start:
            stretches.append((start, mark.start, level, -1 if turns % 2 else 1))
        start = mark.end
        level += mark.rise
        turns += mark.turns
        if mark.act in (CUT, STOP):
            yield stretches, mark.act == STOP
            stretches = []
    if start < len(text):
        stretches.append((start, len(text), level, -1 if turns % 2 else 1))
    yield stretches, False


def _tag(text: str, stretches: list[Stretch], position: int) -> Tag | None:
    """Make a tag of the stretches of one piece; None when nothing is left of it."""
    form = _form(text, stretches)
    if form is None:
        return None
    held = _held(text, stretches)
    start, end = held[0][0], held[-1][1]
    start += held[0][1] - start - len(text[start : held[0][1]].lstrip())
    end = held[-1][0] + len(text[held[-1][0] : end].rstrip())
    return Tag(*form, position, start, end)


def _held(text: str, stretches: list[Stretch]) -> list[Stretch]:
    return [part for part in stretches if not text[part[0] : part[1]].isspace()]


def _form(text: str, stretches: list[Stretch]) -> tuple[str, float] | None:
    """Return text and weight of the tag of one piece; None when nothing is left of it."""
    if len(stretches) == 1:
        start, end, level, sign = stretches[0]
        form = _clean(plain(text[start:end]))
        return (form, _at(level, sign)) if form else None
    held = _held(text, stretches)
    if not held:
        return None
    whole = plain("".join([text[start:end] for start, end, *_ in stretches]))
    form = _clean(whole)
    return (form, _weight(text, held, whole)) if form else None


def _clean(form: str) -> str:
    """Drop what surrounds a tag and is no part of it."""
    if form.isalnum():
        return form
    _, form, _ = _numbers_off(form)
    bare = form.strip(' "“”\\').rstrip(" .;!?")
    return bare if _ALNUM.search(bare) else form.strip()


def _numbers_off(form: str) -> tuple[str, str, str]:
    """Part what weighs a choice before a tag, the tag, and a loose weight behind it."""
    before = behind = ""
    if "::" in form or "$$" in form:
        rest = _CHOICE.sub("", form, count=1)
        before, form = form[: len(form) - len(rest)], rest
    head, _, tail = form.rpartition(":")
    if head and not head[-1].isdigit() and _LOOSE_WEIGHT.fullmatch(tail):
        form, behind = head, tail
    return before, form, behind


def _weight(text: str, stretches: list[Stretch], whole: str) -> float:
    """Return the weight of a piece: the mean over its letters when its parts have several.

    Args:
        whole: the plain form of the piece, with the numbers that are no part of the tag.
    """
    _, _, level, sign = stretches[0]
    if len(stretches) == 1 or all(part[2:] == (level, sign) for part in stretches):
        return _at(level, sign)
    sizes = [_letters(text[start:end]) for start, end, *_ in stretches]
    before, _, behind = _numbers_off(whole)
    _take(sizes, _letters(before), range(len(sizes)))
    _take(sizes, _letters(behind), range(len(sizes) - 1, -1, -1))
    if not any(sizes):
        sizes = [end - start for start, end, *_ in stretches]
    total = sum(
        size * sign * _exp(level)
        for size, (_, _, level, sign) in zip(sizes, stretches, strict=True)
    )
    return clip_weight(total / sum(sizes))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _take(sizes: list[int], count: int, places: range) -> None:
    """Take letters away from the stretches that hold them, in the order of the places."""
    for place in places:
        if not count:
            return
        taken = min(count, sizes[place])
        sizes[place] -= taken
        count -= taken


@lru_cache(maxsize=1 << 12)
def _at(level: float, sign: int = 1) -> float:
    return float(sign) if level == 0.0 else clip_weight(sign * _exp(level))


def _exp(level: float) -> float:
    return exp(min(level, 50.0))


def clip_weight(weight: float) -> float:
    """Return a weight within bounds, rounded."""
    return round(min(max(weight, -MOST), MOST), _DECIMALS) + 0.0


def _is_sentence(text: str, *, stopped: bool) -> bool:
    """Say whether a tag reads as a sentence; scripts without spaces count three letters a word."""
    size = text.count(" ") + 1 if text.isascii() else max(text.count(" ") + 1, len(text) // 3)
    return size >= (_SENTENCE if stopped else _LONG_SENTENCE)
