"""Measuring a lake: every measure asked for, its files, and the run's front matter.

Running twice over one lake writes the same bytes; no file holds the time of the run.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

import hubwatch
from hubwatch.engine import Source, open_tables
from hubwatch.errors import UsageError
from hubwatch.files import write_atomically
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.schema import TABLES, arrow_schema
from hubwatch.measures.front_matter import front_matter
from hubwatch.measures.registry import MEASURES, Measure, find
from hubwatch.measures.result import SMALL_CELL, VALUES, to_csv, to_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from hubwatch.lake.catalog import Lake

#: What the columns hold that every result has.
VALUE_COLUMNS: Final = {
    "n": "numerator, a count",
    "total": "denominator, a count",
    "unknown": "left out of both, a count",
    "value": "the answer; a share is in 0..1; null when it is not defined or suppressed",
    "low": "lower end of the 95 % interval",
    "high": "upper end of the 95 % interval",
}


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did.

    Args:
        out: folder of the files.
        measures: names, in the order they were computed.
        rows: rows of each result.
        seconds: wall time of the whole run.
    """

    out: Path
    measures: tuple[str, ...]
    rows: Mapping[str, int]
    seconds: float


def run_measures(
    lake: Path,
    out: Path,
    *,
    names: Sequence[str] | None = None,
    engine: str = "duckdb",
    memory: str = "4GB",
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> RunSummary:
    """Compute measures over a lake and write their files.

    Args:
        lake: folder of the lake.
        out: folder for `<measure>.csv`, `.parquet`, `.json` and `run.json`; made when missing.
        names: measures; default: all.
        engine: `duckdb` or `spark`.
        memory: limit of the engine's buffers.
        parameters: measure → parameter → value, in place of the defaults.
        progress: called with the number of measures done.

    Raises:
        UsageError: no such measure, parameter or engine.
        LakeError: the folder is not a lake, or a table cannot be read.
        StorageError: the results cannot be written.
    """
    began = time.perf_counter()
    chosen = [find(name) for name in dict.fromkeys(names or MEASURES)]
    settings, opened = _settings(chosen, parameters or {}), open_lake(lake)
    rows: dict[str, int] = {}
    with open_tables(sources(opened), engine=engine, memory=memory) as tables:
        for done, measure in enumerate(chosen, start=1):
            table = measure.compute(tables, **settings[measure.name])
            rows[measure.name] = table.num_rows
            _write(out, measure, table, settings[measure.name], opened.fingerprint)
            if progress is not None:
                progress(done)
    front = front_matter(opened, {"parameters": settings, "small_cell": SMALL_CELL})
    write_atomically(out / "run.json", _json(front))
    return RunSummary(out, tuple(rows), rows, time.perf_counter() - began)


def _settings(
    chosen: Sequence[Measure], given: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the parameters of each measure, those that are given in place of the defaults."""
    for name, values in given.items():
        known = find(name).parameters
        if wrong := [parameter for parameter in values if parameter not in known]:
            raise UsageError(
                f"`{name}` has no parameter `{wrong[0]}`",
                hint=f"it has: {', '.join(known) or 'none'}",
            )
    return {m.name: {**m.parameters, **given.get(m.name, {})} for m in chosen}


def sources(lake: Lake) -> dict[str, Source]:
    """Return where each table of a lake lies."""
    return {name: Source(arrow_schema(name), tuple(lake.paths(name))) for name in TABLES}


def _write(
    out: Path, measure: Measure, table: pa.Table, parameters: Mapping[str, Any], fingerprint: str
) -> None:
    sidecar = {
        **measure.describe(),
        "parameters": dict(parameters),
        "columns": {**VALUE_COLUMNS, **measure.columns},
        "value_columns": list(VALUES),
        "rows": table.num_rows,
        "csv_sha256": hashlib.sha256(csv := to_csv(table).encode()).hexdigest(),
        "lake_fingerprint": fingerprint,
        "library_version": hubwatch.__version__,
    }
    write_atomically(out / f"{measure.name}.csv", csv)
    write_atomically(out / f"{measure.name}.parquet", to_parquet(table))
    write_atomically(out / f"{measure.name}.json", _json(sidecar))


def _json(data: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data, order="sorted"), indent=2) + b"\n"
