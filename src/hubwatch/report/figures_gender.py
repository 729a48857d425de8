"""Figures of whom models target, and whose showcase is sexualised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.results import Row
from hubwatch.report.suppress import MARKS, WITHHELD, count_or_few, few, is_small, mark, split_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.published import Comparator
    from hubwatch.report.results import Measure, Results

#: Basis of `target_gender` to its words and its short name.
BASES: Final = {
    "flag": "marked by the hub, by cues",
    "signal": "found by the signal, by cues",
    "perceived": "found by the signal, by given name",
}
_SHORT: Final = {
    "flag": "flag, by cues",
    "signal": "signal, by cues",
    "perceived": "signal, by given name",
}
_GROUP: Final = "models"
#: Fewer models that a given name decides than this say nothing.
_FEW_NAMES: Final = 30


def shown_targets(measure: Measure) -> dict[str, tuple[Row, Mapping[str, str]]]:
    """Return basis to its row, and its cells that may not be shown to the mark in their place."""
    found: dict[str, tuple[Row, Mapping[str, str]]] = {}
    for basis in BASES:
        row = measure.one(basis=basis)
        if row is None or row.value is None:
            continue
        hidden = _hidden_cells(row)
        if not {"women", "total"} & hidden.keys():
            found[basis] = (_without_few(row), hidden)
    return found


def _without_few(row: Row) -> Row:
    """Return a row without the bounds from which a small number of undecided could be had."""
    return replace(row, bound_low=None, bound_high=None) if few(row.unknown) else row


def bounds_text(row: Row, *, between: str = "–") -> str:
    """Return the bounds that the undecided allow; that they are withheld where these are few."""
    if row.bound_low is None or row.bound_high is None:
        return WITHHELD
    return f"{percent(row.bound_low)}{between}{percent(row.bound_high)}"


def _hidden_cells(row: Row) -> dict[str, str]:
    """Return which of women, men, other and their total may not be shown, and their mark."""
    cells = {"women": row.n, "men": row.more.get("men"), "total": row.total}
    if row["basis"] != "perceived":
        cells["other"] = row.more.get("other")
    rows = [Row({"cell": name}, n=n, total=row.total) for name, n in cells.items()]
    split = split_small(rows, is_sum=lambda one: one["cell"] == "total")
    return {one["cell"]: mark(one) for one in split.hidden}


def targets(results: Results) -> Figure | None:
    """Return the share of women among the real people that models depict."""
    measure = results.get("target_gender")
    shown = shown_targets(measure) if measure else {}
    if measure is None or not shown:
        return None
    rows = [row for row, _ in shown.values()]
    lead = shown.get("signal", next(iter(shown.values())))[0]
    drawn = [c for c in comparators("target_gender") if c.share is not None]
    bounded = any(row.bound_low is not None and row.bound_high is not None for row in rows)
    return Figure(
        id="targets",
        title="Women among the real people that models depict",
        reading=f"Of the models {BASES[lead['basis']]}, {percent(lead.value, *lead.interval)} "
        f"({percent_interval(lead)}) depict women.",
        alt="Dots with 95 % intervals, one for each way to know"
        + (", and thin lines from the lowest to the highest share that the undecided allow: "
           if bounded else ": ")
        + "; ".join(f"{BASES[r['basis']]} {percent(r.value)}" for r in rows)
        + ".",
        caption=_targets_caption(lead, measure.one(basis="perceived")),
        spec=_targets_spec(rows, drawn),
        legend=(
            Swatch("share of women, with 95 % interval", "var(--c2)", "diamond"),
            *([Swatch("what the undecided allow", charts.MUTED, "line")] if bounded else []),
            *(Swatch(_published(c), charts.INK, "line", "2 3") for c in drawn),
        ),
        table=Table(
            ("Basis", "Women", "95 % interval", "Bounds", "Women, n", "Men, n", "Both, n",
             "Decided", "Undecided"),
            tuple(_target_cells(measure, basis, shown) for basis in BASES),
        ),
        beside=comparators("target_gender"),
        files=("target_gender",),
    )  # fmt: skip


def _targets_caption(row: Row, perceived: Row | None) -> str:
    undecided = (
        "Bounds are withheld, because so few could be worked out from them. "
        if few(row.unknown)
        else "If none or all of them depicted women, the share would be "
        f"{bounds_text(row, between=' or ')}. "
    )
    few_by_name = ""
    if perceived is not None and (perceived.total or 0.0) < _FEW_NAMES:
        few_by_name = (
            f" By given name only {count_or_few(perceived.total)} models are decided: too few to "
            "say anything."
        )
    return (
        f"n = {count(row.total)} models {BASES[row['basis']]}, whose depicted gender is decided; "
        f"{count_or_few(row.unknown)} are not. {undecided}"
        "Bars: 95 % intervals with "
        "creators as independent draws. Gender is what texts and prompts say of the depicted, or "
        "what the given name suggests (perceived), not how a person identifies; one person with "
        f"many models counts as often.{few_by_name} {MARKS}"
    )


def _published(study: Comparator) -> str:
    return f"published: {percent(study.share)} ({study.study})"


def _targets_spec(rows: Sequence[Row], drawn: Sequence[Comparator]) -> dict[str, Any]:
    records = [
        {"row": _SHORT[r["basis"]], "group": _GROUP, "value": r.value, "low": r.interval[0],
         "high": r.interval[1], "bound_low": r.bound_low, "bound_high": r.bound_high,
         "label": f"{BASES[r['basis']]}: {percent(r.value)} ({percent_interval(r)}), bounds "
         f"{bounds_text(r)}, n = {count(r.total)}"}
        for r in rows
    ]  # fmt: skip
    order = [str(record["row"]) for record in records]
    bounds = (
        alt.Chart(charts.data(records))
        .mark_rule(color=charts.MUTED, strokeWidth=1.5)
        .encode(y=alt.Y("row:N", sort=order), x=alt.X("bound_low:Q"), x2="bound_high:Q")
    )
    published = (
        alt.Chart(charts.data([{"value": c.share, "label": _published(c)} for c in drawn]))
        .mark_rule(color=charts.INK, strokeDash=[2, 3], strokeWidth=1.5)
        .encode(x=alt.X("value:Q"), tooltip="label:N")
    )
    axis = alt.Axis(
        format="%",
        tickCount=5,
        domain=False,
        ticks=False,
        title="share of women; the axis does not begin at 0",
    )
    ends = [x for r in rows for x in (r.value, r.interval[0], r.bound_low) if x is not None]
    least = min([*ends, *(c.share for c in drawn if c.share is not None)])
    # Shares lie close to 1: from 0 on, intervals and bounds would be narrower than a dot.
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[max(0.0, least - 0.02), 1], zero=False, nice=False),
        axis=axis,
    )
    groups = {_GROUP: ("var(--c2)", "diamond")}
    return charts.dot_rows(records, order, groups, x, under=(bounds, published))


def _target_cells(
    measure: Measure, basis: str, shown: Mapping[str, tuple[Row, Mapping[str, str]]]
) -> tuple[str, ...]:
    if basis not in shown:
        row = measure.one(basis=basis)
        return (BASES[basis], _hidden_mark(row), *("–",) * 7)
    row, hidden = shown[basis]
    men, other = (hidden.get(name) or count(row.more.get(name)) for name in ("men", "other"))
    return (
        BASES[basis], percent(row.value, *row.interval), percent_interval(row),
        bounds_text(row),
        count(row.n), men, "–" if basis == "perceived" else other,
        count(row.total), count_or_few(row.unknown),
    )  # fmt: skip


def _hidden_mark(row: Row | None) -> str:
    """Return the mark of the whole row of a basis."""
    return mark(row) if row else "–"


def pairing_rows(results: Results) -> tuple[Row, Row] | None:
    """Return the rows of women and of men where both may be shown and have a ratio."""
    measure = results.get("sexualised_pairing")
    rows = [measure.one(gender=g) if measure else None for g in ("women", "men")]
    women, men = rows
    if women is None or men is None or is_small(women) or is_small(men):
        return None
    return (women, men) if {"ratio_low", "ratio_high"} <= set(women.more) else None


def ratio_text(row: Row) -> tuple[str, str]:
    """Return a risk ratio and its interval in words."""
    ratio, low, high = (row.more[name] for name in ("risk_ratio", "ratio_low", "ratio_high"))
    return f"{ratio:.2f}", f"{low:.2f}–{high:.2f}"


def pairing(results: Results) -> Figure | None:
    """Return how much more often women's models are sexualised than men's."""
    found = pairing_rows(results)
    if found is None:
        return None
    women, men = found
    ratio, interval = ratio_text(women)
    shares = " and ".join(
        f"{percent(r.value)} ({percent_interval(r)}) of {count(r.total)} models that depict "
        f"{r['gender']}"
        for r in found
    )
    return Figure(
        id="pairing",
        title="How much more often models of real women are sexualised than those of real men",
        reading=f"{shares} are sexualised: {ratio} times as often for women ({interval}).",
        alt=f"One dot with its 95 % interval on a logarithmic axis: risk ratio women to men "
        f"{ratio} ({interval}); a rule marks 1, as often; right of it, more often for women.",
        caption=f"n = {count(women.total)} and {count(men.total)} models that the signal finds, "
        f"by depicted gender; {count_or_few(women.unknown)} and {count_or_few(men.unknown)} "
        "unknown left out. Sexualised: the showcase holds an image at X or XXX, or the model's "
        "own texts are sexualised. Bar: 95 % interval on the logarithmic scale, creators as "
        "independent draws. Right of the rule at 1: more often for women. A ratio says nothing of "
        "how many there are.",
        spec=_ratio_spec(women),
        table=Table(
            ("Depicted", "Sexualised", "n", "Unknown", "Share", "95 % interval", "Risk ratio",
             "95 % interval"),
            tuple(_pairing_cells(row) for row in found),
        ),
        beside=comparators("sexualised_pairing"),
        files=("sexualised_pairing",),
    )  # fmt: skip


def _pairing_cells(row: Row) -> tuple[str, ...]:
    ratio = ratio_text(row) if "risk_ratio" in row.more else ("1, by definition", "–")
    return (
        row["gender"], count(row.n), count(row.total), count_or_few(row.unknown),
        percent(row.value, *row.interval), percent_interval(row), *ratio,
    )  # fmt: skip


def _ratio_spec(row: Row) -> dict[str, Any]:
    ratio, interval = ratio_text(row)
    ends = [row.more[name] for name in ("risk_ratio", "ratio_low", "ratio_high")]
    records = [
        {"row": "women : men", "group": _GROUP, "value": ends[0], "low": ends[1], "high": ends[2],
         "label": f"risk ratio women : men {ratio} ({interval})"}
    ]  # fmt: skip
    reach = max(2.0, *(max(end, 1 / end) for end in ends)) * 1.1
    scale = alt.Scale(type="log", domain=[1 / reach, reach], nice=False)
    ticks = charts.log_ticks(1 / reach, reach)
    axis = alt.Axis(
        format="~g", values=ticks, domain=False, ticks=False,
        title="risk ratio, logarithmic",
    )  # fmt: skip
    one = (
        alt.Chart(charts.data([{"value": 1.0}]))
        .mark_rule(color=charts.INK, strokeWidth=1.25)
        .encode(x=alt.X("value:Q"))
    )
    return charts.dot_rows(
        records, ["women : men"], {_GROUP: ("var(--c2)", "diamond")},
        alt.X("value:Q", scale=scale, axis=axis), under=(one,), row_height=56,
    )  # fmt: skip
