"""Where results go: a folder that can be written, or one sentence that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.errors import StorageError, UsageError
from hubwatch.files import writing_to

if TYPE_CHECKING:
    from pathlib import Path


def make_folder(out: Path) -> None:
    """Make a folder for results and whatever is missing above it.

    Raises:
        UsageError: a file is in the way.
        StorageError: the disk refuses it.
    """
    hint = "name a folder that is not there yet, or one of results"
    try:
        with writing_to(out):
            out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"`{out}` is no folder: a file is in the way", hint=hint) from error
    except OSError as error:
        raise StorageError(f"`{out}` cannot be made: {error.strerror}", hint=hint) from error
