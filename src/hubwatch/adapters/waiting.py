"""Which adapter files of a lake wait to be read: one a version, in an order that is a fair draw."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from hubwatch.adapters.rows import FileKey
from hubwatch.engine import Source, session
from hubwatch.lake.schema import arrow_schema
from hubwatch.signals.person.name_shape import head_of

if TYPE_CHECKING:
    from hubwatch.lake.catalog import Lake

#: The hub's model types that are adapters.
METHODS: Final = ("LORA", "LoCon", "DoRA")

_WAITING: Final = """
    SELECT f.hub, f.file_id, f.version_id, f.model_id, v.month, v.upload_type,
        f.name AS file_name, m.name AS model_name
    FROM files f
    JOIN models m USING (hub, model_id)
    LEFT JOIN versions v USING (hub, version_id)
    WHERE f.hub = ?
        AND m.method IN (SELECT unnest(?))
        AND coalesce(f.type, 'Model') = 'Model'
        AND (lower(f.name) LIKE '%.safetensors' OR (f.name IS NULL AND f.format = 'SafeTensor'))
        AND f.version_id IS NOT NULL
        AND NOT EXISTS (
            FROM adapters a WHERE a.hub = f.hub AND a.version_id = f.version_id)
    QUALIFY row_number() OVER (
        PARTITION BY f.hub, f.version_id
        ORDER BY f."primary" DESC NULLS LAST, length(f.file_id), f.file_id) = 1
"""


def waiting_files(lake: Lake, hub: str) -> list[FileKey]:
    """Return the adapter files that no row of `adapters` is about, one a version.

    The order is that of a digest of their ids: the same at every run, and whatever the budget, what
    was read is a fair sample of all.

    Args:
        lake: opened.
        hub: name of the hub whose files are asked for.
    """
    with session() as engine:
        for name in ("files", "models", "versions", "adapters"):
            engine.view(name, Source(arrow_schema(name), tuple(lake.paths(name))))
        rows = engine.table(_WAITING, [hub, list(METHODS)]).to_pylist()
    return sorted(map(_file, rows), key=_draw)


def _file(row: dict[str, Any]) -> FileKey:
    file, model = row.pop("file_name") or "", row.pop("model_name") or ""
    names = tuple(dict.fromkeys(filter(None, (file, model, head_of(model)))))
    return FileKey(**row, names=names)


def _draw(file: FileKey) -> bytes:
    return blake2b(f"{file.hub}/{file.file_id}".encode(), digest_size=16).digest()
