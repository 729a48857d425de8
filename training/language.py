"""Measure the lexical signals on public documents, and write `signals/measured/<name>.json`.

    python training/language.py MODELS [--date YYYY-MM-DD]

MODELS holds model documents as the hub's API gives them (.jsonl.zst). Only aggregates are written
and printed; intervals resample creators. What cannot be measured is said in the tables' notes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hubwatch.prompts.normalise import plain
from hubwatch.signals import measured, registry
from hubwatch.signals.documents import model_subject
from hubwatch.signals.lexicon import NAMES as LEXICONS
from hubwatch.signals.lexicon import load_lexicon
from hubwatch.signals.subjects import ModelSubject, PromptSubject
from hubwatch.simulate.world.mature import MATURE_TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.signal import Signal

OUT = Path(measured.__file__).parent / "measured"
LANGUAGE = ("sexualised_language", "objectifying_language", "violent_or_coercive_language")
PROMPT_SIGNALS = (*LANGUAGE, "minor_cue", "evasion")
MODEL_SIGNALS = (*PROMPT_SIGNALS, "nudification_tool")
LEXICON_OF = {
    "sexualised_language": "sexualised",
    "objectifying_language": "objectifying",
    "violent_or_coercive_language": "violent",
    "minor_cue": "minor",
    "nudification_tool": "tools",
}
MATURE = frozenset(("Mature", "X"))
REPLICATES = 1000
#: Up to so many counts the interval is Wilson's: resampling creators says too little there.
FEW = 5
RARE = "Intervals resample creators; those of five counts or fewer are Wilson's."
CHECKED = "Some ambiguous entries were taken out after looking at rates on these documents."
NO_POSITIVES = (
    "Whatever might concern minors was taken out of these documents beforehand: every answer "
    "counted here is taken for a false alarm. Recall is not measured: no positives may be held."
)

KEPT_MODELS = (
    "Sexual models with such words were taken out of these documents; 678 models that are not "
    "sexual were kept with them (of a larger set that these are 60 % of), and so were words of "
    "youth and school in descriptions: these alarms are not all false."
)

Cell = str | int | float | dict[str, float]
Table = dict[str, Any]


@dataclass
class Sums:
    """Numerators and denominators by name and creator."""

    cells: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    )

    def add(self, name: str, creator: str, count: float, total: float) -> None:
        """Add to one creator's numerator and denominator."""
        cell = self.cells[name][creator]
        cell[0] += count
        cell[1] += total

    def totals(self, name: str) -> tuple[int, int]:
        """Return numerator and denominator over all creators."""
        found = np.array(list(self.cells[name].values()) or [[0.0, 0.0]])
        return int(found[:, 0].sum()), int(found[:, 1].sum())

    def ratio(self, name: str, scale: float = 1.0) -> Cell:
        """Return the ratio with its 95 % interval, creators resampled."""
        found = np.array(list(self.cells[name].values()) or [[0.0, 0.0]])
        if not found[:, 1].sum():
            return ""
        count, total = found.sum(axis=0)
        if count <= FEW:
            return _wilson(float(count), float(total), scale)
        rng = np.random.default_rng(7)
        weights = rng.multinomial(len(found), np.full(len(found), 1 / len(found)), REPLICATES)
        sums = weights @ found
        drawn = sums[:, 0] / np.maximum(sums[:, 1], 1e-9)
        low, high = np.quantile(drawn, (0.025, 0.975))
        return _cell(float(count / total), float(low), float(high), scale)


def _wilson(count: float, total: float, scale: float) -> Cell:
    """Return a share with Wilson's interval, which a few counts need."""
    square = 1.959964**2
    middle = (count + square / 2) / (total + square)
    spread = (count * (total - count) / total + square / 4) ** 0.5 * square**0.5 / (total + square)
    return _cell(count / total, max(0.0, middle - spread), middle + spread, scale)


def _cell(value: float, low: float, high: float, scale: float) -> Cell:
    return {
        "value": round(scale * value, 6),
        "low": round(scale * low, 6),
        "high": round(scale * high, 6),
    }


@dataclass(frozen=True)
class Image:
    """What one showcase image says."""

    creator: str
    mature: bool
    prompt: str
    negative: str | None


