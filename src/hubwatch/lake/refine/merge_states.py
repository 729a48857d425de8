"""What repeated snapshots allow us to say of each item, folded snapshot by snapshot.

Absent once is unknown, never gone: an item is gone only after a complete listing and a look-up by
its id both missed it.
Source: the item state of the shared catalogue of measures, section 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.lake.refine.merge import by_id, literal
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from hubwatch.lake.catalog import DataFile
    from hubwatch.lake.raw.manifest import Manifest
    from hubwatch.lake.refine.merge import Merge

#: Kinds of items that a complete listing of a kind shows.
_SHOWS: Final = {"models": ("models", "versions"), "images": ("images",)}


def covered_kinds(manifest: Manifest) -> list[str]:
    """Return the kinds of items of which a snapshot saw everything that the hub lists.

    A collection covers what it asked for when it had no window and no slice that is in doubt; an
    import covers nothing, for nobody knows what was left out of a file.
    """
    origin: dict[str, Any] = manifest.origin
    if origin.get("command") != "collect" or origin.get("since") or origin.get("until"):
        return []
    if manifest.summary.get("doubtful"):
        return []
    asked = origin.get("kinds", [])
    return [kind for name, shown in _SHOWS.items() if name in asked for kind in shown]


#: Items that are folded at once: grouping text ids takes the engine some 150 bytes an item.
PER_PASS: Final = 1_000_000


def merge_states(merge: Merge) -> list[DataFile]:
    """Fold a snapshot into the states of all items, some of the ids at a time."""
    items = merge.number(
        "SELECT (SELECT count(*) FROM old_item_states) + (SELECT count(*) FROM staged_images)"
    )
    passes = 1 + items // PER_PASS
    return merge.write("item_states", *(_folded(merge, part, passes) for part in range(passes)))


def _folded(merge: Merge, part: int, passes: int) -> str:
    """Return the query for the states of one part of all items, in their order."""
    names = ", ".join(TABLES["item_states"].names())
    covered = ", ".join(literal(kind) for kind in covered_kinds(merge.manifest)) or "''"
    here = f"coalesce(try_cast(item_id AS UBIGINT), length(item_id)) % {passes} = {part}"
    return f"""
        WITH met AS ({_met(here)}), missed AS (
            SELECT kind, item_id, count(*) AS times FROM staged_misses WHERE {here} GROUP BY ALL
        ), old AS (
            SELECT * FROM old_item_states WHERE hub = {merge.hub} AND {here}
        ), compared AS (
            SELECT kind, item_id, o.state AS was,
                coalesce(m.listed, false) AS listed, m.by_id, m.by_hash,
                least(o.first_seen_at, m.first_at) AS first_seen_at,
                greatest(o.last_seen_at, m.last_at) AS last_seen_at,
                CASE WHEN m.listed THEN 0 ELSE coalesce(o.misses, 0) + (kind IN ({covered}))::INT
                    END AS misses,
                CASE WHEN m.listed OR m.by_id THEN 0
                    ELSE coalesce(o.id_misses, 0) + coalesce(x.times, 0) END AS id_misses
            FROM old o FULL JOIN met m USING (kind, item_id)
            LEFT JOIN missed x USING (kind, item_id)
        ), folded AS (
            SELECT *, {merge.hub} AS hub, {merge.snapshot} AS snapshot, {_STATE} AS state
            FROM compared
        )
        SELECT {names} FROM (
            SELECT {names} FROM folded
            UNION ALL SELECT {names} FROM old_item_states WHERE hub <> {merge.hub} AND {here}
        ) ORDER BY hub, kind, {by_id("item_id")}
        """  # noqa: S608 - quoted literals and declared names


#: Hidden is: a complete listing does not show it, and its id still answers.
_STATE: Final = """
    CASE
        WHEN listed THEN 'listed'
        WHEN by_id AND misses > 0 THEN 'hidden'
        WHEN by_id THEN 'reachable-by-id'
        WHEN by_hash THEN 'file-only'
        WHEN misses > 0 AND id_misses > 0 THEN 'gone'
        WHEN misses > 0 OR id_misses > 0 THEN 'unknown'
        ELSE was
    END"""


def _met(here: str) -> str:
    """Return the query for the items that the snapshot met in one part, and how."""
    parts = [
        f"SELECT '{kind}' AS kind, {kind[:-1]}_id AS item_id, via, observed_at "  # noqa: S608
        f"FROM staged_{kind} {'WHERE tags IS NOT NULL' if kind == 'models' else ''}"
        for kind in ("models", "versions", "images")
    ]
    return f"""
        SELECT kind, item_id,
            bool_or(via IN ('listing', 'boundary_repair', 'import')) AS listed,
            bool_or(via = 'by-id') AS by_id, bool_or(via = 'by-hash') AS by_hash,
            min(observed_at) AS first_at, max(observed_at) AS last_at
        FROM ({" UNION ALL ".join(parts)}) WHERE {here} GROUP BY ALL
        """  # noqa: S608 - constants
