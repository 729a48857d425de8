"""The measures over adapter files again in plain Python over rows, as the definitions read."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from reference_rows import Row, Table, by_month, over_creators, share

from hubwatch.measures.base_models import lineage
from hubwatch.measures.markers import MARKERS
from hubwatch.measures.tag_list import tag_list

if TYPE_CHECKING:
    from collections.abc import Callable

Lake = dict[str, list[Row]]

#: A list of tags of which the invented lakes hold some.
BOORU = tag_list({"tag one": 9, "score 9": 7, "tag two": 5, "elsewhere": 3, "masterpiece": 3})


def _files(lake: Lake) -> list[Row]:
    """Return files with their model's columns under `model`, what signals say, and their owner."""
    models = {(m["hub"], m["model_id"]): m for m in lake.get("models", [])}
    said = {(m["hub"], m["model_id"]): m for m in lake.get("model_signals", [])}
    out = []
    for file in lake.get("adapters", []):
        key = (file["hub"], file.get("model_id"))
        model = models.get(key, {})
        out.append({
            **file, "creator_key": model.get("creator_key"),
            "flagged_real_person": model.get("flagged_real_person"),
            "real_person": said.get(key, {}).get("real_person"),
        })  # fmt: skip
    return out


def _read(lake: Lake) -> list[Row]:
    return [file for file in _files(lake) if file.get("status") == "read"]


NOBODY = {"creators_low": None, "creators_high": None}


def base_model_lineage_share(lake: Lake) -> Table:
    versions = {(v["hub"], v["version_id"]): v for v in lake.get("versions", [])}
    files = [
        {**f, "header": f.get("base_model"),
         "declared": versions.get((f["hub"], f.get("version_id")), {}).get("base_model")}
        for f in _read(lake)
    ]  # fmt: skip
    out = _trained_on(files, _hashes(lake, versions))
    for basis in ("header", "declared"):
        out |= _tree(files, basis)
    both = [f for f in files if f["declared"] is not None]
    for basis, part in (("same architecture", "architecture"), ("same family", "family")):
        out |= _agreement(both, basis, part)
    return out


def _hashes(lake: Lake, versions: dict[tuple[str, str], Row]) -> set[tuple[str, str]]:
    found = set()
    for file in lake.get("files", []):
        if versions.get((file["hub"], file.get("version_id")), {}).get("method") == "Checkpoint":
            for name in ("sha256", "autov1", "autov2", "autov3"):
                if file.get(name) is not None:
                    found.add((file["hub"], file[name].lower()))
    return found


def _path(name: str) -> list[tuple[str, str]]:
    place = lineage(name)
    return list(itertools.pairwise(("root", place.architecture, place.family)))


def _tree(files: list[Row], basis: str) -> Table:
    out: Table = {}
    names = {f[basis] for f in files} - {None}
    for node in {node for name in names for node in _path(name)}:

        def is_of(f: Row, node: tuple[str, str] = node) -> bool | None:
            return None if f[basis] is None else node in _path(f[basis])

        for month, some in by_month(files).items():
            ends = over_creators(some, is_of, "file_id") if month == "all" else NOBODY
            out[basis, month, *node] = {**share(map(is_of, some)), **ends}
    return out


def _trained_on(files: list[Row], hashes: set[tuple[str, str]]) -> Table:
    out: Table = {}
    told = [f for f in files if f["header"] is not None]
    for family in {lineage(f["header"]).family for f in told}:
        own = [f for f in told if lineage(f["header"]).family == family]
        on = [
            "a release" if f.get("base_file") is not None
            else None if f.get("base_hash") is None
            else "a checkpoint of the hub" if (f["hub"], f["base_hash"]) in hashes
            else "another file"
            for f in own
        ]  # fmt: skip
        for kind in ("a release", "a checkpoint of the hub", "another file"):
            row = share(None if x is None else x == kind for x in on)
            out["header", "all", family, kind] = {**row, **NOBODY}
    return out


def _agreement(both: list[Row], basis: str, part: str) -> Table:
    def agree(f: Row) -> bool | None:
        if f["header"] is None:
            return None
        return bool(getattr(lineage(f["header"]), part) == getattr(lineage(f["declared"]), part))

    out: Table = {}
    for month, some in by_month(both).items():
        out[basis, month, "all", "all"] = {**share(map(agree, some)), **NOBODY}
    for place in {lineage(f["declared"]) for f in both}:
        same = [f for f in both if lineage(f["declared"]) == place]
        key = (basis, "all", place.architecture, place.family)
        out[key] = {**share(map(agree, same)), **NOBODY}
    return out


