"""Creators and tags: what the tables and the hub's own lists together say; and drift."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from hubwatch.hubs.civitai.vocabulary import KNOWN_VALUES
from hubwatch.lake.catalog import Drift
from hubwatch.lake.refine.merge import literal
from hubwatch.lake.refine.staging import most_common
from hubwatch.lake.schema import arrow_schema

if TYPE_CHECKING:
    from hubwatch.lake.catalog import DataFile
    from hubwatch.lake.refine.merge import Merge

#: Entries of one list of drift at most; what is beyond is summed up.
MOST_DRIFT: Final = 100
#: A value of a closed set looks like this; anything else could be anybody's words.
_WORDS: Final = r"[\w.+/()-]{1,24}( [\w.+/()-]{1,24}){0,4}"
ODD_VALUE: Final = "(not a word)"
_LATEST: Final = "max({'at': observed_at, 'snapshot': snapshot, 'via': via}) AS latest"


def derive_creators(merge: Merge, written: dict[str, list[DataFile]]) -> list[DataFile]:
    """Write the table of creators from the new models and images and the hub's own list."""
    _new_views(merge, written, ("models", "images"))
    return merge.write(
        "creators",
        f"""
        WITH shared AS (
            SELECT hub, creator_key, count(*) AS models, min(nullif(month, '')) AS first_month,
                {_LATEST}
            FROM new_models WHERE creator_key IS NOT NULL GROUP BY ALL
        ), pictured AS (
            SELECT hub, creator_key, 0 AS models, min(nullif(month, '')) AS first_month, {_LATEST}
            FROM new_images WHERE creator_key IS NOT NULL GROUP BY ALL
        ), listings AS (
            SELECT hub, creator_key, listed_models, observed_at, snapshot, via
            FROM old_creators WHERE listed_models IS NOT NULL
            UNION ALL
            SELECT {merge.hub}, creator_key, listed_models, observed_at, {merge.snapshot}, via
            FROM staged_creators
        ), listed AS (
            SELECT hub, creator_key, {_LATEST},
                max({{'at': observed_at, 'n': listed_models}}).n AS listed_models
            FROM listings GROUP BY ALL
        ), together AS (
            SELECT *, NULL::BIGINT AS listed_models FROM shared
            UNION ALL SELECT *, NULL FROM pictured
            UNION ALL BY NAME SELECT *, 0 AS models, NULL AS first_month FROM listed
        )
        SELECT hub, creator_key, sum(models)::BIGINT AS models,
            max(listed_models) AS listed_models, min(first_month) AS first_month,
            max(latest).at AS observed_at, max(latest).snapshot AS snapshot, max(latest).via AS via
        FROM together GROUP BY hub, creator_key ORDER BY hub, creator_key
        """,  # noqa: S608 - quoted literals
    )


def derive_tags(merge: Merge, written: dict[str, list[DataFile]]) -> list[DataFile]:
    """Write the table of tags from the new models and the hub's own list."""
    _new_views(merge, written, ("models",))
    return merge.write(
        "tags",
        f"""
        WITH carried AS (
            SELECT hub, tag, observed_at, snapshot, via
            FROM (SELECT hub, unnest(list_distinct(tags)) AS tag, observed_at, snapshot, via
                FROM new_models) WHERE tag IS NOT NULL AND tag <> ''
        ), counted AS (
            SELECT hub, tag, count(*) AS models, false AS listed, {_LATEST}
            FROM carried GROUP BY ALL
        ), listed AS (
            SELECT hub, tag, 0 AS models, true AS listed, {_LATEST} FROM (
                SELECT hub, tag, observed_at, snapshot, via FROM old_tags WHERE listed
                UNION ALL
                SELECT {merge.hub}, tag, observed_at, {merge.snapshot}, via FROM staged_tags
            ) GROUP BY ALL
        )
        SELECT hub, tag, sum(models)::BIGINT AS models, bool_or(listed) AS listed,
            max(latest).at AS observed_at, max(latest).snapshot AS snapshot, max(latest).via AS via
        FROM (SELECT * FROM counted UNION ALL SELECT * FROM listed)
        GROUP BY hub, tag ORDER BY hub, tag
        """,  # noqa: S608 - quoted literals
    )


def find_drift(merge: Merge, keys: Counter[str]) -> list[Drift]:
    """Return what the snapshot has that hubwatch does not know: keys, and values of closed sets."""
    found = [Drift(what="key", name=name, count=n) for name, n in _sorted(keys)]
    for (table, column), known in KNOWN_VALUES.items():
        values = ", ".join(literal(value) for value in sorted(known))
        rows = merge.engine.table(
            f"""
            SELECT CASE WHEN regexp_full_match({column}, '{_WORDS}') THEN {column}
                ELSE '{ODD_VALUE}' END AS value, count(*) AS n FROM staged_{table}
            WHERE {column} NOT IN ({values}) GROUP BY 1 ORDER BY n DESC, value
            """  # noqa: S608 - quoted literals and declared names
        ).to_pylist()
        values_seen = Counter({row["value"]: row["n"] for row in rows})
        found += [
            Drift(what="value", name=f"{table}.{column}={value}", count=n)
            for value, n in _sorted(values_seen)
        ]
    return found


def _sorted(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(most_common(counts, MOST_DRIFT).items())


def _new_views(merge: Merge, written: dict[str, list[DataFile]], tables: tuple[str, ...]) -> None:
    for table in tables:
        folder = merge.lake / "tables" / table
        paths = [folder / file.name for file in written[table]]
        merge.view(f"new_{table}", paths, arrow_schema(table))
