"""What the simulated hub's server needs to know of a simulated world, as of one day.

The generator builds it, the server reads it; neither knows how the other works. Arrays of one kind
are aligned by index. Times are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: Name, type and shape of one tensor of a `.safetensors` file.
Tensor = tuple[str, str, tuple[int, ...]]


class Catalogue(Protocol):
    """The hub's content on one day, hidden and removed items included.

    Models: `model_id`, `model_last_version_at`, `model_level_mask` (OR of bits 1..32, 0 unrated),
    `model_real_person` (the hub's flag), `model_minor`, `model_archived`, `model_taken_down`,
    `model_gone` (unpublished or removed: 404 everywhere), `model_creator` (index into `creators`),
    `model_downloads`, `model_type` and `model_tags` (texts).
    Versions: `version_id`, `version_model` (index), `version_level_mask`, `version_base_model`.
    Images: `image_id`, `image_at` (sort time), `image_level_bit` (0 unrated), `image_version`
    (index, -1 when none), `image_creator`, `image_post_id`, `image_hidden` (never in lists).
    Files: `file_sha256` maps upper-case hex to a version index.
    """

    model_id: Ints
    model_last_version_at: Ints
    model_level_mask: Ints
    model_real_person: Flags
    model_minor: Flags
    model_archived: Flags
    model_taken_down: Flags
    model_gone: Flags
    model_creator: Ints
    model_downloads: Ints
    version_id: Ints
    version_model: Ints
    version_level_mask: Ints
    image_id: Ints
    image_at: Ints
    image_level_bit: Ints
    image_version: Ints
    image_creator: Ints
    image_post_id: Ints
    image_hidden: Flags
    file_sha256: Mapping[str, int]

    @property
    def model_type(self) -> Sequence[str]:
        """Type of each model."""

    @property
    def model_tags(self) -> Sequence[Sequence[str]]:
        """Tags of each model."""

    @property
    def version_base_model(self) -> Sequence[str]:
        """Base model of each version."""

    @property
    def creators(self) -> Sequence[str]:
        """Names of all accounts."""

    @property
    def tags(self) -> Sequence[str]:
        """Names of all tags of models."""

    def model_document(self, index: int, *, mask: int) -> dict[str, Any]:
        """Return a model as `GET /models` lists it; showcase images outside `mask` are left out."""

    def version_document(self, index: int) -> dict[str, Any]:
        """Return a version as `GET /model-versions/{id}` answers it, real-person flag included."""

    def image_document(self, index: int, *, with_meta: bool) -> dict[str, Any]:
        """Return an image as `GET /images` lists it; `meta` is null unless asked for."""

    def training_metadata(self, version_index: int) -> Mapping[str, str] | None:
        """Return the `__metadata__` block of the version's adapter file; `None` when stripped."""

    def training_tensors(self, version_index: int) -> Sequence[Tensor]:
        """Return name, type and shape of the tensors in the version's file, in their order."""
