"""Every measure again in plain Python over rows, as the definitions read; slow and obvious."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from reference_adapters import (
    BOORU,
    barrier_to_entry_profile,
    base_model_lineage_share,
    booru_overlap,
    marker_adoption,
    metadata_stripping,
    name_leakage,
    trainer_signature,
)
from reference_rows import Row, Table, by_month, over_creators, share, wilson

from hubwatch.measures.base_models import lineage

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BOORU",
    "barrier_to_entry_profile",
    "base_model_lineage_share",
    "booru_overlap",
    "marker_adoption",
    "metadata_stripping",
    "name_leakage",
    "trainer_signature",
]

RATED = ["PG", "PG-13", "R", "X", "XXX", "blocked"]
BITS = {"PG": 1, "PG-13": 2, "R": 4, "X": 8, "XXX": 16, "blocked": 32}
MEMBERS = {
    "wide": RATED[1:],
    "platform": RATED[2:],
    "explicit": ["X", "XXX"],
    "wide_unblocked": ["PG-13", "R", "X", "XXX"],
    "platform_unblocked": ["R", "X", "XXX"],
}
LEAVES_BLOCKED_OUT = {"wide_unblocked", "platform_unblocked"}
NSFW_TAGS = {"adult", "nsfw"}


def new_items(lake: dict[str, list[Row]]) -> Table:
    out: Table = {}
    for unit in ("model", "version", "image"):
        rows = lake[f"{unit}s"]
        unknown = sum(1 for row in rows if not row.get("month"))
        for month, some in {"all": rows, **by_month(rows)}.items():
            n = len(some)
            more = 0 if month in ("", "all") else unknown
            out[unit, month] = {
                "n": n, "total": len(rows) - unknown, "unknown": unknown, "value": n, "low": n,
                "high": n + more,
            }  # fmt: skip
    return out


def _mix(rows: list[Row], word: Callable[[Row], str | None], words: list[str]) -> Table:
    out: Table = {}
    for month, some in by_month(rows).items():
        for one in words:
            out[month, one] = share(None if word(r) is None else word(r) == one for r in some)
    return out


def method_mix(lake: dict[str, list[Row]]) -> Table:
    rows = lake["versions"]
    seen = sorted({row["method"] for row in rows if row.get("method") is not None})
    return _mix(rows, lambda row: row.get("method"), seen)


def level_mix(lake: dict[str, list[Row]]) -> Table:
    def level(row: Row) -> str | None:
        return row["level"] if row.get("level") in RATED else None

    return _mix(lake["images"], level, RATED)


def base_model_mix(lake: dict[str, list[Row]]) -> Table:
    out: Table = {}
    for month, some in by_month(lake["versions"]).items():
        names = [row.get("base_model") for row in some]
        for name in {name for name in names if name is not None}:
            family = lineage(name).family
            out[month, family, name] = share(None if x is None else x == name for x in names)
            out[month, family, "all"] = share(
                None if x is None else lineage(x).family == family for x in names
            )
    return out


def _image_is(row: Row, definition: str) -> bool | str | None:
    if row.get("level") not in RATED:
        return None
    if row["level"] == "blocked" and definition in LEAVES_BLOCKED_OUT:
        return "left out"
    return row["level"] in MEMBERS[definition]


def graded(lake: dict[str, list[Row]]) -> list[Row]:
    """Return models with a mask; where the hub gives none, that of their images."""
    shown: dict[tuple[str, str], int] = defaultdict(int)
    for row in lake["images"]:
        shown[row["hub"], row.get("model_id")] |= BITS.get(row.get("level"), 0)
    return [
        {**row, "level_mask": row.get("level_mask") or shown[row["hub"], row["model_id"]]}
        for row in lake["models"]
    ]


def _model_is(row: Row, definition: str) -> bool | str | None:
    mask = row["level_mask"] & 63
    if not mask:
        return None
    if mask == BITS["blocked"] and definition in LEAVES_BLOCKED_OUT:
        return "left out"
    return any(mask & BITS[level] for level in MEMBERS[definition])


def _tagged(model: Row | None) -> bool | None:
    if model is None or model.get("tags") is None:
        return None
    return bool(NSFW_TAGS & set(model["tags"]))


def nsfw_share(lake: dict[str, list[Row]]) -> Table:
    models = {(row["hub"], row["model_id"]): row for row in lake["models"]}
    images = []
    for row in lake["images"]:
        model = models.get((row["hub"], row.get("model_id")))
        owner = row.get("creator_key") or (model or {}).get("creator_key")
        images.append({**row, "tagged": _tagged(model), "creator_key": owner})
    shown = [{**row, "tagged": _tagged(row)} for row in graded(lake)]
    out: Table = {}
    for unit, rows, judge in (("image", images, _image_is), ("model", shown, _model_is)):
        for name in (*MEMBERS, "tag"):

            def said(row: Row, name: str = name, judge: Any = judge) -> Any:
                return row["tagged"] if name == "tag" else judge(row, name)

            for month, some in by_month(rows).items():
                kept = [row for row in some if said(row) != "left out"]
                whole = over_creators(kept, said, f"{unit}_id") if month == "all" else {}
                ends = whole or {"creators_low": None, "creators_high": None}
                out[unit, name, month] = {**share(map(said, kept)), **ends}
    return out


def unrated_share(lake: dict[str, list[Row]]) -> Table:
    out: Table = {}
    for month, some in by_month(lake["images"]).items():
        out["image", month] = share(row.get("level") not in RATED for row in some)
    for month, some in by_month(graded(lake)).items():
        out["model", month] = share(not (row.get("level_mask") or 0) & 63 for row in some)
    return out


def flagged_share(lake: dict[str, list[Row]]) -> Table:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in lake["models"]:
        groups[row.get("method") or "unknown"].append(row)
        groups["all"].append(row)
    out: Table = {}
    for method, rows in groups.items():
        for month, some in by_month(rows).items():
            out[method, month] = {
                **share(row.get("flagged_real_person") for row in some),
                "creators_low": None, "creators_high": None,
            }  # fmt: skip
        whole = over_creators(rows, lambda row: row.get("flagged_real_person"), "model_id")
        out[method, "all"] |= whole
    return out


def real_person_reach(lake: dict[str, list[Row]]) -> Table:
    """Return counts and values; intervals are checked by themselves."""
    groups: dict[str, list[Row]] = defaultdict(list, {"all": []})
    for row in lake["models"]:
        groups[row.get("method") or "unknown"].append(row)
        groups["all"].append(row)
    out: Table = {}
    for method, rows in groups.items():
        flags = {"real person": True, "other": False}
        sizes = {g: sum(r.get("flagged_real_person") is f for r in rows) for g, f in flags.items()}
        hands = {
            g: len({
                (r["hub"], r.get("creator_key"), None if r.get("creator_key") else r["model_id"])
                for r in rows if r.get("flagged_real_person") is f
            })
            for g, f in flags.items()
        }  # fmt: skip
        few = {g: sizes[g] > 0 and min(sizes[g], hands[g]) < 10 for g in flags}
        small = any(few.values())
        for group, flag in flags.items():
            own = [r.get("downloads") for r in rows if r.get("flagged_real_person") is flag]
            known = sorted(d for d in own if d is not None)
            both = [
                r.get("downloads") or 0 for r in rows if r.get("flagged_real_person") is not None
            ]
            lost = sum(
                r.get("downloads") or 0 for r in rows if r.get("flagged_real_person") is None
            )
            out[group, method, "share of downloads"] = {
                "n": None if small else sum(known), "total": None if small else sum(both),
                "unknown": None if small else lost,
                "value": None if small or not sum(both) else sum(known) / sum(both),
                "models": sizes[group], "creators": hands[group], "suppressed": small,
            }  # fmt: skip
            half = len(known) // 2
            middle = (
                (known[half] if len(known) % 2 else sum(known[half - 1 : half + 1]) / 2)
                if known
                else None
            )
            out[group, method, "median"] = {
                "n": len(known), "total": len(known), "unknown": len(own) - len(known),
                "value": None if few[group] else middle, "models": sizes[group],
                "creators": hands[group], "suppressed": few[group],
            }  # fmt: skip
    return out


def amounts(lake: dict[str, list[Row]]) -> dict[str, tuple[list[int], int]]:
    """Return unit → amounts of each creator, and what has no known creator or counter."""
    models = {(row["hub"], row["model_id"]): row for row in lake["models"]}
    uploads: dict[tuple[str, str], int] = defaultdict(int)
    downloads: dict[tuple[str, str], int] = defaultdict(int)
    images: dict[tuple[str, str], int] = defaultdict(int)
    lost = {"uploads": 0, "downloads": 0, "images": 0}
    for row in lake["models"]:
        if row.get("creator_key") is None:
            lost["uploads"] += 1
            lost["downloads"] += 1
            continue
        uploads[row["hub"], row["creator_key"]] += 1
        if row.get("downloads") is None:
            lost["downloads"] += 1
        else:
            downloads[row["hub"], row["creator_key"]] += row["downloads"]
    images.update(dict.fromkeys(uploads, 0))
    for row in lake["images"]:
        creator = row.get("creator_key")
        if creator is None:
            creator = models.get((row["hub"], row.get("model_id")), {}).get("creator_key")
        if creator is None:
            lost["images"] += 1
        else:
            images[row["hub"], creator] += 1
    found = {"uploads": uploads, "downloads": downloads, "images": images}
    return {unit: (list(held.values()), lost[unit]) for unit, held in found.items()}


def gini(values: list[int]) -> float | None:
    """Return half the mean absolute difference over the mean: the definition, in O(n²)."""
    if not values or not sum(values):
        return None
    apart = sum(abs(a - b) for a in values for b in values)
    return apart / (2 * len(values) * sum(values))


def lorenz(values: list[int], at: float) -> float | None:
    """Return the curve's height, straight between creators."""
    if not values or not sum(values):
        return None
    ordered, place = sorted(values), at * len(values)
    whole = math.floor(place + 1e-9)
    rest = (place - whole) * ordered[whole] if whole < len(values) else 0.0
    return (sum(ordered[:whole]) + rest) / sum(values)


