"""How often prompts use sexualised, objectifying or violent language (E1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.engine import INT, TEXT, col, concat, count_rows, lit, when
from hubwatch.measures.joined import with_owner
from hubwatch.measures.ratios import Moments, rate, share
from hubwatch.measures.result import ALL, row_table
from hubwatch.measures.statistics import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.result import Cell

_KEYS: Final = ("category", "polarity", "month")
POLARITIES: Final = {"asked": "prompt_id", "avoided": "negative_prompt_id"}
PER: Final = 1000
#: Codes that say that a cue is none; in no sum over a signal.
_BENIGN: Final = frozenset({"minor.benign"})
_EXTRA: Final = (
    "prompts", "prompts_with", "prompt_share", "prompt_low", "prompt_high",
    "creators", "creators_with", "creator_share", "creator_low", "creator_high",
)  # fmt: skip
_OWNER: Final = ("hub", "owner", "lone")
_CELL: Final = ("polarity", "month")


def language_rates(tables: Tables) -> pa.Table:
    """Rates of sexualised, objectifying and violent language in prompts (E1).

    Question: How often is such language used, in which category, and by how many?
    Tables: models, images, prompt_signals, prompt_codes
    Unit: a prompt as used for one image; a prompt that is used twice counts twice.
    Denominator: words of the prompts whose codes were read; `unknown` are prompts that were not.
    Formula: value = 1,000 x hits / words; `n` is hits, `total` words.
    Keys:
        category: code of a lexical signal, for example `sexualised` with all its categories, or
            one of them after a dot; never a word
        polarity: asked (positive prompts) or avoided (negative prompts), never mixed
        month: YYYY-MM in UTC of the image, `all` for the whole, empty when unknown
    Columns:
        prompts: prompts read
        prompts_with: prompts with at least one hit
        prompt_share: their share
        prompt_low: lower end of its 95 % interval
        prompt_high: its upper end
        creators: known creators with at least one prompt read
        creators_with: creators with at least one hit
        creator_share: their share
        creator_low: lower end of its 95 % interval (Wilson)
        creator_high: its upper end
    Uncertainty: 95 % intervals of rate and share of prompts with creators as independent draws
        (Taylor linearisation, symmetric on the logarithmic and logit scale); a rate of zero has
        the upper end of a Poisson count of zero. An image without a creator counts for the creator
        of the model that shows it, without any it is one of its own.
    Pitfalls: A lexicon misses what is paraphrased and finds what is reclaimed or meant otherwise;
        what it misses differs by language. One template repeated by many dominates words, so read
        the share of creators too. Old months have lost what was removed since. Cues of minors are
        counts of cues, not of persons; benign ones have a category of their own.
    Source: measures E1 of the project's catalogue; cf. arXiv 2505.03859 (many signal intent).
    """
    uses = concat([_uses(tables, polarity, column) for polarity, column in POLARITIES.items()])
    uses = concat([uses, uses.with_columns(month=lit(ALL))])
    base = uses.group_by(*_OWNER, *_CELL).agg(
        words=col("words").sum(), prompts=col("known").sum(), unread=col("unread").sum()
    )
    codes = _codes(tables)
    if codes is None:
        return row_table(_KEYS, [], _EXTRA)
    said = uses.join(codes, on="prompt_id", how="inner").select(
        *_OWNER, *_CELL, "category", hits=col("known") * col("hits"), used="known"
    )
    hits = said.group_by(*_OWNER, *_CELL, "category").agg(
        hits=col("hits").sum(), used=col("used").sum()
    )
    wholes = {
        (row["polarity"], row["month"]): row for row in tables.collect(_wholes(base)).to_pylist()
    }
    found = tables.collect(_parts(hits, base)).to_pylist()
    parts = {(row["category"], row["polarity"], row["month"]): row for row in found}
    rows = [
        {"category": category, "polarity": polarity, "month": month,
         **_row(parts.get((category, polarity, month), {}), whole)}
        for category in sorted({key[0] for key in parts})
        for (polarity, month), whole in wholes.items()
    ]  # fmt: skip
    return row_table(_KEYS, rows, _EXTRA)


def _uses(tables: Tables, polarity: str, column: str) -> Table:
    """Return how often each creator used each prompt in each month, and its words.

    An image without any known creator is a creator of its own: `lone` is its id then, else empty.
    """
    images = with_owner(tables, tables["images"].filter(~col(column).is_null()))
    lone = when(col("creator_key").is_null()).then(col("image_id")).fill_null("")
    keys: dict[str, Expression] = {
        "hub": col("hub").cast(TEXT),
        "owner": col("creator_key").fill_null(""),
        "lone": lone,
        "month": col("month").cast(TEXT).fill_null(""),
        "prompt_id": col(column),
    }
    uses = images.select(**keys).group_by(*keys).agg(uses=count_rows())
    words = tables["prompt_signals"].select("prompt_id", tokens=col("tokens"))
    tokens = col("tokens")
    return uses.join(words, on="prompt_id", how="left").select(
        *keys, "uses",
        polarity=lit(polarity),
        words=(col("uses") * tokens).fill_null(0),
        known=when(tokens.is_null()).then(lit(0, INT)).otherwise(col("uses")),
        unread=when(tokens.is_null()).then(col("uses")).otherwise(lit(0, INT)),
    )  # fmt: skip


def _codes(tables: Tables) -> Table | None:
    """Return hits of each prompt by category and by signal; None when nothing was found."""
    codes = tables["prompt_codes"].select("prompt_id", "hits", category=col("code").cast(TEXT))
    seen = tables.collect(codes.group_by("category").agg(rows=count_rows()))["category"].to_pylist()
    signals: dict[str, list[str]] = {}
    for code in sorted(set(seen) - _BENIGN):
        signals.setdefault(code.partition(".")[0], []).append(code)
    if not seen:
        return None
    whole = [
        codes.filter(col("category").is_in(members))
        .group_by("prompt_id")
        .agg(hits=col("hits").sum())
        .select("prompt_id", col("hits").cast(INT), category=lit(name))
        for name, members in signals.items()
        if members != [name]
    ]
    return concat([codes, *whole])


def _wholes(base: Table) -> Table:
    """Return the denominators of each polarity and month, with their squares over creators."""
    words, prompts = col("words"), col("prompts")
    return (
        base.select(
            *_CELL, "words", "prompts", "unread",
            words2=words * words, prompts2=prompts * prompts,
            writes=(words > 0).cast(INT), reads=(prompts > 0).cast(INT), named=_named(prompts),
        )
        .group_by(*_CELL)
        .agg(**{name: col(name).sum() for name in (
            "words", "prompts", "unread", "words2", "prompts2", "writes", "reads", "named"
        )})
    )  # fmt: skip


def _parts(hits: Table, base: Table) -> Table:
    """Return the numerators of each category, with squares and products over creators."""
    keys = [*_OWNER, *_CELL]
    both = hits.join(base.select(*keys, "words", "prompts"), on=keys, how="inner")
    said, used = col("hits"), col("used")
    return (
        both.select(
            *_CELL, "category", "hits", "used",
            hits2=said * said, used2=used * used,
            hits_words=said * col("words"), used_prompts=used * col("prompts"),
            named=_named(said),
        )
        .group_by(*_CELL, "category")
        .agg(**{name: col(name).sum() for name in (
            "hits", "used", "hits2", "used2", "hits_words", "used_prompts", "named"
        )})
    )  # fmt: skip


def _named(amount: Expression) -> Expression:
    """Return 1 for a known creator with any of it."""
    return when((col("lone") == "") & (amount > 0)).then(lit(1, INT)).otherwise(lit(0, INT))


def _row(part: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the value columns of one category in one polarity and month."""
    words = rate(_moments(part, ("hits", "hits2", "hits_words"), whole, ("words", "words2"),
                          whole["writes"]))  # fmt: skip
    prompts = share(_moments(part, ("used", "used2", "used_prompts"), whole,
                             ("prompts", "prompts2"), whole["reads"]))  # fmt: skip
    named, creators = part.get("named", 0), whole["named"]
    low, high = wilson(np.array([named]), np.array([creators]))
    return {
        "n": part.get("hits", 0), "total": whole["words"], "unknown": whole["unread"],
        "value": PER * words.value, "low": PER * words.low, "high": PER * words.high,
        "prompts": whole["prompts"], "prompts_with": part.get("used", 0),
        "prompt_share": prompts.value, "prompt_low": prompts.low, "prompt_high": prompts.high,
        "creators": creators, "creators_with": named,
        "creator_share": named / creators if creators else None,
        "creator_low": float(low[0]), "creator_high": float(high[0]),
    }  # fmt: skip


def _moments(
    part: Mapping[str, Any],
    parts: Sequence[str],
    whole: Mapping[str, Any],
    wholes: Sequence[str],
    clusters: int,
) -> Moments:
    said, squares, cross = (float(part.get(name, 0)) for name in parts)
    size, size_squares = (float(whole[name]) for name in wholes)
    return Moments(said, size, squares, cross, size_squares, clusters)
