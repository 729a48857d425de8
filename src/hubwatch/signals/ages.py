"""Ages of persons below eighteen, written in many ways, told apart from ages of other things."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.prompts.normalise import Strength, normalise
from hubwatch.signals import age_words as say
from hubwatch.signals.language import NEGATIONS
from hubwatch.signals.lexicon import SPELLED, forms_of_word, is_plain, single_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

ADULT: Final = 18
#: Longer tags are read without the screen.
_SCREENED: Final = 256
_HAN_DIGITS: Final = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"两": 2}
_HAN: Final = "〇一二三四五六七八九十百两"
_JOINED: Final = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
#: Numbers joined by a point, comma, colon or cross are no ages: weights, versions, sizes, times.
_TOKEN: Final = re.compile(
    rf"\d+(?:[.,:x×]\d+)*|[{_HAN}]+|[{_JOINED}]|[^\W\d_{_JOINED}]+|\+|[-–](?=\d)"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LETTER_DIGIT: Final = re.compile(r"(?<![^\W_])(?:[oil]\d|\d[oil])(?![^\W_])")
_AS_DIGITS: Final = str.maketrans("oil", "011")
#: Korean native numerals stand before the unit in one word.
_KOREAN: Final = re.compile(
    "(?:열 ?)?(?:한|하나|두|둘|세|셋|네|넷|다섯|여섯|일곱|여덟|아홉) ?살|열 ?살"
)
#: One of these stands in every age.
_UNIT_WORDS: Final = {unit[0] for unit in say.UNITS} | say.LOOSE_UNITS | say.BEFORE
_LIMIT_WORDS: Final = {limit[-1] for limit in say.LIMITS}
#: "17 and a half years", "15.5 years", "16+ years": what stands between number and unit.
_HALVES: Final = re.compile(
    r"(?:(?<=\d)[.,]\d{1,2}|(?<=\w) ?(?:and a half|and 1/2|1/2)|(?<=\d)1⁄2|(?<=\d) ?\+)"
    r"(?=[ -]?(?:years?|yrs?|yo|y|months?|jahre|anni|ans|anos|лет|岁|歲|歳)(?![^\W\d_]))"
)
#: "16y", "16f": a whole word.
_SHORT: Final = re.compile(r"(?<![^\W_])(0*1[0-7]) ?[yf](?![^\W_])(?! o(?![^\W_]))(?=,|\Z)")
_NAMING: Final = say.BEFORE | {pair[1] for pair in say.BEFORE_JOINED}
#: Also as they look when their letters are taken for Latin ones.
_TIME_AFTER: Final = say.TIME_AFTER | {normalise(word, Strength.FOLDED) for word in say.TIME_AFTER}


class Ages(NamedTuple):
    """Ages in one tag: of persons, of other things, and of somebody's own family."""

    persons: int = 0
    things: int = 0
    family: int = 0


NO_AGES: Final = Ages()


def tells_age(text: str) -> bool:
    """Say whether a tag may hold the unit of an age; a quick screen for `read_ages`.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
    """
    if len(text) > _SCREENED:
        return True
    row = text.split()
    return any(map(is_unit, row)) or sum(map(single_letters, row)) >= SPELLED


@lru_cache(maxsize=1 << 16)
def is_unit(word: str) -> bool:
    """Say whether a word may be, or hold, the unit of an age."""
    if word.isalpha() and is_plain(word):
        return _tells(word)
    return any(
        "살" in form or _SHORT.search(form) is not None or any(map(_tells, _TOKEN.findall(form)))
        for form in forms_of_word(word)
    )


def may_number(word: str) -> bool:
    """Say whether an ASCII tag with this word may hold a number as `read_ages` reads them."""
    if word.isalpha():
        return word in say.NUMBERS or "half" in word
    if any(map(str.isdigit, word)):
        return True
    return any(part in say.NUMBERS or "half" in part for part in _LETTERS.findall(word))


def _tells(part: str) -> bool:
    known = part in _UNIT_WORDS or part in _LIMIT_WORDS or part in "年龄齢齡"
    return known or part.startswith(say.UNIT_STARTS)


