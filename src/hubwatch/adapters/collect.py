"""Headers of a hub's adapter files into a lake: politely, resumably, redacted before the disk.

The hub counts every request for a file as a download of its creator's model, so each file is asked
for once: what is in the table `adapters` is never asked for again, and that table is the ledger of
our own downloads. Weights are never asked for.
Source: shared facts on the hub's API, section 12.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.header import LENGTH_BYTES, parse_header
from hubwatch.adapters.redact import Redactor
from hubwatch.adapters.rows import adapter_row, tag_rows
from hubwatch.adapters.shelf import CHUNK_FILES, Shelf
from hubwatch.adapters.summary import AdapterSummary, State, summary_of
from hubwatch.adapters.waiting import waiting_files
from hubwatch.errors import AdapterError, HubUnreachableError, LakeError
from hubwatch.hubs.civitai import CivitAI, download_address, polite_client
from hubwatch.hubs.http import refuse_offline
from hubwatch.hubs.parts import Budget, BudgetSpentError
from hubwatch.hubs.ranges import HeaderTooLargeError, NotServedError, RangeReader
from hubwatch.hubs.refusals import LeaveAloneError, RegionBlockedError
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.collect.origins import require_home_of_ids
from hubwatch.lake.keys import fingerprint, load_key
from hubwatch.lake.layout import lock_lake, read_card

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hubwatch.adapters.header import Header
    from hubwatch.adapters.rows import FileKey
    from hubwatch.hubs.http import PoliteClient
    from hubwatch.lake.catalog import Lake

#: Longest header in bytes that is read over the network; real ones stay below a tenth of it.
REMOTE_CAP: Final = 16 << 20
#: So many files in a row without an answer, or refused: then something else is wrong.
MOST_FAILURES: Final = 3
MOST_REFUSALS: Final = 10
_VISIBLE_NO_MORE: Final = (404, 410)


@dataclass(slots=True)
class _Run:
    """What one collection has at hand, and how far it is."""

    reader: RangeReader
    base_url: str
    redactor: Redactor
    shelf: Shelf
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    refusals: int = 0

    def take(self, file: FileKey) -> None:
        """Read one file's header and hold its rows.

        Raises:
            BudgetSpentError: nothing more may be asked.
            HubUnreachableError: the hub should not be asked any more now.
        """
        status, header = self._fetched(file)
        self.outcomes[status] += 1
        self.failures = self.failures + 1 if status == "failed" else 0
        if status not in ("failed", "refused"):
            self.refusals = 0
            row = adapter_row(file, status, header, self.redactor, datetime.now(UTC))
            tags = tag_rows(file, header, self.redactor) if header is not None else []
            self.shelf.put(row, tags)

    def _fetched(self, file: FileKey) -> tuple[str, Header | None]:
        """Return what became of a file: its status in the table, `refused` or `failed`."""
        address = download_address(self.base_url, str(file.version_id), file.file_id)
        try:
            found = self.reader.fetch_header(address)
            size = found.file_bytes
            data = None if size is None else size - LENGTH_BYTES - len(found.raw)
            return "read", parse_header(found.raw, data_bytes=data)
        except HeaderTooLargeError:
            return "too-large", None
        except AdapterError:
            return "unsound", None
        except NotServedError as error:
            return self._not_served(error), None
        except (BudgetSpentError, LeaveAloneError, RegionBlockedError):
            raise
        except HubUnreachableError:
            if self.failures + 1 >= MOST_FAILURES:
                raise
            return "failed", None

    def _not_served(self, error: NotServedError) -> str:
        if error.status in _VISIBLE_NO_MORE:
            return "not-visible"
        self.refusals += 1
        if self.refusals >= MOST_REFUSALS:
            raise HubUnreachableError(
                f"the hub refused {self.refusals} files in a row with {error.status}",
                hint="most hubs want a token for downloads: see `hubwatch doctor`",
            )
        return "refused"


def collect_adapters(
    lake: Path,
    *,
    base_url: str | None = None,
    rate: float | None = None,
    timeout: float | None = None,
    contact: str | None = None,
    token: str | None = None,
    token_file: str | Path | None = None,
    max_bytes: int | None = None,
    max_requests: int | None = None,
    limit: int | None = None,
    chunk: int = CHUNK_FILES,
    progress: Callable[[int, int], None] | None = None,
    on_wait: Callable[[float, str], None] | None = None,
) -> AdapterSummary:
    """Read the headers of the lake's adapter files that were not read yet.

    Args:
        lake: folder of a lake whose tables hold files.
        base_url, rate, timeout, contact, token, token_file: see `polite_client`.
        max_bytes: of bodies over the wire, broken and repeated ones counted; never exceeded.
        max_requests: HTTP requests, redirects and repeated ones counted; never exceeded.
        limit: files asked for.
        chunk: files after which rows are committed.
        progress: told how many files are done, and of how many.
        on_wait: told the seconds and the reason before each longer wait.

    Returns:
        How it ended; when the hub or the network ended it, `why` says so.

    Raises:
        LakeError: not a lake, in use, its key is missing or another one, or its models came from
            another address.
        UsageError: the address or the token cannot be one.
        HubUnreachableError: offline.
        StorageError: the disk refused it; what was committed is kept.
    """
    refuse_offline()
    read_card(lake)
    client = polite_client(
        base_url=base_url,
        rate=rate,
        timeout=timeout,
        contact=contact,
        token=token,
        token_file=token_file,
    )
    client.budget, client.on_wait = Budget(max_requests, max_bytes), on_wait
    try:
        with lock_lake(lake):
            require_home_of_ids(lake, CivitAI.name, client.base_url)
            return _collected(lake, client, limit, chunk, progress or (lambda _, __: None))
    finally:
        client.close()


def _collected(
    lake: Path,
    client: PoliteClient,
    limit: int | None,
    chunk: int,
    progress: Callable[[int, int], None],
) -> AdapterSummary:
    opened = open_lake(lake)
    waiting = waiting_files(opened, CivitAI.name)
    run = _Run(
        reader=RangeReader(client, cap=REMOTE_CAP),
        base_url=client.base_url,
        redactor=Redactor(_key(opened) if waiting else b""),
        shelf=Shelf(lake, chunk),
    )
    try:
        state, why = _walked(run, waiting[:limit], progress)
    finally:
        run.shelf.commit()
    run.shelf.tidy()
    if state == "complete" and limit is not None and limit < len(waiting):
        state, why = "limit", f"the limit of {limit:,} files is reached"
    return summary_of(state, why, len(waiting), run.outcomes, client.traffic)


def _key(lake: Lake) -> bytes:
    """Return the lake's key, if it is the one that the lake's pseudonyms are made with."""
    key = load_key(lake.path, make=False)
    if fingerprint(key) != lake.catalog.key:
        raise LakeError(
            f"the key of `{lake.path}` was changed after its tables were made",
            hint="run `hubwatch lake refine` first",
        )
    return key


def _walked(
    run: _Run, files: Sequence[FileKey], progress: Callable[[int, int], None]
) -> tuple[State, str]:
    """Take file after file; return how it ended and why."""
    for number, file in enumerate(files):
        progress(number, len(files))
        try:
            run.take(file)
        except BudgetSpentError as error:
            return "budget", error.what
        except HubUnreachableError as error:
            return "stopped", error.what
    progress(len(files), len(files))
    return "complete", ""
