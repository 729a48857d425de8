"""Filling the signal tables of a lake, by increment: new prompts, changed models, new versions."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.engine import Source, session
from hubwatch.files import writing_to
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.derived import commit_tables, staging_in
from hubwatch.lake.schema import arrow_schema
from hubwatch.prompts import VERSION
from hubwatch.prompts.index import build_tag_index
from hubwatch.signals.build import data
from hubwatch.signals.build.model_rows import OF_MODELS, ModelJob, answer_models
from hubwatch.signals.build.models import between, chunk_of, prepare, slices
from hubwatch.signals.build.prominence import gazetteer_digest
from hubwatch.signals.build.prompts import answer_prompts
from hubwatch.signals.build.reading import id_at, prompt_jobs
from hubwatch.signals.build.terms import LEXICAL
from hubwatch.signals.parallel import cores, in_order
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.engine import Session
    from hubwatch.lake.catalog import Lake
    from hubwatch.signals.build.models import Chunk

Part = Literal["prompts", "models"]
Progress = Callable[[str, int], None]

#: Signals that `prompt_signals` and `prompt_codes` depend on.
OF_PROMPTS: Final = (*LEXICAL, "evasion", "depicted_gender", "prompt_level")
#: Tables that a model's subject is made of.
INPUTS: Final = ("models", "versions", "files", "images", "prompts")
#: What rows hold: another number, other columns.
FORM: Final = "3"
#: Models that the engine puts together at once, and that one process answers at once.
CHUNK: Final = 8192
MODELS: Final = 512


class BuildSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did.

    Args:
        prompts: prompts answered now.
        prompts_known: prompts that were answered before.
        models: models answered now.
        models_known: models whose row was kept.
        seconds: wall time.
    """

    prompts: int = 0
    prompts_known: int = 0
    models: int = 0
    models_known: int = 0
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Return whether there was anything to do."""
        return bool(self.prompts or self.models)


class Plan(msgspec.Struct, frozen=True):
    """What there is to do for the prompts.

    Args:
        prompts, tags: rows of `prompts` and `prompt_tags` that are answered.
        made_with: what the tables will be made with.
    """

    prompts: int
    tags: int
    made_with: dict[str, str]


def build_signals(
    lake: Path,
    *,
    only: Part | None = None,
    memory: str = "2GB",
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuildSummary:
    """Fill the signal tables: prompts that are new, models that changed, all for a new version.

    Each part is one commit; an interruption costs the part that was under way.

    Args:
        lake: folder of the lake.
        only: `prompts` (tag index, codes, levels) or `models`, which need the prompts all the same.
        memory: limit of the engine's buffers.
        workers: processes; default: the processors that this process may use.
        progress: called with `prompts` or `models`, and how many were done since the last call.

    Raises:
        LakeError: not a lake, in use, or its tables do not fit together.
        StorageError: the disk refused it; the lake is as it was before the part under way.
    """
    began = time.monotonic()
    many = workers or cores()
    models = (0, 0)
    prompts = _build_prompts(lake, many, progress)
    if only != "prompts":
        models = _build_models(lake, memory, many, progress)
    return BuildSummary(
        prompts=prompts[0],
        prompts_known=prompts[1],
        models=models[0],
        models_known=models[1],
        seconds=time.monotonic() - began,
    )


def ensure_signals(lake: Path, *, progress: Progress | None = None) -> bool:
    """Build what is missing, and say whether there was anything to do.

    Args:
        lake: folder of the lake.
        progress: see `build_signals`.

    Raises:
        LakeError, StorageError: see `build_signals`.
    """
    return not is_current(lake) and build_signals(lake, progress=progress).changed


def is_current(lake: Path) -> bool:
    """Say whether the signal tables are what a build would make them."""
    opened = open_lake(lake)
    plan = _plan(opened)
    return plan.prompts == opened.rows("prompts") and not _models_are_old(opened)


def _versions(names: tuple[str, ...]) -> dict[str, str]:
    return {
        "prompt language": VERSION,
        "form": FORM,
        **{name: signal(name).version for name in names},
    }


def _plan(lake: Lake) -> Plan:
    """Return from where on prompts are to be answered: from the first when a version changed."""
    noted = lake.catalog.made_with.get("prompt_signals", {})
    versions = {**_versions(OF_PROMPTS), "data": data.data_digest(data.OF_PROMPTS)}
    known = lake.rows("prompt_signals")
    tags = int(noted.get("tags", "0"))
    same = {name: noted.get(name) for name in versions} == versions
    if not (known and same and _continues(lake, known) and tags <= lake.rows("prompt_tags")):
        known = tags = 0
    return Plan(known, tags, versions)


def _continues(lake: Lake, known: int) -> bool:
    """Say whether the answered prompts are the first ones of the table of prompts."""
    if known > lake.rows("prompts"):
        return False
    return id_at(lake, "prompts", known - 1) == id_at(lake, "prompt_signals", known - 1)


def _build_prompts(lake: Path, workers: int, progress: Progress | None) -> tuple[int, int]:
    """Index and answer the prompts that are new; return how many, and how many were known."""
    if _plan(open_lake(lake)).prompts == open_lake(lake).rows("prompts"):
        return 0, open_lake(lake).rows("prompts")
    build_tag_index(lake, each=partial(in_order, workers=workers))
    opened = open_lake(lake)
    plan = _plan(opened)
    new = opened.rows("prompts") - plan.prompts
    with staging_in(lake, generation=opened.catalog.generation) as folder:
        jobs = prompt_jobs(opened, plan.prompts, plan.tags)
        made = _PromptTables(jobs, folder / "prompt_codes.arrow", workers, progress)
        tags = str(opened.rows("prompt_tags"))
        commit_tables(
            lake,
            {"prompt_signals": made.signals(), "prompt_codes": made.codes()},
            append={"prompt_signals", "prompt_codes"} if plan.prompts else (),
            made_with={"prompt_signals": {**plan.made_with, "tags": tags}},
        )
    return new, plan.prompts


class _PromptTables:
    """Two tables from one pass: the second waits in a file while the first is written."""

    def __init__(
        self, jobs: Iterator[Any], spool: Path, workers: int, progress: Progress | None
    ) -> None:
        self._jobs = jobs
        self._spool = spool
        self._workers = workers
        self._progress = progress

    def signals(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of `prompt_signals`, and put those of `prompt_codes` aside."""
        with (
            writing_to(self._spool),
            pa.OSFile(str(self._spool), "wb") as out,
            pa.ipc.new_file(out, _spooled()) as codes,
        ):
            for rows in in_order(answer_prompts, self._jobs, workers=self._workers):
                codes.write_batch(rows.codes.cast(_spooled()))
                yield rows.signals
                if self._progress is not None:
                    self._progress("prompts", rows.signals.num_rows)

    def codes(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of `prompt_codes` that were put aside."""
        with pa.memory_map(str(self._spool)) as held, pa.ipc.open_file(held) as reader:
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)


def _spooled() -> pa.Schema:
    """Return the columns of `prompt_codes` with codes as text: dictionaries differ by batch."""
    schema = arrow_schema("prompt_codes")
    return pa.schema([f.with_type(pa.string()) if f.name == "code" else f for f in schema])


def _input_digest(lake: Lake) -> str:
    """Return a digest of the tables that models are made of."""
    files = {name: [f.sha256 for f in lake.catalog.tables.get(name, [])] for name in INPUTS}
    return hashlib.sha256(msgspec.json.encode(files)).hexdigest()


def _made_by() -> dict[str, str]:
    read = {"gazetteer": gazetteer_digest(), "data": data.data_digest(data.OF_MODELS)}
    return {**_versions(OF_MODELS), **read}


def _models_with(lake: Lake) -> dict[str, str]:
    return {**_made_by(), "input": _input_digest(lake)}


def _models_are_old(lake: Lake) -> bool:
    noted = lake.catalog.made_with.get("model_signals", {})
    return noted != _models_with(lake) and bool(lake.rows("models") or noted)


def _build_models(
    lake: Path, memory: str, workers: int, progress: Progress | None
) -> tuple[int, int]:
    """Answer the models that changed; return how many, and how many were known."""
    opened = open_lake(lake)
    if not _models_are_old(opened):
        return 0, opened.rows("models")
    noted = opened.catalog.made_with.get("model_signals", {})
    versions = _made_by()
    keep = {name: noted.get(name) for name in versions} == versions
    answered = 0

    def rows(engine: Session) -> Iterator[pa.RecordBatch]:
        nonlocal answered
        jobs = _model_jobs(opened, engine, keep=keep)
        for made in in_order(answer_models, jobs, workers=workers):
            answered += made.answered
            yield made.rows
            if progress is not None:
                progress("models", made.rows.num_rows)

    with (
        staging_in(lake, generation=opened.catalog.generation) as folder,
        session(memory=memory, spill=folder) as engine,
    ):
        commit_tables(
            lake,
            {"model_signals": rows(engine)},
            made_with={"model_signals": _models_with(opened)},
        )
    return answered, opened.rows("models") - answered


def _model_jobs(lake: Lake, engine: Session, *, keep: bool) -> Iterator[ModelJob]:
    """Yield the models in the order of their table."""
    for name in (*INPUTS, "prompt_signals", "model_signals"):
        engine.view(name, Source(arrow_schema(name), tuple(lake.paths(name))))
    prepare(engine)
    for path in lake.paths("models"):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(CHUNK):
                chunk = chunk_of(engine, pa.Table.from_batches([batch]))
                known = engine.table(_KNOWN) if keep else None
                yield from _jobs(chunk, known)


_KNOWN: Final = """
    SELECT row, s.* FROM model_signals s JOIN chunk USING (hub, model_id) ORDER BY row
"""


def _jobs(chunk: Chunk, known: pa.Table | None) -> Iterator[ModelJob]:
    for number, part in enumerate(slices(chunk, MODELS)):
        first = number * MODELS
        yield ModelJob(part, None if known is None else between(known, first, first + MODELS))
