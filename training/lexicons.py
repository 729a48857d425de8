"""Turn a plain list, kept outside the repository, into a lexicon's hashed data file.

    python training/lexicons.py compile FOLDER [--only NAME] [--date YYYY-MM-DD]
    python training/lexicons.py verify FOLDER

FOLDER holds one `<name>.tsv` for each lexicon: lines of role, category, language and entries
(parted by `;`), tab-separated. In English entries `/n` adds the plural of the last word and `/v`
the forms of a verb. `compile` writes the data files and prints counts, never a word; `verify`
says whether the shipped files are what FOLDER would give.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hubwatch.prompts.normalise import match_keys, plain
from hubwatch.signals import lexicon as shipped
from hubwatch.signals.lexicon import GroupData, LexiconData, digest, ordinary, tokens

OUT = Path(shipped.__file__).parent / "lexicons"
VERSION = "2"
LICENCE = "Apache-2.0"
SOURCES = (
    "words chosen by the developers from the ordinary prompt vocabulary of model hubs",
    "invented test words of the simulated hub",
)
#: The role that keeps a form which several lines hold.
PRIORITY = ("benign", "soft", "adults", "hit", "context")
LEAST_LETTERS = 3
#: What the categories mean; the keys are the categories that a list may use for hits.
CATEGORIES: dict[str, dict[str, str]] = {
    "sexualised": {
        "act": "a sexual act",
        "body": "sexual attention to a part of the body",
        "undress": "nudity, undressing, revealing or under-wear",
        "pose": "a sexual or seductive pose, look or gesture",
        "genre": "names the content as sexual",
    },
    "objectifying": {
        "object_of_use": "a person as a thing to be used",
        "body_part_focus": "a person reduced to a part of the body",
        "possession": "a person as property",
        "degradation": "a debasing name or state",
    },
    "violent": {
        "violence": "bodily or sexual violence",
        "restraint": "a person bound, gagged or locked up",
        "coercion": "against the will, by force, threat, drugs or control",
        "humiliation": "a person humiliated or shamed",
    },
    "minor": {
        "weak": "may point at a minor, often does not",
        "clear": "names a minor",
        "explicit": "names a minor by age or by a word for sexualised minors",
    },
    "tools": {
        "undress": "a tool that undresses people in pictures",
        "face_swap": "a tool that puts a person's face on another body",
        "wording": "nudity or undressing, not a tool by itself",
    },
}
#: Readable stand-ins, so that demo and tests need no explicit wording: lemma prefix, count.
TEST_TERMS = {
    "sexualised": ("mature_term", 120),
    "objectifying": ("object_term", 20),
    "violent": ("coercion_term", 20),
    "tools": ("tool_term", 9),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One group of plain entries."""

    number: int
    role: str
    category: str
    language: str
    entries: tuple[str, ...]


def test_lines(name: str) -> list[Line]:
    """Return the invented test words, spread evenly over the categories."""
    prefix, count = TEST_TERMS.get(name, ("", 0))
    categories = list(CATEGORIES[name])
    words = [f"{prefix}_{number:03d}" for number in range(1, count + 1)]
    return [
        Line(0, "hit", category, "zz", tuple(words[place :: len(categories)]))
        for place, category in enumerate(categories if count else ())
    ]


def read_lines(path: Path) -> list[Line]:
    """Read a plain list."""
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        role, category, language, entries = text.split("\t")
        if role not in shipped.ROLES:
            raise SystemExit(f"{path.name}:{number}: unknown role")
        if role in ("hit", "soft") and category not in CATEGORIES[path.stem]:
            raise SystemExit(f"{path.name}:{number}: unknown category")
        split = tuple(entry.strip() for entry in entries.split(";") if entry.strip())
        lines.append(Line(number, role, category, language, split))
    return lines


