"""Which families of base models adapters are made from, as their files say it (A3)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from hubwatch.engine import TEXT, col, concat, lit, when
from hubwatch.measures.base_models import lineage
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import count, month, with_all
from hubwatch.measures.headers import is_read, of_models
from hubwatch.measures.result import ALL, Share, share_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.counts import Counts
    from hubwatch.measures.statistics import Estimate

_KEYS: Final = ("basis", "month", "parent", "node")
HEADER: Final = "header"
DECLARED: Final = "declared"
SAME_ARCHITECTURE: Final = "same architecture"
SAME_FAMILY: Final = "same family"
#: Parent of the nodes at the top of the tree.
ROOT: Final = "root"
RELEASE: Final = "a release"
ON_HUB: Final = "a checkpoint of the hub"
ELSEWHERE: Final = "another file"
_FILES: Final = (RELEASE, ON_HUB, ELSEWHERE)
#: Columns of `files` that a header's hash of its base model can equal.
_HASHES: Final = ("sha256", "autov1", "autov2", "autov3")


def base_model_lineage_share(tables: Tables) -> pa.Table:
    """Lineage of base models among adapters: architecture, family, file trained on (A3).

    Question: Which families of base models carry the practice, as the files themselves say?
    Tables: adapters, files, models, versions
    Unit: adapter file whose header was read.
    Denominator: header and declared: files whose family is known on that basis. Children of a
        family: files of the family that say which file they were trained on. same architecture,
        same family: files of which both the header and the uploader say a family.
    Formula: value = files of the node / files with a known node beside it; `same architecture`
        and `same family`: files of which header and uploader agree / files of which both speak.
    Keys:
        basis: header (what the file says), declared (what the uploader said of its version), or
            whether both agree: same architecture, same family
        month: YYYY-MM in UTC of the version, `all` for the whole, empty when unknown
        parent: node above: `root`, an architecture, or a family; for agreement the architecture
            that the uploader declared, or `all`
        node: architecture, below it family, below it the kind of file that was trained on: a
            release (publicly known by its name), a checkpoint of the hub (its hash is that of a
            checkpoint's file here) or another file; for agreement the declared family, or `all`
    Columns:
        bound_low: share if every file without an answer were of another node
        bound_high: share if every file without an answer were of this node
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months, architectures and families
        creators_high: its upper end
    Uncertainty: Wilson's 95 % interval, which takes files as independent; `creators_low` and
        `creators_high` (Taylor linearisation) take creators as independent; bounds from the
        unknowns.
    Pitfalls: Most trainers write an architecture only, so a header that says Stable Diffusion XL
        can be of a file made from Pony or Illustrious: read families on the declared basis and use
        the header to check it; `same architecture` is the fair agreement. Short hashes (8 hex
        digits) can match by chance. Files without metadata are unknown, and they are no random
        selection. A base model that was removed from the hub is another file here.
    Source: measures A3 of the project's catalogue; keys of kohya's sd-scripts
        (`ss_base_model_version`, `ss_sd_model_hash`).
    """
    files = _files(tables)
    counts = count(
        tables,
        files,
        month=month(),
        header=col("header"),
        declared=col("declared"),
        base=col("base"),
    )
    shares = [
        *_tree(counts, HEADER, 1),
        *_tree(counts, DECLARED, 2),
        *_trained_on(counts),
        *_agreement(counts),
    ]
    return with_intervals(share_table(_KEYS, shares), _KEYS, _intervals(tables, files, counts))


def _files(tables: Tables) -> Table:
    """Return read files with both names of their base model and the kind of file it was."""
    version = ["hub", "version_id"]
    versions = tables["versions"].select(
        *version, declared=col("base_model").cast(TEXT), method=col("method").cast(TEXT)
    )
    read = of_models(tables, tables["adapters"].filter(is_read()))
    joined = read.join(versions.select(*version, "declared"), on=version, how="left")
    joined = joined.join(_checkpoints(tables, versions), on=["hub", "base_hash"], how="left")
    base = (
        when(~col("base_file").is_null())
        .then(lit(RELEASE))
        .when(~col("found").is_null())
        .then(lit(ON_HUB))
        .when(~col("base_hash").is_null())
        .then(lit(ELSEWHERE))
    )
    return joined.select(
        "hub", "month", "creator_key", "declared", header=col("base_model").cast(TEXT), base=base
    )


def _checkpoints(tables: Tables, versions: Table) -> Table:
    """Return each hash of a checkpoint's file on the hub once, lower case."""
    of = versions.filter(col("method") == "Checkpoint").select("hub", "version_id")
    files = tables["files"].join(of, on=["hub", "version_id"], how="semi")
    hashes = concat([
        files.select("hub", base_hash=col(name).cast(TEXT).str.to_lowercase()) for name in _HASHES
    ])  # fmt: skip
    known = hashes.filter(~col("base_hash").is_null()).select("hub", "base_hash").unique()
    return known.select("hub", "base_hash", found=lit(ON_HUB))


def _tree(counts: Counts, basis: str, position: int) -> Iterator[Share]:
    """Yield architectures and families of every month and of the whole."""
    cells: Counts = Counter()
    for key, n in counts.items():
        if key[position] is None:
            cells[key[0], None, None] += n
            continue
        found = lineage(key[position])
        cells[key[0], ROOT, found.architecture] += n
        cells[key[0], found.architecture, found.family] += n
    cells = with_all(cells, 0)
    nodes = {key[1:] for key in cells if key[1] is not None}
    for period in {key[0] for key in cells}:
        total = sum(cells[period, ROOT, node] for parent, node in nodes if parent == ROOT)
        for parent, node in nodes:
            n = cells[period, parent, node]
            yield Share((basis, period, parent, node), n, total, cells[period, None, None])


def _trained_on(counts: Counts) -> Iterator[Share]:
    """Yield which kind of file a family's adapters were trained on, for the whole time."""
    cells: Counts = Counter()
    for (_, header, _, base), n in counts.items():
        if header is not None:
            cells[lineage(header).family, base] += n
    for family in {key[0] for key in cells}:
        total = sum(cells[family, kind] for kind in _FILES)
        for kind in _FILES:
            yield Share(
                (HEADER, ALL, family, kind), cells[family, kind], total, cells[family, None]
            )


def _agreement(counts: Counts) -> Iterator[Share]:
    """Yield how often header and uploader agree: each month, and each declared family."""
    cells: Counts = Counter()
    for (period, header, declared, _), n in counts.items():
        if declared is None:
            continue
        told, own = lineage(declared), lineage(header) if header is not None else None
        agree = {
            SAME_ARCHITECTURE: own and own.architecture == told.architecture,
            SAME_FAMILY: own and own.family == told.family,
        }
        for basis, same in agree.items():
            cells[basis, period, ALL, ALL, same] += n
            cells[basis, ALL, ALL, ALL, same] += n
            cells[basis, ALL, told.architecture, told.family, same] += n
    for key in {key[:4] for key in cells}:
        yes, no, unknown = (cells[(*key, same)] for same in (True, False, None))
        yield Share(key, yes, yes + no, unknown)


def _intervals(
    tables: Tables, files: Table, counts: Counts
) -> dict[tuple[str, str, str, str], Estimate]:
    """Return key to share of the whole time, with creators as draws."""
    answers: dict[tuple[str, str, str, str], Expression] = {}
    for basis, position in ((HEADER, 1), (DECLARED, 2)):
        names = sorted({key[position] for key in counts if key[position] is not None})
        for name in names:
            found = lineage(name)
            nodes = {(ROOT, found.architecture), (found.architecture, found.family)}
            for node in nodes - {key[2:] for key in answers if key[0] == basis}:
                of = [other for other in names if _is_below(other, node)]
                answers[basis, ALL, *node] = col(basis).is_in(of)
    return over_creators(tables, files, answers) if answers else {}


def _is_below(name: str, node: tuple[str, str]) -> bool:
    """Return whether a base model is of a node of the tree."""
    found = lineage(name)
    return node in ((ROOT, found.architecture), (found.architecture, found.family))
