"""From distinct prompts to communities of tags: time and peak memory, and the usual way beside it.

    python benchmarks/communities.py --prompts 10000000

Prompts are synthetic: 29 pieces, tags drawn by a Zipf law from 600 topics of 80 tags in 30
communities and from tags that everybody uses; a fifth of the pieces weighs more. Making them does
not count. `index` reads texts to tags; `communities` goes from the tag index on disk and the images
to the two results: pairs of the 5,000 most used tags, normalised information, topics, communities,
what each prompt is about, intervals. Each runs in a process of its own with so many workers. The
usual way (`pandas`: explode, self-join, networkx' Louvain, on a part of the same prompts, from tags
on) needs a Python that has both; the core does not install them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from hubwatch.engine import Source
    from hubwatch.prompts.batch import TagBatch

COMMUNITIES, TOPICS, TAGS, GENERAL = 30, 20, 80, 60
PIECES, BATCH, PER_FILE = 29, 32_768, 16
MONTHS = tuple(f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13))
WAYS = ("communities", "pandas")


def vocabulary() -> pa.StringArray:
    """Plain tags, then the same with weights."""
    rng = np.random.default_rng(7)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, n)) for n in rng.integers(4, 9, 9_000)]
    size = GENERAL + COMMUNITIES * TOPICS * TAGS
    tags = [f"{words[i % 9_000]} {words[(i * 7919 + i // 9_000) % 9_000]}" for i in range(size)]
    return pa.array([*tags, *(f"({tag}:1.2)" for tag in tags)])


def zipf(rng: np.random.Generator, most: int, shape: tuple[int, ...]) -> Any:
    return np.floor(most ** rng.random(shape)).astype(np.int64) - 1


def texts(number: int, tags: pa.StringArray) -> tuple[pa.StringArray, Any]:
    """Return one batch of prompts, and the community of each."""
    rng = np.random.default_rng(number)
    community = zipf(rng, COMMUNITIES + 1, (BATCH,)) % COMMUNITIES
    topic = community[:, None] * TOPICS + rng.integers(0, TOPICS, (BATCH, 2))
    drawn = (
        topic[:, rng.integers(0, 2, PIECES)] * TAGS + zipf(rng, TAGS + 1, (BATCH, PIECES)) % TAGS
    )
    other = rng.integers(0, COMMUNITIES * TOPICS * TAGS, (BATCH, PIECES))
    way = rng.random((BATCH, PIECES))
    piece = np.where(way < 0.7, GENERAL + drawn, GENERAL + other)
    piece = np.where(way > 0.8, zipf(rng, GENERAL + 1, (BATCH, PIECES)) % GENERAL, piece)
    piece += (rng.random((BATCH, PIECES)) < 0.2) * (len(tags) // 2)
    rows = pa.ListArray.from_arrays(
        pa.array(np.arange(0, BATCH * PIECES + 1, PIECES, dtype=np.int32)),
        tags.take(pa.array(piece.ravel())),
    )
    return pc.binary_join(rows, ", "), community


def read_batch(number: int) -> tuple[TagBatch, float, int, Any]:
    """Make a batch and read its tags; only reading counts."""
    from hubwatch.prompts.batch import index_prompts

    made, community = texts(number, vocabulary())
    began = time.process_time()
    found = index_prompts(made)
    return found, time.process_time() - began, pc.sum(pc.utf8_length(made)).as_py(), community


class Writing:
    """Puts batches into the files of a tag index and of images."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers: dict[str, int] = {}
        self.prompts = 0
        self.tagged: list[pa.Table] = []
        self.images: list[pa.Table] = []
        self.files = 0

    def add(self, batch: TagBatch, community: Any) -> None:
        """Hold one batch, and write when there are many."""
        numbers = self.numbers
        of_batch = np.array(
            [numbers.setdefault(term, len(numbers)) for term in batch.terms.to_pylist()]
        )
        counts = np.diff(batch.offsets)
        ids = self.prompts + np.arange(len(counts))
        position = np.arange(int(counts.sum())) - np.repeat(batch.offsets[:-1], counts)
        self.tagged.append(table("prompt_tags", {
            "prompt_id": np.repeat(ids, counts), "position": position,
            "term_id": of_batch[batch.term_ids], "weight": batch.weights.astype(np.float64),
        }))  # fmt: skip
        self.images.append(images(ids, community))
        self.prompts += len(counts)
        if len(self.tagged) == PER_FILE:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        for name, held in (("prompt_tags", self.tagged), ("images", self.images)):
            if held:
                path = self.folder / f"{name}-{self.files:04d}.parquet"
                pq.write_table(pa.concat_tables(held), path, row_group_size=131_072)
                held.clear()
        self.files += 1

    def close(self) -> None:
        """Write the rest and the dictionary."""
        self.flush()
        terms = {"term_id": np.arange(len(self.numbers)), "term": list(self.numbers)}
        pq.write_table(table("tag_terms", terms), self.folder / "tag_terms-0.parquet")


