"""Measure name screening: how much is found by variant class, and how often it is wrong.

    python -m training.name_screening [--real DIR] [--packages SITE_PACKAGES]

Names are invented. Each is written in every class, set into a sentence, and screened against the
whole list. The benign texts are the simulated hub's, which hold other invented names; with --real
also the texts of a folder of API answers (model documents as .jsonl.zst), of which only counts are
kept. --packages holds the package names 0.3.0: realistic names put together at random, for false
alarms that invented syllables would hide. Writes `gazetteer/measured/name_screening.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hubwatch.files import open_bytes, read_lines
from hubwatch.gazetteer import screening
from hubwatch.gazetteer.screening import WatchedName, Watchlist
from hubwatch.measures.statistics import wilson
from hubwatch.simulate.world.write import write_hub
from training.name_variants import cases_by_class, invented_names, mechanical_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.name_variants import Case

OUT = Path(screening.__file__).parent / "measured" / "name_screening.json"
NAMES = 2_000
VERSION = "2"
SEED = 20261123


class Literal:
    """What platforms do: lower case, no accents, one separator, prompt weights undone."""

    def __init__(self, names: list[WatchedName]) -> None:
        self.names = {name.id: self.form(name.name) for name in names}
        self.wanted = {form: name for name, form in self.names.items()}

    @staticmethod
    def form(text: str) -> str:
        """Return the words of a text in the form that the list is matched in."""
        low = unicodedata.normalize("NFD", text.lower())
        low = "".join(c for c in low if not unicodedata.combining(c))
        low = re.sub(r":[\d.]+", " ", low).replace("(", " ").replace(")", " ")
        return " ".join(re.sub(r"[_\-.,<>:\[\]|\s]", " ", low).split(" "))

    def finds(self, name: WatchedName, text: str) -> bool:
        """Return whether a listed name stands in a text."""
        words = " ".join(self.form(text).split())
        return f" {self.names[name.id]} " in f" {words} "


def share(found: int, total: int) -> dict[str, float]:
    """Return a share with its 95 % interval."""
    low, high = wilson(np.array([found]), np.array([total]))
    return {
        "value": round(found / total, 4), "low": round(float(low[0]), 4),
        "high": round(float(high[0]), 4),
    }  # fmt: skip


def found_table(groups: dict[str, list[Case]], title: str, data: str) -> dict[str, Any]:
    """Return the table of what is found by class."""
    rows = []
    for kind, cases in groups.items():
        watchlist = Watchlist(one.watched for one in cases)
        literal = Literal([one.watched for one in cases])
        hits = [one.watched.id in {m.entry for m in watchlist.screen(one.text)} for one in cases]
        plain = sum(literal.finds(one.watched, one.text) for one in cases)
        rows.append([kind, len(cases), share(sum(hits), len(cases)), share(plain, len(cases))])
    return table(
        title,
        data,
        "share of texts whose name is found among all watched names",
        "Each class watches 2 000 names at once. The literal list undoes case, accents, one "
        "separator and prompt weights. Generator and matcher have the same authors. Slips "
        "are of names of 8 letters or more; nicknames are "
        "supplied or common English ones.",
        ["class", "texts", "found", "literal list"],
        rows,
    )


def strings(value: Any) -> Iterator[str]:
    """Yield the texts of an API answer that screening reads."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                if key in TEXT_FIELDS and inner.strip():
                    yield inner
            else:
                yield from strings(inner) if key not in LISTS else iter(words(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


TEXT_FIELDS = {"name", "description", "prompt", "negativePrompt"}
LISTS = {"tags", "trainedWords"}


def words(value: Any) -> list[str]:
    """Return the texts of a list of tags or trigger words."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def corpus(paths: list[Path]) -> list[list[str]]:
    """Return the distinct texts of each document of some files of API answers."""
    documents = []
    for path in paths:
        with open_bytes(path) as stream:
            for line in read_lines(stream):
                answer = json.loads(line)
                items = answer.get("items") if isinstance(answer, dict) else None
                documents += [list(dict.fromkeys(strings(item))) for item in items or [answer]]
    return documents


def alarms_row(title: str, watched: list[WatchedName], documents: list[list[str]]) -> list[Any]:
    """Return how often texts that hold none of the names raise an alarm."""
    watchlist = Watchlist(watched)
    texts = documents_alarmed = 0
    alarmed = 0
    classes: Counter[str] = Counter()
    started = time.process_time()
    for document in documents:
        any_here = False
        for text in document:
            matches = watchlist.screen(text)
            texts += 1
            alarmed += bool(matches)
            any_here |= bool(matches)
            classes.update({match.variant.value for match in matches})
        documents_alarmed += any_here
    seconds = time.process_time() - started
    sys.stderr.write(f"{title}: {seconds:.0f} s CPU for {texts} texts\n")
    most = ", ".join(f"{kind} {count}" for kind, count in classes.most_common(4)) or "none"
    return [title, len(watched), texts, share(alarmed, texts), len(documents),
            share(documents_alarmed, len(documents)), most]  # fmt: skip


def without_literal(watched: list[WatchedName], documents: list[list[str]]) -> list[WatchedName]:
    """Return those names that no text holds word by word, so that every alarm is false.

    A name whose letters only run on across other words stays on the list: that is a false alarm.
    """
    everything = " ".join(
        " ".join(re.findall(r"\w+", Literal.form(text)))
        for document in documents
        for text in document
    )
    everything = f" {everything} "
    return [name for name in watched if f" {name.name.lower()} " not in everything]


def realistic_pairs(site: Path, count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Return given names and surnames of a census, put together at random."""
    firsts = [
        line.split()[0].title()
        for kind in ("female", "male")
        for line in (site / f"names/dist.{kind}.first").read_text().splitlines()[:1000]
    ]
    lasts = [
        line.split()[0].title()
        for line in (site / "names/dist.all.last").read_text().splitlines()[:20_000]
    ]
    pairs = {(rng.choice(firsts), rng.choice(lasts)) for _ in range(count)}
    return sorted(pairs)


def table(
    title: str, data: str, unit: str, note: str, columns: list[str], rows: list[list[Any]]
) -> dict[str, Any]:
    """Return a table in the format of measured scores."""
    return {
        "title": title, "data": data, "date": datetime.now(UTC).date().isoformat(), "unit": unit,
        "note": note, "columns": columns, "rows": rows,
    }  # fmt: skip


def alarm_table(
    names: list[tuple[str, str]], arguments: argparse.Namespace, rng: random.Random
) -> dict[str, Any]:
    """Return the table of false alarms."""
    invented = [WatchedName(f"n{n}", f"{a} {b}") for n, (a, b) in enumerate(names)]
    pairs = realistic_pairs(arguments.packages, NAMES, rng) if arguments.packages else []
    realistic = [WatchedName(f"r{n}", f"{a} {b}") for n, (a, b) in enumerate(pairs)]
    with tempfile.TemporaryDirectory() as folder:
        write_hub(Path(folder), models=1500, images=6000, seed=SEED % 1000)
        corpora = {"simulated hub": corpus(sorted(Path(folder).glob("*.jsonl.zst")))}
    if arguments.real is not None:
        path = arguments.real / "models.jsonl.zst"
        documents = corpus([path])
        corpora["real model documents, 2023"] = rng.sample(documents, min(2500, len(documents)))
    rows = []
    for title, documents in corpora.items():
        for kind, watched in (("invented", invented), ("realistic", realistic)):
            if watched:
                kept = without_literal(watched, documents)
                rows.append(alarms_row(f"{title}, {kind} names", kept, documents))
    return table(
        "False alarms",
        "texts that hold none of the watched names",
        "share of texts, and of documents, with at least one match",
        "All names are watched at once; names that a text holds word by word are taken off the "
        "list first, no others. Realistic names are given names and surnames of a census, put "
        "together at random.",
        ["corpus", "watched names", "texts", "alarms", "documents", "documents alarmed",
         "texts by class"],
        rows,
    )  # fmt: skip


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--packages", type=Path)
    arguments = parser.parse_args()
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    names = invented_names(NAMES, rng)
    tables = [
        found_table(
            cases_by_class(names, rng), "Found by variant class", "invented names, generated"
        )
    ]
    if arguments.packages is not None:
        pairs = realistic_pairs(arguments.packages, NAMES, rng)
        title = "Found by variant class, realistic names"
        data = "given names and surnames of a census put together at random"
        tables.append(found_table(mechanical_cases(pairs, rng), title, data))
    tables.append(alarm_table(names, arguments, rng))
    OUT.parent.mkdir(exist_ok=True)
    measured = {"signal": "name_screening", "version": VERSION, "tables": tables}
    OUT.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for one in tables:
        for row in one["rows"]:
            cells = (cell["value"] if isinstance(cell, dict) else cell for cell in row)
            sys.stdout.write(" | ".join(map(str, cells)) + "\n")


if __name__ == "__main__":
    main()
