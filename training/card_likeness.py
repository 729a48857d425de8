"""Measures `likeness` of `inspect` on adapters that stand in for headers; prints a table.

`python -m training.card_likeness MODELS.jsonl.zst`: of every LoRA and LoCon with a file, the name
of the file, the first trigger word, the base model and the size are what a header would say; all
else is hidden. Truth is the hub's flag, which misses one real person in five. Intervals are
Wilson's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from hubwatch.adapters.intervals import Share, share
from hubwatch.adapters.person_strings import is_person_like
from hubwatch.files import open_bytes, read_lines
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import ModelSubject

METHODS = ("LORA", "LoCon")
BANDS = ((0.0, 0.5), (0.5, 0.8), (0.8, 1.01))


def header_of(document: dict[str, Any]) -> ModelSubject | None:
    """Return what a header would say of one document; None when it has no file."""
    version = (document.get("modelVersions") or [{}])[0]
    file = (version.get("files") or [{}])[0]
    if document.get("type") not in METHODS or not file.get("name"):
        return None
    base = version.get("baseModel")
    return ModelSubject(
        id="header",
        name=file["name"].rsplit(".", 1)[0],
        method=document["type"],
        base_models=(base,) if base else (),
        trigger_words=tuple((version.get("trainedWords") or [])[:1]),
        file_names=(file["name"],),
        largest_file_kib=file.get("sizeKB"),
        versions=1,
    )


def told(name: str, found: Share) -> str:
    """Return one line: a share with its counts and its interval."""
    interval = f"[{found.low:.3f}, {found.high:.3f}]"
    return f"{name}: {found.n:,} of {found.total:,}: {found.value:.3f} {interval}"


def main() -> None:
    """Print precision, recall, what is missed, and precision by band of score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    headers, flags = [], []
    with open_bytes(parser.parse_args().models) as stream:
        for line in read_lines(stream):
            document = msgspec.json.decode(line)
            if (header := header_of(document)) is not None:
                headers.append(header)
                flags.append(bool(document.get("poi")))
    answers = signal("real_person").answer_many(headers)
    rows = [
        (one.value is True, one.score or 0.0, flag)
        for one, flag in zip(answers, flags, strict=True)
    ]
    right = sum(flag for true, _, flag in rows if true)
    said = sum(true for true, _, _ in rows)
    flagged = sum(flags)
    formed = [
        flag
        for one, flag in zip(headers, flags, strict=True)
        if any(map(is_person_like, (one.name, *one.trigger_words)))
    ]
    lines = [
        f"{len(rows):,} adapters, {flagged:,} flagged",
        told("precision", share(right, said)),
        told("recall", share(right, flagged)),
        told("flagged of those said false", share(flagged - right, len(rows) - said)),
        told("precision of `person_like`", share(sum(formed), len(formed))),
    ]
    for low, high in BANDS:
        band = [flag for true, score, flag in rows if true and low <= score < high]
        lines.append(told(f"precision, score {low} to {high}", share(sum(band), len(band))))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
