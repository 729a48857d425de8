"""Finding the marks of the prompt language in one pass: cuts, brackets, weights, resources.

Round and square brackets are kept apart as the common tools do, so their ranges may cross. What is
not closed counts to the end; what was not opened is dropped.

Source: A1111 `prompt_parser.py` (attention, scheduling, alternation, AND); the dynamic prompts
extension (`{a|b}`).
"""

from __future__ import annotations

import re
from math import log
from typing import Final

import msgspec

from hubwatch.prompts.records import Resource

#: Brackets, commas and colons of full width count as the plain ones: one code point for one.
_WIDE: Final = str.maketrans("（）［］｛｝，、､﹐﹑：｜＜＞；،", "()[]{},,,,,:|<>;,")
#: The first character alone tells where a mark may be, which `re` finds fast; what it is follows.
_TOKEN: Final = re.compile(
    r"[,\n\r\v\f\u2028\u2029;(\[{)\]}:.!?。！？<>\\|BAEe]"
    r"(?:(?P<cut>(?<=[,\n\r\v\f\u2028\u2029])[,\s]*|(?<=;)(?![^\s,])|(?<=\bB)REAK\b)"
    r"|(?P<open>(?<=[(\[{]))"
    r"|(?P<close>(?<=[)\]}]))"
    r"|(?P<colon>(?<=:))"
    r"|(?P<stop>(?<=[.!?])(?![^\s,])|(?<=[。！？]))"
    r"|(?P<net>(?<=<)(?P<kind>\w+):(?P<said>[^<>\n]*)>)"
    r"|(?P<embedding>(?<=\b[Ee])mbedding:(?P<name>[^\s,()\[\]{}|:<>\\]+))"
    r"|(?P<escape>(?<=\\)[\\()\[\]{}|<>:]?)"
    r"|(?P<bar>(?<=\|))"
    r"|(?P<conjunction>(?<=\bA)ND\b)"
    r"|(?P<angle>(?<=[<>])))"
)
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9})")
#: Words that a full stop does not end.
_SHORT: Final = frozenset(
    (
        "dr",
        "mr",
        "mrs",
        "ms",
        "st",
        "jr",
        "sr",
        "vs",
        "no",
        "vol",
        "feat",
        "ft",
        "prof",
        "etc",
        "ca",
    )
)

ROUND: Final = 1.1
#: Weights of tags are kept within this range, both ways.
MOST: Final = 10.0
_TINY: Final = 1e-30

TEXT, DROP, CUT, STOP = range(4)
_SORT: Final = {"(": 0, ")": 0, "[": 1, "]": 1, "{": 2, "}": 2}


class Mark(msgspec.Struct, gc=False):
    """A stretch of a prompt that is not plain text: `TEXT` keeps it, `CUT` and `STOP` part tags."""

    start: int
    end: int
    act: int = TEXT
    rise: float = 0.0  # what it adds to the logarithm of the weight of what follows
    turns: int = 0  # how many factors below zero it opens, or closes


class _Open(msgspec.Struct, gc=False):
    """A bracket that is open, the last two colons directly in it, and whether it is a choice."""

    mark: Mark
    colon: Mark | None = None
    colon_before: Mark | None = None
    choice: bool = False


