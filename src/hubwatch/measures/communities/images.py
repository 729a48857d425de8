"""Images and models by community: who uses which vocabulary, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from hubwatch.engine import INT, TEXT, col, count_rows, when
from hubwatch.measures.communities.prompts_used import is_mature, is_rated
from hubwatch.measures.communities.sample import numbered
from hubwatch.measures.joined import with_owner, with_signals
from hubwatch.measures.statistics import UNDEFINED, over_clusters, sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.engine import Table, Tables
    from hubwatch.measures.communities.study import Study
    from hubwatch.measures.statistics import Estimate

_NO_COMMUNITY: Final = -1


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts by creator, month and community; one row for each combination that occurs.

    Args:
        months: YYYY-MM, ascending; empty: unknown.
        creator: number, -1 when unknown.
        month: place in `months`.
        community: from 0, -1 for none.
        items: images, or models.
        known: of them, rated images, or models of which the signal says true or false.
        found: of those, mature images, or models that depict a real person.
    """

    months: tuple[str, ...]
    creator: NDArray[np.int64]
    month: NDArray[np.int64]
    community: NDArray[np.int64]
    items: NDArray[np.float64]
    known: NDArray[np.float64]
    found: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> Cells:
        """Return some of the rows."""
        return Cells(
            self.months,
            *(
                getattr(self, name)[kept]
                for name in ("creator", "month", "community", "items", "known", "found")
            ),
        )

    def creators(self) -> int:
        """Return how many known creators there are."""
        return len(np.unique(self.creator[self.creator >= 0]))

    def share_of(self, part: NDArray[np.float64], whole: NDArray[np.float64]) -> Estimate:
        """Return a share, creators as independent draws; items without one are their own.

        Args:
            part, whole: of each row.
        """
        if not len(whole):
            return UNDEFINED
        owned = self.creator >= 0
        _, place = np.unique(self.creator[owned], return_inverse=True)
        parts, wholes = sums(part[owned], place), sums(whole[owned], place)
        alone = float(part[~owned].sum()), float(whole[~owned].sum())
        return over_clusters(parts, wholes, alone=alone)


def image_cells(tables: Tables, study: Study) -> Cells:
    """Return the images with a prompt."""
    images = tables["images"].filter(~col("prompt_id").is_null())
    rated = when(is_rated()).then(1).otherwise(0).cast(INT)
    mature = when(is_rated() & is_mature()).then(1).otherwise(0).cast(INT)
    keys = ("hub", "creator_key", "month", "community")
    found = tables.collect(
        _with_community(tables, with_owner(tables, images), study)
        .select(
            "creator_key", "community", hub=col("hub").cast(TEXT), rated=rated, mature=mature,
            month=col("month").cast(TEXT).fill_null(""),
        )
        .group_by(*keys)
        .agg(items=count_rows(), known=col("rated").sum(), found=col("mature").sum())
    )  # fmt: skip
    return _cells(found)


def model_cells(tables: Tables, study: Study) -> Cells:
    """Return the models with the community that most of their images are about."""
    images = tables["images"].filter(~col("prompt_id").is_null())
    versions = tables["versions"].select("hub", "version_id", of_version=col("model_id"))
    images = images.join(versions, on=["hub", "version_id"], how="left")
    own = col("model_id")
    model = when(~own.is_null()).then(own).otherwise(col("of_version"))
    said = _with_community(tables, images.with_columns(model_id=model), study)
    said = said.filter(~col("model_id").is_null() & (col("community") >= 0))
    counted = tables.collect(
        said.select("model_id", "community", hub=col("hub").cast(TEXT))
        .group_by("hub", "model_id", "community")
        .agg(images=count_rows())
    )
    models = with_signals(tables, tables["models"], "real_person")
    rows = tables.collect(
        models.select(
            "model_id", "creator_key", "real_person", hub=col("hub").cast(TEXT),
            month=col("month").cast(TEXT).fill_null(""),
        )
    ).sort_by([("hub", "ascending"), ("model_id", "ascending")])  # fmt: skip
    community = _main_community(counted, rows)
    answer = rows["real_person"]
    rows = rows.append_column("community", pa.array(community))
    rows = rows.append_column("items", pa.array(np.ones(len(community))))
    rows = rows.append_column("known", answer.is_valid().cast(pa.float64()))
    rows = rows.append_column("found", answer.fill_null(fill_value=False).cast(pa.float64()))
    cells = _cells(rows)
    return cells.where(cells.community >= 0)


def _with_community(tables: Tables, images: Table, study: Study) -> Table:
    """Return images with the community of their prompt, -1 for none."""
    held = tables.hold(
        pa.table({"prompt_id": study.prompts.ids, "community": study.community.astype(np.int64)})
    )
    joined = images.join(held, on="prompt_id", how="left")
    return joined.with_columns(community=col("community").fill_null(_NO_COMMUNITY).cast(INT))


def _main_community(counted: pa.Table, models: pa.Table) -> NDArray[np.int64]:
    """Return the community of most images of each model, the greater one of equals; -1: none."""
    both = pa.concat_tables(
        [counted.select(["hub", "model_id"]), models.select(["hub", "model_id"])]
    )
    place = numbered(both, "hub", "model_id")
    of_image, of_model = place[: counted.num_rows], place[counted.num_rows :]
    images, community = counted["images"].to_numpy(), counted["community"].to_numpy()
    order = np.lexsort((community, -images, of_image))
    first = order[np.diff(of_image[order], prepend=-1) > 0]
    main = np.full(int(place.max(initial=-1)) + 1, _NO_COMMUNITY, np.int64)
    main[of_image[first]] = community[first]
    return main[of_model]


def _cells(found: pa.Table) -> Cells:
    """Return collected rows as arrays, sorted so that an engine's order changes no digit."""
    months = found["month"].to_pylist()
    names = tuple(sorted(set(months)))
    place = {name: i for i, name in enumerate(names)}
    columns = [
        numbered(found, "hub", "creator_key"),
        np.array([place[month] for month in months], np.int64),
        found["community"].to_numpy().astype(np.int64),
        *(found[name].to_numpy().astype(np.float64) for name in ("items", "known", "found")),
    ]
    order = np.lexsort(columns[::-1])
    return Cells(names, *(column[order] for column in columns))
