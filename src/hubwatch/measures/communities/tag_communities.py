"""Which tags go together, in communities with names, sizes, ties and a place on a map (F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.measures.communities.facts import code, facts
from hubwatch.measures.communities.rows import (
    agreement_rows,
    growth_rows,
    label_rows,
    lead_rows,
    share_rows,
    withheld_rows,
)
from hubwatch.measures.communities.ties import link_rows, places, together_rows
from hubwatch.measures.result import row_table

if TYPE_CHECKING:
    import pyarrow as pa

    from hubwatch.engine import Tables
    from hubwatch.measures.result import Cell

_KEYS: Final = ("community", "statistic", "other")
_EXTRA: Final = ("label", "x", "y", "creators")


def tag_communities(tables: Tables, *, top: int = 5000) -> pa.Table:
    """Communities of prompt tags: what they are called, how large, how mature, how tied (F1).

    Question: Which vocabularies are there, who is drawn with them, and which of them leads?
    Tables: images, models, versions, model_signals, prompt_tags, tag_terms
    Unit: see Formula: image, model, tag, prompt or run.
    Denominator: see Formula: `total` of each statistic.
    Formula: Tags that stand in one prompt more often than by chance are joined, with normalised
        pointwise mutual information as weight (at least 5 prompts, the 50 strongest neighbours of
        each); Leiden's groups of them are topics. Topics that the same galleries (images of one
        version of a model) use in different images are joined, by Salton's cosine; Leiden's groups
        of them, with at least .5 % of the prompts, are communities. Each tag then belongs to the
        community that uses it most for its size, or to none when that is less than 1.5 times as
        much as all. Eight seeds, with the two finest resolutions of topics (of 1 to 10) that
        crumble none; of five resolutions of communities (1.1 to 1.5) that with the most stable
        result when galleries are drawn again; of its runs the one that agrees most with the
        others; a community whose stability is below .25 is joined to that which galleries use it
        with most. Numbered by their prompts. Galleries and links are looked at in a sample of some
        400,000 prompts: those whose id, which is a hash, a number divides.
        images = images whose prompt is about it (`community_adoption`) / about any.
        tags = its tags / all tags. sexualised = its tags that a lexicon knows as sexualised or
        objectifying / its tags. mature = its images at R, X, XXX or blocked / rated ones.
        real_person = its models that depict a real person / models with an answer.
        stability = mean over the runs, galleries drawn again, of the greatest Jaccard index with a
        group of that run; of `all`: mean adjusted Rand index of two runs.
        growth = its share of images in the later half of the months / in the earlier half; `n` and
        `total` are images of the later half. born = first month with 10 creators; `n` of them,
        `total` creators with images about any. label = prompts about it that hold the tag /
        prompts about any that hold it. named = prompts about it that hold at least one of the
        tags it is called by / prompts about it. link = images with tags of both / of either.
        together_first, together_last = how often galleries use both, by what chance would give, in
        the earlier and later half of the months; `n` galleries that use both of `total`.
        leads = how far tags change in use here one to three months before they change there, less
        the other way round (correlation); `n` tags compared of `total`; `all`: mean of the others.
        withheld = tags that no label may show / all tags, by reason.
    Keys:
        community: 01, 02, ..., or `all`
        statistic: images, tags, sexualised, mature, real_person, stability, growth, born, label,
            named, link, together_first, together_last, leads, withheld
        other: the other community of a pair, the month of `born`, the rank of a label, the
            reason of `withheld`; else empty
    Columns:
        label: what the community is called: its three most distinctive tags; of a label, the tag
        x: place on a map, -1..1; of `images` only
        y: place on a map, -1..1; of `images` only
        creators: known creators of what is counted in `n`; where it counts items of creators
    Parameters:
        top: tags, most used first, that communities are made of
    Uncertainty: 95 % intervals with creators as independent draws (images, mature, real_person,
        growth, link), Wilson (label, named, born), 2.5 and 97.5 % of runs (stability), galleries
        drawn again (together), circular shifts of months, which keep what tags have in common
        (leads); none where tags are counted, which is no sample. All but stability take the
        communities as given.
    Pitfalls: A community is called by its most distinctive tags, which most of its prompts do not
        hold: `named` says how many do. Labels are withheld from tags with a code of the
        sexualised, objectifying, violent or minor lexicons; from tags whose odds of a mature
        image are twice those of their community's tags, which may be words that no lexicon knows;
        from tags with a word that no dictionary of everyday and tag words has, or in the form of a
        name, so from most names, invented
        characters and every script but Latin; and from tags of fewer than 10 creators (`rare`, of
        the 60 best of each community). Tags with a minor's cue are in no community. Small
        communities are unstable: read `stability` first. Of many `leads` one in twenty leaves out
        0 by chance. Merging is seen in galleries, not in the tags.
    Source: Traag et al. 2019, doi:10.1038/s41598-019-41695-z (Leiden); Bouma 2009 (NPMI); Hubert
        and Arabie 1985, doi:10.1007/BF01908075 (adjusted Rand index); measures F1 of the project's
        catalogue.
    """
    found = facts(tables, top)
    rows: list[dict[str, Cell]] = []
    if found.study.detected.count:
        rows += share_rows(found)
        rows += agreement_rows(found.study)
        rows += growth_rows(found)
        rows += lead_rows(found.study)
        rows += link_rows(found.study)
        rows += together_rows(found.study)
        rows += withheld_rows(found)
    names = {code(c): found.labels.name(c) for c in range(found.study.detected.count)}
    labelled = [{**row, "label": names.get(str(row["community"]), "")} for row in rows]
    where = dict(zip(names, places(found.study).tolist(), strict=True))
    for row in labelled:
        if row["statistic"] == "images":
            row["x"], row["y"] = where[str(row["community"])]
    return row_table(_KEYS, [*labelled, *label_rows(found)], _EXTRA)
