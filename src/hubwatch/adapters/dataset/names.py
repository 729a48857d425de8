"""Who is named: folder names, triggers and captions, by the form of a name."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.everyday import is_everyday_tag
from hubwatch.adapters.person_strings import is_person_like
from hubwatch.adapters.plain_words import PERSON_WORDS
from hubwatch.gazetteer.names import is_common_word
from hubwatch.prompts.normalise import plain
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.signals.person.name_shape import full_name, name_words, token_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

#: From here on given name and surname are both supported; as in the rules of `real_person`.
SUPPORTED: Final = 0.4
#: Names that are kept of all captions together.
MOST: Final = 4_096

#: kohya's folders: repeats, then what is trained.
_REPEATS: Final = re.compile(r"^\d{1,4}_(?=.)")
_LONGEST_NAME: Final = 4
_VERSION: Final = re.compile(r"v?\d{1,4}", re.IGNORECASE)
#: What stands around a name in triggers and captions. Not `style` or `dress`: they say much.
_AROUND: Final = PERSON_WORDS | {
    "a",
    "an",
    "the",
    "of",
    "photo",
    "picture",
    "image",
    "1girl",
    "1boy",
}
#: A run of words with capitals inside a sentence.
_TITLED: Final = re.compile(r"[A-ZÀ-Þ][^\W\d_]{1,30}(?:[ -][A-ZÀ-Þ][^\W\d_]{1,30}){1,2}")
#: Names of folders that say nothing of what is in them.
_GENERIC: Final = frozenset(
    (
        *("img", "imgs", "image", "images", "pic", "pics", "picture", "pictures", "photo"),
        *("photos", "data", "dataset", "datasets", "train", "training", "input", "inputs"),
        *("raw", "set", "sets", "concept", "concepts", "caption", "captions", "reg", "lora"),
        *("loras", "tmp", "temp", "test", "new", "untitled", "folder", "output", "outputs"),
        *("last", "model", "models", "default", "example", "source", "main", "root", "home"),
        *("project", "projects", "my", "final", "v", "version", "class", "samples", "sample"),
    )
)


def spoken(name: str) -> str:
    """Return what a folder, file or trigger calls its subject: words without what stands around.

    Left out are kohya's repeats, versions at the end, and words such as `photo of` and `woman` at
    both ends. Empty for a name that says nothing, such as `images`.
    """
    words = without_repeats(name).replace("_", " ").replace("-", " ").split()
    first, last = 0, len(words)
    while first < last and _stands_around(words[first]):
        first += 1
    while first < last and (_stands_around(words[last - 1]) or _VERSION.fullmatch(words[last - 1])):
        last -= 1
    kept = words[first:last]
    return " ".join(kept) if any(map(_says_something, kept)) else ""


def _stands_around(word: str) -> bool:
    return word.lower() in _AROUND


def _says_something(word: str) -> bool:
    bare = word.strip("0123456789").lower()
    return bool(bare) and bare not in _GENERIC


def without_repeats(name: str) -> str:
    """Return a name of the disk without kohya's repeats: a number there is no age."""
    return _REPEATS.sub("", sound(name))


def sound(name: str) -> str:
    """Return a name of the disk without the bytes in it that are no text."""
    return name.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1 << 16)
def is_name(text: str) -> bool:
    """Say whether a short text has the form of a person's name, to `inspect` or `real_person`.

    Args:
        text: a tag, a trigger, a folder's name.
    """
    if is_person_like(text):
        return True
    if is_everyday_tag(plain(text)):
        return False
    words = [word for word in name_words(text) if len(word) > 1]
    return len(words) <= _LONGEST_NAME and full_name(words) >= SUPPORTED


@lru_cache(maxsize=1 << 16)
def _is_telling(first: str, last: str) -> bool:
    """Say whether two words of a sentence without capitals are a name."""
    if is_common_word(last):
        return False
    given, family = token_of(first), token_of(last)
    return given.given > 1 + given.common and family.surname > 1


def names_in(caption: str) -> set[str]:
    """Return what has the form of a person's name in a caption, in lower case.

    Read are whole tags, runs of words with capitals, and pairs of words of which both are known as
    names and the second is no everyday word. Linear in its length.
    """
    found = {run.lower() for run in _TITLED.findall(caption) if _is_run(run)}
    for tag in tag_texts(caption):
        words = tag.split()
        if len(words) <= _LONGEST_NAME:
            if len(words) > 1 and is_name(tag):
                found.add(tag)
            continue
        found.update(" ".join(pair) for pair in pairwise(words) if _is_telling(*pair))
    return found


def _is_run(run: str) -> bool:
    words = name_words(run)
    return not is_common_word(words[-1]) and is_name(run)


def names_of(captions: Mapping[str, int], known: Collection[str] = ()) -> tuple[Counter[str], int]:
    """Return how many captions hold each name, and how many hold any.

    Args:
        captions: texts with how often each occurs.
        known: names that the set is known by, in lower case; they are found in any sentence.
    """
    found: Counter[str] = Counter()
    holding = 0
    for caption, times in captions.items():
        low = plain(caption) if known else ""
        names = names_in(caption) | {name for name in known if name in low}
        holding += times * bool(names)
        for name in names:
            if name in found or len(found) < MOST:
                found[name] += times
    return found, holding


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that say something, each spelling once, in order."""
    by_form = {" ".join(name_words(text)).lower(): text for text in texts if text.strip()}
    by_form.pop("", None)
    return tuple(by_form.values())
