"""Finding the marks of the prompt language in one pass: cuts, brackets, weights, resources.

Round and square brackets are kept apart as the common tools do, so their ranges may cross. What is
not closed counts to the end; what was not opened is dropped.

Source: A1111 `prompt_parser.py` (attention, scheduling, alternation, AND); the dynamic prompts
extension (`{a|b}`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import log
from typing import Final

from hubwatch.prompts.records import Resource

#: Brackets, commas and colons of full width count as the plain ones: one code point for one.
_WIDE: Final = str.maketrans("（）［］｛｝，、､﹐﹑：｜＜＞；،", "()[]{},,,,,:|<>;,")
_TOKEN: Final = re.compile(
    r"(?P<escape>\\[\\()\[\]{}|<>:])"
    r"|(?P<net><(?P<kind>\w+):(?P<said>[^<>\n]*)>)"
    r"|(?P<embedding>\b[Ee]mbedding:(?P<name>[^\s,()\[\]{}|:<>\\]+))"
    r"|(?P<cut>[,\n\r\v\f\u2028\u2029]|;(?![^\s,])|\b(?:BREAK|AND)\b)"
    r"|(?P<stop>[.!?](?![^\s,])|[。！？])"
    r"|(?P<sign>[\\()\[\]{}|:<>])"
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
LEAST, MOST = 0.0, 10.0
_TINY: Final = 1e-9

TEXT, DROP, CUT, STOP = range(4)


@dataclass(slots=True)
class Mark:
    """A stretch of a prompt that is not plain text: `TEXT` keeps it, `CUT` and `STOP` part tags."""

    start: int
    end: int
    act: int = TEXT
    rise: float = 0.0  # what it adds to the logarithm of the weight of what follows


@dataclass(slots=True)
class _Open:
    """A bracket that is open."""

    mark: Mark
    colons: list[Mark] = field(default_factory=list)
    bars: bool = False


@dataclass(slots=True)
class Scan:
    """What one pass over a prompt found.

    Args:
        marks: in order, never overlapping.
        resources: in order.
        clean: brackets match, and nothing reaches beyond this text; so it can be read apart from
            what stands before and behind it.
    """

    flat: str
    marks: list[Mark] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    clean: bool = True
    _open: dict[str, list[_Open]] = field(default_factory=lambda: {"(": [], "[": [], "{": []})
    _ands: list[int] = field(default_factory=list)

    def read(self) -> None:
        """Find all marks."""
        for match in _TOKEN.finditer(self.flat):
            kind = match.lastgroup or ""
            start, end = match.span()
            if kind == "sign":
                self._sign(match[0], start, end)
            elif kind == "cut":
                self._cut(match[0], start, end)
            elif kind == "stop":
                if _ends_sentence(self.flat, start):
                    self.marks.append(Mark(start, end, STOP))
            elif kind == "escape":
                self.marks.append(Mark(start, start + 1, DROP))
            else:
                self._resource(match, kind)
        self._close_all()

    def _cut(self, sign: str, start: int, end: int) -> None:
        if sign == "AND":
            self._ands.append(len(self.marks))
            self.clean = False
        self.marks.append(Mark(start, end, CUT))

    def _resource(self, match: re.Match[str], kind: str) -> None:
        start, end = match.span()
        if kind == "embedding":
            found = Resource("embedding", match["name"], None, start, end)
        else:
            found = _network(match["kind"].lower(), match["said"], start, end)
        self.resources.append(found)
        self.marks.append(Mark(start, end, DROP))

    def _sign(self, sign: str, start: int, end: int) -> None:
        if sign in "([{":
            mark = Mark(start, end, DROP)
            self._open[sign].append(_Open(mark))
            self.marks.append(mark)
        elif sign in ")]}":
            self._close(sign, start, end)
        elif sign == ":":
            self._colon(start, end)
        elif sign == "|":
            self._bar(start, end)
        elif sign == "\\":
            self.marks.append(Mark(start, end, DROP))
        else:
            self.clean = False

    def _innermost(self) -> _Open | None:
        tops = [stack[-1] for stack in self._open.values() if stack]
        return max(tops, key=lambda top: top.mark.start) if tops else None

    def _colon(self, start: int, end: int) -> None:
        mark = Mark(start, end)
        self.marks.append(mark)
        if (inner := self._innermost()) is not None:
            inner.colons.append(mark)

    def _bar(self, start: int, end: int) -> None:
        inner = self._innermost()
        if (
            inner is None
            and self.flat[start - 1 : start].isalnum()
            and self.flat[end : end + 1].isalnum()
        ):
            return
        if inner is not None:
            inner.bars = True
        self.marks.append(Mark(start, end, CUT))

    def _close(self, sign: str, start: int, end: int) -> None:
        stack = self._open[{")": "(", "]": "[", "}": "{"}[sign]]
        if not stack:
            self.clean = False
            smiles = sign == ")" and self.flat[start - 1 : start] in (":", ";", "=")
            self.marks.append(Mark(start, end, TEXT if smiles else DROP))
            return
        opened = stack.pop()
        close = Mark(start, end, DROP)
        if sign == ")":
            said = self._weight_before(start)
            _weigh(opened.mark, close, ROUND if said is None else said)
        elif sign == "]" and not opened.bars:
            _weigh(opened.mark, close, self._schedule(opened, start))
        self.marks.append(close)

    def _weight_before(self, end: int) -> float | None:
        """Drop `:1.2` before a place and return the number."""
        last = self.marks[-1]
        if last.act != TEXT or self.flat[last.start] != ":":
            return None
        number = self.flat[last.end : end].strip()
        if _NUMBER.fullmatch(number) is None:
            return None
        last.act, last.end = DROP, end
        return min(max(float(number), LEAST), MOST)

    def _schedule(self, opened: _Open, end: int) -> float:
        """Return the factor of `[...]`: 1 for `[a:b:0.5]`, whose colons become cuts."""
        colons = opened.colons
        if not colons or colons[-1] is not self.marks[-1] or self._weight_before(end) is None:
            return 1 / ROUND
        if len(colons) > 1:
            colons[-2].act = CUT
        return 1.0

    def _close_all(self) -> None:
        for opened, factor in (("(", ROUND), ("[", 1 / ROUND), ("{", 1.0)):
            for one in self._open[opened]:
                one.mark.rise += log(factor)
                self.clean = False
        if self._ands:
            self._weigh_parts()

    def _weigh_parts(self) -> None:
        """Read the weights of `a AND b :1.2`: each counts for all between two ANDs."""
        first = Mark(0, 0, DROP)
        bounds = [*(self.marks[place] for place in self._ands), None]
        marks, self.marks = self.marks, [first]
        opening = first
        rest = iter(marks)
        for bound in bounds:
            for mark in rest:
                if mark is bound:
                    break
                self.marks.append(mark)
            end = len(self.flat) if bound is None else bound.start
            said = self._weight_before(end)
            closing = bound or Mark(len(self.flat), len(self.flat), DROP)
            if said is not None:
                _weigh(opening, closing, said)
            self.marks.append(closing)
            opening = closing


def scan(text: str) -> Scan:
    """Find the marks of a prompt; linear in its length."""
    found = Scan(text if text.isascii() else text.translate(_WIDE))
    found.read()
    return found


def _weigh(opening: Mark, closing: Mark, factor: float) -> None:
    rise = log(max(factor, _TINY))
    opening.rise += rise
    closing.rise -= rise


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
