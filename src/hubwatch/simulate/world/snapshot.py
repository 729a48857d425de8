"""The simulated hub on one day, in the form that its server reads (see `catalogue.Catalogue`)."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.chunks import Chunk, listed
from hubwatch.simulate.world.documents import model_document, version_document
from hubwatch.simulate.world.image_documents import LEVEL_TEXT, ImageRenderer
from hubwatch.simulate.world.trainers import training_metadata, training_tensors
from hubwatch.simulate.world.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.simulate.catalogue import Flags, Ints, Tensor
    from hubwatch.simulate.world.content import Content

#: Rows of rendered documents kept in memory, about 1.3 kB each.
_KEPT_ROWS: Final = 131_072
_LEVEL: Final = {bit: msgspec.json.decode(f"{{{text}}}") for bit, text in LEVEL_TEXT.items()}


class Snapshot:
    """The hub's content on one day, hidden and removed items included; a `Catalogue`.

    Args:
        content: the world.
        day: last microsecond of the day.
    """

    def __init__(self, content: Content, day: int) -> None:
        self._content, self._day = content, day
        self._view = View(content, day)
        self._renderer: ImageRenderer | None = None
        self._kept: OrderedDict[int, list[str]] = OrderedDict()
        self.creators: Sequence[str] = content.creators
        self._versions()
        self._models()
        self._images()

    def _versions(self) -> None:
        versions = self._content.versions
        count = int(np.searchsorted(versions.at, self._day, side="right"))
        self.version_id: Ints = np.array(self._content.version_id[:count], dtype=np.int64)
        self.version_model: Ints = versions.model[:count]
        self.version_level_mask: Ints = self._view.version_masks[:count]
        self.version_base_model: Sequence[str] = [
            cal.BASE_MODELS[b] for b in versions.base[:count].tolist()
        ]
        digests = self._content.sha256[:count]
        self.file_sha256: Mapping[str, int] = {
            digest: version for version, digest in reversed(list(enumerate(digests)))
        }

    def _models(self) -> None:
        content, day = self._content, self._day
        models, events = content.models, content.events
        count = int(np.searchsorted(models.at, day, side="right"))
        self.model_id: Ints = np.array(content.model_id[:count], dtype=np.int64)
        last = np.zeros(len(models), dtype=np.int64)
        shown = len(self.version_id)
        np.maximum.at(last, self.version_model, content.versions.at[:shown])
        self.model_last_version_at: Ints = last[:count]
        self.model_level_mask: Ints = self._view.model_masks[:count]
        self.model_real_person: Flags = (models.flagged & (events.flagged_at <= day))[:count]
        self.model_minor: Flags = events.minor[:count]
        self.model_archived: Flags = events.archived_at[:count] <= day
        self.model_taken_down: Flags = events.taken_down_at[:count] <= day
        self.model_gone: Flags = events.gone_at[:count] <= day
        self.model_creator: Ints = models.creator[:count]
        downloads = np.bincount(
            self.version_model, self._view.version_downloads[:shown], minlength=count
        )
        self.model_downloads: Ints = downloads[:count].astype(np.int64)
        self.model_type: Sequence[str] = [cal.METHODS[m] for m in models.method[:count].tolist()]
        self.model_tags: Sequence[Sequence[str]] = [
            content.texts.tags(index) for index in range(count)
        ]
        self.tags: Sequence[str] = sorted({tag for tags in self.model_tags for tag in tags})

    def _images(self) -> None:
        """Collect the columns of all chunks up to the day."""
        plan = self._content.plan
        chunks = [
            self._content.chunks.make(number)
            for number in range(len(plan))
            if int(plan.start[number]) <= self._day
        ]
        kept = [chunk.at <= self._day for chunk in chunks]

        def joined(values: list[Any]) -> Any:
            parts = [value[keep] for value, keep in zip(values, kept, strict=True)]
            return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

        numbers = [np.full(len(c), c.number) for c in chunks]
        self._chunk, self._row = joined(numbers), joined([np.arange(len(c)) for c in chunks])
        self.image_id: Ints = joined([c.image_id for c in chunks])
        self.image_at: Ints = joined([c.at for c in chunks])
        self.image_level_bit: Ints = joined([self._bits(c) for c in chunks])
        self.image_version: Ints = joined([c.version for c in chunks])
        self.image_creator: Ints = joined([c.creator for c in chunks])
        self.image_post_id: Ints = joined([c.post_id for c in chunks])
        hidden = joined([~listed(c, self._day) for c in chunks])
        self.image_hidden: Flags = hidden.astype(np.bool_)

    def _bits(self, chunk: Chunk) -> Ints:
        return np.where(chunk.relabelled_at <= self._day, chunk.bit, chunk.bit_before)

    def model_document(self, index: int, *, mask: int) -> dict[str, Any]:
        """Return a model as `GET /models` lists it; showcase images outside `mask` are left out."""
        return model_document(self._view, index, mask=mask)

    def version_document(self, index: int) -> dict[str, Any]:
        """Return a version as `GET /model-versions/{id}` answers it, real-person flag included."""
        return version_document(self._view, index)

    def image_document(self, index: int, *, with_meta: bool) -> dict[str, Any]:
        """Return an image as `GET /images` lists it; `meta` is null unless asked for."""
        text = self._texts(int(self._chunk[index]))[int(self._row[index])]
        document: dict[str, Any] = msgspec.json.decode(text)
        document.update(_LEVEL[int(self.image_level_bit[index])])
        if not with_meta:
            document["meta"] = None
        return document

    def _texts(self, number: int) -> list[str]:
        """Return the documents of a chunk, keeping the chunks used last."""
        if self._renderer is None:
            self._renderer = ImageRenderer(self._content)
        texts = self._kept.pop(number, None)
        if texts is None:
            texts = self._renderer.render(self._content.chunks.make(number))
        self._kept[number] = texts
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _KEPT_ROWS:
            self._kept.popitem(last=False)
        return texts

    def training_metadata(self, version_index: int) -> Mapping[str, str] | None:
        """Return the `__metadata__` block of the version's adapter file; `None` when stripped."""
        return training_metadata(self._content, version_index)

    def training_tensors(self, version_index: int) -> Sequence[Tensor]:
        """Return name, type and shape of the tensors in the version's adapter file."""
        return training_tensors(self._content, version_index)