def read_ages(text: str, *, prose: bool = False) -> Ages:
    """Count the ages below eighteen in one form of a tag.

    Args:
        text: one of the forms of `lexicon.keys`. Linear in its length.
        prose: it is a sentence of a description, which may tell of lives and of files.
    """
    row = _parted(text)
    persons = _limits(row)
    things = family = 0
    for place in _places(row):
        value = _number(row, place)
        if value is None:
            continue
        stop = _unit_end(row, place)
        named = _is_named(row, place)
        if stop is None and not named:
            continue
        if value >= ADULT and not _starts_young(row, place):
            continue
        kind = _kind(row, place, stop or place + 1, prose=prose)
        persons += kind == "person"
        things += kind == "thing"
        family += kind == "family"
    return Ages(persons + _korean(text), things, family)


def _parted(text: str) -> list[str]:
    """Return the tokens of a form, without what stands between a number and its unit."""
    if not any(map(str.isdigit, text)):
        return _TOKEN.findall(_HALVES.sub("", text) if "half" in text else text)
    digits = _LETTER_DIGIT.sub(lambda match: match[0].translate(_AS_DIGITS), text)
    return _TOKEN.findall(_SHORT.sub(r"\1 yo", _HALVES.sub("", digits)))


def _limits(row: Sequence[str]) -> int:
    """Count the times that a text names whoever is younger than eighteen."""
    return sum(
        word in _LIMIT_WORDS
        and _number(row, at + 1) == ADULT
        and ((word,) in say.LIMITS or tuple(row[max(0, at - 1) : at + 1]) in say.LIMITS)
        and say.MEASURES.isdisjoint(row[max(0, at - 3) : at])
        and (not row[at + 2 : at + 3] or row[at + 2] in say.LOOSE_UNITS | say.PERSONS)
        for at, word in enumerate(row[:-1])
    )


def _places(row: Sequence[str]) -> list[int]:
    """Return the places where a number would be an age: before a unit, or behind "age"."""
    places: set[int] = set()
    for at, word in enumerate(row):
        if word in _NAMING:
            places.update(range(at + 1, min(at + 4, len(row))))
        if at and (word in _UNIT_WORDS or word.startswith(say.UNIT_STARTS)):
            places.add(at - 1)
    return sorted(places)


def _korean(text: str) -> int:
    return 0 if text.isascii() else sum(1 for _ in _KOREAN.finditer(text))


def _number(row: Sequence[str], place: int) -> int | None:
    """Return the number at a place; None when there is none, or when it is part of another."""
    word = row[place]
    if word.isdecimal():
        if len(word) == 1 and place and len(row[place - 1]) == 1 and row[place - 1].isdecimal():
            return int(row[place - 1] + word)
        short = word.lstrip("0") or "0"
        return int(short) if len(short) <= 4 else None
    if word[0] in _HAN:
        return _han_number(word)
    value = say.NUMBERS.get(word)
    if value is None:
        return None
    before = place - 1
    if before > 0 and row[before] in say.CONNECTORS:
        before -= 1
    return value + 20 if before >= 0 and row[before] in say.TENS else value


def _han_number(word: str) -> int | None:
    """Read a number below a thousand in Chinese characters."""
    if len(word) > 6:
        return None
    total = digit = 0
    for char in word:
        if char in _HAN_DIGITS:
            digit = digit * 10 + _HAN_DIGITS[char]
        else:
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return total + digit


def _unit_end(row: Sequence[str], place: int) -> int | None:
    """Return the place behind the unit that makes a number an age; None without a unit."""
    after = tuple(row[place + 1 : place + 4])
    for length in (3, 2, 1):
        if after[:length] in say.UNITS and len(after) >= length:
            if length == 1 and (_is_time(row, place, after) or after[:2] == ("yo", "yo")):
                return None
            return place + 1 + length
    if not after:
        return None
    if after[0].startswith(say.UNIT_STARTS) and not after[0].startswith(say.NOT_UNITS):
        return place + 2
    if after[0] in say.LOOSE_UNITS and _is_loosely_of_person(row, place):
        return place + 2
    return None


