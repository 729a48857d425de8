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
        parts = min(files, len(some))
        for part in range(parts):
            path = folder / f"{name}-{part}.parquet"
            pq.write_table(arrow_table(name, some[part::parts]), path)
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


def _says(i: int, **columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", "model_id": str(i), "real_person": True, "gender": "women",
            "sexualised": False, **columns}  # fmt: skip


def _prompt(i: int, **columns: Any) -> dict[str, Any]:
    return {"prompt_id": i, "tokens": 10 + i, "gender": "women", **columns}


def _adapter(i: int, **columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", "file_id": f"f{i}", "version_id": str(i % 6),
            "model_id": str(i % 6), "month": "2024-01" if i % 3 else "2024-02", "status": "read",
            "stripped": False, "trainer": "kohya", "base_model": "SDXL 1.0",
            "rank": 8 * (1 + i % 4), "caption_style": "tags", "epochs": 10,
            "training_images": 10 + 5 * i, "steps": 100 * i,
            "person_like": i % 2 == 0, **columns}  # fmt: skip


#: Prompt and negative prompt of the images of the tiny lake, by their number.
_PROMPTS = {0: (1, 9), 1: (1, None), 2: (2, 8), 5: (3, 9), 7: (4, None), 9: (1, 8), 11: (5, 9),
            12: (6, None), 14: (2, 9), 15: (3, None), 16: (1, None)}  # fmt: skip


def _asking(images: Rows) -> Rows:
    """Return images with their prompts."""
    nothing = (None, None)
    return [
        {**row, **dict(zip(("prompt_id", "negative_prompt_id"),
                           _PROMPTS.get(int(row["image_id"]), nothing), strict=True))}
        for row in images
    ]  # fmt: skip


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
    "images": _asking([
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
    ]),
    "model_signals": [
        _says(0, who_kind="actor", prominence="global", sexualised=True),
        _says(1, gender="men", who_kind="athlete"),
        _says(2, gender="both", perceived_gender="women", perceived_gender_probability=0.95),
        _says(3, gender=None, perceived_gender="men", perceived_gender_probability=0.6),
        _says(4, real_person=None),
        _says(1, hub="other", gender="men", perceived_gender="men",
              perceived_gender_probability=1.0, sexualised=None),
    ],
    "prompt_signals": [
        _prompt(1), _prompt(2, gender="men"), _prompt(3, gender="none"), _prompt(4, gender="both"),
        _prompt(5, gender=None), _prompt(8, gender="men", tokens=3), _prompt(9, tokens=0),
    ],
    "prompt_codes": [
        {"prompt_id": 1, "code": "sexualised.one", "hits": 2},
        {"prompt_id": 1, "code": "sexualised.two", "hits": 1},
        {"prompt_id": 3, "code": "violent.one", "hits": 4},
        {"prompt_id": 8, "code": "sexualised.one", "hits": 1},
        {"prompt_id": 2, "code": "minor.benign", "hits": 1},
    ],
    "files": [
        {"hub": "simulated", "file_id": "c1", "version_id": "1", "sha256": "AB12"},
        {"hub": "other", "file_id": "c1", "version_id": "1", "sha256": "CD34", "autov1": "EF56"},
    ],
    "adapters": [
        *(_adapter(i) for i in range(12)),
        _adapter(12, base_file="base.safetensors", trainer_version="abc"),
        _adapter(13, base_hash="ef56", hub="other", model_id="1", version_id="1"),
        _adapter(14, base_hash="ab12", base_model="SD 1.5", trainer="onetrainer"),
        _adapter(15, stripped=True, trainer="unknown", person_like=None, training_images=None),
        _adapter(16, status="not-visible", stripped=None, trainer=None),
        _adapter(17, month=None, model_id=None, base_model=None, caption_style="sentences"),
    ],
    "adapter_tags": [
        {"hub": "simulated", "file_id": f"f{i}", "tag": tag, "count": 1 + i % 5}
        for i in range(13)
        for tag in ("tag one", ("tag two", "odd tag", "score 9", "name:0123456789ab")[i % 4])
    ],
    "tag_terms": [
        {"term_id": i, "term": term}
        for i, term in enumerate(("tag one", "odd tag", "score 9", "newest"))
    ],
    "prompt_tags": [
        {"prompt_id": p, "position": t, "term_id": t, "weight": 1.0}
        for p in range(1, 7)
        for t in range(p % 4 + 1)
    ],
}  # fmt: skip