def _with_signals(lake: dict[str, list[Row]], models: list[Row]) -> list[Row]:
    said = {(row["hub"], row["model_id"]): row for row in lake.get("model_signals", [])}
    return [{**said.get((row["hub"], row["model_id"]), {}), **row} for row in models]


RATES = {"sensitivity": 0.8, "specificity": 0.95, "n_positive": 200.0, "n_negative": 900.0}


def real_person_share(lake: dict[str, list[Row]]) -> Table:
    """Return the rows of basis `signal`, and counts and values of `calibrated`."""
    models = _with_signals(lake, lake["models"])
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in models:
        groups[row.get("method") or "unknown"].append(row)
        groups["all"].append(row)
    out: Table = {}
    for method, rows in groups.items():
        for month, some in by_month(rows).items():
            plain = share(row.get("real_person") for row in some)
            none = {"creators_low": None, "creators_high": None}
            out[method, month, "signal"] = {**plain, **none}
            if month == "all":
                whole = over_creators(rows, lambda row: row.get("real_person"), "model_id")
                out[method, month, "signal"] |= whole
            if method == "all":
                said, better = plain["value"], RATES["sensitivity"] + RATES["specificity"] - 1
                value = None if said is None else (said + RATES["specificity"] - 1) / better
                out[method, month, "calibrated"] = {
                    **{name: plain[name] for name in ("n", "total", "unknown")},
                    "value": None if value is None else min(max(value, 0.0), 1.0),
                }
    return out


