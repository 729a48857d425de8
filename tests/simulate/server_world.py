"""A tiny catalogue and a plain HTTP caller for the tests of the simulated hub's server."""

from __future__ import annotations

import hashlib
import http.client
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import numpy as np

from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.server.parameters import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = 86_400_000_000
START = 19_700 * DAY  # a day in December 2023
AGENT = "hubwatch-tests/0 (+test)"


class FakeCatalogue:
    """Models 1.., two versions each, images 1..; no flags set, everything PG unless changed."""

    def __init__(self, models: int = 30, images: int = 60, spacing: int = 3_600_000_000) -> None:
        n, versions = models, models * 2
        self.model_id = np.arange(1, n + 1) * 10
        self.model_last_version_at = START + np.arange(n) * spacing
        self.model_level_mask = np.ones(n, dtype=np.int64)
        self.model_real_person = np.zeros(n, dtype=bool)
        self.model_minor = np.zeros(n, dtype=bool)
        self.model_archived = np.zeros(n, dtype=bool)
        self.model_taken_down = np.zeros(n, dtype=bool)
        self.model_gone = np.zeros(n, dtype=bool)
        self.model_creator = np.arange(n) % 7
        self.model_downloads = (np.arange(n) * 37) % 11
        self.model_type = ["LORA" if at % 2 else "Checkpoint" for at in range(n)]
        self.model_tags = [["style", "rare"] if at % 10 == 0 else ["style"] for at in range(n)]
        self.version_id = np.arange(1, versions + 1) + 1000
        self.version_model = np.arange(versions) // 2
        self.version_level_mask = np.ones(versions, dtype=np.int64)
        self.version_base_model = ["SD 1.5" if at % 2 else "SDXL 1.0" for at in range(versions)]
        self.image_id = np.arange(1, images + 1) * 3
        self.image_at = START + np.arange(images) * spacing
        self.image_level_bit = np.ones(images, dtype=np.int64)
        self.image_version = np.arange(images) % (versions or 1)
        self.image_creator = np.arange(images) % 7
        self.image_post_id = np.arange(images) // 4 + 1
        self.image_hidden = np.zeros(images, dtype=bool)
        self.creators = ["ada_one", "Bo Two", "cy", "dee", "eve", "fay", "gus"]
        self.tags = ["rare", "style"]
        self.file_sha256 = {self.sha256(at): at for at in range(versions)}

    @staticmethod
    def sha256(version: int) -> str:
        return hashlib.sha256(str(version).encode()).hexdigest().upper()

    def model_document(self, index: int, *, mask: int) -> dict[str, Any]:
        versions = np.flatnonzero(self.version_model == index)
        return {
            "id": int(self.model_id[index]),
            "name": f"model {index}",
            "description": None,
            "type": self.model_type[index],
            "poi": bool(self.model_real_person[index]),
            "minor": bool(self.model_minor[index]),
            "nsfw": False,
            "nsfwLevel": int(self.model_level_mask[index]),
            "availability": "Public",
            "allowCommercialUse": ["Image"],
            "creator": {"username": self.creators[self.model_creator[index]], "image": None},
            "tags": list(self.model_tags[index]),
            "stats": {"downloadCount": int(self.model_downloads[index]), "thumbsUpCount": 2},
            "modelVersions": [self.version_document(int(at)) for at in versions],
        }

    def version_document(self, index: int) -> dict[str, Any]:
        number, model = int(self.version_id[index]), int(self.version_model[index])
        return {
            "id": number,
            "modelId": int(self.model_id[model]),
            "baseModel": self.version_base_model[index],
            "trainedWords": [],
            "description": None,
            "supportsGeneration": index % 2 == 0,
            "stats": {"downloadCount": 5, "thumbsUpCount": 1},
            "model": {"name": f"model {model}", "poi": bool(self.model_real_person[model])},
            "images": [{"id": number, "nsfwLevel": 1}],
            "files": [
                {"id": number, "primary": True, "hashes": {"SHA256": self.sha256(index)}},
                {"id": number + 1, "primary": False, "hashes": {}},
            ],
            "downloadUrl": f"http://hub/api/download/models/{number}",
        }

    def image_document(self, index: int, *, with_meta: bool) -> dict[str, Any]:
        bit = int(self.image_level_bit[index])
        words = {1: "None", 2: "Soft", 4: "Mature", 8: "X", 16: "X", 32: "Blocked"}
        return {
            "id": int(self.image_id[index]),
            "url": f"http://media/{index}",
            "width": 512,
            "height": 768,
            "hash": "L00000",
            "nsfwLevel": words.get(bit, "None"),
            "nsfw": bit > 1,
            "browsingLevel": bit,
            "type": "image",
            "createdAt": to_text(int(self.image_at[index])),
            "postId": int(self.image_post_id[index]),
            "stats": {"likeCount": 3, "heartCount": 1},
            "meta": {"prompt": f"prompt {index}"} if with_meta and index % 3 else None,
            "username": self.creators[self.image_creator[index]],
            "baseModel": "SD 1.5",
            "modelVersionIds": [1001],
        }

    def training_metadata(self, version_index: int) -> dict[str, str] | None:
        return None if version_index % 2 else {"ss_network_dim": "8", "ss_steps": "100"}

    def training_tensors(self, version_index: int) -> list[tuple[str, str, tuple[int, ...]]]:
        return [("down.alpha", "F16", ()), ("down.weight", "F16", (4, 32 + version_index))]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Caller:
    """Asks a simulated hub over one kept connection that is renewed when it breaks."""

    def __init__(self, hub: SimulatedHub) -> None:
        self.hub = hub
        parts = urlsplit(hub.base_url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)

    def ask(
        self, path: str, *, method: str = "GET", body: Any = None, headers: Any = None, **query: Any
    ) -> Answer:
        target = path if path.startswith("/") else f"/api/v1/{path}"
        if query:
            target += "?" + urlencode(query, doseq=True)
        sent = {"User-Agent": AGENT, **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        try:
            self.connection.request(method, target, body=data, headers=sent)
            reply = self.connection.getresponse()
            answer = Answer(reply.status, reply.getheaders(), reply.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        return answer

    def ids(self, path: str, **query: Any) -> list[int]:
        answer = self.ask(path, **query)
        assert answer.status == 200, answer.body
        return [item["id"] for item in answer.json["items"]]

    def walk(self, path: str, **query: Any) -> list[list[int]]:
        """Follow cursors to the end and return the ids of each page."""
        pages, cursor = [], None
        while True:
            answer = self.ask(path, **query, **({"cursor": cursor} if cursor else {})).json
            pages.append([item["id"] for item in answer["items"]])
            cursor = answer["metadata"].get("nextCursor")
            if cursor is None:
                return pages
            assert len(pages) < 2000


@contextmanager
def calling(catalogue: FakeCatalogue, **options: Any) -> Iterator[Caller]:
    """Serve a catalogue and give a caller of it."""
    with SimulatedHub(lambda _: catalogue, **options) as hub:
        caller = Caller(hub)
        yield caller
        caller.connection.close()


def flat(pages: list[list[int]]) -> list[int]:
    return [identifier for page in pages for identifier in page]
