"""A plausible, invented results folder, so that the report is tested without a lake."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
from typing import TYPE_CHECKING, Any

from invented_rows import share
from invented_tools import tool_rows

from hubwatch.report.columns import KEYS, MORE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VALUES = ("n", "total", "unknown", "value", "low", "high")
TEXTS = ("label",)
EXTRAS = (*TEXTS, "bound_low", "bound_high", "creators_low", "creators_high", "models", "creators",
          "suppressed", *MORE)  # fmt: skip
LEVELS = ("PG", "PG-13", "R", "X", "XXX", "blocked")
METHODS = {
    "LORA": 0.62,
    "LoCon": 0.11,
    "Checkpoint": 0.14,
    "TextualInversion": 0.08,
    "DoRA": 0.02,
    "Workflows": 0.02,
    "Hypernetwork": 0.006,
    "Poses": 0.004,
}
FLAGGED = {"LORA": 0.16, "LoCon": 0.12, "Checkpoint": 0.05, "TextualInversion": 0.44}
ERAS = {
    "Stable Diffusion 1": ("SD 1.5", 0, 9),
    "Stable Diffusion 2": ("SD 2.1", 2, 3),
    "Stable Diffusion XL": ("SDXL 1.0", 13, 6),
    "Pony": ("Pony", 18, 5),
    "Illustrious": ("Illustrious", 25, 3),
    "Flux": ("Flux.1 D", 23, 3),
}

Row = dict[str, Any]


def month_names(count: int, year: int = 2022, month: int = 11) -> list[str]:
    return [f"{year + (month - 1 + i) // 12}-{(month - 1 + i) % 12 + 1:02d}" for i in range(count)]


def _level_counts(rng: random.Random, i: int, images: int) -> dict[str, int]:
    wide = 0.41 + 0.33 * i / 25 + rng.uniform(-0.015, 0.015)
    parts = {"PG": 1 - wide, "PG-13": 0.36 * wide, "R": 0.24 * wide, "X": 0.27 * wide}
    parts |= {"XXX": 0.12 * wide, "blocked": 0.01 * wide}
    return {level: round(images * part) for level, part in parts.items()}


def nsfw_rows(rng: random.Random, months: Sequence[str]) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows of `nsfw_share`, `level_mix` and `unrated_share`."""
    nsfw: list[Row] = []
    mix: list[Row] = []
    unrated: list[Row] = []
    members = {"wide": LEVELS[1:], "platform": LEVELS[2:], "explicit": ("X", "XXX")}
    sums: dict[tuple[str, str], list[int]] = {}
    for i, month in enumerate(months):
        images = round(900 * 1.15**i)
        counts, unknown = _level_counts(rng, i, images), round(images * 0.02)
        total = sum(counts.values())
        mix += [share(counts[x], total, unknown, month=month, level=x) for x in LEVELS]
        unrated.append(share(unknown, total + unknown, 0, unit="image", month=month))
        for unit, scale in (("image", 1.0), ("model", 0.04)):
            size = max(4, round(total * scale))
            for name, levels in members.items():
                n = round(sum(counts[x] for x in levels) * scale * (1 if unit == "image" else 0.6))
                nsfw.append(
                    share(n, size, round(unknown * scale), unit=unit, definition=name, month=month)
                )
                held = sums.setdefault((unit, name), [0, 0, 0])
                held[:] = [held[0] + n, held[1] + size, held[2] + round(unknown * scale)]
        nsfw.append(
            share(round(total * 0.2), total, 0, unit="model", definition="tag", month=month)
        )
    nsfw += [share(*held, unit=u, definition=d, month="all") for (u, d), held in sums.items()]
    known = sums[("image", "wide")]
    unrated.append(share(known[2], known[1] + known[2], 0, unit="image", month="all"))
    return nsfw, mix, unrated


