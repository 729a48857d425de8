"""Reads a results folder: what measures wrote, and nothing else.

The files are treated as coming from a stranger: a wrong column or type ends in one sentence that
names the file and the column. A measure that is missing is simply absent.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from hubwatch.errors import InputError
from hubwatch.report.columns import EXTRAS, KEYS, MORE, NUMBERS, PERIODS, SHARES, SIGNED
from hubwatch.report.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TRUTH: Final = {"True": "1", "False": "0"}
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)
#: No count, share or median that a measure writes is bigger.
_BIGGEST: Final = 1e18
#: No label that is to be read is longer.
_LONGEST: Final = 120
_HINT: Final = "write the results again with `hubwatch measure`"


def is_month(text: str) -> bool:
    """Return whether a text is a month, YYYY-MM."""
    return _MONTH.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a measure.

    Args:
        keys: key column to text.
        n: numerator, a count.
        total: denominator, a count.
        unknown: left out of both, a count.
        value: the value, a share in 0..1 unless the measure says otherwise.
        low: lower end of the 95 % interval.
        high: upper end of the 95 % interval.
        bound_low: value when every unknown counted against.
        bound_high: value when every unknown counted for.
        models: models behind the row, where `n` counts something else.
        creators: creators behind the row, where the measure says so.
        creators_low: lower end of the 95 % interval with creators as independent draws.
        creators_high: its upper end.
        suppressed: the measure left the value out because few models or creators are behind it.
        label: what the row is called, where its measure names it.
        more: columns of single measures, those of `MORE` that the file has a number for.
    """

    keys: Mapping[str, str]
    n: float | None = None
    total: float | None = None
    unknown: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    models: float | None = None
    creators: float | None = None
    creators_low: float | None = None
    creators_high: float | None = None
    suppressed: bool = False
    label: str = ""
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The ends with creators as independent draws where there are such, else `low`, `high`."""
        if self.creators_low is not None and self.creators_high is not None:
            return self.creators_low, self.creators_high
        return self.low, self.high

    def __getitem__(self, key: str) -> str:
        return self.keys[key]


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure says about itself; everything else in the file is ignored."""

    measure: str = ""
    question: str = ""
    unit: str = ""
    summary: str = ""
    definition: str = ""
    denominator: str = ""
    formula: str = ""
    uncertainty: str = ""
    pitfalls: str = ""
    source: str = ""
    parameters: dict[str, Any] = {}
    csv_sha256: str = ""
    lake_fingerprint: str = ""
    lacking: list[str] = []

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the definition as (head, text), the whole text where it is not in parts."""
        said = (
            ("What it is", self.summary or self.definition),
            ("Unit of analysis", self.unit),
            ("Denominator", self.denominator),
            ("Formula", self.formula),
            ("Uncertainty", self.uncertainty),
            ("Pitfalls", self.pitfalls),
            ("Source", self.source),
        )
        return tuple((head, text) for head, text in said if text)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its rows in file order and its sidecar."""

    name: str
    rows: tuple[Row, ...]
    about: Sidecar

    def where(self, **keys: str) -> tuple[Row, ...]:
        """Return the rows whose keys have these values."""
        return tuple(r for r in self.rows if all(r.keys.get(k) == v for k, v in keys.items()))

    def one(self, **keys: str) -> Row | None:
        """Return the first row whose keys have these values, if any."""
        return next(iter(self.where(**keys)), None)

    def monthly(self, **keys: str) -> tuple[Row, ...]:
        """Return the rows of single months (not `all`, not unknown), sorted by month."""
        rows = (r for r in self.where(**keys) if _MONTH.fullmatch(r["month"]))
        return tuple(sorted(rows, key=lambda r: r["month"]))


@dataclass(frozen=True, slots=True)
class Results:
    """A results folder in memory: the run and every measure that is there."""

    run: Run
    measures: Mapping[str, Measure]

    def get(self, name: str) -> Measure | None:
        """Return a measure, or `None` when the folder has none of that name."""
        return self.measures.get(name)

    def missing(self) -> tuple[str, ...]:
        """Return the measures that the report could use and the folder lacks."""
        return tuple(name for name in KEYS if name not in self.measures)


