"""Figures of sexualised, objectifying and violent language: by category, and by month."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import count, month_name, percent
from hubwatch.report.observed import said_of_images
from hubwatch.report.published import comparators
from hubwatch.report.suppress import SMALLEST, SUPPRESSED, WITHHELD, is_small, mark, split_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

#: Signal to its words, colour and dashes.
SIGNALS: Final = {
    "sexualised": ("sexualised", "var(--c2)", (1, 0)),
    "objectifying": ("objectifying", "var(--c3)", (7, 3)),
    "violent": ("violent or coercive", "var(--c5)", (2, 3)),
}
#: Polarity to its words, colour and shape of a dot.
POLARITIES: Final = {
    "asked": ("asked for", "var(--c2)", "diamond"),
    "avoided": ("to be avoided (negative prompts)", "var(--c1)", "circle"),
}
#: Rates that lie further apart than this are drawn on a logarithmic axis.
_FAR: Final = 20


def _rate(value: float | None) -> str:
    if value is None:
        return "not known"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _interval(row: Row) -> str:
    if row.low is None or row.high is None:
        return "not known"
    return f"{_rate(row.low)}–{_rate(row.high)}"


def _behind(row: Row) -> Row:
    """Return a row whose `creators` are those with at least one hit: who is behind the number."""
    return replace(row, creators=row.more.get("creators_with"))


def shown_rates(measure: Measure, polarity: str) -> dict[str, Row]:
    """Return category to its row of the whole window, those that may be shown.

    A signal is the sum of its categories, so these are one family of cells each. Cues of minors
    are in no chart and no table.
    """
    found: dict[str, Row] = {}
    for signal in SIGNALS:
        rows = [
            _behind(row)
            for row in measure.where(polarity=polarity, month="all")
            if row["category"].split(".")[0] == signal
        ]
        split = split_small(rows, is_sum=lambda row, name=signal: row["category"] == name)  # type: ignore[misc]  # mypy cannot type a lambda's default
        found |= {row["category"]: row for row in split.shown if row.value is not None}
    return found


def language(results: Results) -> Figure | None:
    """Return rates of each category, asked for and to be avoided."""
    measure = results.get("language_rates")
    shown = {p: shown_rates(measure, p) for p in POLARITIES} if measure else {}
    categories = _order({name for rows in shown.values() for name in rows})
    asked = shown.get("asked", {})
    if measure is None or not categories or not asked:
        return None
    top = max((asked[s] for s in SIGNALS if s in asked), key=lambda r: r.value or 0.0,
              default=next(iter(asked.values())))  # fmt: skip
    polarities = [p for p in POLARITIES if shown[p]]
    return Figure(
        id="language",
        title="Language that sexualises, objectifies or threatens, by category",
        reading=_reading(top),
        alt="Dots with 95 % intervals: hits per 1,000 words of prompts, for each category what is "
        "asked for and what is to be avoided. "
        + "; ".join(f"{_label(n)} {_rate(asked[n].value)}" for n in categories if n in asked)
        + " per 1,000 words asked for.",
        caption=_caption(asked, shown.get("avoided", {}), measure) + said_of_images(results.run),
        spec=charts.dot_rows(
            [_record(p, shown[p][n]) for n in categories for p in polarities if n in shown[p]],
            [_label(name) for name in categories],
            {p: POLARITIES[p][1:] for p in polarities},
            _axis([row for rows in shown.values() for row in rows.values()]),
        ),
        legend=tuple(
            Swatch(POLARITIES[p][0], POLARITIES[p][1], "diamond" if p == "asked" else "dot")
            for p in polarities
        ),
        table=_table(shown, measure),
        beside=comparators("language_rates"),
        files=("language_rates",),
    )


def _order(categories: set[str]) -> list[str]:
    """Return categories, each signal before its own."""
    order = list(SIGNALS)
    return sorted(categories, key=lambda name: (order.index(name.split(".")[0]), name))


def _label(category: str) -> str:
    signal, _, rest = category.partition(".")
    return f"{signal}: {rest.replace('_', ' ')}" if rest else SIGNALS[signal][0]


def _reading(row: Row) -> str:
    more = row.more
    return (
        f"{SIGNALS[row['category'].split('.')[0]][0].capitalize()} language: {_rate(row.value)} "
        f"hits per 1,000 words ({_interval(row)}), in {percent(more.get('prompt_share'))} of "
        f"prompts and with {percent(more.get('creator_share'))} of creators."
    )


def _caption(asked: Mapping[str, Row], avoided: Mapping[str, Row], measure: Measure) -> str:
    row = next(iter(asked.values()))
    other = next(iter(avoided.values()), None)
    negative = (
        f", and {count(other.total)} words of {count(other.more.get('prompts'))} negative prompts"
        if other
        else ""
    )
    hidden = len(_hidden(measure))
    small = (
        f" {hidden} {'cell is' if hidden == 1 else 'cells are'} left out: shown as {SUPPRESSED} "
        f"where it has fewer than {SMALLEST} hits or creators, as {WITHHELD} where such a cell "
        "could be worked out from it."
        if hidden
        else ""
    )
    words = (row.total or 0.0) + ((other.total or 0.0) if other else 0.0)
    return (
        f"n = {count(row.total)} words of {count(row.more.get('prompts'))} prompts{negative}; "
        f"{count(row.unknown)} prompts unknown.{_without(measure, words)} A prompt counts "
        "once for each image. Words are "
        "behind codes and never shown. Bars: 95 % intervals with creators as independent draws. "
        "One template that many use dominates words, so the table has shares of prompts and of "
        f"creators too. Cues of minors are counted elsewhere and not drawn.{small}"
    )


def _without(measure: Measure, words: float) -> str:
    """Return which signals have no row, because nothing of them was found in any prompt."""
    found = {row["category"].split(".")[0] for row in measure.rows}
    absent = [f"no {SIGNALS[signal][0]}" for signal in SIGNALS if signal not in found]
    if not absent:
        return ""
    said = f"{' and '.join(absent)} wording was found in {count(words)} words"
    return f" {said[0].upper()}{said[1:]}; what was not found has no row."


def _hidden(measure: Measure) -> list[Row]:
    shown = {p: shown_rates(measure, p) for p in POLARITIES}
    return [
        row
        for row in measure.where(month="all")
        if row["category"].split(".")[0] in SIGNALS
        and row["polarity"] in shown
        and row["category"] not in shown[row["polarity"]]
    ]


def _record(polarity: str, row: Row) -> dict[str, Any]:
    return {
        "row": _label(row["category"]), "group": polarity, "value": row.value,
        "low": row.low, "high": row.high,
        "label": f"{row['category']}, {POLARITIES[polarity][0]}: {_rate(row.value)} per 1,000 "
        f"words ({_interval(row)})",
    }  # fmt: skip


def _axis(rows: Sequence[Row]) -> Any:
    values = [row.value or 0.0 for row in rows]
    far = min(values) > 0 and max(values) > _FAR * min(values)
    scale = alt.Scale(type="log", nice=False, padding=12) if far else alt.Scale(zero=True)
    title = "hits per 1,000 words" + (", logarithmic" if far else "")
    ends = [row.low or row.value or 0.0 for row in rows], [row.high or 0.0 for row in rows]
    ticks = {"values": charts.log_ticks(min(ends[0]), max(ends[1]))} if far else {"tickCount": 5}
    axis = alt.Axis(format="~g", domain=False, ticks=False, title=title, **ticks)
    return alt.X("value:Q", scale=scale, axis=axis)


def _table(shown: Mapping[str, Mapping[str, Row]], measure: Measure) -> Table:
    hidden = {(row["polarity"], row["category"]): row for row in _hidden(measure)}
    names = {(p, n): row for p, rows in shown.items() for n, row in rows.items()} | hidden
    keys = [(p, n) for n in _order({n for _, n in names}) for p in POLARITIES if (p, n) in names]
    return Table(
        ("Category", "Polarity", "Per 1,000 words", "95 % interval", "Hits", "Share of prompts",
         "95 % interval", "Share of creators", "95 % interval"),
        tuple(
            _cells(name, polarity, shown[polarity].get(name), hidden.get((polarity, name)))
            for polarity, name in keys
        ),
    )  # fmt: skip


def _cells(name: str, polarity: str, row: Row | None, hidden: Row | None) -> tuple[str, ...]:
    head = (name.replace(".", ": ").replace("_", " "), polarity)
    if row is None:
        return (*head, mark(_behind(hidden)) if hidden else "–", *("–",) * 6)
    return (
        *head, _rate(row.value), _interval(row), count(row.n),
        *_part(row, "prompt"), *_part(row, "creator"),
    )  # fmt: skip


def _part(row: Row, what: str) -> tuple[str, str]:
    low, high = row.more.get(f"{what}_low"), row.more.get(f"{what}_high")
    return percent(row.more.get(f"{what}_share")), f"{percent(low)}–{percent(high)}"


def language_months(results: Results) -> Figure | None:
    """Return rates of each signal by month, asked for."""
    measure = results.get("language_rates")
    lines = {s: rows for s in SIGNALS if (rows := _monthly(measure, s))} if measure else {}
    lines = {s: rows for s, rows in lines.items() if len(rows) > 1}
    months = sorted({row["month"] for rows in lines.values() for row in rows})
    if not lines:
        return None
    lead = next(iter(lines))
    return Figure(
        id="language-months",
        title="Such language in the prompts of each month's images",
        reading=_trend(results, lead, lines[lead]),
        alt=f"Lines with 95 % intervals as bands from {month_name(months[0])} to "
        f"{month_name(months[-1])}: hits per 1,000 words of positive prompts. "
        + "; ".join(f"{SIGNALS[s][0]} between {_range(rows)}" for s, rows in lines.items())
        + ".",
        caption=f"n = {count(sum(row.total or 0.0 for row in lines[lead]))} words in the months "
        f"shown; {count(sum(row.unknown or 0.0 for row in lines[lead]))} prompts unknown. Positive "
        "prompts only. Bands: 95 % intervals with creators as independent draws. Months with "
        f"fewer than {SMALLEST} hits or creators behind them are not drawn. Old months have lost "
        "what was removed since." + said_of_images(results.run) + left_out(results.run, months),
        spec=charts.series(
            [_point(signal, row) for signal, rows in lines.items() for row in rows],
            months,
            {s: (SIGNALS[s][1], SIGNALS[s][2]) for s in lines},
            alt.Y("value:Q", scale=alt.Scale(zero=True),
                  axis=alt.Axis(tickCount=5, domain=False, ticks=False,
                                title="hits per 1,000 words")),
        ),
        legend=tuple(
            Swatch(SIGNALS[s][0], SIGNALS[s][1], "line", " ".join(map(str, SIGNALS[s][2])))
            for s in lines
        ),
        table=_months_table(measure, lines, months),
        files=("language_rates",),
    )  # fmt: skip


def _monthly(measure: Measure, signal: str) -> tuple[Row, ...]:
    """Return the months of one signal that may be shown."""
    keys = {"category": signal, "polarity": "asked"}
    whole = measure.one(month="all", **keys)
    rows = [_behind(r) for r in (*measure.monthly(**keys), *([whole] if whole else []))]
    split = split_small(rows, is_sum=lambda row: row["month"] == "all")
    return tuple(r for r in split.shown if r["month"] != "all" and not is_small(r)
                 and r.value is not None and r.low is not None)  # fmt: skip


def _trend(results: Results, signal: str, rows: Sequence[Row]) -> str:
    at = {row["month"]: row for row in rows}
    first, last = ends_or_all(
        results.run, {month: row.more.get("prompts", 0.0) for month, row in at.items()}
    )
    return (
        f"{SIGNALS[signal][0].capitalize()} language: {_rate(at[first].value)} hits per 1,000 "
        f"words ({_interval(at[first])}) in {month_name(first)}, {_rate(at[last].value)} "
        f"({_interval(at[last])}) in {month_name(last)}."
    )


def _range(rows: Sequence[Row]) -> str:
    values = [row.value or 0.0 for row in rows]
    return f"{_rate(min(values))} and {_rate(max(values))}"


def _point(signal: str, row: Row) -> dict[str, Any]:
    return {
        "at": charts.month_middle(row["month"]), "group": signal,
        "value": row.value, "low": row.low, "high": row.high,
        "label": f"{month_name(row['month'])}, {SIGNALS[signal][0]}: {_rate(row.value)} per 1,000 "
        f"words ({_interval(row)})",
    }  # fmt: skip


def _month_mark(measure: Measure | None, signal: str, month: str) -> str:
    keys = {"category": signal, "polarity": "asked", "month": month}
    row = measure.one(**keys) if measure else None
    return mark(_behind(row)) if row else "–"


def _months_table(
    measure: Measure | None, lines: Mapping[str, Sequence[Row]], months: Sequence[str]
) -> Table:
    at = {(signal, row["month"]): row for signal, rows in lines.items() for row in rows}
    head = [x for s in lines for x in (SIGNALS[s][0].capitalize(), "95 % interval", "Hits")]
    rows = []
    for month in months:
        cells = {signal: at.get((signal, month)) for signal in lines}
        said = [(_rate(r.value), _interval(r), count(r.n)) if r
                else (_month_mark(measure, s, month), "–", "–")
                for s, r in cells.items()]  # fmt: skip
        rows.append((month_name(month), *(x for part in said for x in part)))
    return Table(("Month", *head), tuple(rows))
