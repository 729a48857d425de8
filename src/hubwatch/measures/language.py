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
_CREATOR: Final = ("hub", "owner", "lone", "month")


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
    codes = _codes(tables)
    if codes is None:
        return row_table(_KEYS, [], _EXTRA)
    wholes: dict[tuple[str, str], dict[str, Any]] = {}
    parts: dict[tuple[str, str, str], dict[str, Any]] = {}
    for polarity, column in POLARITIES.items():
        for every in (False, True):  # one after the other: each needs its memory alone
            uses = _uses(tables, column, every=every)
            base = _base(tables, uses)
            for row in tables.collect(_wholes(base)).to_pylist():
                wholes[polarity, row["month"]] = row
            for row in tables.collect(_parts(_hits(uses, codes), base)).to_pylist():
                parts[row["category"], polarity, row["month"]] = row
    rows = [
        {"category": category, "polarity": polarity, "month": month,
         **_row(parts.get((category, polarity, month), {}), whole)}
        for category in sorted({key[0] for key in parts})
        for (polarity, month), whole in wholes.items()
    ]  # fmt: skip
    return row_table(_KEYS, rows, _EXTRA)


def _uses(tables: Tables, column: str, *, every: bool) -> Table:
    """Return the images with a prompt: who uses which prompt in which month.

    An image without any known creator is a creator of its own: `lone` is its id then, else empty.

    Args:
        tables: where the images are.
        column: of the prompt, positive or negative.
        every: all months as one.
    """
    images = with_owner(tables, tables["images"].filter(~col(column).is_null()))
    lone = when(col("creator_key").is_null()).then(col("image_id")).fill_null("")
    return images.select(
        hub=col("hub").cast(TEXT),
        owner=col("creator_key").fill_null(""),
        lone=lone,
        month=lit(ALL) if every else col("month").cast(TEXT).fill_null(""),
        prompt_id=col(column),
    )


def _base(tables: Tables, uses: Table) -> Table:
    """Return the words and prompts of each creator and month."""
    words = tables["prompt_signals"].select("prompt_id", "tokens")
    read = uses.join(words, on="prompt_id", how="left")
    known = (~col("tokens").is_null()).cast(INT)
    return (
        read.select(*_CREATOR, words=col("tokens").fill_null(0), known=known, unread=1 - known)
        .group_by(*_CREATOR)
        .agg(words=col("words").sum(), prompts=col("known").sum(), unread=col("unread").sum())
    )


def _hits(uses: Table, codes: Table) -> Table:
    """Return hits, and prompts with any, of each creator, month and category."""
    said = uses.join(codes, on="prompt_id", how="inner")
    return said.group_by(*_CREATOR, "category").agg(hits=col("hits").sum(), used=count_rows())


def _codes(tables: Tables) -> Table | None:
    """Return hits of each prompt by category and by signal; None when nothing was found."""
    read = tables["prompt_signals"].filter(~col("tokens").is_null()).select("prompt_id")
    codes = tables["prompt_codes"].join(read, on="prompt_id", how="semi")
    codes = codes.select("prompt_id", "hits", category=col("code").cast(TEXT))
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
    """Return the denominators of each month, with their squares over creators."""
    words, prompts = col("words"), col("prompts")
    return (
        base.select(
            "month", "words", "prompts", "unread",
            words2=words * words, prompts2=prompts * prompts,
            writes=(words > 0).cast(INT), reads=(prompts > 0).cast(INT), named=_named(prompts),
        )
        .group_by("month")
        .agg(**{name: col(name).sum() for name in (
            "words", "prompts", "unread", "words2", "prompts2", "writes", "reads", "named"
        )})
    )  # fmt: skip


def _parts(hits: Table, base: Table) -> Table:
    """Return the numerators of each category, with squares and products over creators."""
    keys = list(_CREATOR)
    both = hits.join(base.select(*keys, "words", "prompts"), on=keys, how="inner")
    said, used = col("hits"), col("used")
    return (
        both.select(
            "month", "category", "hits", "used",
            hits2=said * said, used2=used * used,
            hits_words=said * col("words"), used_prompts=used * col("prompts"),
            named=_named(said),
        )
        .group_by("month", "category")
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