def inflected(entry: str) -> list[str]:
    """Return an entry with the inflections that its mark asks for."""
    text, _, mark = entry.partition("/")
    if mark == "n":
        return [text, _plural(text)]
    if mark == "v":
        stem = text.removesuffix("e")
        double = text + text[-1] if re.search(r"[^aeiou][aeiou][bgmnprt]$", text) else None
        forms = [text, _plural(text), stem + "ing", stem + "ed"]
        return forms + ([double + "ing", double + "ed"] if double else [])
    return [text]


def _plural(text: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", text):
        return text + "es"
    if re.search(r"[^aeiou]y$", text):
        return text[:-1] + "ies"
    return text + "s"


def forms_of(entry: str, language: str) -> set[tuple[str, ...]]:
    """Return the token sequences under which an entry is stored."""
    found = set()
    for text in inflected(entry):
        form = plain(text)
        plainly = ordinary(form)
        keys = [key for key in _keys(form, language) if _telling(key)]
        found |= {tuple(tokens(key)) for key in (plainly, *keys)}
    return found - {()}


def _telling(key: str) -> bool:
    """Refuse what undoing made too short to mean anything (a letter that stood three times)."""
    return not key.isascii() or len(key) >= LEAST_LETTERS


def _keys(form: str, language: str) -> list[str]:
    """Return the keys of an entry; a transliteration only where it stays unmistakable."""
    keys = match_keys(form)
    long_enough = language == "ru" and len(form) >= 5
    return [
        key
        for key in keys
        if form.isascii() or long_enough or not key.isascii() or ordinary(form).isascii()
    ]


def compile_list(name: str, lines: list[Line], date: str) -> LexiconData:
    """Make the data file of a plain list; a form belongs to its first role in `PRIORITY`."""
    seen: dict[tuple[str, ...], int] = {}
    hashes: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    lemmas: dict[tuple[str, str, str], int] = defaultdict(int)
    counted: set[tuple[str, ...]] = set()
    for line in sorted(lines, key=lambda line: PRIORITY.index(line.role)):
        group = (line.role, line.category, line.language)
        for entry in line.entries:
            new = [form for form in forms_of(entry, line.language) if form not in seen]
            lemmas[group] += bool(new)
            if line.role in ("hit", "soft", "adults"):
                counted.update(new)
            for form in new:
                if line.role != "context":
                    seen[form] = line.number
                hashes[group][str(len(form))].add(_stored(form))
    return LexiconData(
        name=name,
        version=VERSION,
        date=date,
        licence=LICENCE,
        sources=SOURCES,
        categories=CATEGORIES[name],
        vocabulary=sorted({f"{digest(token):016x}" for form in counted for token in form}),
        groups=tuple(
            GroupData(
                role=group[0],
                category=group[1],
                language=group[2],
                lemmas=lemmas[group],
                hashes={length: sorted(found[length]) for length in sorted(found)},
            )
            for group, found in sorted(hashes.items())
        ),
    )


def _stored(form: tuple[str, ...]) -> str:
    whole = f"{digest(' '.join(form)):016x}"
    return whole if len(form) == 1 else f"{digest(form[0]):016x}{whole}"


def encoded(data: LexiconData) -> bytes:
    """Return the bytes of a data file."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def show(data: LexiconData) -> None:
    """Print counts per group."""
    for group in data.groups:
        forms = sum(map(len, group.hashes.values()))
        cells = (data.name, group.role, group.category, group.language, group.lemmas, forms)
        sys.stdout.write("\t".join(map(str, cells)) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """Compile or verify."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("action", choices=("compile", "verify"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=shipped.NAMES)
    parser.add_argument("--date", default="2026-11-24")
    options = parser.parse_args(arguments)
    wrong = 0
    for name in [options.only] if options.only else shipped.NAMES:
        lines = test_lines(name) + read_lines(options.folder / f"{name}.tsv")
        data = compile_list(name, lines, options.date)
        path = OUT / f"{name}.json"
        show(data)
        if options.action == "compile":
            path.write_bytes(encoded(data))
        elif not path.is_file() or path.read_bytes() != encoded(data):
            wrong += 1
            sys.stderr.write(f"{name}: the shipped file is another one\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