def method_rows(i: int, month: str, versions: int) -> list[Row]:
    early = max(0.0, 1 - i / 8)
    weights = {
        m: w * (1 + early * (4 if m in ("Checkpoint", "TextualInversion") else -0.8))
        for m, w in METHODS.items()
    }
    counts = {m: round(versions * w / sum(weights.values())) for m, w in weights.items()}
    return [share(n, sum(counts.values()), 1, month=month, method=m) for m, n in counts.items()]


def base_rows(i: int, month: str, versions: int) -> list[Row]:
    power = {
        f: math.exp(-(((i - 5 - start) / (2 * width)) ** 2)) + 0.01
        for f, (_, start, width) in ERAS.items()
    }
    counts = {f: round(versions * p / sum(power.values())) for f, p in power.items()}
    total = sum(counts.values())
    return [
        share(n, total, 2, month=month, family=family, base_model=base)
        for family, n in counts.items()
        for base in ("all", ERAS[family][0])
    ]


def growth_rows(months: Sequence[str]) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows of `new_items`, `method_mix` and `base_model_mix`."""
    items: list[Row] = []
    methods: list[Row] = []
    bases: list[Row] = []
    for i, month in enumerate(months):
        versions = round(70 * 1.085**i)
        sizes = {"model": versions * 7 // 10, "version": versions, "image": round(900 * 1.15**i)}
        items += [{"unit": unit, "month": month, "n": size} for unit, size in sizes.items()]
        methods += method_rows(i, month, versions)
        bases += base_rows(i, month, versions)
    for name in METHODS:
        monthly = [r for r in methods if r["month"] != "all"]
        n = sum(r["n"] for r in monthly if r["method"] == name)
        total = sum(r["n"] for r in monthly)
        methods.append(share(n, total, len(months), month="all", method=name))
    return items, methods, bases


def reach_rows(method: str, flagged: int, total: int, downloads: int) -> list[Row]:
    """Return the four rows of one method in `real_person_reach`."""
    rows: list[Row] = []
    small = 0 < min(flagged, total - flagged) < 10
    for group, models, median in (
        ("real person", flagged, 540.0),
        ("other", total - flagged, 1180.0),
    ):
        keys = {"group": group, "method": method}
        part = round(downloads * (0.6 * flagged / max(1, total)))
        part = part if group == "real person" else downloads - part
        extra = {"models": models, "suppressed": small}
        whole = share(part, downloads, 12, **keys, statistic="share of downloads")
        hidden = {"n": "", "value": "", "low": "", "high": ""} if small else {}
        rows.append({**whole, **hidden, **extra})
        values = {"value": median, "low": median * 0.9, "high": median * 1.12}
        counts = {"n": models, "total": models, "unknown": 1}
        rows.append(
            {**keys, "statistic": "median", **counts, **({} if models < 10 else values), **extra}
        )
    return rows


def people_rows() -> tuple[list[Row], list[Row]]:
    """Return the rows of `flagged_share` and `real_person_reach`."""
    flagged: list[Row] = []
    reach: list[Row] = []
    sums = [0, 0]
    for method, weight in METHODS.items():
        total = round(5000 * weight)
        n = round(total * FLAGGED.get(method, 0.03))
        sums = [sums[0] + n, sums[1] + total]
        flagged.append(share(n, total, 3, method=method, month="all"))
        reach += reach_rows(method, n, total, total * 1500)
    flagged.append(share(*sums, 3, method="all", month="all"))
    reach += reach_rows("all", *sums, 7_500_000)
    return flagged, reach


def found_rows(months: Sequence[str]) -> list[Row]:
    """Return the rows of `real_person_share`."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for method, weight in METHODS.items():
        total = round(5000 * weight)
        sizes[method, "all"] = [round(total * (FLAGGED.get(method, 0.03) + 0.02)), total]
    sizes["all", "all"] = [sum(held[i] for held in sizes.values()) for i in (0, 1)]
    for i, month in enumerate(months):
        sizes["all", month] = [20 + 3 * i, 140 + 10 * i]
    rates = {"sensitivity": 0.88, "specificity": 0.99, "labelled_positive": 90,
             "labelled_negative": 400}  # fmt: skip
    rows = []
    for (method, month), (n, total) in sizes.items():
        row = share(n, total, 5, method=method, month=month, basis="signal")
        ends = {"creators_low": row["low"] * 0.9, "creators_high": row["high"] * 1.1}
        rows.append(row | (ends if month == "all" else {}))
        if method == "all":
            value = (row["value"] + 0.99 - 1) / 0.87
            both = {"low": value * 0.85, "high": value * 1.15}
            rows.append({**row, **both, "basis": "calibrated", "value": value, **rates,
                         "creators_low": value * 0.8, "creators_high": value * 1.2})  # fmt: skip
    return rows


