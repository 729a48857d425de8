"""Measure the lexical signals on public documents, and write `signals/measured/<name>.json`.

    python -m training.language MODELS [--date YYYY-MM-DD]

MODELS holds model documents as the hub's API gives them (.jsonl.zst). Only aggregates are written
and printed; intervals resample creators. What cannot be measured is said in the tables' notes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hubwatch.signals import measured, registry
from hubwatch.signals.documents import model_subject
from hubwatch.signals.lexicon import NAMES as LEXICONS
from hubwatch.signals.lexicon import load_lexicon
from hubwatch.signals.subjects import ModelSubject, PromptSubject
from training.disguises import disguise_table
from training.sums import Cell, Sums, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            *sums.totals(f"{code} rate"),
            sums.ratio(f"{code} rate", 1000),
            sums.totals(f"{code} share")[1],
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
                "words",
                "hits per 1 000 words",
                "prompts",
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