#: A row that is left out tells no count.
_HIDDEN: Row = {
    "models": None, "creators": None, "n": None, "total": None, "unknown": None, "value": None,
    "median": None, "counted": None, "suppressed": True, "is_small": True,
}  # fmt: skip


def real_person_reach_by(lake: dict[str, list[Row]]) -> Table:
    """Return counts of models and creators, and values of the groups that are shown."""
    models = [r for r in _with_signals(lake, lake["models"]) if r.get("real_person") is True]
    out: Table = {}
    for dimension in ("who_kind", "prominence"):
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in models:
            groups[row.get(dimension) or "unknown"].append(row)
        known = [d for g, rows in groups.items() if g != "unknown" for d in _downloads(rows)]
        few = {}
        for group, rows in groups.items():
            hands = {
                (r["hub"], r.get("creator_key"), None if r.get("creator_key") else r["model_id"])
                for r in rows
            }
            few[group] = min(len(rows), len(hands)) < 10
            out[dimension, group] = {
                "models": len(rows), "creators": len(hands), "total": sum(known),
                "unknown": sum(_downloads(groups.get("unknown", []))),
            }  # fmt: skip
        named = [g for g in groups if g != "unknown"]
        if not any(few[g] for g in named):
            for group in named:
                held = sorted(_downloads(groups[group]))
                half = len(held) // 2
                middle = held[half] if len(held) % 2 else sum(held[half - 1 : half + 1]) / 2
                out[dimension, group] |= {
                    "n": sum(held), "value": sum(held) / sum(known) if sum(known) else None,
                    "median": float(middle), "counted": len(held), "suppressed": False,
                }  # fmt: skip
        else:
            for group in named:
                out[dimension, group] = _HIDDEN if few[group] else {}
        if few.get("unknown"):
            out[dimension, "unknown"] = _HIDDEN
    return out


