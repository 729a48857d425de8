"""Measure `depicted_gender` and `perceived_gender`; nothing is fitted.

usage: python -m training.depicted_gender MODELS.jsonl.zst CODED.csv [--simulated FOLDER]

FOLDER is what `hubwatch simulate write --models 6000 --images 12000 --seed 5` wrote.
CODED.csv is the doubly coded reference (id, label, gender w/m, sampling weight); it is used to
measure only. The baseline is a rule of English words in four sources, majority by source. Writes
`signals/measured/depicted_gender.json` (aggregates).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from hubwatch.prompts.text import plain_text, script_of
from hubwatch.signals.depicted_gender import SIGNAL
from hubwatch.signals.documents import model_subject
from hubwatch.signals.perceived_gender import perceived_gender
from hubwatch.signals.subjects import ModelSubject
from training.level_data import documents

SIGNALS = Path(__file__).parents[1] / "src" / "hubwatch" / "signals"
DATE = "2026-11-23"
REPLICATES = 1000
#: The least probability at which a given name counts as deciding.
SURE = 0.9

_WOMEN = re.compile(
    r"\b(wom[ae]n|females?|girls?|1girl|actress(?:es)?|lady|ladies|goddess|beauty queen|she|her"
    r"|herself|girlfriend|wife|queen|diva|playmate)\b",
    re.IGNORECASE,
)
_MEN = re.compile(
    r"\b(m[ae]n|males?|boys?|1boy|actor|guy|guys|gentleman|he|his|him|himself|boyfriend|husband"
    r"|king|beard|bearded|mustache|moustache)\b",
    re.IGNORECASE,
)
_TAGS_WOMEN = {"woman", "women", "female", "girl", "actress", "1girl", "lady"}
_TAGS_MEN = {"man", "men", "male", "boy", "actor", "1boy", "boys", "guy"}
_NET = re.compile(r"<[^<>]*>")

Table = dict[str, Any]


class Item(NamedTuple):
    """One model: what is known of it and what the methods say."""

    creator: str
    method: str
    script: str
    flagged: bool
    coded: str | None
    weight: float
    said: dict[str, str | None]


Statistic = Callable[[Sequence[Item]], float]


def main() -> None:
    """Measure and write."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("models", type=Path)
    reader.add_argument("coded", type=Path)
    reader.add_argument("--simulated", type=Path, help="measure on a simulated hub too")
    options = reader.parse_args()
    with options.coded.open(newline="") as lines:
        coded = {row["id"]: row for row in csv.DictReader(lines)}
    items = read_items(options.models, coded)
    tables = [against_coded(items), confusion(items), shares(items), by_part(items)]
    if options.simulated:
        tables.append(simulated(options.simulated))
    found = {"signal": "depicted_gender", "version": SIGNAL.version, "tables": tables}
    out = SIGNALS / "measured" / "depicted_gender.json"
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def read_items(path: Path, coded: dict[str, dict[str, str]]) -> list[Item]:
    """Return the flagged models and those coded as real persons of a known gender."""
    known: list[tuple[dict[str, Any], ModelSubject]] = []
    for document in documents(path):
        row = coded.get(str(document["id"]))
        if document.get("poi") or (row and row["label"] == "R"):
            subject = model_subject(document)
            assert isinstance(subject, ModelSubject)  # noqa: S101 -- the data reads without error
            known.append((document, subject))
    answers = SIGNAL.answer_many([subject for _, subject in known])
    found = []
    for (document, subject), answer in zip(known, answers, strict=True):
        row = coded.get(subject.id) or {}
        real = row.get("label") == "R"
        found.append(
            Item(
                creator=(document.get("creator") or {}).get("username") or subject.id,
                method=subject.method or "",
                script=script_of(subject.name) or "none",
                flagged=bool(document.get("poi")),
                coded={"w": "women", "m": "men"}.get(row.get("gender", "")) if real else None,
                weight=float(row.get("weight") or 0),
                said={
                    "this signal": answer.value if answer.value in ("women", "men") else None,
                    "rule of English words": baseline(document),
                    f"given name, {SURE} sure": named(subject.name),
                },
            )
        )
    return found


