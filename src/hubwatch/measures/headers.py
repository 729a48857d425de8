"""Adapter files whose header was read, with what their model's page and their version say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.engine import TEXT, col

if TYPE_CHECKING:
    from hubwatch.engine import Expression, Table, Tables

#: Status of a file whose header could be read; of the others nothing is known.
READ: Final = "read"
_MODEL: Final = ("hub", "model_id")
#: What is known of a model that a file belongs to, beside its id.
_OF_MODELS: Final = ("creator_key", "flagged_real_person")


def is_read() -> Expression:
    """Return whether a file's header could be read."""
    return col("status").cast(TEXT) == READ


def of_models(tables: Tables, files: Table) -> Table:
    """Return adapter files with their model's creator and flag; null where it is not known.

    Args:
        tables: where the models are.
        files: rows of `adapters`.
    """
    models = tables["models"].select(*_MODEL, *_OF_MODELS)
    return files.join(models, on=list(_MODEL), how="left")


def of_signals(tables: Tables, files: Table) -> Table:
    """Return adapter files with whether their model depicts a real person, as the signal says."""
    said = tables["model_signals"].select(*_MODEL, "real_person")
    return files.join(said, on=list(_MODEL), how="left")