def documents(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the model documents of a compressed JSON Lines file."""
    with pa.input_stream(str(path), compression="zstd") as stream:
        for line in stream.read().splitlines():
            yield json.loads(line)


def images_of(document: dict[str, Any], creator: str) -> Iterator[Image]:
    """Yield the showcase images that have a prompt."""
    for version in document["modelVersions"]:
        for image in version["images"]:
            meta = image.get("meta")
            if isinstance(meta, dict) and isinstance(meta.get("prompt"), str):
                negative = meta.get("negativePrompt")
                yield Image(
                    creator,
                    image.get("nsfw") in MATURE,
                    meta["prompt"],
                    negative if isinstance(negative, str) else None,
                )


class Measuring:
    """Answers of all signals over all documents, added up."""

    def __init__(self) -> None:
        self.signals: dict[str, Signal] = {name: registry.signal(name) for name in MODEL_SIGNALS}
        self.sums = Sums()
        self.known: dict[tuple[str, str | None], dict[str, Answer]] = {}
        self.models = self.images = self.creators = 0

    def read(self, path: Path) -> None:
        """Read all documents."""
        creators = set()
        for document in documents(path):
            creator = (document.get("creator") or {}).get("username") or f"model {document['id']}"
            creators.add(creator)
            subject = model_subject(document)
            if isinstance(subject, ModelSubject):
                self.models += 1
                self._model(subject, creator)
            for image in images_of(document, creator):
                self.images += 1
                self._image(image)
        self.creators = len(creators)

    def _model(self, subject: ModelSubject, creator: str) -> None:
        add = self.sums.add
        for name, signal in self.signals.items():
            found = signal.answer_one(subject)
            if found.value is None and found.score is None:
                continue
            add(f"{name} model true", creator, found.value is True, 1)
            add(f"{name} model unknown", creator, found.value is None, 1)
            if name == "nudification_tool":
                for method in (subject.method or "unknown", "all"):
                    add(f"tool true {method}", creator, found.value is True, 1)
                    add(f"tool unknown {method}", creator, found.value is None, 1)
            if name == "minor_cue":
                for grade in (1, 2, 3):
                    add(f"minor model {grade}", creator, found.detail["grade"] == grade, 1)
                add("minor model escalate", creator, found.detail["escalate"], 1)

    def _image(self, image: Image) -> None:
        key = (image.prompt, image.negative)
        if key not in self.known:
            subject = PromptSubject(id="", prompt=image.prompt, negative_prompt=image.negative)
            self.known[key] = {
                name: self.signals[name].answer_one(subject) for name in PROMPT_SIGNALS
            }
        for name, found in self.known[key].items():
            if found.score is None:
                continue
            if name in LANGUAGE:
                self._language(name, found, image)
            elif name == "minor_cue":
                for grade in (1, 2, 3):
                    hit = found.detail["grade"] == grade
                    self.sums.add(f"minor prompt {grade}", image.creator, hit, 1)
                self.sums.add("minor prompt escalate", image.creator, found.detail["escalate"], 1)
            else:
                self.sums.add("evasion true", image.creator, bool(found.value), 1)
                self.sums.add("evasion share", image.creator, found.score, 1)
                self.sums.add("evasion any", image.creator, found.score > 0, 1)

    def _language(self, name: str, found: Answer, image: Image) -> None:
        add, creator = self.sums.add, image.creator
        words = found.detail["words"]
        for code in self.signals[name].codes:
            hits = found.detail["hits"].get(code, 0)
            add(f"{code} rate", creator, hits, words)
            add(f"{code} share", creator, hits > 0, 1)
            add(f"{code} avoided", creator, found.detail["avoided"].get(code, 0) > 0, 1)
            if hits:
                add(f"{code} mature", creator, image.mature, 1)
        total = sum(found.detail["hits"].values())
        add(f"{name} rate", creator, total, words)
        add(f"{name} share", creator, total > 0, 1)
        add(f"{name} avoided", creator, sum(found.detail["avoided"].values()) > 0, 1)
        for least in (1, 2, 3, 5):
            if total >= least:
                add(f"{name} precision {least}", creator, image.mature, 1)
            if image.mature:
                add(f"{name} recall {least}", creator, total >= least, 1)


def lexicon_table(name: str) -> Table:
    """Return the counts of a lexicon: no word of it."""
    rows: list[list[Cell]] = [
        [group.role, group.category, group.language, group.lemmas, _forms(group.hashes)]
        for group in load_lexicon(name).data.groups
    ]
    return {
        "title": f"Lexicon `{name}`",
        "data": f"the shipped file, version {load_lexicon(name).data.version}",
        "unit": "entries",
        "note": "`zz` holds the invented words of tests and the simulated hub.",
        "columns": ["role", "category", "language", "entries", "stored forms"],
        "rows": rows,
    }


def _forms(hashes: dict[str, list[str]]) -> int:
    return sum(map(len, hashes.values()))


def language_tables(name: str, done: Measuring, data: str) -> list[Table]:
    """Return the rates of a language signal, and how it goes with image levels."""
    sums = done.sums
    rates: list[list[Cell]] = [
        [
            "all" if code == name else code,
            sums.totals(f"{code} rate")[0],
            sums.ratio(f"{code} rate", 1000),
            sums.ratio(f"{code} share"),
            sums.ratio(f"{code} avoided"),
            sums.ratio(f"{name} precision 1" if code == name else f"{code} mature"),
        ]
        for code in (*sorted(done.signals[name].codes), name)
    ]
    levels: list[list[Cell]] = [
        [
            least,
            sums.totals(f"{name} precision {least}")[1],
            sums.ratio(f"{name} precision {least}"),
            sums.ratio(f"{name} recall {least}"),
        ]
        for least in (1, 2, 3, 5)
    ]
    tables = [
        {
            "title": "Rates in prompts",
            "data": data,
            "unit": "showcase images with a prompt",
            "note": CHECKED,
            "columns": [
                "code",
                "hits",
                "hits per 1 000 words",
                "share with a hit",
                "share that avoids it",
                "share rated R and up when hit",
            ],
            "rows": rates,
        }
    ]
    if name == "sexualised_language":
        tables.append(
            {
                "title": "Said of images that the hub rates R and up",
                "data": data,
                "unit": "showcase images with a prompt",
                "note": "A rating is no label of wording: much that is sexual is rated below R, "
                "and one in five X images has a prompt that does not say so. " + CHECKED,
                "columns": ["hits at least", "said", "precision", "recall"],
                "rows": levels,
            }
        )
    return [*tables, models_table(name, done, data)]


def models_table(name: str, done: Measuring, data: str) -> Table:
    """Return how often a signal says true of a model's own texts."""
    return {
        "title": "Answers on models",
        "data": data,
        "unit": "models with text",
        "note": "How often it answers so; no labels to judge it by.",
        "columns": ["answer", "models", "of", "share"],
        "rows": [
            [answer, *done.sums.totals(key), done.sums.ratio(key)]
            for answer in ("true", "unknown")
            for key in (f"{name} model {answer}",)
        ],
    }


def minor_tables(done: Measuring, data: str) -> list[Table]:
    """Return how often the minor cue fires where little or nothing should."""
    notes = {
        "prompt": ("False alarms in prompts", "showcase images with a prompt", NO_POSITIVES),
        "model": ("Alarms on models", "models", KEPT_MODELS),
    }
    return [
        {
            "title": title,
            "data": data,
            "unit": counted,
            "note": f"{note} {CHECKED} {RARE}",
            "columns": ["answer", "count", "of", "per 1 000"],
            "rows": [
                [what, *done.sums.totals(key), done.sums.ratio(key, 1000)]
                for what, key in (
                    *((f"grade {grade}", f"minor {unit} {grade}") for grade in (1, 2, 3)),
                    ("escalate", f"minor {unit} escalate"),
                )
            ],
        }
        for unit, (title, counted, note) in notes.items()
    ]


def evasion_tables(done: Measuring, data: str) -> list[Table]:
    """Return alarms on real prompts, and what is found of disguised invented words."""
    real = {
        "title": "Alarms on prompts of a hub",
        "data": data,
        "unit": "showcase images with a prompt",
        "note": "Nobody labelled these prompts: an alarm may be right. " + RARE,
        "columns": ["answer", "count", "of", "per 1 000"],
        "rows": [
            ["true", *done.sums.totals("evasion true"), done.sums.ratio("evasion true", 1000)],
            ["any character changed", *done.sums.totals("evasion any"),
             done.sums.ratio("evasion any", 1000)],
            ["mean share of characters", "", done.sums.totals("evasion share")[1],
             done.sums.ratio("evasion share", 1000)],
        ],
    }  # fmt: skip
    return [real, disguise_table()]


LETTERS = str.maketrans("aeo", "430")
LOOKALIKES = str.maketrans("aeo", "\u0430\u0435\u043e")
DISGUISES: dict[str, Callable[[str], str]] = {
    "as listed": str,
    "upper case": str.upper,
    "accents": lambda word: word.replace("a", "\u00e1").replace("u", "\u00fc"),
    "full width": lambda word: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in word),
    "digits for letters": lambda word: word.translate(LETTERS),
    "look-alike letters": lambda word: word.translate(LOOKALIKES),
    "invisible characters": lambda word: "\u200b".join(word),
    "letters parted by points": lambda word: ".".join(word[:6]) + word[6:],
    "letters parted by spaces": lambda word: " ".join(word[:6]) + word[6:],
    "repeated letters": lambda word: word.replace("a", "aaaa"),
    "one letter left out": lambda word: word[:3] + word[4:],
}