def table(name: str, columns: dict[str, Any]) -> pa.Table:
    from hubwatch.lake.schema import arrow_schema

    rows = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[field.name], pa.string()).cast(field.type)
        if field.name in columns and pa.types.is_dictionary(field.type)
        else pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in arrow_schema(name)
    ]
    return pa.Table.from_arrays(arrays, names=arrow_schema(name).names)


def images(ids: Any, community: Any) -> pa.Table:
    """One image a prompt; galleries and creators keep to a community."""
    rng = np.random.default_rng(int(ids[0]))
    gallery = community * 1_000 + rng.integers(0, 1_000, len(ids))
    levels = np.array(["PG", "PG-13", "R", "X", "XXX"])[rng.integers(0, 5, len(ids))]
    return table("images", {
        "hub": ["simulated"] * len(ids), "image_id": ids.astype(str), "prompt_id": ids,
        "version_id": gallery.astype(str), "creator_key": (gallery // 3).astype(str),
        "month": np.array(MONTHS)[rng.integers(0, len(MONTHS), len(ids))], "level": levels,
    })  # fmt: skip


def make(folder: Path, count: int, workers: int) -> dict[str, float]:
    """Write the tag index and the images; return what reading the texts took."""
    from hubwatch.signals.parallel import in_order

    writing, cpu, size = Writing(folder), 0.0, 0
    batches = -(-count // BATCH)
    for found, took, letters, community in in_order(read_batch, range(batches), workers=workers):
        writing.add(found, community)
        cpu, size = cpu + took, size + letters
    writing.close()
    return {"prompts": writing.prompts, "cpu": cpu, "letters": size, "terms": len(writing.numbers)}


def sources(folder: Path) -> dict[str, Source]:
    from hubwatch.engine import Source
    from hubwatch.lake.schema import TABLES, arrow_schema

    return {
        name: Source(arrow_schema(name), tuple(sorted(folder.glob(f"{name}-*.parquet"))))
        for name in TABLES
    }


def communities_way(folder: Path, _: int) -> dict[str, Any]:
    from hubwatch.engine import open_tables
    from hubwatch.measures.communities.adoption import community_adoption
    from hubwatch.measures.communities.study import study
    from hubwatch.measures.communities.tag_communities import tag_communities

    with open_tables(sources(folder), memory="2GB") as tables:
        tag_communities(tables)
        community_adoption(tables)
        found = study(tables, top=5000)
        return {"prompts": len(found.prompts.ids), "communities": found.detected.count}


def pandas_way(folder: Path, limit: int) -> dict[str, Any]:
    """The usual way on a part: explode is done, pairs by a self-join, Louvain on the graph."""
    import networkx as nx
    import pandas as pd

    path = min(folder.glob("prompt_tags-*.parquet"))
    rows = pd.read_parquet(path, columns=["prompt_id", "term_id"])
    rows = rows[rows.prompt_id < limit].drop_duplicates()
    counts = rows.term_id.value_counts().head(5000)
    rows = rows[rows.term_id.isin(counts.index)]
    both = rows.merge(rows, on="prompt_id")
    pairs = both[both.term_id_x < both.term_id_y].groupby(["term_id_x", "term_id_y"]).size()
    pairs = pairs[pairs >= 5].reset_index(name="n")
    p = pairs.n / limit
    apart = pairs.term_id_x.map(counts) * pairs.term_id_y.map(counts) / limit**2
    pairs["w"] = np.log(p / apart) / -np.log(p)
    graph = nx.Graph()
    kept = pairs[pairs.w > 0]
    graph.add_weighted_edges_from(zip(kept.term_id_x, kept.term_id_y, kept.w, strict=True))
    return {"prompts": limit, "communities": len(nx.community.louvain_communities(graph, seed=1))}


def inside(args: argparse.Namespace) -> None:
    """Do one way here and print what it took as JSON."""
    began = time.perf_counter()
    way = {"communities": communities_way, "pandas": pandas_way}[args.way]
    found = way(Path(args.folder), args.sample)
    wall = time.perf_counter() - began
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({
        **found, "wall": wall, "cpu": sum(one.ru_utime + one.ru_stime for one in usage),
    }))  # fmt: skip


def resident(session: int) -> float:
    """Return the memory of all processes of a session, in MB; pages that they share count once."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text().rpartition(")")[2].split()
            if int(stat[3]) == session:
                rollup = (process / "smaps_rollup").read_text()
                total += int(rollup.partition("Pss:")[2].split()[0])
        except (OSError, IndexError):  # it ended meanwhile
            continue
    return total / 1024


def apart(way: str, args: argparse.Namespace, folder: Path) -> dict[str, float] | None:
    """Do one way in a process of its own; look at its memory four times a second."""
    python = args.pandas_python if way == "pandas" else sys.executable
    command = [python, __file__, "--way", way, "--folder", str(folder)]
    command += ["--workers", str(args.workers), "--sample", str(args.sample)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.25)
        told, wrong = process.communicate()
    if process.returncode:
        print(f"{way:11} not run: {wrong.strip().splitlines()[-1]}")
        return None
    found: dict[str, float] = json.loads(told)
    return {**found, "peak_mb": peak}


def report(args: argparse.Namespace, folder: Path) -> int:
    made = make(folder, args.prompts, args.workers)
    count = made["prompts"]
    print(f"{count:,.0f} prompts of {made['letters'] / count:.0f} characters, "
          f"{made['terms']:,.0f} distinct tags, {args.workers} processes")  # fmt: skip
    print(f"index       {count:>10,.0f} prompts, {made['cpu']:7.1f} s CPU, "
          f"{count / made['cpu']:>9,.0f} prompts a CPU second")  # fmt: skip
    rates: dict[str, float] = {}
    for way in WAYS:
        run = apart(way, args, folder)
        if run is None:
            continue
        rates[way] = run["prompts"] / run["cpu"]
        print(f"{way:11} {run['prompts']:>10,.0f} prompts, {run['cpu']:7.1f} s CPU, "
              f"{run['wall']:6.1f} s wall, {run['peak_mb']:6.0f} MB peak, "
              f"{rates[way]:>9,.0f} prompts a CPU second, "
              f"{run['communities']:.0f} communities")  # fmt: skip
    if len(rates) == len(WAYS):
        print(f"communities is {rates['communities'] / rates['pandas']:.1f} x as fast a prompt")
    return int("communities" not in rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", type=int, default=500_000)
    parser.add_argument("--sample", type=int, default=20_000, help="prompts of the usual way")
    parser.add_argument("--folder", help="where to make the index; default: a temporary folder")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pandas-python", default=sys.executable, help="with pandas and networkx")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        inside(args)
        return
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-", dir=args.folder) as folder:
        sys.exit(report(args, Path(folder)))


if __name__ == "__main__":
    main()
