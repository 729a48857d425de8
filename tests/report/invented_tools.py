"""Invented results on tools and subcultures: headers of adapter files, and communities of tags."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from invented_rows import share

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

NAMES = ("golden fox", "press photo", "score 9", "rainy street", "frozen arena", "pink whale",
         "low poly", "teal mushroom", "very aesthetic")  # fmt: skip


def lineage_rows() -> list[Row]:
    tree = {
        ("root", "Stable Diffusion XL"): 600, ("root", "Stable Diffusion 1"): 380,
        ("root", "Flux"): 17, ("root", "Kolors"): 3,
        ("Stable Diffusion XL", "Stable Diffusion XL"): 330, ("Stable Diffusion XL", "Pony"): 244,
        ("Stable Diffusion XL", "Animagine"): 20,
        ("Stable Diffusion XL", "Playground"): 6, ("Stable Diffusion 1", "Stable Diffusion 1"): 380,
        ("Flux", "Flux"): 17, ("Kolors", "Kolors"): 3,
    }  # fmt: skip
    rows = [
        share(n, 1000, 40, basis=basis, month="all", parent=parent, node=node)
        | {"creators_low": n / 1100, "creators_high": n / 900}
        for basis in ("header", "declared")
        for (parent, node), n in tree.items()
    ]
    rows += [
        share(n, 300, 50, basis="header", month="all", parent="Pony", node=kind)
        for kind, n in (("a release", 200), ("a checkpoint of the hub", 60), ("another file", 40))
    ]
    agree = {"basis": "same architecture", "month": "all", "parent": "all", "node": "all"}
    return [*rows, share(930, 960, 40, **agree)]


def barrier_rows() -> list[Row]:
    rows = []
    values = {"training_images": 23, "epochs": 12, "steps": 900, "rank": 32, "resolution": 768}
    for subject, factor, files in (("all", 1.0, 820), ("real person", 0.8, 120), ("other", 1.1, 8)):
        for quantity, middle in values.items():
            common = {"subject": subject, "quantity": quantity, "total": files, "unknown": 90,
                      "n": files, "creators": files // 3, "suppressed": files < 10}  # fmt: skip
            for statistic, part in (("decile1", 0.4), ("quartile1", 0.7), ("median", 1.0),
                                    ("quartile3", 1.6), ("decile9", 3.0)):  # fmt: skip
                value = middle * part * factor if files > 10 else ""
                ends = (
                    {"low": 0.95 * value, "high": 1.05 * value}
                    if value
                    else {"low": "", "high": ""}
                )
                rows.append({**common, "statistic": statistic, "value": value, **ends})
    few = {"subject": "all", "quantity": "training_images", "statistic": "share of few"}
    return [*rows, share(340, 820, 90, **few) | {"few_images": 20, "creators": 270}]


def trainer_rows(months: Sequence[str]) -> list[Row]:
    mix = {"kohya": 0.55, "onetrainer": 0.2, "ai-toolkit": 0.15, "onsite": 0.08, "unknown": 0.02}
    rows = []
    for month, files in [*((m, 30 + 4 * i) for i, m in enumerate(months)), ("all", 4000)]:
        left = files
        for name, part in mix.items():
            n = min(left, round(files * part)) if name != "unknown" else left
            left -= n
            keys = {"dimension": "trainer", "name": name, "month": month}
            rows.append(share(n, files, files // 5, **keys))
    styles = {"tags": 2400, "sentences": 1000, "mixed": 500, "none": 100}
    rows += [
        share(n, 4000, 800, dimension="caption_style", name=name, month="all")
        for name, n in styles.items()
    ]
    rows.append(share(70, 4000, 0, dimension="trainer_version", name="abc", month="all"))
    return rows


def leakage_rows(months: Sequence[str]) -> list[Row]:
    pages = {"any": 160, "silent by flag": 60, "silent by signal": 6}
    return [
        share(
            n if month == "all" else n // 20,
            3200 if month == "all" else 120,
            40,
            page=page,
            month=month,
        )
        for page, n in pages.items()
        for month in (*months, "all")
    ]


def stripping_rows(months: Sequence[str]) -> list[Row]:
    parts = {"all": (900, 4000), "real person": (130, 420), "other": (770, 3580)}
    rows = []
    for subject, (n, total) in parts.items():
        for month in (*months, "before", "after", "all"):
            size = 1 if month == "all" else 10
            rows.append(share(n // size, total // size, 4, subject=subject, month=month))
    ratio = {"risk_ratio": 1.44, "ratio_low": 1.18, "ratio_high": 1.75}
    return [
        row | ratio if (row["subject"], row["month"]) == ("real person", "all") else row
        for row in rows
    ]


def booru_rows(months: Sequence[str]) -> list[Row]:
    rows = []
    for source, part in (("captions", 0.7), ("prompts", 0.45)):
        for month in (*months, "all"):
            size = 90000 if month == "all" else 4000
            keys = {"source": source, "month": month}
            rows += [
                share(round(part * size), size, 50, statistic="tokens", **keys),
                share(round(part * 400), 600, 30, statistic="types", **keys),
                {"statistic": "rank overlap", **keys, "n": 380, "total": 1000, "unknown": 0,
                 "value": 0.41, "low": 0.38, "high": 0.44},
                {"statistic": "distance to the month before", **keys, "n": 1200, "total": 2400,
                 "unknown": 0, "value": 0.2, "low": "", "high": ""},
            ]  # fmt: skip
    return [{k: row[k] for k in ("source", "statistic", "month", *row)} for row in rows]


def marker_rows(months: Sequence[str]) -> list[Row]:
    rows = []
    markers = {"score": 0.1, "source": 0.02, "masterpiece": 0.5, "aesthetic": 0.01}
    for marker, part in markers.items():
        for family, month, size in [
            *(("all", month, 900) for month in months),
            ("all", "all", 24000), ("Pony", "all", 3000), ("Illustrious", "all", 40),
        ]:  # fmt: skip
            n = round(part * size * (3 if family == "Pony" and part < 0.3 else 1))
            keys = {"marker": marker, "source": "prompts", "family": family, "month": month}
            rows.append(share(n, size, size // 9, **keys))
    return rows


def community_rows(months: Sequence[str]) -> dict[str, list[Row]]:
    sizes = [0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.045, 0.005]
    facts: list[Row] = []
    adoption: list[Row] = []
    for place, (name, part) in enumerate(zip(NAMES, sizes, strict=True)):
        code, label = f"{place + 1:02d}", f"{name} · other tag {place} · third tag"
        angle = 2 * math.pi * place / len(sizes)
        own = {"community": code, "label": label}
        images = share(round(20000 * part), 20000, 900, **own, statistic="images", other="")
        facts += [
            images | {"x": round(math.cos(angle), 3), "y": round(math.sin(angle), 3),
                      "creators": round(2000 * part)},
            {**own, "statistic": "tags", "other": "", "n": 50 + place, "total": 5000, "unknown": 0,
             "value": 0.01, "low": "", "high": ""},
            {**own, "statistic": "stability", "other": "", "n": 8, "total": 8, "unknown": 0,
             "value": 0.8, "low": 0.7, "high": 0.9},
            {**own, "statistic": "growth", "other": "", "n": 900, "total": 9000, "unknown": 0,
             "value": 1.2, "low": 1.1, "high": 1.3, "creators": 200},
            {**own, "statistic": "leads", "other": "all", "n": 90, "total": 5000, "unknown": 0,
             "value": -0.02, "low": -0.03, "high": -0.01},
            share(40, 300, 0, **own, statistic="born", other=months[0]) | {"creators": 40},
        ]  # fmt: skip
        for month in (*months, "all"):
            size = 20000 if month == "all" else 700
            row = share(round(size * part), size, size // 20, community=code, month=month)
            adoption.append(row | {
                "label": label, "creators": round(size * part / 4),
                "mature": round(size * part / 3), "rated": round(size * part * 0.9),
                "mature_share": 0.37, "depicting": place, "answered": 40 + place,
                "depicting_share": place / (40 + place),
            })  # fmt: skip
    links = {("01", "02"): 0.3, ("01", "03"): 0.2, ("02", "05"): 0.1, ("03", "04"): 0.05}
    for (first, second), value in links.items():
        pair = {"community": first, "other": second, "label": "x"}
        facts += [
            share(round(9000 * value), 9000, 0, **pair, statistic="link") | {"creators": 90},
            share(100, 1000, 0, **pair, statistic="together_first"),
            share(400, 1000, 0, **pair, statistic="together_last"),
        ]
    whole = {"community": "all", "label": ""}
    facts.append({**whole, "statistic": "stability", "other": "", "n": 28, "total": 28,
                  "unknown": 0, "value": 0.84, "low": 0.8, "high": 0.9})  # fmt: skip
    columns = ("community", "statistic", "other")
    return {
        "tag_communities": [{k: row[k] for k in (*columns, *row)} for row in facts],
        "community_adoption": adoption,
    }


def tool_rows(months: Sequence[str]) -> dict[str, list[Row]]:
    """Return measure to rows."""
    return {
        "base_model_lineage_share": lineage_rows(), "barrier_to_entry_profile": barrier_rows(),
        "trainer_signature": trainer_rows(months), "name_leakage": leakage_rows(months),
        "metadata_stripping": stripping_rows(months), "booru_overlap": booru_rows(months),
        "marker_adoption": marker_rows(months), **community_rows(months),
    }  # fmt: skip
