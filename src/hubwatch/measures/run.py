"""Measuring a lake: every measure asked for, its files, and the run's front matter.

Running twice over one lake writes the same bytes; no file holds the time of the run.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

import hubwatch
from hubwatch.engine import Source, open_tables
from hubwatch.errors import UsageError
from hubwatch.files import write_atomically
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.raw import snapshots
from hubwatch.lake.schema import TABLES, arrow_schema
from hubwatch.measures.front_matter import data_digest, front_matter, warnings
from hubwatch.measures.holdings import holdings
from hubwatch.measures.lacking import lacking
from hubwatch.measures.outputs import make_folder
from hubwatch.measures.prepare import fill_signals
from hubwatch.measures.registry import MEASURES, Measure, find
from hubwatch.measures.result import SMALL_CELL, VALUES, to_csv, to_parquet
from hubwatch.measures.tag_list import TagList

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
        warnings: what makes all numbers empty, one sentence each, for people.
        lacking: what single results lack, a sentence to the names of these measures.
    """

    out: Path
    measures: tuple[str, ...]
    rows: Mapping[str, int]
    seconds: float
    warnings: tuple[str, ...] = ()
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def run_measures(
    lake: Path,
    out: Path,
    *,
    names: Sequence[str] | None = None,
    engine: str = "duckdb",
    memory: str = "4GB",
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Callable[[int], None] | None = None,
    signals: Callable[[str, int], None] | None = None,
) -> RunSummary:
    """Compute measures over a lake and write their files.

    Signals that a measure needs and the lake lacks are computed first and kept in the lake.

    Args:
        lake: folder of the lake.
        out: folder for `<measure>.csv`, `.parquet`, `.json` and `run.json`; made when missing.
        names: measures; default: all.
        engine: `duckdb` or `spark`.
        memory: limit of the engine's buffers.
        parameters: measure → parameter → value, in place of the defaults.
        progress: called with the number of measures done.
        signals: called with `prompts` or `models`, and how many were answered since the last call.

    Raises:
        UsageError: no such measure, parameter or engine, or `out` is a file.
        LakeError: the folder is not a lake, or a table cannot be read.
        StorageError: the results cannot be written.
    """
    began = time.perf_counter()
    chosen = [find(name) for name in dict.fromkeys(names or MEASURES)]
    settings = _settings(chosen, parameters or {})
    open_lake(lake)
    make_folder(out)
    fill_signals(lake, names, progress=signals)
    opened, manifests = open_lake(lake), snapshots(lake)
    answers: dict[str, pa.Table] = {}
    with open_tables(sources(opened), engine=engine, memory=memory) as tables:
        held = holdings(tables)
        for measure in chosen:
            answers[measure.name] = measure.compute(tables, **settings[measure.name])
            if progress is not None:
                progress(len(answers))
    digests = {name: _write_table(out, name, table) for name, table in answers.items()}
    held |= {"results": digests, "data_digest": data_digest(digests)}
    told = {"parameters": {n: _told(p) for n, p in settings.items()}, "small_cell": SMALL_CELL}
    front = front_matter(opened, manifests, told, held)
    shared = _shared(front)
    lacks = {m.name: lacking(m, front["rows"], settings[m.name]) for m in chosen}
    for measure in chosen:
        name = measure.name
        about = _about(measure, answers[name], settings[name], digests[name])
        write_atomically(out / f"{name}.json", _json({**about, "lacking": lacks[name], **shared}))
    write_atomically(out / "run.json", _json(front))
    rows = {name: table.num_rows for name, table in answers.items()}
    seconds = time.perf_counter() - began
    return RunSummary(out, tuple(rows), rows, seconds, warnings(opened, manifests), _by(lacks))


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


def _told(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as a sidecar tells them; a list of tags only by its size and digest."""
    return {
        name: value.told() if isinstance(value, TagList) else value
        for name, value in parameters.items()
    }


def _by(lacks: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return what is lacking, each to the measures that lack it."""
    texts = dict.fromkeys(text for some in lacks.values() for text in some)
    return {text: tuple(n for n, some in lacks.items() if text in some) for text in texts}


def sources(lake: Lake) -> dict[str, Source]:
    """Return where each table of a lake lies."""
    return {name: Source(arrow_schema(name), tuple(lake.paths(name))) for name in TABLES}


def _write_table(out: Path, name: str, table: pa.Table) -> str:
    """Write a result as CSV and Parquet and return the SHA-256 of the CSV."""
    csv = to_csv(table).encode()
    write_atomically(out / f"{name}.csv", csv)
    write_atomically(out / f"{name}.parquet", to_parquet(table))
    return hashlib.sha256(csv).hexdigest()


def _about(
    measure: Measure, table: pa.Table, parameters: Mapping[str, Any], digest: str
) -> dict[str, Any]:
    """Return what a sidecar says of its own result."""
    told = {**VALUE_COLUMNS, **measure.keys, **measure.columns}
    return {
        **measure.describe(),
        "parameters": _told(parameters),
        "columns": {name: told[name] for name in table.column_names},
        "value_columns": list(VALUES),
        "rows": table.num_rows,
        "csv_sha256": digest,
    }


def _shared(front: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every sidecar repeats of the run, so that one number can stand alone."""
    return {
        "hubs": front["hubs"],
        "snapshots": [
            {key: one[key] for key in ("hub", "id", "observed", "files", "window")}
            for one in front["snapshots"]
            if one["measured"]
        ],
        "period": front["period"],
        "data_digest": front["data_digest"],
        "lake_fingerprint": front["lake_fingerprint"],
        "library_version": hubwatch.__version__,
    }


def _json(data: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data, order="sorted"), indent=2) + b"\n"
