"""Names out of headers: what may name somebody becomes a keyed token.

Source: keyed BLAKE2b as a message authentication code, RFC 7693 section 2.9.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.everyday import is_everyday_tag
from hubwatch.adapters.person_strings import is_person_like
from hubwatch.adapters.plain_words import CLASS_WORDS, FILE_WORDS, PERSON_WORDS
from hubwatch.adapters.values import base_name
from hubwatch.errors import UsageError
from hubwatch.gazetteer.folding import fold
from hubwatch.prompts.normalise import Strength, match_keys, normalise, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

PREFIX: Final = "name:"
_DIGITS: Final = 12
#: Longest text that is looked at; what is longer is a token in any case.
_LONGEST: Final = 512
_MOST_OWN: Final = 500
_PURPOSE: Final = b"hubwatch name"

_ENDING: Final = re.compile(r"\.(?:safetensors|ckpt|pt|bin)$", re.IGNORECASE)
_REPEATS: Final = re.compile(r"^\d{1,6}_+")
#: Numbers of versions and epochs at the end; they follow a sign, so that leetspeak is no number.
#: Signs match in one way only: two would double the time with every number.
_VERSION: Final = re.compile(
    r"(?<![\s_.-])(?:[\s_.-]+(?:(?:v|ver|version|e|ep|epoch|step)[\s_.-]*)?\d{1,9})+$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+")
_BESIDE: Final = PERSON_WORDS | FILE_WORDS


class Redactor:
    """Replaces what may name somebody by keyed tokens; safe by default.

    Args:
        key: secret, the lake's key; equal names have equal tokens under one key. At most 64 bytes.
        vocabulary: tags, in the form of `Tag.text`, that are always kept; None for none. Whoever
            gives one answers for the names in it.
    """

    def __init__(self, key: bytes, vocabulary: Container[str] | None = None) -> None:
        self._key = key
        self._vocabulary = vocabulary

    def token(self, text: str) -> str:
        """Return `name:` and 12 hex digits for a text; spellings of one name agree.

        Case, accents, blanks and signs, look-alike letters, digits that stand for letters, numbers
        of versions and repeats in front make no difference.

        Raises:
            UsageError: the redactor has no key, so that whoever guesses a name could test it.
        """
        if not self._key:
            raise UsageError("names cannot be replaced without a key", hint="give the lake's key")
        form = _token_form(text[:_LONGEST]) or text
        digest = hashlib.blake2b(
            form.encode("utf-8", "surrogatepass"),
            key=self._key,
            person=_PURPOSE,
            digest_size=_DIGITS // 2,
        )
        return PREFIX + digest.hexdigest()

    def tag(self, tag: str, own: Collection[str] = ()) -> str:
        """Return a tag as it may be stored: itself in the form of `Tag.text`, or its token.

        It is kept when the vocabulary holds it; or when it is everyday wording
        (`everyday.is_everyday_tag`) without one of the file's own names in any spelling. What
        looks like a token already becomes one, so that nobody can write one.

        Args:
            tag: of a caption.
            own: what the file calls itself and its subject, as written (`Training.own_names`).
        """
        form = plain(tag[:_LONGEST])
        if form.startswith(PREFIX):
            return self.token(tag)
        if self._vocabulary is not None and form in self._vocabulary:
            return form
        if len(tag) > _LONGEST or not is_everyday_tag(form):
            return self.token(tag)
        return self.token(tag) if own and _holds(form, own_forms(tuple(own))) else form

    def person_like(self, strings: Iterable[str]) -> bool:
        """Return whether one of some strings has the form of a person's name.

        Args:
            strings: names of files and folders, trigger words, tags; see `person_strings`.
        """
        return any(map(is_person_like, strings))


@lru_cache(maxsize=64)
def own_forms(own: tuple[str, ...]) -> frozenset[str]:
    """Return the letters of a file's own names in every spelling that is looked up.

    Of each name: whole, without version and repeats, without words such as `woman`, and each part
    between commas. What is only such words is no name.

    Args:
        own: as written; the first 500 are read.
    """
    found: set[str] = set()
    for name in own[:_MOST_OWN]:
        for part in name[:_LONGEST].split(","):
            bare = _bare(part)
            words = [word.lower() for word in _WORD.findall(bare.replace("_", " "))]
            if not CLASS_WORDS.issuperset(words):
                named = " ".join(word for word in words if word not in _BESIDE)
                for written in (part, bare, named):
                    found.update(map(_letters, (plain(written), *match_keys(written))))
    return frozenset(found - {""})


def _holds(form: str, names: frozenset[str]) -> bool:
    """Return whether a tag is one of some names, or holds one of several words.

    A name of one everyday word says nothing within a longer tag, unless what stands around it are
    words such as `photo` and `woman`.
    """
    words = _WORD.findall(form)
    bare = "".join(word for word in words if word not in _BESIDE)
    if _letters(form) in names or bare in names:
        return True
    places = range(len(words))
    runs = ("".join(words[i : j + 1]) for i in places for j in places[i + 1 :])
    return any(run in names for run in runs)


def _bare(name: str) -> str:
    """Return a name of a file or folder without ending, repeats and version."""
    name = _ENDING.sub("", base_name(name).strip())
    return _VERSION.sub("", _REPEATS.sub("", name)) or name


def _letters(form: str) -> str:
    """Return letters and digits alone."""
    return "".join(filter(str.isalnum, form))


def _token_form(text: str) -> str:
    bare = _bare(text)
    return fold(normalise(bare, Strength.STRONG)) or _letters(plain(bare))