def disguise_table() -> Table:
    """Return the share of disguised invented words that are read, by kind of disguise."""
    terms = registry.signal("sexualised_language").terms
    hidden = registry.signal("evasion").terms
    if terms is None or hidden is None:
        raise SystemExit("a lexical signal has no terms")
    rows = []
    for kind, disguise in DISGUISES.items():
        words = [plain(disguise(word)) for word in MATURE_TERMS]
        found = sum(bool(terms.read(word)) for word in words)
        said = sum(bool(hidden.read(word)) for word in words)
        rows.append([kind, len(words), found / len(words), said / len(words)])
    return {
        "title": "Disguised invented words",
        "data": "the invented mature terms of the simulated hub",
        "unit": "words",
        "note": "Accents and width are ordinary typography: they are read and not called a "
        "disguise. Misspellings are beyond the signal.",
        "columns": ["disguise", "words", "read by sexualised_language", "called a disguise"],
        "rows": rows,
    }


def tool_table(done: Measuring, data: str) -> Table:
    """Return how often the nudification signal fires, by method."""
    methods = sorted(
        (name.removeprefix("tool true ") for name in done.sums.cells if name.startswith("tool t")),
        key=lambda method: -done.sums.totals(f"tool true {method}")[1],
    )
    return {
        "title": "Answers by method",
        "data": data,
        "unit": "models with text",
        "note": "Nobody labelled these models: counts say how often it fires, not how well. "
        + RARE,
        "columns": ["method", "models", "true", "unknown", "true per 1 000"],
        "rows": [
            [
                method,
                done.sums.totals(f"tool true {method}")[1],
                done.sums.totals(f"tool true {method}")[0],
                done.sums.totals(f"tool unknown {method}")[0],
                done.sums.ratio(f"tool true {method}", 1000),
            ]
            for method in methods
        ],
    }