def _downloads(rows: list[Row]) -> list[int]:
    return [row["downloads"] for row in rows if row.get("downloads") is not None]


def target_gender(lake: dict[str, list[Row]]) -> Table:
    models = _with_signals(lake, lake["models"])

    def perceived(row: Row) -> str | None:
        sure = (row.get("perceived_gender_probability") or 0) >= 0.9
        return row.get("perceived_gender") if sure else None

    def shown(row: Row) -> str | None:
        return row.get("gender")

    out: Table = {}
    for basis, mark, gender in (
        ("flag", "flagged_real_person", shown),
        ("signal", "real_person", shown),
        ("perceived", "real_person", perceived),
    ):
        rows = [row for row in models if row.get(mark) is True]

        def is_women(row: Row, gender: Any = gender) -> bool | None:
            said = gender(row)
            return None if said in (None, "none") else said == "women"

        out[(basis,)] = {
            **share(map(is_women, rows)), **over_creators(rows, is_women, "model_id"),
            "men": sum(gender(row) == "men" for row in rows),
            "other": sum(gender(row) == "both" for row in rows),
        }  # fmt: skip
    return out


def _sexualised(row: Row) -> bool | None:
    bits = row["level_mask"] & 63
    shown = None if not bits else bool(bits & 24)
    own = row.get("sexualised")
    if shown or own:
        return True
    return None if shown is None or own is None else False


def sexualised_pairing(lake: dict[str, list[Row]]) -> Table:
    """Return the shares; the interval of the ratio is checked by itself."""
    models = [r for r in _with_signals(lake, graded(lake)) if r.get("real_person") is True]
    out: Table = {}
    cells, told = {}, {}
    for gender in ("women", "men"):
        rows = [row for row in models if row.get("gender") == gender]
        hands = {
            (r["hub"], r.get("creator_key"), None if r.get("creator_key") else r["model_id"])
            for r in rows
        }
        plain = share(map(_sexualised, rows))
        cells[gender] = (plain["n"], plain["total"])
        told[gender] = len({
            (r["hub"], r.get("creator_key"), None if r.get("creator_key") else r["model_id"])
            for r in rows if _sexualised(r) is not None
        })  # fmt: skip
        out[(gender,)] = {
            **plain, **over_creators(rows, _sexualised, "model_id"), "creators": len(hands)
        }  # fmt: skip
    (a, b), (c, d) = cells["women"], cells["men"]
    ratio = None
    if min(told.values()) >= 5:
        add = 0.5 * (0 in (a, b - a, c, d - c))
        ratio = ((a + add) / (b + 2 * add)) / ((c + add) / (d + 2 * add))
    out[("women",)]["risk_ratio"] = ratio
    out[("men",)]["risk_ratio"] = None
    return out