def named(name: str) -> str | None:
    """Return the gender that a given name suggests surely enough."""
    guess = perceived_gender(name)
    return guess[0] if guess and guess[1] >= SURE else None


def baseline(document: dict[str, Any]) -> str | None:
    """Return the reference rule's answer; None where it abstains."""
    tags = {tag.lower() for tag in document["tags"]}
    texts = [document["name"]]
    texts += [word for version in document["modelVersions"] for word in version["trainedWords"]]
    sources = [
        (2, len(tags & _TAGS_WOMEN), len(tags & _TAGS_MEN)),
        (2, *_prompt_votes(document)),
        (1, *_counts(" ".join(texts))),
        (1, *_counts(plain_text(document.get("description") or ""))),
    ]
    women = sum(weight for weight, for_women, for_men in sources if for_women > for_men)
    men = sum(weight for weight, for_women, for_men in sources if for_men > for_women)
    return None if women == men else "women" if women > men else "men"


def _prompt_votes(document: dict[str, Any]) -> tuple[int, int]:
    votes: Counter[int] = Counter()
    for version in document["modelVersions"]:
        for image in version["images"]:
            meta = image.get("meta")
            prompt = meta.get("prompt") if isinstance(meta, dict) else None
            women, men = _counts(_NET.sub(" ", prompt)) if isinstance(prompt, str) else (0, 0)
            votes[(women > men) - (men > women)] += 1
    return votes[1], votes[-1]


def _counts(text: str) -> tuple[int, int]:
    return len(_WOMEN.findall(text)), len(_MEN.findall(text))


def interval(items: Sequence[Item], statistic: Statistic, seed: int = 1) -> dict[str, float | None]:
    """Return a statistic with its 95 % interval, creators resampled."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.creator, []).append(item)
    held = list(groups.values())
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(REPLICATES):
        chosen = random.integers(0, len(held), len(held))
        drawn.append(statistic([item for place in chosen for item in held[place]]))
    kept = [value for value in drawn if not np.isnan(value)]
    low, high = np.quantile(kept, [0.025, 0.975])
    return {
        "value": round(statistic(items), 4), "low": round(low, 4), "high": round(high, 4)
    }  # fmt: skip


def _share(
    top: Callable[[Item], bool], whole: Callable[[Item], bool], weight: Callable[[Item], float]
) -> Statistic:
    """Return the statistic `share of top in whole`."""

    def statistic(items: Sequence[Item]) -> float:
        total = sum(weight(item) for item in items if whole(item))
        hits = sum(weight(item) for item in items if whole(item) and top(item))
        return hits / total if total else float("nan")

    return statistic


def _weight(item: Item) -> float:
    return item.weight


def _one(_: Item) -> float:
    return 1.0


def _decides(method: str) -> Callable[[Item], bool]:
    return lambda item: item.said[method] is not None


def _says(method: str, gender: str) -> Callable[[Item], bool]:
    return lambda item: item.said[method] == gender


def _says_as(one: str, other: str) -> Callable[[Item], bool]:
    return lambda item: item.said[one] == item.said[other]


def _is_right(method: str) -> Callable[[Item], bool]:
    return lambda item: item.said[method] == item.coded


def _is_coded(gender: str) -> Callable[[Item], bool]:
    return lambda item: item.coded == gender


def against_coded(items: list[Item]) -> Table:
    """Compare with two coders' reading of a weighted sample."""
    coded = [item for item in items if item.coded]
    rows = []
    for method in coded[0].said:
        statistics = (
            _share(_decides(method), lambda _: True, _weight),
            _share(_is_right(method), _decides(method), _weight),
            _share(_says(method, "women"), _is_coded("women"), _weight),
            _share(_says(method, "men"), _is_coded("men"), _weight),
        )
        rows.append([method, len(coded), *(interval(coded, one) for one in statistics)])
    return {
        "title": "Gender of coded real persons",
        "data": "doubly coded sample of the public API answers of one hub, July 2023",
        "date": DATE,
        "unit": "models of real persons, coded as a woman or a man, by sampling weight",
        "note": f"{sum(item.coded == 'men' for item in coded)} of them are men: their intervals "
        "are wide. The sample was not used to write the word lists.",
        "columns": ["method", "models", "decided", "right of decided", "women found", "men found"],
        "rows": rows,
    }