def _quantile(values: list[float], part: float) -> float:
    ordered, place = sorted(values), part * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def barrier_to_entry_profile(lake: Lake) -> Table:
    """Return counts and values; intervals of quantiles are checked by themselves."""
    out: Table = {}
    parts = {"decile1": 0.1, "quartile1": 0.25, "median": 0.5, "quartile3": 0.75, "decile9": 0.9}
    for subject, answer in (("all", None), ("real person", True), ("other", False)):
        own = [f for f in _read(lake) if answer is None or f["real_person"] is answer]
        for name in ("training_images", "repeats", "epochs", "steps", "rank", "resolution"):
            known = [f for f in own if f.get(name) is not None]
            hands = {(f["hub"], f["creator_key"] or ("alone", f["file_id"])) for f in known}
            small = bool(known) and min(len(known), len(hands)) < 10
            values = [float(f[name]) for f in known]
            common: Row = {
                "total": len(known), "unknown": len(own) - len(known), "creators": len(hands),
                "suppressed": small,
            }  # fmt: skip
            for statistic, part in parts.items() if own else ():
                value = None if small or not values else _quantile(values, part)
                out[subject, name, statistic] = {**common, "n": len(known), "value": value}
            if own and name == "training_images":
                few = [value <= 20 for value in values]
                out[subject, name, "share of few"] = {
                    **common, "n": None if small else sum(few), "few_images": 20,
                    "value": None if small or not few else sum(few) / len(few),
                }  # fmt: skip
    return out


def trainer_signature(lake: Lake) -> Table:
    files = _read(lake)
    out: Table = {}

    def told(f: Row, dimension: str) -> str | None:
        bare = f.get("stripped") is not False
        if dimension == "caption_style" and bare:
            return None
        if dimension == "trainer" and bare and f.get("trainer") == "unknown":
            return None
        name: str | None = f.get(dimension)
        return name

    for dimension in (
        "trainer", "caption_style", "trainer_version", "network_module", "optimizer",
    ):  # fmt: skip
        followed = dimension in ("trainer", "caption_style")
        for name in {told(f, dimension) for f in files} - {None}:

            def is_it(f: Row, name: str | None = name, dimension: str = dimension) -> bool | None:
                found = told(f, dimension)
                return None if found is None else found == name

            for month, some in by_month(files).items():
                if followed or month == "all":
                    whole = followed and month == "all"
                    ends = over_creators(some, is_it, "file_id") if whole else NOBODY
                    out[dimension, str(name), month] = {**share(map(is_it, some)), **ends}
    return out


def name_leakage(lake: Lake) -> Table:
    def any_name(f: Row) -> bool | None:
        return f.get("person_like") if f.get("stripped") is False else None

    def silent(column: str) -> Callable[[Row], bool | None]:
        def said(f: Row) -> bool | None:
            named, page = any_name(f), f[column]
            return None if named is None or page is None else named and not page

        return said

    pages = {
        "any": any_name, "silent by flag": silent("flagged_real_person"),
        "silent by signal": silent("real_person"),
    }  # fmt: skip
    out: Table = {}
    for page, said in pages.items():
        for month, some in by_month(_read(lake)).items():
            ends = over_creators(some, said, "file_id") if month == "all" else NOBODY
            out[page, month] = {**share(map(said, some)), **ends}
    return out


def metadata_stripping(lake: Lake) -> Table:
    words = {True: "real person", False: "other", None: "unknown"}
    groups: dict[str, list[Row]] = defaultdict(list)
    for f in _files(lake):
        groups["all"].append(f)
        groups[words[f["real_person"]]].append(f)

    def gone(f: Row) -> bool | None:
        return f.get("stripped") is not False if f.get("status") == "read" else None

    out: Table = {}
    for subject, files in groups.items():
        periods = dict(by_month(files))
        for f in files:
            month = f.get("month") or ""
            if month and month != "2024-01":
                side = "before" if month < "2024-01" else "after"
                periods.setdefault(side, []).append(f)
        for period, some in periods.items():
            ends = (
                over_creators(some, gone, "file_id")
                if period in ("all", "before", "after")
                else NOBODY
            )
            out[subject, period] = {**share(map(gone, some)), **ends}
    return out