def _prompted(lake: dict[str, list[Row]], column: str) -> list[Row]:
    """Return images with a prompt, their owner, and what the signals say of the prompt."""
    owners = {(r["hub"], r["model_id"]): r.get("creator_key") for r in lake["models"]}
    signals = {row["prompt_id"]: row for row in lake.get("prompt_signals", [])}
    return [
        {**row, "creator_key": row.get("creator_key") or owners.get((row["hub"], row["model_id"])),
         "says": signals.get(row[column])}
        for row in lake["images"] if row.get(column) is not None
    ]  # fmt: skip


def prompt_gender(lake: dict[str, list[Row]]) -> Table:
    rows = _prompted(lake, "prompt_id")
    signals = {row["prompt_id"]: row for row in lake.get("prompt_signals", [])}
    for row in rows:
        row["gender"] = (row["says"] or {}).get("gender")
        row["avoids"] = signals.get(row.get("negative_prompt_id"), {}).get("gender")
        row["grade"] = row["level"] if row.get("level") in RATED else "unrated"
    out: Table = {}
    for level in sorted({row["grade"] for row in rows} | ({"all"} if rows else set())):
        some = [row for row in rows if level in ("all", row["grade"])]
        for gender in ("women", "men", "both", "none"):

            def asks(row: Row, gender: str = gender) -> bool | None:
                return None if row["gender"] is None else row["gender"] == gender

            mine = [row for row in some if row["gender"] == gender]
            out[level, gender] = {
                **share(map(asks, some)), **over_creators(some, asks, "image_id"),
                "avoids_women": sum(row["avoids"] == "women" for row in mine),
                "avoids_men": sum(row["avoids"] == "men" for row in mine),
                **dict.fromkeys(("of_gender", "of_gender_low", "of_gender_high")),
            }  # fmt: skip
            if level in RATED:

                def at(row: Row, level: str = level) -> bool:
                    return bool(row["grade"] == level)

                rated = [r for r in rows if r["gender"] == gender and r["grade"] != "unrated"]
                ends = over_creators(rated, at, "image_id")
                out[level, gender] |= {
                    "of_gender": share(map(at, rated))["value"],
                    "of_gender_low": ends["creators_low"], "of_gender_high": ends["creators_high"],
                }  # fmt: skip
    return out


def language_rates(lake: dict[str, list[Row]]) -> Table:
    hits: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in lake.get("prompt_codes", []):
        hits[row["prompt_id"]][row["code"]] += row["hits"]
        if row["code"] != "minor.benign":
            signal = row["code"].split(".")[0]
            hits[row["prompt_id"]][signal] += row["hits"]
    used = {polarity: _prompted(lake, column) for polarity, column in
            (("asked", "prompt_id"), ("avoided", "negative_prompt_id"))}  # fmt: skip
    columns = {"asked": "prompt_id", "avoided": "negative_prompt_id"}
    categories = {
        category
        for polarity, rows in used.items()
        for row in rows
        if row["says"] is not None
        for category in hits[row[columns[polarity]]]
    }
    out: Table = {}
    for polarity, rows in used.items():
        for month, some in by_month(rows).items() if rows else ():
            known = [row for row in some if row["says"] is not None]
            for category in categories:
                n = [hits[row[columns[polarity]]][category] for row in known]
                total = sum(row["says"]["tokens"] for row in known)
                with_ = {(r["hub"], r["creator_key"]) for r, k in zip(known, n, strict=True)
                         if k and r["creator_key"]}  # fmt: skip
                who = {(r["hub"], r["creator_key"]) for r in known if r["creator_key"]}
                low, high = wilson(len(with_), len(who))
                out[category, polarity, month] = {
                    "n": sum(n), "total": total, "unknown": len(some) - len(known),
                    "value": 1000 * sum(n) / total if total else None,
                    "prompts": len(known), "prompts_with": sum(k > 0 for k in n),
                    "prompt_share": sum(k > 0 for k in n) / len(known) if known else None,
                    "creators": len(who), "creators_with": len(with_),
                    "creator_share": len(with_) / len(who) if who else None,
                    "creator_low": low, "creator_high": high,
                }  # fmt: skip
    return out