def all_tables(done: Measuring, source: str) -> dict[str, list[Table]]:
    """Return the tables of every signal."""
    data = (
        f"{source}: {done.models:,} models of {done.creators:,} creators, "
        f"{done.images:,} images with a prompt"
    )
    tables = {name: language_tables(name, done, data) for name in LANGUAGE}
    tables["minor_cue"] = minor_tables(done, data)
    tables["evasion"] = evasion_tables(done, data)
    tables["nudification_tool"] = [tool_table(done, data)]
    for name, lexicon in LEXICON_OF.items():
        tables[name].append(lexicon_table(lexicon))
    return tables


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", type=Path)
    parser.add_argument("--source", default="public API answers of one hub, July 2023")
    parser.add_argument("--date", default="2026-11-24")
    options = parser.parse_args(arguments)
    done = Measuring()
    done.read(options.models)
    OUT.mkdir(exist_ok=True)
    for name, tables in all_tables(done, options.source).items():
        content = {
            "signal": name,
            "version": done.signals[name].version,
            "tables": [{**table, "date": options.date} for table in tables],
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (OUT / f"{name}.json").write_text(text, encoding="utf-8")
    counts = Counter({name: len(load_lexicon(name).data.groups) for name in LEXICONS})
    sys.stdout.write(f"{done.models} models, {done.images} images; lexicon groups {dict(counts)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
