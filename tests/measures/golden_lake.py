"""A tiny lake of invented rows, and random tables for property tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.engine import Source
from hubwatch.lake.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Rows = list[dict[str, Any]]


def arrow_table(name: str, rows: Rows) -> pa.Table:
    """Return rows as the declared table; columns that are not given are null."""
    schema = arrow_schema(name)
    columns = [pa.array([row.get(f.name) for row in rows], f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def write_lake(folder: Path, rows: Mapping[str, Rows], files: int = 1) -> dict[str, Source]:
    """Write tables as Parquet, each split into some files, and return where they lie."""
    found = {name: Source(arrow_schema(name)) for name in TABLES}
    for name, some in rows.items():
        paths = []
        for part in range(files if len(some) >= files else min(1, len(some))):
            path = folder / f"{name}-{part}.parquet"
            pq.write_table(arrow_table(name, some[part::files] if files > 1 else some), path)
            paths.append(path)
        found[name] = Source(arrow_schema(name), tuple(paths))
    return found


def _model(i: int, **columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", "model_id": str(i), "method": "LORA", "month": "2024-01",
            "flagged_real_person": False, "creator_key": f"creator-{i % 4}", "downloads": 10 * i,
            "level_mask": 1, "tags": ["style"], **columns}  # fmt: skip


def _version(i: int, **columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", "version_id": str(i), "model_id": str(i), "method": "LORA",
            "base_model": "SD 1.5", "month": "2024-01", **columns}  # fmt: skip


def _image(i: int, **columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", "image_id": str(i), "model_id": str(i % 6), "month": "2024-01",
            "level": "PG", **columns}  # fmt: skip


GOLDEN: dict[str, Rows] = {
    "models": [
        _model(0, downloads=None),
        _model(1, tags=["nsfw", "style"], level_mask=9),
        _model(2, flagged_real_person=True, method="TextualInversion"),
        _model(3, flagged_real_person=None, month="2024-02"),
        _model(4, tags=None, level_mask=0, month="2024-02", creator_key=None),
        _model(5, method=None, level_mask=None, month=None),
        _model(1, hub="other", level_mask=32, creator_key="creator-1", downloads=7),
    ],
    "versions": [
        _version(0),
        _version(1, base_model="Pony"),
        _version(2, base_model="SDXL 1.0", month="2024-02"),
        _version(3, base_model=None, month="2024-02"),
        _version(4, base_model="Something New", method=None),
        _version(5, base_model="SDXL Turbo", month=None),
        _version(1, hub="other", method="Checkpoint"),
    ],
    "images": [
        *(_image(i) for i in range(6)),
        *(_image(6 + i, level="PG-13") for i in range(3)),
        *(_image(9 + i, level="R", month="2024-02") for i in range(2)),
        _image(11, level="X"),
        _image(12, level="XXX", month="2024-02"),
        _image(13, level="blocked"),
        _image(14, level="unrated"),
        _image(15, level=None, month="2024-03"),
        _image(16, level="PG", month=None, model_id=None),
        _image(17, level="R", hub="other", creator_key="creator-9"),
    ],
}
