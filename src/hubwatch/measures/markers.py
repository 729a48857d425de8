"""Tokens that belong to a lineage of base models, and how far they have spread (F1)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from hubwatch.engine import TEXT, col, count_rows, lit, when
from hubwatch.measures.base_models import lineage
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import UNKNOWN, count, month
from hubwatch.measures.headers import is_read, of_models
from hubwatch.measures.joined import with_owner
from hubwatch.measures.result import ALL, Share, share_table
from hubwatch.prompts.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.counts import Counts

_KEYS: Final = ("marker", "source", "family", "month")
CAPTIONS: Final = "captions"
PROMPTS: Final = "prompts"
#: Marker to the tokens that it stands for: they were put into the captions of a base model, and
#: whoever uses a model made from it writes them into prompts.
MARKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "score": tuple(
        token for i in range(4, 10) for token in (f"score_{i}", f"score_{i}_up")
    ),
    "source": ("source_anime", "source_cartoon", "source_furry", "source_pony"),
    "masterpiece": ("masterpiece", "best quality"),
    "aesthetic": ("very aesthetic", "very awa", "newest"),
}  # fmt: skip


def marker_adoption(tables: Tables, *, markers: Mapping[str, Sequence[str]] = MARKERS) -> pa.Table:
    """Adoption of the marker tokens of lineages in training captions and in prompts (F1).

    Question: How far have tokens spread that one lineage of base models brought?
    Tables: adapters, adapter_tags, models, images, prompt_tags, tag_terms
    Unit: captions: adapter file with caption tags in its header; prompts: image with a prompt.
    Denominator: all such files, and all such images; `unknown` are files that were read and hold
        no caption tags, and images without a prompt.
    Formula: value = files (images) with at least one token of the marker / all. Tokens are
        compared in their plain form: lower case, `_` as a space.
    Keys:
        marker: score (score_9, score_8_up and the like: Pony), source (source_anime and the like:
            Pony), masterpiece (with best quality: the first anime checkpoints), aesthetic (very
            aesthetic, newest: later anime checkpoints)
        source: captions or prompts
        family: family of the base model, as the header says or the hub says of the image;
            `unknown`; or `all`
        month: YYYY-MM in UTC of the version or the image, empty when unknown, `all` for the whole;
            months are given of `all` families
    Columns:
        bound_low: share if no unknown file or image held the marker
        bound_high: share if every one did
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months of `all` families
        creators_high: its upper end
    Parameters:
        markers: marker to its tokens
    Uncertainty: Wilson's 95 % interval, which takes files and images as independent;
        `creators_low` and `creators_high` (Taylor linearisation) take creators as independent;
        bounds from the unknowns.
    Pitfalls: A token counts wherever it stands: it can be copied from another prompt, without any
        effect, with a base model that does not know it, so a share does not say from where it came.
        The mix of base models changes over months, so compare within a family. Weights and brackets
        are taken off before tokens are compared. Most images do not say their base model.
    Source: measures F1 of the project's catalogue; cf. arXiv 2505.04600 (vocabularies of
        subcultures shape tools and practice).
    """
    tokens = {name: sorted({plain(one) for one in some}) for name, some in markers.items()}
    asked = {CAPTIONS: _captions(tables, tokens), PROMPTS: _prompts(tables, tokens)}
    columns = {marker: col(f"marker{place}") for place, marker in enumerate(tokens)}
    shares: list[Share] = []
    answers: dict[str, dict[tuple[str, ...], Expression]] = {}
    for source, items in asked.items():
        held = {f"marker{place}": one for place, one in enumerate(columns.values())}
        counts = count(tables, items, once="", month=month(), base=col("base"), **held)
        for place, marker in enumerate(columns):
            shares += _shares(marker, source, counts, 2 + place)
        answers[source] = (
            {(marker, source, ALL, ALL): one for marker, one in columns.items()} if counts else {}
        )
    table = share_table(_KEYS, shares)
    intervals = {
        key: estimate
        for source, some in answers.items()
        if some
        for key, estimate in over_creators(tables, asked[source], some).items()
    }
    return with_intervals(table, _KEYS, intervals)


def _captions(tables: Tables, tokens: Mapping[str, Sequence[str]]) -> Table:
    """Return files with whether their caption tags hold each marker; null without any tag."""
    key = ["hub", "file_id"]
    files = of_models(tables, tables["adapters"].filter(is_read()))
    tags = tables["adapter_tags"].select(*key, "tag")
    some = tags.group_by(*key).agg(tags=count_rows())
    files = files.join(some, on=key, how="left")
    for place, texts in enumerate(tokens.values()):
        held = tags.filter(col("tag").is_in(list(texts))).select(*key).unique()
        files = files.join(held.with_columns(held=lit(value=True)), on=key, how="left")
        told = when(~col("tags").is_null()).then(~col("held").is_null())
        files = files.with_columns(told.alias(f"marker{place}")).drop("held")
    names = [f"marker{place}" for place in range(len(tokens))]
    return files.select("hub", "creator_key", "month", *names, base=col("base_model").cast(TEXT))


def _prompts(tables: Tables, tokens: Mapping[str, Sequence[str]]) -> Table:
    """Return images with whether their prompt holds each marker; null without a prompt."""
    images = with_owner(tables, tables["images"])
    terms = tables["tag_terms"]
    for place, texts in enumerate(tokens.values()):
        wanted = terms.filter(col("term").is_in(list(texts))).select("term_id")
        held = tables["prompt_tags"].join(wanted, on="term_id", how="semi")
        held = held.select("prompt_id").unique().with_columns(held=lit(value=True))
        images = images.join(held, on="prompt_id", how="left")
        told = when(~col("prompt_id").is_null()).then(~col("held").is_null())
        images = images.with_columns(told.alias(f"marker{place}")).drop("held")
    names = [f"marker{place}" for place in range(len(tokens))]
    return images.select("hub", "creator_key", "month", *names, base=col("base_model").cast(TEXT))


def _shares(marker: str, source: str, counts: Counts, position: int) -> Iterator[Share]:
    """Yield every month of all families, and every family of all months.

    Args:
        marker: to be told of.
        source: where it was looked for.
        counts: (month, base model, an answer for each marker) to items.
        position: of the marker's answer.
    """
    families: Counts = Counter()
    for key, n in counts.items():
        period, base, found = key[0], key[1], key[position]
        family = UNKNOWN if base is None else lineage(base).family
        families[ALL, period, found] += n
        families[family, ALL, found] += n
        families[ALL, ALL, found] += n
    for family, period in {key[:2] for key in families}:
        yes, no, unknown = (families[family, period, found] for found in (True, False, None))
        yield Share((marker, source, family, period), yes, yes + no, unknown)
