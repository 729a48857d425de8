"""Models with what the signals say of them, and images with whoever owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.engine import TEXT, col, when

if TYPE_CHECKING:
    from hubwatch.engine import Table, Tables

_MODEL: tuple[str, str] = ("hub", "model_id")


def with_signals(tables: Tables, models: Table, *columns: str) -> Table:
    """Return models with columns of `model_signals`; null where nothing was said of a model."""
    signals = tables["model_signals"].select(*_MODEL, *columns)
    return models.join(signals, on=list(_MODEL), how="left")


def with_owner(tables: Tables, images: Table) -> Table:
    """Return images whose `creator_key` is that of their model where they have none of their own.

    Args:
        tables: where the models are.
        images: with `hub`, `model_id` and `creator_key`.
    """
    models = tables["models"].select(*_MODEL, owner=col("creator_key").cast(TEXT))
    own = col("creator_key").cast(TEXT)
    joined = images.join(models, on=list(_MODEL), how="left")
    return joined.with_columns(creator_key=when(~own.is_null()).then(own).otherwise(col("owner")))
