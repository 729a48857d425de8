"""Benchmark of the simulated hub: images written a second, MB a second, peak memory.

`--calibration` prints, instead, the table of targets and what a world comes to.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from hubwatch.simulate.world.build import build_world
from hubwatch.simulate.world.clock import month_of
from hubwatch.simulate.world.write import write_hub

if TYPE_CHECKING:
    from collections.abc import Callable

WEIGHT = re.compile(r"\([^()<>]+:\d")


def gini(values: Any) -> float:
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    ranks = np.arange(1, len(ordered) + 1)
    return float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))


def share(values: Any) -> float:
    return float(np.mean(np.asarray(values, dtype=np.float64)))


def measured(models: int, images: int, seed: int) -> dict[str, float]:
    """Return what a world comes to, from its documents on the last day."""
    world = build_world(models=models, images=images, seed=seed)
    hub = world.as_of(None)
    found: dict[str, float] = {}
    kind = np.array(hub.model_type)
    for method in ("TextualInversion", "LORA", "Checkpoint"):
        found[f"flagged share, {method}"] = share(hub.model_real_person[kind == method])
    found["flagged share, all methods"] = share(hub.model_real_person)
    columns = world.content.models
    real, flagged = columns.person >= 0, columns.flagged & ~world.content.events.minor
    found["flag's recall"] = share(flagged[real])
    found["flag's precision"] = share(real[flagged])
    genders = [columns.people[p].gender for p in columns.person[real].tolist()]
    found["women among depicted persons"] = share([g == "woman" for g in genders])
    found["Gini of downloads over models"] = gini(hub.model_downloads)
    makers = hub.model_creator
    found["Gini of models over creators"] = gini(np.bincount(makers)[np.unique(makers)])
    downloads = np.bincount(makers, hub.model_downloads)[np.unique(makers)]
    found["Gini of downloads over creators"] = gini(downloads)
    found["creators with one model"] = share(np.bincount(makers)[np.unique(makers)] == 1)
    ratio = np.median(hub.model_downloads[hub.model_real_person]) / np.median(hub.model_downloads)
    found["median downloads, flagged : all"] = float(ratio)
    listed = ~hub.image_hidden
    month, bit = month_of(hub.image_at), hub.image_level_bit
    for m, name in ((0, "2022-11"), (11, "2023-10"), (17, "2024-04"), (25, "2024-12")):
        found[f"wide share of images, {name}"] = share(bit[listed & (month == m)] > 1)
    of_person = real[hub.version_model[np.maximum(hub.image_version, 0)]]
    of_person &= hub.image_version >= 0
    found["mature share, images of real persons"] = share(bit[listed & of_person] >= 4)
    found["mature share, other images"] = share(bit[listed & ~of_person] >= 4)
    return found | _texts(hub)


def _texts(hub: Any) -> dict[str, float]:
    model_documents = [hub.model_document(i, mask=31) for i in range(len(hub.model_id))]
    documents = [hub.image_document(i, with_meta=True) for i in range(len(hub.image_id))]
    size = statistics.mean(len(msgspec.json.encode(d)) for d in documents[::17])
    metas = [d["meta"] for d in documents if d["meta"]]
    prompts = [m["prompt"] for m in metas if "prompt" in m]
    negatives = [m["negativePrompt"] for m in metas if m.get("negativePrompt")]
    counts = Counter(prompts)
    versions = [v for d in model_documents for v in d["modelVersions"]]
    tags = Counter(tag for d in model_documents for tag in d["tags"])
    described = [d["description"] for d in model_documents if d["description"]]
    gendered = {
        "women's terms": ("1girl", "girl", "woman", "women", "female", "lady"),
        "men's terms": ("1boy", "boy", "man", "men", "male", "guy"),
    }
    words = [set(p.replace(",", " ").split()) for p in prompts]
    has = {name: [any(t in w for t in terms) for w in words] for name, terms in gendered.items()}
    women, men = np.array(has["women's terms"]), np.array(has["men's terms"])
    return {
        "bytes a document": size,
        "meta null": 1 - len(metas) / len(documents),
        "prompt characters, p5": float(np.percentile([len(p) for p in prompts], 5)),
        "prompt characters, p50": float(np.percentile([len(p) for p in prompts], 50)),
        "prompt characters, p95": float(np.percentile([len(p) for p in prompts], 95)),
        "negative prompt characters, p50": float(np.percentile([len(p) for p in negatives], 50)),
        "negative prompt characters, p95": float(np.percentile([len(p) for p in negatives], 95)),
        "negative prompt present": len(negatives) / len(prompts),
        "prompts shared with another image": sum(c for c in counts.values() if c > 1)
        / len(prompts),
        "prompts repeated beyond the first": 1 - len(counts) / len(prompts),
        "prompts with `<lora:`": share(["<lora:" in p for p in prompts]),
        "prompts with an explicit weight": share([bool(WEIGHT.search(p)) for p in prompts]),
        "prompts with a line break": share(["\n" in p for p in prompts]),
        "prompts with women's terms only": share(women & ~men),
        "prompts with men's terms only": share(men & ~women),
        "prompts with neither": share(~women & ~men),
        "description null": 1 - len(described) / len(model_documents),
        "description characters, p50": float(np.median([len(d) for d in described])),
        "version description null": share([v["description"] is None for v in versions]),
        "versions without trigger words": share([not v["trainedWords"] for v in versions]),
        "models without tags": share([not d["tags"] for d in model_documents]),
        "tags used once": share([c == 1 for c in tags.values()]),
        "models declared nsfw": share([d["nsfw"] for d in model_documents]),
        "name characters, p50": float(np.median([len(d["name"]) for d in model_documents])),
        "names with other letters than Latin": share(
            [any(ord(c) > 0x24F for c in d["name"]) for d in model_documents]
        ),
    }


#: Facts page and published findings; see the module `calibration`.
TARGETS: dict[str, float] = {
    "flagged share, TextualInversion": 0.509,
    "flagged share, LORA": 0.073,
    "flagged share, Checkpoint": 0.044,
    "flagged share, all methods": 0.136,
    "flag's recall": 0.77,
    "flag's precision": 0.93,
    "women among depicted persons": 0.96,
    "Gini of downloads over models": 0.676,
    "Gini of models over creators": 0.647,
    "Gini of downloads over creators": 0.828,
    "creators with one model": 0.548,
    "median downloads, flagged : all": 0.52,
    "wide share of images, 2022-11": 0.41,
    "wide share of images, 2023-10": 0.552,
    "wide share of images, 2024-04": 0.729,
    "wide share of images, 2024-12": 0.73,
    "meta null": 0.103,
    "prompt characters, p5": 37,
    "prompt characters, p50": 229,
    "prompt characters, p95": 690,
    "negative prompt characters, p50": 230,
    "negative prompt characters, p95": 1021,
    "negative prompt present": 0.942,
    "prompts shared with another image": 0.399,
    "prompts repeated beyond the first": 0.262,
    "prompts with `<lora:`": 0.499,
    "prompts with an explicit weight": 0.387,
    "prompts with a line break": 0.18,
    "prompts with women's terms only": 0.62,
    "prompts with men's terms only": 0.048,
    "prompts with neither": 0.305,
    "description null": 0.035,
    "description characters, p50": 637,
    "version description null": 0.552,
    "versions without trigger words": 0.348,
    "models without tags": 0.035,
    "tags used once": 0.623,
    "models declared nsfw": 0.166,
    "name characters, p50": 19,
    "names with other letters than Latin": 0.141,
}


def print_calibration(models: int, images: int, seed: int) -> None:
    print("| what | target | got |\n|---|---|---|")
    for name, got in measured(models, images, seed).items():
        target = TARGETS.get(name)
        style: Callable[[float], str] = lambda x: f"{x:.3f}" if abs(x) < 2 else f"{x:,.0f}"  # noqa: E731 # short
        print(f"| {name} | {style(target) if target is not None else '-'} | {style(got)} |")


def print_speed(models: int, images: int, seed: int) -> None:
    before = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        summary = write_hub(Path(folder), models=models, images=images, seed=seed)
    own = resource.getrusage(resource.RUSAGE_SELF)
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - before + child.ru_utime + child.ru_stime
    rate, volume = summary.images / summary.seconds, summary.json_bytes / summary.seconds / 1e6
    print(f"{summary.models:,} models, {summary.images:,} images in {summary.seconds:.1f} s")
    print(
        f"{rate:,.0f} images/s, {volume:,.0f} MB/s of JSON, {summary.bytes / 1e6:,.0f} MB on disk"
    )
    print(f"{cpu:.1f} s of processor time, {cpu / summary.images * 1e6:.1f} us an image")
    print(f"peak memory {own.ru_maxrss / 1e3:,.0f} MB here, {child.ru_maxrss / 1e3:,.0f} MB helper")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calibration", action="store_true")
    options = parser.parse_args()
    task = print_calibration if options.calibration else print_speed
    task(options.models, options.images, options.seed)


if __name__ == "__main__":
    main()
