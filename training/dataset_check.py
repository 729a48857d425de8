"""Measures the rule of `dataset check` on adapters that stand in for datasets; prints a table.

`python -m training.dataset_check MODELS.jsonl.zst`: the file name of the first file is the folder,
up to three trigger words are the configuration's, prompts of the showcase are the captions; the
description, the hub's tags and its flag are hidden. Truth is the hub's flag. Every third document
was used to choose the threshold and is left out. Intervals draw creators again.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from hubwatch.adapters.dataset.configs import Concept
from hubwatch.adapters.dataset.person import ask, finding, subject_of
from hubwatch.files import open_bytes, read_lines

METHODS = ("LORA", "LoCon", "TextualInversion")
CHOSEN_ON = 3
REPLICATES = 1_000
WAYS = ("the rule", "`real_person` true for any name", "the rule, triggers hidden")


def prompts_of(version: dict[str, Any]) -> Counter[str]:
    """Return the prompts of a version's showcase, with how often each occurs."""
    metas = [image.get("meta") for image in version.get("images") or []]
    return Counter(m["prompt"] for m in metas if isinstance(m, dict) and m.get("prompt"))


def answers(document: dict[str, Any]) -> tuple[bool, bool, bool] | None:
    """Return what each of `WAYS` says of one document; None when it has no prompt to read."""
    version = (document.get("modelVersions") or [{}])[0]
    captions = prompts_of(version)
    if document.get("type") not in METHODS or not captions:
        return None
    name = (version.get("files") or [{}])[0].get("name", "").rsplit(".", 1)[0]
    triggers = tuple((version.get("trainedWords") or [])[:3])
    concept = Concept(folder=name, triggers=triggers)
    whole = finding(ask([subject_of(name, concept, captions, {})], []))
    bare = finding(ask([subject_of(name, None, captions, {})], []))
    return whole.aims, whole.value is True, bare.aims


def estimate(part: np.ndarray, whole: np.ndarray, weights: np.ndarray) -> str:
    """Return a share with the percentile interval over creators, and its counts."""
    value = part.sum() / whole.sum()
    low, high = np.percentile((weights @ part) / (weights @ whole), [2.5, 97.5])
    return f"{value:.3f} [{low:.3f}, {high:.3f}] of {whole.sum():,.0f}"


def main() -> None:
    """Print recall, precision and false alarms of each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    rows, creators = [], []
    with open_bytes(parser.parse_args().models) as stream:
        for number, line in enumerate(read_lines(stream)):
            document = msgspec.json.decode(line)
            said = answers(document) if number % CHOSEN_ON else None
            if said is not None:
                rows.append((bool(document.get("poi")), *said))
                creators.append((document.get("creator") or {}).get("username") or number)
    found = np.array(rows, dtype=np.float64)
    groups = np.unique(np.array(creators, dtype=str), return_inverse=True)[1]
    size = groups.max() + 1
    weights = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), REPLICATES)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(groups, weights=values, minlength=size)

    flagged = found[:, 0]
    lines = [f"{len(rows):,} adapters, {flagged.sum():,.0f} flagged, {size:,} creators"]
    for way, said in zip(WAYS, found.T[1:], strict=True):
        right, wrong = sums(said * flagged), sums(said * (1 - flagged))
        lines += [
            way,
            f"  recall {estimate(right, sums(flagged), weights)}",
            f"  precision {estimate(right, sums(said), weights)}",
            f"  false alarms {estimate(wrong, sums(1 - flagged), weights)}",
        ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
