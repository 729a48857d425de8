"""Merging images and what was used to make them, month by month.

An image is seen in two ways: as a record of the list of images, and in the showcase of a version.
The listed record's own fields win; model and version come from the newest showcase. Only months in
which something changed are written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.lake.refine.merge import Merge, by_id
from hubwatch.lake.refine.staging import FULL
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.lake.catalog import DataFile

_LINK = ("model_id", "version_id", "linked_at")


def merge_images(merge: Merge) -> dict[str, list[DataFile]]:
    """Write the months of `images` and `image_resources` that a snapshot changes.

    Returns:
        All files of both tables, those of untouched months included.
    """
    _find_repeats(merge)
    _compare_with_old(merge)
    images = merge.texts("SELECT month FROM taken UNION SELECT month FROM met ORDER BY 1")
    merge.read_old("images", images)
    written = {"images": merge.write("images", _images(merge))}
    resources = merge.texts(
        "SELECT DISTINCT month FROM staged_image_resources UNION "
        "SELECT month FROM met WHERE fresh_wins ORDER BY 1"
    )
    merge.read_old("image_resources", resources)
    written["image_resources"] = merge.write("image_resources", _resources(merge))
    changed = {"images": images, "image_resources": resources}
    return {
        table: _with_untouched(merge, table, changed[table], files)
        for table, files in written.items()
    }


def _find_repeats(merge: Merge) -> None:
    """Decide between several sightings of an image within the snapshot, on ids alone."""
    merge.engine.run(
        f"""
        CREATE TEMP TABLE repeats AS
        SELECT image_id, max(rid) AS winner, max(rid) FILTER (rid < {FULL}) AS link
        FROM staged_images GROUP BY image_id HAVING count(*) > 1
        """  # noqa: S608 - a constant
    )
    merge.engine.run(
        """
        CREATE TEMP TABLE losers AS
        SELECT rid FROM staged_images JOIN repeats USING (image_id) WHERE rid <> winner
        """
    )
    merge.engine.run(
        """
        CREATE TEMP TABLE links AS
        SELECT winner AS rid, model_id, version_id, linked_at
        FROM repeats JOIN staged_images ON rid = link
        WHERE winner <> link
        """
    )
    merge.engine.run(
        f"""
        CREATE TEMP VIEW fresh AS
        SELECT s.* REPLACE (
            coalesce(l.model_id, s.model_id) AS model_id,
            coalesce(l.version_id, s.version_id) AS version_id,
            coalesce(l.linked_at, s.linked_at) AS linked_at
        ), {merge.hub} AS hub, {merge.snapshot} AS snapshot
        FROM staged_images s LEFT JOIN links l USING (rid)
        WHERE NOT EXISTS (SELECT 1 FROM losers x WHERE x.rid = s.rid)
        """  # noqa: S608 - quoted literals
    )


def _compare_with_old(merge: Merge) -> None:
    """Decide between the images of the snapshot and those that the table already has.

    `met` has a row for every image that is in both; `taken` the months of fresh rows to write.
    """
    merge.engine.run(
        f"""
        CREATE TEMP TABLE met AS
        WITH old AS (
            SELECT image_id, month, source, observed_at, model_id, version_id, linked_at
            FROM old_images WHERE hub = {merge.hub}
        )
        SELECT o.image_id, o.month,
            (f.source = 'listing', f.observed_at) >= (o.source = 'listing', o.observed_at)
                AS fresh_wins,
            f.linked_at IS NOT NULL AND (o.linked_at IS NULL OR f.linked_at >= o.linked_at)
                AS fresh_link,
            o.linked_at IS NOT NULL AS old_link,
            {_either("fresh_link", "f", "o")}, f.rid
        FROM fresh f JOIN old o USING (image_id)
        """  # noqa: S608 - quoted literals
    )
    merge.engine.run(
        """
        CREATE TEMP TABLE taken AS
        SELECT DISTINCT month FROM fresh f
        WHERE NOT EXISTS (SELECT 1 FROM met m WHERE m.rid = f.rid AND NOT m.fresh_wins)
        """
    )


def _either(condition: str, yes: str, no: str) -> str:
    return ", ".join(
        f"CASE WHEN {condition} THEN {yes}.{name} ELSE {no}.{name} END AS {name}" for name in _LINK
    )


def _images(merge: Merge) -> str:
    """Return the query for all rows of the changed months, in their order."""
    known = ", ".join(
        f"CASE WHEN {{link}} THEN m.{name} ELSE {{row}}.{name} END AS {name}" for name in _LINK
    )
    names = ", ".join(TABLES["images"].names())
    return f"""
        WITH kept AS (
            SELECT o.* REPLACE ({known.format(row="o", link="m.fresh_link")})
            FROM old_images o
            LEFT JOIN (SELECT *, {merge.hub} AS hub FROM met) m USING (hub, image_id)
            WHERE NOT coalesce(m.fresh_wins, false)
        ), new AS (
            SELECT f.* REPLACE ({known.format(row="f", link="m.fresh_link OR m.old_link")})
            FROM fresh f LEFT JOIN met m ON m.rid = f.rid
            WHERE coalesce(m.fresh_wins, true)
        )
        SELECT {names} FROM (SELECT * FROM kept UNION ALL BY NAME SELECT * EXCLUDE (rid) FROM new)
        ORDER BY month, hub, {by_id("image_id")}
        """  # noqa: S608 - names come from the declared tables


def _resources(merge: Merge) -> str:
    """Return the query for all resources of the changed months, in their order."""
    names = ", ".join(TABLES["image_resources"].names())
    return f"""
        WITH kept AS (
            SELECT * FROM old_image_resources o
            WHERE o.hub <> {merge.hub}
               OR NOT EXISTS (SELECT 1 FROM met m WHERE m.image_id = o.image_id AND m.fresh_wins)
        ), new AS (
            SELECT *, {merge.hub} AS hub FROM staged_image_resources s
            WHERE NOT EXISTS (SELECT 1 FROM losers x WHERE x.rid = s.rid)
              AND NOT EXISTS (SELECT 1 FROM met m WHERE m.rid = s.rid AND NOT m.fresh_wins)
        )
        SELECT {names} FROM (SELECT * FROM kept UNION ALL BY NAME SELECT * EXCLUDE (rid) FROM new)
        ORDER BY month, hub, {by_id("image_id")}, position
        """  # noqa: S608 - names come from the declared tables


def _with_untouched(
    merge: Merge, table: str, changed: Sequence[str], files: list[DataFile]
) -> list[DataFile]:
    untouched = [
        file for file in merge.catalog.tables.get(table, []) if file.month not in set(changed)
    ]
    return sorted([*untouched, *files], key=lambda file: (file.month or "", file.name))
