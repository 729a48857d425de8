"""Who is targeted, and whose showcase is sexualised (D1, D2)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.engine import TEXT, col, when
from hubwatch.levels import LEVEL_TO_BIT, RATED
from hubwatch.measures.by_creator import COLUMNS, over_creators, with_intervals
from hubwatch.measures.counts import count
from hubwatch.measures.creators import creator_numbers
from hubwatch.measures.joined import with_signals
from hubwatch.measures.levels import graded
from hubwatch.measures.ratios import risk_ratio
from hubwatch.measures.result import Share, row_table, share_table
from hubwatch.measures.statistics import Estimate, over_clusters, sums

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Tables
    from hubwatch.measures.ratios import RiskRatio
    from hubwatch.measures.result import Cell

WOMEN: Final = "women"
MEN: Final = "men"
BOTH: Final = "both"
#: A given name decides when this share of its bearers has one gender.
SURE: Final = 0.9

_BOUNDS: Final = ("bound_low", "bound_high")
_EXPLICIT: Final = LEVEL_TO_BIT["X"] | LEVEL_TO_BIT["XXX"]
_RATED: Final = sum(LEVEL_TO_BIT[level] for level in RATED)


def target_gender(tables: Tables, *, probability: float = SURE) -> pa.Table:
    """Share of women among the real people that models depict (D1).

    Question: Who is targeted?
    Tables: models, model_signals
    Unit: model that depicts a real person; one person can have many.
    Denominator: models whose depicted gender is decided: women, men or other. `unknown` are those
        without a cue, or without an answer.
    Formula: value = models that depict women / (women + men + other).
    Keys:
        basis: which models, and how gender is known. flag: models that the hub marks; signal:
            models of which the signal `real_person` says true; both by cues of depicted gender in
            their texts and prompts. perceived: models of which the signal says true, by the gender
            that the given name suggests, which is no statement about the person
    Columns:
        men: models that depict men
        other: models that depict women and men together
        bound_low: share of women if no undecided model depicted women
        bound_high: share of women if every undecided model did
        creators_low: lower end of the 95 % interval with creators as independent draws
        creators_high: its upper end
    Parameters:
        probability: a given name decides when it is at least this likely to be of one gender
    Uncertainty: Wilson's 95 % interval, which takes models as independent; `creators_low` and
        `creators_high` (Taylor linearisation) take creators as independent; Manski bounds from the
        undecided, which are not random: on real documents men are more frequent among them.
    Pitfalls: Cues and names are what others wrote, not how a person identifies; people beyond the
        two words are not seen and not counted as other. Names of some languages say little. The
        cell of men is small. One person with many models weighs as often.
    Source: arXiv 2505.03859 (96 % target women, coded on a sample); Manski 1990.
    """
    models = with_signals(
        tables, tables["models"],
        "real_person", "gender", "perceived_gender", "perceived_gender_probability",
    )  # fmt: skip
    bases = _bases(probability)
    shares, others = [], {}
    for basis, (depicts, gender) in bases.items():
        cells = Counter({
            key[1]: n
            for key, n in count(tables, models, depicts=depicts, gender=gender).items()
            if key[0] is True
        })  # fmt: skip
        decided = cells[WOMEN] + cells[MEN] + cells[BOTH]
        shares.append(Share((basis,), cells[WOMEN], decided, cells.total() - decided))
        others[basis] = (cells[MEN], cells[BOTH])
    answers = {(basis,): _is_women(*parts) for basis, parts in bases.items()}
    intervals = over_creators(tables, models, answers)
    table = with_intervals(share_table(("basis",), shares), ("basis",), intervals)
    rows: list[dict[str, Cell]] = [
        {**row, "men": others[row["basis"]][0], "other": others[row["basis"]][1]}
        for row in table.to_pylist()
    ]
    return row_table(("basis",), rows, ("men", "other", *_BOUNDS, *COLUMNS))


def _bases(probability: float) -> dict[str, tuple[Expression, Expression]]:
    """Return basis to whether a model is of it, and to the gender it depicts."""
    sure = col("perceived_gender_probability") >= probability
    shown = col("gender").cast(TEXT)
    said = when(sure).then(col("perceived_gender").cast(TEXT))
    return {
        "flag": (col("flagged_real_person"), shown),
        "signal": (col("real_person"), shown),
        "perceived": (col("real_person"), said),
    }


def _is_women(depicts: Expression, gender: Expression) -> Expression:
    """Return whether a model of the basis depicts women; null when it is not decided."""
    return when(depicts & gender.is_in([WOMEN, MEN, BOTH])).then(gender == WOMEN)


def sexualised_pairing(tables: Tables) -> pa.Table:
    """Share of sexualised models of real women and of real men, and their ratio (D2).

    Question: Given the target, whose showcase is sexualised?
    Tables: models, images, model_signals
    Unit: model of which the signal `real_person` says true and that depicts women, or men.
    Denominator: models of the gender of which it is known: showcase rated and texts read, or one
        of the two says yes.
    Formula: sexualised = the showcase holds an image at X or XXX (the hub's own level bits, or its
        collected images where the hub gives none), or the model's own texts are sexualised;
        value = sexualised models / models; risk ratio = value of women / value of men.
    Keys:
        gender: women or men; models that show both, or that no cue decides, are in neither
    Columns:
        bound_low: share if no model of which it is not known were sexualised
        bound_high: share if every such model were
        creators_low: lower end of the 95 % interval of the share with creators as draws
        creators_high: its upper end
        creators: creators of these models; an unknown creator counts as one of their own
        risk_ratio: women : men, in the row of women
        ratio_low: lower end of its 95 % interval, creators as independent draws
        ratio_high: its upper end
        ratio_corrected: true when a cell is empty and half a model was added to every cell
    Uncertainty: Wilson's 95 % interval of each share, and one with creators as independent draws
        (Taylor linearisation). Risk ratio: symmetric on the logarithmic scale, linearised over
        creators, so that a creator with models of both is one draw; with an empty cell Haldane's
        correction, widened by the design effect.
    Pitfalls: Few men are depicted, so the ratio is wide. A showcase can hold others' posts. Cues
        of gender and of sexualised texts come from the same page, so they can err together. A
        ratio says nothing of how many: women are also by far the most of the targets.
    Source: measures D2 of the project's catalogue; cf. arXiv 2505.04600 (gender asymmetry).
    """
    models = with_signals(tables, graded(tables), "real_person", "gender", "sexualised")
    found = tables.collect(
        models.filter(col("real_person") & col("gender").cast(TEXT).is_in([WOMEN, MEN])).select(
            "hub", "creator_key", "model_id", "sexualised",
            gender=col("gender").cast(TEXT), mask=col("level_mask").fill_null(0),
        )
    )  # fmt: skip
    said = _sexualised(found["mask"].to_numpy(), found["sexualised"].to_pylist())
    gender = np.array(found["gender"].to_pylist(), dtype=np.str_)
    creator = creator_numbers(found["hub"], found["creator_key"], found["model_id"])
    cells = {name: (said[gender == name], creator[gender == name]) for name in (WOMEN, MEN)}
    many = int(creator.max()) + 1 if len(creator) else 0
    clusters = {name: _per_creator(answers, own, many) for name, (answers, own) in cells.items()}
    table = share_table(("gender",), [
        Share((name,), int((a == 1).sum()), int((a >= 0).sum()), int((a < 0).sum()))
        for name, (a, _) in cells.items()
    ])  # fmt: skip
    spans = {(name,): over_clusters(*pair) for name, pair in clusters.items()}
    rows: list[dict[str, Cell]] = with_intervals(table, ("gender",), spans).to_pylist()
    ratio = _ratio_columns(risk_ratio(clusters[WOMEN], clusters[MEN]))
    for row in rows:
        row["creators"] = len(np.unique(cells[str(row["gender"])][1]))
        row.update(ratio if row["gender"] == WOMEN else {})
    return row_table(("gender",), rows, (*_BOUNDS, *COLUMNS, "creators", *ratio))


def _sexualised(masks: NDArray[np.int64], texts: list[bool | None]) -> NDArray[np.int64]:
    """Return 1 for sexualised, 0 for not, -1 for not known, one for each model."""
    own = np.array([-1 if text is None else int(text) for text in texts], dtype=np.int64)
    shown = np.where(masks & _EXPLICIT, 1, np.where(masks & _RATED, 0, -1))
    either = (own == 1) | (shown == 1)
    return np.where(either, 1, np.where((own == 0) & (shown == 0), 0, -1))


def _per_creator(
    answers: NDArray[np.int64], creator: NDArray[np.int64], many: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each creator's sexualised models and models of which it is known."""
    pad = np.zeros(many)
    parts = [sums(x.astype(np.float64), creator) for x in (answers == 1, answers >= 0)]
    full = [np.concatenate((x, pad[len(x) :])) for x in parts]
    return full[0], full[1]


def _ratio_columns(ratio: RiskRatio) -> dict[str, Any]:
    estimate: Estimate = ratio.estimate
    return {
        "risk_ratio": estimate.value,
        "ratio_low": estimate.low,
        "ratio_high": estimate.high,
        "ratio_corrected": ratio.corrected,
    }