def confusion(items: list[Item]) -> Table:
    """Count answers by coded gender, unweighted."""
    rows: list[list[Any]] = []
    for gender in ("women", "men"):
        own = Counter(item.said["this signal"] or "-" for item in items if item.coded == gender)
        rows.append([gender, *(own[value] for value in ("women", "men", "-"))])
    return {
        "title": "Answers by coded gender",
        "data": "doubly coded sample of the public API answers of one hub, July 2023",
        "date": DATE,
        "unit": "models, unweighted",
        "note": "",
        "columns": ["coded", "answer women", "answer men", "answer both, none or unknown"],
        "rows": rows,
    }


def shares(items: list[Item]) -> Table:
    """Count what each method says of the flagged models."""
    flagged = [item for item in items if item.flagged]
    rows = []
    for method in flagged[0].said:
        decided = [item for item in flagged if item.said[method]]
        both = [item for item in decided if item.said["this signal"]]
        agrees = _share(_says_as("this signal", method), lambda _: True, _one)
        women = _share(_says(method, "women"), _decides(method), _one)
        rows.append(
            [
                method,
                len(flagged),
                len(decided),
                interval(flagged, women),
                *(["", ""] if method == "this signal" else [len(both), interval(both, agrees)]),
            ]
        )
    return {
        "title": "Share of women among flagged models",
        "data": "public API answers of one hub, July 2023: 1,445 models that the hub flags",
        "date": DATE,
        "unit": "flagged models",
        "note": "Not an error rate: the methods side by side. Men without a cue are more frequent "
        "than women without one, so that shares of decided models overstate women.",
        "columns": [
            "method",
            "models",
            "decided",
            "women of decided",
            "both decide",
            "agrees where both decide",
        ],
        "rows": rows,
    }


def by_part(items: list[Item]) -> Table:
    """Count decided models by method of training and by script of the name."""
    flagged = [item for item in items if item.flagged]
    rows: list[list[Any]] = []
    for part, of in (("method", "method"), ("script of the name", "script")):
        for value, count in Counter(getattr(item, of) for item in flagged).most_common():
            own = [item for item in flagged if getattr(item, of) == value]
            said = Counter(item.said["this signal"] for item in own)
            rows.append([part, value or "-", count, said["women"], said["men"], said[None]])
    return {
        "title": "Flagged models by part",
        "data": "public API answers of one hub, July 2023: 1,445 models that the hub flags",
        "date": DATE,
        "unit": "flagged models",
        "note": "",
        "columns": ["part", "value", "models", "women", "men", "both, none or unknown"],
        "rows": rows,
    }


def simulated(folder: Path) -> Table:
    """Count answers for the models of fictional persons of a simulated hub."""
    truth = pq.read_table(folder / "truth" / "models.parquet").to_pylist()
    gender = {str(row["model_id"]): row["gender"] for row in truth if row["depicts_person"]}
    subjects = []
    for path in sorted(folder.glob("models-*.jsonl.zst")):
        for page in documents(path):
            held = (model_subject(item) for item in page.get("items", [page]))
            subjects += [one for one in held if isinstance(one, ModelSubject) and one.id in gender]
    answers = SIGNAL.answer_many(subjects)
    rows: list[list[Any]] = []
    for value in ("woman", "man", "other"):
        said = Counter(answer.value for answer in answers if gender[answer.id] == value)
        if said:
            both = sum(count for key, count in said.items() if key not in ("women", "men"))
            rows.append([value, said.total(), said["women"], said["men"], both])
    return {
        "title": "Fictional persons of a simulated hub",
        "data": "simulated hub, 6,000 models, seed 5",
        "date": DATE,
        "unit": "models that depict a person",
        "note": "The simulated hub's texts are simpler than real ones.",
        "columns": ["truth", "models", "women", "men", "both, none or unknown"],
        "rows": rows,
    }


if __name__ == "__main__":
    main()
