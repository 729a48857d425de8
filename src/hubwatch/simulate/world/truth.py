"""Truth tables: what the simulated hub knows and a real one would not say.

Written beside the answers as Parquet, so that signals and measures can be scored. Ids are the
hub's numbers; removed and hidden items are in the tables too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.levels import BIT_TO_LEVEL, LEVELS
from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.chunks import Chunk, listed
from hubwatch.simulate.world.clock import END, NEVER
from hubwatch.simulate.world.models import KINDS, PRESENTATIONS, Ints
from hubwatch.simulate.world.subcultures import NAMES
from hubwatch.simulate.world.versions import TRAINERS

if TYPE_CHECKING:
    import pyarrow as pa

    from hubwatch.simulate.world.content import Content

_EVENTS: Final = {
    "gone": "gone_at",
    "flagged": "flagged_at",
    "archived": "archived_at",
    "taken_down": "taken_down_at",
    "renamed": "renamed_at",
    "declared_nsfw": "declared_at",
}


def _times(values: Ints) -> Any:
    import pyarrow as pa

    missing = values == NEVER
    return pa.array(np.where(missing, 0, values), mask=missing).cast(pa.timestamp("us", tz="UTC"))


def _words(names: tuple[str, ...], codes: Ints) -> Any:
    import pyarrow as pa

    text = pa.array(names)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), text).cast(pa.string())


def people_table(content: Content) -> pa.Table:
    """Return one row for each fictional real person."""
    import pyarrow as pa

    fields = ("person_id", "name", "given", "family", "script", "gender", "occupation")
    return pa.table(
        {
            field: [getattr(person, field) for person in content.models.people]
            for field in (*fields, "tier", "country")
        }
    )


def models_table(content: Content) -> pa.Table:
    """Return one row for each model: what it depicts, how it hides it, what became of it."""
    import pyarrow as pa

    models, events = content.models, content.events
    person = np.where(models.person >= 0, models.person + 1, 0)
    genders = ["", *(p.gender for p in models.people)]
    ids = np.array([*content.model_id, 0])
    return pa.table(
        {
            "model_id": content.model_id,
            "method": _words(cal.METHODS, models.method),
            "month": _words(cal.MONTHS, models.month),
            "creator": [content.creators[c] for c in models.creator.tolist()],
            "kind": _words(KINDS, models.kind),
            "depicts_person": models.person >= 0,
            "person_id": person,
            "gender": [genders[p] for p in person.tolist()],
            "flagged": models.flagged,
            "presentation": _words(PRESENTATIONS, models.presentation),
            "subculture": _words(NAMES, models.subculture),
            "declared_nsfw": models.declared_nsfw,
            "maturity": models.maturity,
            "minor": events.minor,
            "gone": events.gone_at < END,
            "removed_by_hub": events.removed_by_hub,
            "reupload_of": ids[events.reupload_of],
            "same_file": events.same_file,
        }
    )


def versions_table(content: Content) -> pa.Table:
    """Return one row for each version."""
    import pyarrow as pa

    versions = content.versions
    trainer = versions.trainer
    return pa.table(
        {
            "version_id": content.version_id,
            "model_id": np.array(content.model_id)[versions.model],
            "published_at": _times(versions.at),
            "base_model": _words(cal.BASE_MODELS, versions.base),
            "trainer": _words((*TRAINERS, ""), np.where(trainer < 0, len(TRAINERS), trainer)),
            "sha256": content.sha256,
        }
    )


def events_table(content: Content) -> pa.Table:
    """Return one row for each thing that happened to a model after its upload, oldest first."""
    import pyarrow as pa

    models, events = content.models, content.events
    names: list[str] = []
    rows: list[Ints] = []
    times: list[Ints] = []
    for name, column in _EVENTS.items():
        at = getattr(events, column)
        found = np.flatnonzero((at != NEVER) & (at > models.at))
        names += [name] * len(found)
        rows.append(found)
        times.append(at[found])
    back = np.flatnonzero(events.reupload_of >= 0)
    names += ["reuploaded"] * len(back)
    index, at = np.concatenate([*rows, back]), np.concatenate([*times, models.at[back]])
    source = np.where(
        np.arange(len(index)) >= len(index) - len(back), events.reupload_of[index], -1
    )
    ids = np.array([*content.model_id, 0])
    table = pa.table(
        {"at": _times(at), "event": names, "model_id": ids[index], "source_id": ids[source]}
    )
    return table.sort_by([("at", "ascending"), ("model_id", "ascending"), ("event", "ascending")])


class ImageTruth:
    """Makes the truth tables of images, a chunk at a time.

    Args:
        content: the world.
    """

    def __init__(self, content: Content) -> None:
        import pyarrow as pa

        self._models, self._versions = content.models, content.versions
        self._model_id = np.array(content.model_id)
        self._version_id = np.array(content.version_id)
        self._creators = pa.array(content.creators)
        bits = (1, 2, 4, 8, 16, 32, 0)
        self._names = tuple(BIT_TO_LEVEL[bit] for bit in bits)
        self._place = np.zeros(33, dtype=np.int64)
        self._place[list(bits)] = np.arange(len(bits))

    def table(self, chunk: Chunk) -> pa.Table:
        """Return one row for each image: true and shown levels, subculture, person depicted."""
        import pyarrow as pa

        known, has = np.maximum(chunk.version, 0), chunk.version >= 0
        model = self._versions.model[known]
        person = self._models.person[model]
        changed = chunk.bit != chunk.bit_before
        return pa.table(
            {
                "image_id": chunk.image_id,
                "model_id": np.where(has, self._model_id[model], 0),
                "version_id": np.where(has, self._version_id[known], 0),
                "creator": self._creators.take(pa.array(chunk.creator)),
                "created_at": _times(chunk.at),
                "true_level": _words(LEVELS, chunk.level_true),
                "level": _words(self._names, self._place[chunk.bit]),
                "level_before": _words(self._names, self._place[chunk.bit_before]),
                "relabelled_at": _times(np.where(changed, chunk.relabelled_at, NEVER)),
                "listed": listed(chunk, END - 1),
                "hidden_at": _times(chunk.hidden_at),
                "subculture": _words(NAMES, chunk.subculture),
                "person_id": np.where(has, person + 1, 0),
            }
        )
