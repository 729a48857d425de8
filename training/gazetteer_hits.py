"""Measure how often the names of models hit a gazetteer, by what coders say that they depict.

    python -m training.gazetteer_hits --models MODELS.jsonl.zst --coded CODED.csv --package G.hwg

G.hwg is what `hubwatch gazetteer build --from-package` wrote. CODED.csv has the columns `id` and
`label` (R: a real person, F and N: not). Writes `gazetteer/measured/gazetteer_hits.json`: counts
only, never a name.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from hubwatch.files import open_bytes, read_lines
from hubwatch.gazetteer import store
from hubwatch.measures.statistics import wilson

OUT = Path(store.__file__).parent / "measured" / "gazetteer_hits.json"
KINDS = {"R": "models of real people", "F": "other models", "N": "other models"}


def share(found: int, total: int) -> dict[str, float]:
    """Return a share with its 95 % interval."""
    low, high = wilson(np.array([found]), np.array([total]))
    return {
        "value": round(found / total, 4), "low": round(float(low[0]), 4),
        "high": round(float(high[0]), 4),
    }  # fmt: skip


def names_by_kind(models: Path, coded: Path) -> dict[str, list[str]]:
    """Return the names of the coded models by what they depict."""
    with coded.open(newline="", encoding="utf-8") as file:
        kinds = {r["id"]: KINDS[r["label"]] for r in csv.DictReader(file) if r["label"] in KINDS}
    found: dict[str, list[str]] = {kind: [] for kind in KINDS.values()}
    with open_bytes(models) as stream:
        for line in read_lines(stream):
            model = json.loads(line)
            if kind := kinds.get(str(model.get("id"))):
                found[kind].append(model.get("name") or "")
    return found


def rows(title: str, gazetteer: store.Gazetteer, names: dict[str, list[str]]) -> list[list[Any]]:
    """Return one row for each kind of model."""
    made = []
    for kind, listed in names.items():
        hits = [gazetteer.find(name) for name in listed]
        telling = sum(any(hit.telling for hit in one) for one in hits)
        count = len(listed)
        made.append([title, kind, count, share(sum(map(bool, hits)), count), share(telling, count)])
    return made


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--coded", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True)
    arguments = parser.parse_args()
    names = names_by_kind(arguments.models, arguments.coded)
    made = rows("built from the package", store.read_gazetteer(arguments.package), names)
    made += rows("shipped seed", store.read_seed(), names)
    table = {
        "title": "Names of models that hit the gazetteer",
        "data": "decided ones of 513 doubly coded models of 2023",
        "date": datetime.now(UTC).date().isoformat(),
        "unit": "share of the sample's models, not of the hub",
        "note": "The sample was drawn in strata and is not weighted here.",
        "columns": ["gazetteer", "models", "count", "a hit", "a telling hit"],
        "rows": made,
    }
    measured = {"signal": "gazetteer_hits", "version": "1", "tables": [table]}
    OUT.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in made:
        cells = (cell["value"] if isinstance(cell, dict) else cell for cell in row)
        sys.stdout.write(" | ".join(map(str, cells)) + "\n")


if __name__ == "__main__":
    main()
