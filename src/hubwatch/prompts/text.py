"""Plain text out of what people write: HTML, sentences, words, the script of the letters.

Everything here takes time linear in the text and never raises.
"""

from __future__ import annotations

import html as html_entities
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from hubwatch.prompts.characters import nfkc

#: A longer or more tagged page is stripped without a parser, whose worst case is quadratic.
_MOST_CHARACTERS: Final = 200_000
_MOST_TAGS: Final = 8_000

_BLOCK: Final = re.compile(
    r"<(?=/?(?:address|article|blockquote|br|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|main"
    r"|nav|ol|p|pre|section|table|td|th|tr|ul)\b)",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<![^<>]*>")
_HIDDEN: Final = re.compile(r"<(/?)(script|style)\b[^<>]*>|(<!)--|-->", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"<s(?:cript|tyle)", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_CUT: Final = re.compile(r"[\n,;|()\[\]{}<>\"“”«»，、；。！？；|（）「」『』【】]|[.!?…:](?!\S)")
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_EDGES: Final = " \t.,;:!?'`*-–—•·~=#"

#: First words of Unicode character names, with the script that they stand for.
_SCRIPTS: Final = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana"}
_NAMED: Final = frozenset(
    ("Latin", "Cyrillic", "Greek", "Hangul", "Arabic", "Hebrew", "Thai", "Devanagari", "Bengali",
     "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Sinhala", "Georgian",
     "Armenian", "Khmer", "Lao", "Myanmar", "Tibetan", "Ethiopic", "Bopomofo", "Mongolian")
)  # fmt: skip


def plain_text(html: str) -> str:
    """Return the text of an HTML fragment, with a line for each block.

    Scripts, styles and comments are gone; white space is collapsed within lines and empty lines
    are dropped.

    Args:
        html: as an uploader wrote it; plain text is fine too.
    """
    parted = _BLOCK.sub("\n<", html)
    if len(parted) > _MOST_CHARACTERS or parted.count("<") > _MOST_TAGS:
        text = _strip(parted)
    else:
        tree = LexborHTMLParser(parted.encode("utf-8", "replace"))
        if _UNSEEN.search(parted):
            tree.strip_tags(["script", "style"])
        text = tree.body.text() if tree.body is not None else ""
    lines = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return "\n".join(line for line in lines if line)


def _strip(html: str) -> str:
    """Return the text of a page whose tags are simply cut out."""
    kept: list[str] = []
    start, hidden_by = 0, ""
    for mark in _HIDDEN.finditer(html):
        name = (mark[2] or "comment").lower()
        opens = mark[1] == "" or mark[3] is not None
        if not hidden_by:
            kept.append(html[start : mark.start()])
            hidden_by, start = name if opens else "", mark.end()
        elif name == hidden_by and not opens:
            hidden_by, start = "", mark.end()
    if not hidden_by:
        kept.append(html[start:])
    return html_entities.unescape(_TAG.sub("", "".join(kept)))


def split_text(text: str) -> tuple[str, ...]:
    """Return the sentences and pieces of prose, each in the form of `Tag.text`.

    Cut at line ends, commas, brackets, quotation marks, and at the end of sentences; empty pieces
    are left out.
    """
    if not text.isascii():
        text = nfkc(nfkc(text).lower())
    spaced = (piece.replace("_", " ").split() for piece in _CUT.split(text.lower()))
    pieces = [" ".join(row).strip(_EDGES) for row in spaced]
    return tuple([piece for piece in pieces if piece])


def words(text: str) -> list[str]:
    """Return the words of a normalised text: runs of letters and digits with their marks."""
    return (_ASCII_WORD if text.isascii() else _word_pattern()).findall(text)


@cache
def _word_pattern() -> re.Pattern[str]:
    """Vowel signs of many scripts are marks, which `re` does not count as parts of words."""
    marks = [c for c in range(0x300, 0x3100) if unicodedata.category(chr(c)) in ("Mn", "Mc")]
    return re.compile(f"[^\\W_]+(?:[{''.join(map(chr, marks))}]+[^\\W_]*)*")


def script_of(text: str) -> str | None:
    """Return the script of most letters of a text.

    Returns:
        `Latin`, `Cyrillic`, `Han`, `Kana` (Hiragana and Katakana), `Hangul`, `Arabic`, ... as
        Unicode names them; `other` for a script that is not told apart; None without a letter. The
        earlier script where two have as many letters.
    """
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else None
    counts: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            counts[_script(char)] += times
    return counts.most_common(1)[0][0] if counts else None


@cache
def _script(char: str) -> str:
    name = unicodedata.name(nfkc(char)[:1] or char, "")
    first = name.partition(" ")[0].partition("-")[0]
    title = _SCRIPTS.get(first, first.title())
    return title if title in _NAMED or first in _SCRIPTS else "other"