def _rbo(first: list[str], second: list[str], p: float) -> float:
    """Return the extrapolated rank-biased overlap by its definition, depth by depth."""
    short, long = sorted((first, second), key=len)
    s, n = len(short), len(long)
    x = [len(set(short[:d]) & set(long[:d])) for d in range(n + 1)]
    total = sum(x[d] / d * p**d for d in range(1, n + 1))
    total += sum(x[s] * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    return (1 - p) / p * total + ((x[n] - x[s]) / n + x[s] / s) * p**n


def _jsd(a: Counter[str], b: Counter[str]) -> float:
    n, m, total = a.total(), b.total(), 0.0
    for tag in {*a, *b}:
        p, q = a[tag] / n, b[tag] / m
        total += sum(x / 2 * math.log2(x / ((p + q) / 2)) for x in (p, q) if x)
    return math.sqrt(max(total, 0.0))


def _vocabularies(lake: Lake, fewest: int) -> dict[str, dict[str, Counter[str]]]:
    """Return source → month → tag → occurrences."""
    files = {(f["hub"], f["file_id"]): f for f in _read(lake)}
    tags = lake.get("adapter_tags", [])
    adapters = Counter(row["tag"] for row in tags)
    out: dict[str, dict[str, Counter[str]]] = {
        "captions": defaultdict(Counter), "prompts": defaultdict(Counter)
    }  # fmt: skip
    for row in tags:
        file = files.get((row["hub"], row["file_id"]))
        if file is not None and adapters[row["tag"]] >= fewest:
            out["captions"][file.get("month") or ""][row["tag"]] += row["count"] or 0
    terms = {row["term_id"]: row["term"] for row in lake.get("tag_terms", [])}
    said = [(r["prompt_id"], r["term_id"]) for r in lake.get("prompt_tags", [])]
    uses = {
        (i["prompt_id"], i.get("month") or "")
        for i in lake.get("images", []) if i.get("prompt_id") is not None
    }  # fmt: skip
    often = Counter(term for _, term in said)
    for prompt, month in uses:
        for p, term in said:
            if p == prompt and often[term] >= fewest and term in terms:
                out["prompts"][month][terms[term]] += 1
    return out


def booru_overlap(lake: Lake) -> Table:
    """Return counts and values; intervals are checked by themselves."""
    out: Table = {}
    for source, months in _vocabularies(lake, fewest=2).items():
        before: Counter[str] | None = None
        whole: Counter[str] = sum(months.values(), Counter())
        for month, counts in [("all", whole), *sorted(months.items())]:
            counts = +counts
            if not counts:
                continue
            known = Counter({t: n for t, n in counts.items() if not t.startswith("name:")})
            held = {t: n for t, n in known.items() if t in BOORU.tags}
            named = {t: n for t, n in counts.items() if t.startswith("name:")}
            top = sorted(known, key=lambda tag: (-known[tag], tag))[:1000]
            rows: dict[str, Row] = {
                "types": {"n": len(held), "total": len(known), "unknown": len(named)},
                "tokens": {"n": sum(held.values()), "total": known.total(),
                           "unknown": sum(named.values())},
                "rank overlap": {"n": len(held), "total": len(top), "unknown": 0},
            }  # fmt: skip
            for name in ("types", "tokens"):
                row = rows[name]
                row["value"] = row["n"] / row["total"] if row["total"] else None
            rows["rank overlap"]["value"] = _rbo(top, list(BOORU.tags), 0.98) if top else None
            if before is not None:
                rows["distance to the month before"] = {
                    "n": known.total(), "total": known.total() + before.total(), "unknown": 0,
                    "value": _jsd(before, known) if known and before else None,
                }  # fmt: skip
            for statistic, row in rows.items():
                out[source, statistic, month] = row
            before = known if month not in ("", "all") else None
    return out


def marker_adoption(lake: Lake) -> Table:
    plain = {name: {t.replace("_", " ") for t in some} for name, some in MARKERS.items()}
    tags: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in lake.get("adapter_tags", []):
        tags[row["hub"], row["file_id"]].add(row["tag"])
    terms = {row["term_id"]: row["term"] for row in lake.get("tag_terms", [])}
    prompts: dict[int, set[str]] = defaultdict(set)
    for row in lake.get("prompt_tags", []):
        prompts[row["prompt_id"]].add(terms.get(row["term_id"], ""))
    owners = {(m["hub"], m["model_id"]): m.get("creator_key") for m in lake.get("models", [])}
    files = [{**f, "says": tags.get((f["hub"], f["file_id"]))} for f in _read(lake)]
    images = [
        {**i, "creator_key": i.get("creator_key") or owners.get((i["hub"], i.get("model_id"))),
         "says": None if i.get("prompt_id") is None else prompts.get(i["prompt_id"], set())}
        for i in lake.get("images", [])
    ]  # fmt: skip
    out: Table = {}
    for source, items, key in (("captions", files, "file_id"), ("prompts", images, "image_id")):
        for marker, tokens in plain.items():

            def holds(item: Row, tokens: set[str] = tokens) -> bool | None:
                return None if item["says"] is None else bool(item["says"] & tokens)

            cells: dict[tuple[str, str], list[Any]] = {
                ("all", month): some for month, some in by_month(items).items()
            }
            for item in items:
                base = item.get("base_model")
                family = "unknown" if base is None else lineage(base).family
                cells.setdefault((family, "all"), []).append(item)
            for (family, month), some in cells.items():
                whole = (family, month) == ("all", "all")
                ends = over_creators(some, holds, key) if whole else NOBODY
                out[marker, source, family, month] = {**share(map(holds, some)), **ends}
    return out