def read_results(folder: Path) -> Results:
    """Read a results folder.

    Args:
        folder: as written by `hubwatch measure`: `<measure>.csv`, `<measure>.json`, `run.json`.

    Raises:
        InputError: it is no results folder, a result was changed since it was measured, or a file
            has a wrong column or type.
    """
    if not folder.is_dir():
        raise InputError(f"`{folder}` is not a results folder", hint="make one: `hubwatch measure`")
    names = [name for name in KEYS if (folder / f"{name}.csv").exists()]
    if not names:
        raise InputError(f"no results in `{folder}`", hint="make them: `hubwatch measure`")
    return Results(read_run(folder / "run.json"), {n: _read_measure(folder, n) for n in names})


def read_run(path: Path) -> Run:
    """Read `run.json`; a missing file gives an empty run.

    Raises:
        InputError: it is not JSON, or a field has a wrong type.
    """
    return _decode(path, Run) if path.exists() else Run()


def _read_measure(folder: Path, name: str) -> Measure:
    table, sidecar = folder / f"{name}.csv", folder / f"{name}.json"
    if not sidecar.exists():
        raise InputError(
            f"`{table.name}` cannot be checked: `{sidecar.name}` is missing", hint=_HINT
        )
    about, raw = _decode(sidecar, Sidecar), table.read_bytes()
    if about.csv_sha256 != hashlib.sha256(raw).hexdigest():
        raise InputError(
            f"`{table.name}` was changed since it was measured, or `{sidecar.name}` is of another "
            "run",
            hint="measure again: `hubwatch measure`",
        )
    return Measure(name, tuple(_read_rows(raw, table.name, name)), about)


def _decode(path: Path, kind: type[_Struct]) -> _Struct:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"`{path.name}` cannot be read: {_lower(str(error))}", hint=_HINT
        ) from error


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _read_rows(raw: bytes, file: str, name: str) -> Iterator[Row]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True)
        header = list(reader.fieldnames or ())
        for column in (*KEYS[name], *NUMBERS):
            if column not in header:
                raise InputError(f"`{file}` has no column `{column}`", hint=_HINT)
        for record in reader:
            yield _row(record, name, f"`{file}`, line {reader.line_num}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"`{file}` is not a CSV file in UTF-8: {error}", hint=_HINT) from error


def _row(record: dict[str, Any], name: str, place: str) -> Row:
    keys = {key: record.get(key) or "" for key in KEYS[name]}
    if (month := keys.get("month", "all")) not in PERIODS and not _MONTH.fullmatch(month):
        raise InputError(f"{place}, column `month`: not YYYY-MM", hint=_HINT)
    share = _number(keys.get("population_share"), f"{place}, column `population_share`")
    if share is not None and share > 1:
        raise InputError(f"{place}, column `population_share`: not in 0..1", hint=_HINT)
    signed = SIGNED.get(name, frozenset())

    def number(column: str, text: object) -> float | None:
        return _number(text, f"{place}, column `{column}`", signed=column in signed)

    numbers = {c: number(c, record.get(c)) for c in (*NUMBERS, *EXTRAS)}
    value = numbers["value"]
    if name in SHARES and value is not None and not 0 <= value <= 1:
        raise InputError(f"{place}, column `value`: a share must lie in 0..1", hint=_HINT)
    texts = {c: record.get(c) or "" for c in MORE if c not in keys}
    more = {c: number(c, _TRUTH.get(text, text)) for c, text in texts.items()}
    return Row(
        keys,
        **numbers,
        suppressed=record.get("suppressed") == "True",
        label=(record.get("label") or "")[:_LONGEST],
        more={name: value for name, value in more.items() if value is not None},
    )


def _number(text: object, place: str, *, signed: bool = False) -> float | None:
    if text is None or text == "":
        return None
    try:
        number = float(str(text))
    except ValueError:
        raise InputError(f"{place}: not a number", hint=_HINT) from None
    if math.isnan(number):
        return None
    least = -_BIGGEST if signed else 0
    if not least <= number <= _BIGGEST:
        raise InputError(f"{place}: not a number from {least:.3g} to {_BIGGEST:.0e}", hint=_HINT)
    return number