def _is_loosely_of_person(row: Sequence[str], place: int) -> bool:
    """Say whether "16 years" is the whole tag, or stands beside a person."""
    if len(row) > place + 2:
        return row[place + 2] in say.PERSONS
    return not place or row[place - 1] in say.PERSONS


def _is_time(row: Sequence[str], place: int, after: tuple[str, ...]) -> bool:
    """Say whether "12 anos", "12 ans", "12 лет" speak of time that passes."""
    if len(after) > 2 and after[1] == "de" and after[2] in say.AGE_AFTER_OF:
        return False
    behind = len(after) > 1 and after[1] in _TIME_AFTER
    before = tuple(row[max(0, place - 2) : place])
    return behind or before == ("y", "a") or (before != () and before[-1] in say.TIME_BEFORE)


def _is_named(row: Sequence[str], place: int) -> bool:
    """Say whether "age" or the like stands before a number."""
    before = place - 1
    while before >= 0 and place - before <= 2 and row[before] in say.LINKS:
        before -= 1
    if before < 0:
        return False
    if tuple(row[max(0, before - 1) : before + 1]) in say.BEFORE_JOINED:
        return True
    era = row[before] in ("age", "ages") and before > 0 and row[before - 1] in say.ERAS
    return row[before] in say.BEFORE and not era


def _starts_young(row: Sequence[str], place: int) -> bool:
    """Say whether an adult age ends a range that starts below eighteen: "15-20 years old"."""
    if place < 2 or (row[place - 1] not in say.RANGES and row[place - 1] not in "-–"):
        return False
    value = _number(row, place - 2)
    return value is not None and 0 < value < ADULT


def _kind(row: Sequence[str], place: int, stop: int, *, prose: bool) -> str:
    """Say whose age it is: `person`, `thing` or `family`."""
    after = row[stop : stop + 3]
    rated = after[:1] == ["+"] or (after[:2] in (["and", "up"], ["and", "over"], ["and", "older"]))
    if rated or _is_negated(row, place) or _is_of_thing(row, place, stop):
        return "thing"
    if prose and (_is_of_file(row, place, after) or _is_biography(row, place, stop)):
        return "thing"
    own = "my" in row[max(0, place - 4) : place] and any(word in say.OWN_FAMILY for word in after)
    return "family" if own else "person"


def _is_negated(row: Sequence[str], place: int) -> bool:
    """Say whether a negation stands directly before an age."""
    at = place - 1
    while at >= 0 and place - at <= 4 and row[at] in say.ARTICLES | say.LINKS | say.BEFORE:
        at -= 1
    return at >= 0 and row[at] in NEGATIONS


def _is_of_thing(row: Sequence[str], place: int, stop: int) -> bool:
    """Say whether a thing, and nobody with it, stands directly beside an age."""
    while stop < len(row) and row[stop] in say.SPANS:
        stop += 1
    if stop < len(row) and row[stop] in say.OF_THINGS:
        stop += 1
    if row[stop : stop + 1] and row[stop] in say.THINGS:
        return say.PERSONS.isdisjoint(row[stop + 1 : stop + 3])
    aged = place > 1 and row[place - 1] == "aged" and row[place - 2] in say.THINGS
    return aged and len(row) == stop


def _is_of_file(row: Sequence[str], place: int, after: Sequence[str]) -> bool:
    """Say whether a sentence tells how old a file, or what it speaks of, is."""
    before = row[max(0, place - 4) : place]
    known = say.ARTEFACTS if after else say.ARTEFACTS | say.POINTERS
    return any(
        before[at] in known and before[at + 1] in ("is", "are", "was")
        for at in range(len(before) - 1)
    )


def _is_biography(row: Sequence[str], place: int, stop: int) -> bool:
    near = row[max(0, place - 8) : stop + 8]
    return ("age" in near or "when" in near) and any(word in say.BIOGRAPHY for word in near)