def depicted_rows() -> dict[str, list[Row]]:
    """Return the rows of measures of the depicted: reach by kind, gender, pairing."""
    reach: list[Row] = []
    kinds = {"actor": 300, "musician": 120, "private": 40, "politician": 4, "athlete": 11}
    for dimension, sizes in (("who_kind", kinds), ("prominence", {"global": 90, "niche": 60})):
        known = 2000 * sum(sizes.values())
        for group, models in {**sizes, "unknown": 70}.items():
            small = group in ("politician", "athlete")
            row = {"dimension": dimension, "group": group, "models": models, "creators": models,
                   "total": known, "unknown": 9000, "suppressed": small}  # fmt: skip
            if not small:
                row |= {"median": 500.0, "median_low": 400.0, "median_high": 700.0}
            if not small and group != "unknown":
                row |= share(models * 2000, known, 9000)
            reach.append({**row, "suppressed": small})
    ends = {"creators_low": 0.9, "creators_high": 0.97}
    targets = [
        {**share(600, 645, 60, basis="flag"), **ends, "men": 40, "other": 5},
        {**share(700, 760, 90, basis="signal"), **ends, "men": 45, "other": 15},
        {**share(400, 430, 420, basis="perceived"), **ends, "men": 30, "other": 0},
    ]
    ratio = {"risk_ratio": 3.21, "ratio_low": 1.84, "ratio_high": 5.61}
    pairing = [
        {**share(300, 700, 4, gender="women"), **ends, "creators": 200, **ratio},
        {**share(12, 90, 2, gender="men"), **ends, "creators": 40},
    ]
    return {"real_person_reach_by": reach, "target_gender": targets, "sexualised_pairing": pairing}


def prompt_rows() -> list[Row]:
    """Return the rows of `prompt_gender`."""
    rows = []
    for i, level in enumerate(("PG", "PG-13", "R", "X", "XXX", "all")):
        parts = {"women": 500 + 60 * i, "men": 120 - 10 * i, "both": 10 + 15 * i, "none": 350}
        total = sum(parts.values())
        rows += [
            {**share(n, total, 20, level=level, gender=gender), "avoids_women": 3, "avoids_men": 30}
            for gender, n in parts.items()
        ]
    return rows


def language_rows(months: Sequence[str]) -> list[Row]:
    """Return the rows of `language_rates`."""
    rates = {"sexualised": 30.0, "sexualised.one": 20.0, "sexualised.two": 10.0,
             "objectifying": 5.0, "objectifying.one": 5.0, "violent": 0.5, "violent.one": 0.5,
             "minor": 0.7, "minor.weak": 0.7}  # fmt: skip
    rows: list[Row] = []
    for polarity, scale in (("asked", 1.0), ("avoided", 0.3)):
        for month in (*months, "all"):
            words = 90_000 if month != "all" else 90_000 * max(1, len(months))
            for category, rate in rates.items():
                value = rate * scale
                rows.append({
                    "category": category, "polarity": polarity, "month": month,
                    "n": round(value * words / 1000), "total": words, "unknown": 7, "value": value,
                    "low": value * 0.8, "high": value * 1.25, "prompts": words // 30,
                    "prompts_with": words // 90, "prompt_share": 1 / 3, "prompt_low": 0.3,
                    "prompt_high": 0.4, "creators": 500, "creators_with": 250,
                    "creator_share": 0.5, "creator_low": 0.45, "creator_high": 0.55,
                })  # fmt: skip
    return rows


