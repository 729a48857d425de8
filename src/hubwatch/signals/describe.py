"""What a signal declares and how it does, in plain values, as text and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwatch.signals.measured import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.signals.measured import Measured, MeasuredTable
    from hubwatch.signals.signal import Signal


def describe(signal: Signal) -> dict[str, Any]:
    """Return what there is to know of a signal before it answers.

    Returns:
        `signal`, `version`, `subjects`, `answer`, `labels`, `question`, `score`,
        `probability` (whether the score is one), `definition`, `codes`, `failures`, `sources`,
        `examples` (`about` and `value`; their texts are invented).
    """
    return {
        "signal": signal.name,
        "version": signal.version,
        "subjects": list(signal.subjects),
        "answer": signal.answer,
        "labels": list(signal.labels),
        "question": signal.question,
        "score": signal.score,
        "probability": signal.probability,
        "definition": signal.definition,
        "codes": dict(signal.codes),
        "failures": list(signal.failures),
        "sources": list(signal.sources),
        "examples": [{"about": e.about, "value": e.value} for e in signal.examples],
    }


def as_markdown(signal: Signal, found: Measured | None) -> str:
    """Return the reference page of a signal.

    Args:
        signal: what it declares.
        found: what was measured of it; None when nothing was.
    """
    return "\n".join(_page(signal, found)).rstrip() + "\n"


def _page(signal: Signal, found: Measured | None) -> Iterator[str]:
    yield f"{signal.question}\n"
    kinds = " or a ".join(signal.subjects)
    yield f"Of a {kinds}. Answers: {answers(signal)}. Version {signal.version}.\n"
    yield f"{signal.definition.strip()}\n"
    yield f"## Score\n\n{signal.score.strip()}\n"
    if not signal.probability:
        yield "It is no probability: `signals evaluate` gives no Brier score and no calibration.\n"
    yield "## Evidence\n\nNever the words themselves unless `--reveal` asks for them.\n"
    yield from _table(["code", "what it means"], [[f"`{c}`", t] for c, t in signal.codes.items()])
    yield "## Examples\n\nAll are invented; they are tests too.\n"
    yield from _table(
        ["what", "answer"], [[e.about, f"`{value_text(e.value)}`"] for e in signal.examples]
    )
    yield "## Measured\n"
    yield from _measured(signal, found)
    yield "## Known failures\n"
    yield from [*(f"- {failure}" for failure in signal.failures), ""]
    yield "## Sources\n"
    yield from [*(f"- {source}" for source in signal.sources), ""]


def answers(signal: Signal) -> str:
    """Say which values a signal can have."""
    values = signal.labels if signal.answer == "label" else ("true", "false")
    return ", ".join(f"`{value}`" for value in (*values, "null")) + " (unknown)"


def value_text(value: bool | str | None) -> str:
    """Write a value as in JSON, labels without quotes."""
    return {True: "true", False: "false", None: "null"}.get(value) or str(value)  # type: ignore[arg-type]  # a label is no key


def _measured(signal: Signal, found: Measured | None) -> Iterator[str]:
    if found is None:
        yield "Nothing has been measured yet: treat every answer as a guess.\n"
        return
    if found.version != signal.version:
        yield f"These tables are about version {found.version}.\n"
    for table in found.tables:
        yield from _measured_table(table)


def _measured_table(table: MeasuredTable) -> Iterator[str]:
    yield f"### {table.title}\n"
    unit = f" Unit: {table.unit}." if table.unit else ""
    yield f"Data: {table.data.rstrip('.')}. Measured on {table.date}.{unit}\n"
    yield from _table(table.columns, [[cell_text(cell) for cell in row] for row in table.rows])
    if table.note:
        yield f"{table.note}\n"


def _table(header: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