class Scan:
    """What one pass over a prompt found.

    Attributes:
        flat: the text, full-width signs as plain ones.
        marks: in order, never overlapping.
        resources: in order.
        clean: brackets match, and nothing reaches beyond this text; so it can be read apart from
            what stands before and behind it.
    """

    __slots__ = ("_ands", "_open", "clean", "flat", "marks", "resources")

    def __init__(self, flat: str) -> None:
        self.flat = flat
        self.marks: list[Mark] = []
        self.resources: list[Resource] = []
        self.clean = True
        self._open: tuple[list[_Open], ...] = ([], [], [])
        self._ands: list[int] = []
        for match in _TOKEN.finditer(flat):
            _HANDLERS[match.lastgroup or ""](self, match)
        self._close_all()

    def cut(self, match: re.Match[str]) -> None:
        """Part tags here."""
        start, end = match.span()
        self.marks.append(Mark(start, end, CUT))

    def conjunction(self, match: re.Match[str]) -> None:
        """Part tags and remember where, for weights of parts."""
        self.clean = False
        self._ands.append(len(self.marks))
        self.cut(match)

    def stop(self, match: re.Match[str]) -> None:
        """Part tags where a sentence ends."""
        start, end = match.span()
        if _ends_sentence(self.flat, start):
            self.marks.append(Mark(start, end, STOP))

    def escape(self, match: re.Match[str]) -> None:
        """Drop a backslash and leave what it protects."""
        start = match.start()
        self.marks.append(Mark(start, start + 1, DROP))

    def angle(self, _: re.Match[str]) -> None:
        """Leave an angle bracket that belongs to no resource."""
        self.clean = False

    def resource(self, match: re.Match[str]) -> None:
        """Set a resource aside."""
        start, end = match.span()
        self.marks.append(Mark(start, end, DROP))
        if match["name"] is None:
            found = _network(match["kind"].lower(), match["said"], start, end)
        else:
            found = Resource("embedding", match["name"], None, start, end)
        self.resources.append(found)

    def open(self, match: re.Match[str]) -> None:
        """Open a bracket."""
        start, end = match.span()
        mark = Mark(start, end, DROP)
        self._open[_SORT[match[0]]].append(_Open(mark))
        self.marks.append(mark)

    def colon(self, match: re.Match[str]) -> None:
        """Note a colon: it is text unless a bracket makes it a weight or a cut."""
        start, end = match.span()
        mark = Mark(start, end)
        self.marks.append(mark)
        if (inner := self._innermost()) is not None:
            inner.colon_before, inner.colon = inner.colon, mark

    def bar(self, match: re.Match[str]) -> None:
        """Part the choices of a bracket, or tags; a bar inside a word is a letter in disguise."""
        start, end = match.span()
        inner = self._innermost()
        if inner is not None:
            inner.choice = True
        elif self.flat[start - 1 : start].isalnum() and self.flat[end : end + 1].isalnum():
            return
        self.marks.append(Mark(start, end, CUT))

    def close(self, match: re.Match[str]) -> None:
        """Close the bracket of the same sort and give it its weight."""
        start, end = match.span()
        sort = _SORT[match[0]]
        if not self._open[sort]:
            self.clean = False
            smiles = sort == 0 and self.flat[start - 1 : start] in (":", ";", "=")
            self.marks.append(Mark(start, end, TEXT if smiles else DROP))
            return
        opened = self._open[sort].pop()
        close = Mark(start, end, DROP)
        if sort == 0:
            said = self._weight_before(start)
            _weigh(opened.mark, close, ROUND if said is None else said)
        elif sort == 1 and not opened.choice:
            _weigh(opened.mark, close, self._schedule(opened, start))
        self.marks.append(close)

    def _innermost(self) -> _Open | None:
        tops = [stack[-1] for stack in self._open if stack]
        if len(tops) > 1:
            return max(tops, key=_place)
        return tops[0] if tops else None

    def _weight_before(self, end: int) -> float | None:
        """Drop `:1.2` before a place and return the number."""
        last = self.marks[-1] if self.marks else None
        if last is None or last.act != TEXT or self.flat[last.start] != ":":
            return None
        number = self.flat[last.end : end].strip()
        if _NUMBER.fullmatch(number) is None:
            return None
        last.act, last.end = DROP, end
        return float(number)

    def _schedule(self, opened: _Open, end: int) -> float:
        """Return the factor of `[...]`: 1 for `[a:b:0.5]`, whose colons become cuts."""
        if opened.colon is not self.marks[-1] or self._weight_before(end) is None:
            return 1 / ROUND
        if opened.colon_before is not None:
            opened.colon_before.act = CUT
        return 1.0

    def _close_all(self) -> None:
        for stack, factor in zip(self._open, (ROUND, 1 / ROUND, 1.0), strict=True):
            for one in stack:
                one.mark.rise += log(factor)
                self.clean = False
        if self._ands:
            self._weigh_parts()

    def _weigh_parts(self) -> None:
        """Read the weights of `a AND b :1.2`: each counts for all between two ANDs."""
        marks, self.marks = self.marks, [Mark(0, 0, DROP)]
        opening, last = self.marks[0], Mark(len(self.flat), len(self.flat), DROP)
        start = 0
        for place in (*self._ands, len(marks)):
            self.marks += marks[start:place]
            closing = marks[place] if place < len(marks) else last
            said = self._weight_before(closing.start)
            if said is not None:
                _weigh(opening, closing, said)
            self.marks.append(closing)
            opening, start = closing, place + 1


_HANDLERS: Final = {
    "cut": Scan.cut,
    "open": Scan.open,
    "close": Scan.close,
    "colon": Scan.colon,
    "stop": Scan.stop,
    "net": Scan.resource,
    "embedding": Scan.resource,
    "escape": Scan.escape,
    "bar": Scan.bar,
    "conjunction": Scan.conjunction,
    "angle": Scan.angle,
}


def _place(one: _Open) -> int:
    return one.mark.start


def scan(text: str) -> Scan:
    """Find the marks of a prompt; linear in its length."""
    return Scan(text if text.isascii() else text.translate(_WIDE))


def log_weight(factor: float) -> float:
    """Return the logarithm of a factor without its sign; of zero, that of a very small one."""
    return log(max(abs(factor), _TINY))


def _weigh(opening: Mark, closing: Mark, factor: float) -> None:
    rise = log_weight(factor)
    opening.rise += rise
    closing.rise -= rise
    if factor < 0:
        opening.turns += 1
        closing.turns -= 1


def _ends_sentence(text: str, place: int) -> bool:
    """Say whether a full stop ends a sentence: not after an initial or a short form."""
    before = text[max(0, place - 6) : place]
    if not before or not (before[-1].isalnum() or before[-1] in ")\"'”»"):
        return False
    if text[place] != ".":
        return True
    word = before.rpartition(" ")[2].lower()
    return word not in _SHORT and not (len(word) == 1 and word.isalpha())


def _network(kind: str, said: str, start: int, end: int) -> Resource:
    name, *rest = said.split(":")
    for part in rest:
        number = part.rpartition("=")[2].strip()
        if _NUMBER.fullmatch(number):
            return Resource(kind, name.strip(), float(number), start, end)
    return Resource(kind, name.strip(), None, start, end)