def creator_rows() -> tuple[list[Row], list[Row]]:
    """Return the rows of `concentration` and `lorenz`."""
    shapes = {"uploads": 4.0, "downloads": 8.0, "images": 5.0}
    concentration: list[Row] = []
    lorenz: list[Row] = []
    for unit, power in shapes.items():
        base = {"n": 3000, "total": 3000, "unknown": 14}
        values = {"gini": 1 - 2 / (power + 1), "top1": 1 - 0.99**power, "top20": 1 - 0.8**power}
        for name, value in values.items():
            concentration.append({"unit": unit, "statistic": name, **base, "value": value,
                                  "low": value - 0.02, "high": min(1.0, value + 0.02)})  # fmt: skip
        lorenz += [
            {"unit": unit, "population_share": i / 100, **base, "value": (i / 100) ** power}
            for i in range(101)
        ]
    return concentration, lorenz


def write_measure(folder: Path, name: str, rows: Sequence[Row], **sidecar: Any) -> None:
    keys = list(KEYS.get(name) or [k for k in rows[0] if k not in (*VALUES, *EXTRAS)])
    extra = [k for k in EXTRAS if k not in keys and any(k in row for row in rows)]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*keys, *VALUES, *extra], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    about = {
        "measure": name, "question": f"What does {name} say?", "unit": "one thing",
        "definition": f"The definition of {name}.", "source": "arXiv:2505.04600", "parameters": {},
        "lake_fingerprint": "f" * 16, "hubwatch": "0.1.0", **sidecar,
    }  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
    sign(folder, name)


def sign(folder: Path, *names: str) -> None:
    """Write digests of results into their sidecars, as measuring does; default: of all."""
    for name in names or sorted(path.stem for path in folder.glob("*.csv")):
        sidecar = folder / f"{name}.json"
        about = json.loads(sidecar.read_text(encoding="utf-8"))
        raw = (folder / f"{name}.csv").read_bytes()
        about["csv_sha256"] = hashlib.sha256(raw).hexdigest()
        sidecar.write_text(json.dumps(about), encoding="utf-8")


def write_run(folder: Path, **changes: Any) -> None:
    run = {
        "hubs": ["civitai"],
        "snapshots": [
            {"id": "20250103T080000Z-civitai", "hub": "civitai", "origin": "collect",
             "state": "complete", "started_at": "2025-01-03T08:00:00Z",
             "finished_at": "2025-01-04T19:12:44Z"},
        ],
        "rows": {"models": 5012, "versions": 7340, "images": 151220, "creators": 3014},
        "quarantine": {"wrong-type": 12, "not-json": 3},
        "versions": {"hubwatch": "0.1.0", "duckdb": "1.5.6"},
        "settings_digest": "0f3a9c",
        "lake_fingerprint": "f" * 16,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps({**run, **changes}), encoding="utf-8")


def write_results(folder: Path, *, months: int = 26, **run: Any) -> Path:
    """Write a whole invented results folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, names = random.Random(7), month_names(months)
    nsfw, mix, unrated = nsfw_rows(rng, names)
    items, methods, bases = growth_rows(names)
    flagged, reach = people_rows()
    concentration, lorenz = creator_rows()
    for name, rows in {
        "new_items": items, "method_mix": methods, "base_model_mix": bases, "nsfw_share": nsfw,
        "level_mix": mix, "unrated_share": unrated, "flagged_share": flagged,
        "real_person_reach": reach, "concentration": concentration, "lorenz": lorenz,
        "real_person_share": found_rows(names), **depicted_rows(), "prompt_gender": prompt_rows(),
        "language_rates": language_rows(names), **tool_rows(names),
    }.items():  # fmt: skip
        write_measure(folder, name, rows)
    write_run(folder, **run)
    return folder
