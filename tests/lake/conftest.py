"""Documents as a hub writes them, and lakes made of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from hubwatch.lake.catalog import open_lake
from hubwatch.lake.raw import RawRecord, body_fields, start_snapshot
from hubwatch.lake.refine import refine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv("HUBWATCH_KEY_FILE", raising=False)
    return


class Hub:
    """Makes documents and puts answers into a lake as a collector does."""

    def __init__(self, lake: Path) -> None:
        self.lake = lake

    def image(self, image_id: int, **changes: Any) -> dict[str, Any]:
        return {
            "id": image_id,
            "url": f"https://image.example/{image_id}.jpeg",
            "width": 512,
            "height": 768,
            "nsfwLevel": "Soft",
            "nsfw": True,
            "browsingLevel": 2,
            "createdAt": "2024-03-05T10:00:00.000Z",
            "postId": 9,
            "username": "painter_one",
            "baseModel": "SDXL 1.0",
            "modelVersionIds": [10],
            "stats": {"likeCount": 1, "heartCount": 2, "laughCount": 0, "cryCount": 0},
            "meta": {"prompt": "a red kite, sky", "negativePrompt": "blurry", "steps": 20,
                     "sampler": "Euler a", "seed": 7, "cfgScale": 7.5},
            **changes,
        }  # fmt: skip

    def version(self, version_id: int, **changes: Any) -> dict[str, Any]:
        return {
            "id": version_id,
            "name": "v1",
            "baseModel": "SDXL 1.0",
            "publishedAt": "2024-02-01T00:00:00.000Z",
            "trainedWords": ["kite style"],
            "stats": {"downloadCount": 5},
            "files": [{"id": version_id + 1000, "name": "kite.safetensors", "sizeKB": 10.5,
                       "type": "Model", "primary": True, "hashes": {"SHA256": "ab"}}],
            "images": [],
            **changes,
        }  # fmt: skip

    def model(self, model_id: int, **changes: Any) -> dict[str, Any]:
        return {
            "id": model_id,
            "name": "Kites",
            "type": "LORA",
            "nsfw": False,
            "poi": False,
            "tags": ["style", "kite"],
            "creator": {"username": "maker_one"},
            "stats": {"downloadCount": 5, "thumbsUpCount": 3},
            "allowCommercialUse": "{Image,Rent}",
            "modelVersions": [self.version(model_id * 10)],
            **changes,
        }

    def snapshot(
        self,
        *answers: tuple[str, Any],
        at: str = "2024-04-01T00:00:00Z",
        complete: bool = True,
        origin: dict[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Store answers, each a kind and a JSON value or exact bytes, as one snapshot."""
        given = {"command": "collect", "kinds": ["models", "images"], **(origin or {})}
        with start_snapshot(self.lake, "civitai", origin=given) as writer:
            for position, (kind, answer) in enumerate(answers, 1):
                exact = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                source = fields.get("source", f"https://hub.example/{kind}")
                rest = {k: v for k, v in fields.items() if k != "source"}
                writer.append(
                    RawRecord(
                        hub="civitai",
                        kind=kind,
                        source=source,
                        position=position,
                        observed_at=at,
                        **body_fields(exact),
                        **rest,
                    )
                )
            if complete:
                writer.complete({})
        return writer.snapshot

    def models(self, *models: dict[str, Any], **options: Any) -> str:
        return self.snapshot(("models", {"items": list(models)}), **options)

    def images(self, *images: dict[str, Any], **options: Any) -> str:
        return self.snapshot(("images", {"items": list(images)}), **options)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Refine and return all rows of a table."""
        refine(self.lake, workers=1)
        return rows_of(self.lake, table)


def rows_of(lake: Path, table: str) -> list[dict[str, Any]]:
    found = [pq.read_table(path).to_pylist() for path in open_lake(lake).paths(table)]
    return [row for part in found for row in part]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path / "lake")


@pytest.fixture
def read() -> Callable[[Path, str], list[dict[str, Any]]]:
    return rows_of
