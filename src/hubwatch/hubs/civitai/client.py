"""The CivitAI connector: walks the public listings, cursor by cursor."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from hubwatch.errors import UsageError
from hubwatch.hubs.address import is_loopback
from hubwatch.hubs.civitai import plan as plans
from hubwatch.hubs.civitai.envelopes import Envelope, read_envelope
from hubwatch.hubs.civitai.probe import base_model_names, probe
from hubwatch.hubs.civitai.queries import checked
from hubwatch.hubs.protocol import Kind, Page, Slice, Stored, Via
from hubwatch.hubs.refusals import DamagedAnswerError
from hubwatch.hubs.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from hubwatch.hubs.exchange import Answer, Traffic
    from hubwatch.hubs.http import PoliteClient

_EVERYTHING: Final = Window()
#: A page of fewer images than this may well have no reaction at all.
_MANY: Final = 50
#: Seconds for which the hub's edge repeats an answer.
EDGE_CACHE: Final = 450.0


class CivitAI:
    """The hub behind one client.

    Args:
        client: speaks to the hub; its address is the hub's.
    """

    name = "civitai"

    def __init__(self, client: PoliteClient) -> None:
        self._client = client
        self.address = client.base_url
        self.cached_for = 0.0 if is_loopback(client.base_url) else EDGE_CACHE
        self._facets: dict[str, plans.Facets] = {}

    @property
    def traffic(self) -> Traffic:
        """Requests, retries and waits so far."""
        return self._client.traffic

    def tell_waits(self, listener: Callable[[float, str], None] | None) -> None:
        """Have `listener` told the seconds and the reason of each longer wait."""
        self._client.on_wait = listener

    def probe(self, kinds: Sequence[Kind]) -> Mapping[str, Any]:
        """Ask what this vantage point may see: whether the token counts, and mature levels."""
        return probe(self._client, kinds)

    def plan(self, kinds: Sequence[Kind]) -> Sequence[Slice]:
        """Return the slices whose union is a complete collection at every maturity level.

        Raises:
            UsageError: the hub does not list a kind.
        """
        unknown = [kind for kind in kinds if kind not in plans.PAGE_SIZES]
        if unknown:
            raise UsageError(
                f"`{unknown[0]}` cannot be collected from {self.name}",
                hint=f"kinds: {', '.join(plans.PAGE_SIZES)}",
            )
        return plans.plan(kinds)

    def walk(
        self,
        part: Slice,
        *,
        walk: int = 1,
        number: int = 1,
        cursor: str | None = None,
        known: Container[str] = frozenset(),
        window: Window | None = None,
    ) -> Iterator[Page]:
        """Yield the pages of one slice from a cursor on, to its end; see `Hub.walk`."""
        window = window or _EVERYTHING
        newest_first = _newest_first(part, walk, window)
        while True:
            if newest_first and cursor is not None and part.kind == "models":
                yield from self._repair(part, walk, number, cursor, known, window)
            page, envelope = self._page(part, walk, number, cursor, window)
            yield page
            if page.next_cursor is None or _beyond(envelope, window, newest_first=newest_first):
                return
            cursor, number = page.next_cursor, number + 1

    def split(self, part: Slice, stored: Stored) -> Sequence[Slice]:
        """Cut a slice finer that the hub did not show to its end; see `Hub.split`.

        What it can be cut by is read anew for each further kind of cut: more is known by then.
        """
        if part.kind != "images":
            return []
        if part.cut_by not in self._facets:
            self._facets[part.cut_by] = plans.read_facets(
                base_model_names(self._client),
                stored("models"),
                itertools.chain(stored("images"), stored("creators")),
            )
        return plans.cut(part, self._facets[part.cut_by])

    def identify(self, kind: Kind, body: bytes, window: Window | None = None) -> Sequence[str]:
        """Return the ids in a stored answer; none in one that cannot be read."""
        window = window or _EVERYTHING
        try:
            rows = read_envelope(kind, body).rows
        except DamagedAnswerError:
            return []
        return [r.id for r in rows if r.id is not None and window.contains(r.moment)]

    def _page(
        self, part: Slice, walk: int, number: int, cursor: str | None, window: Window
    ) -> tuple[Page, Envelope]:
        parameters = {**part.parameters, "limit": str(part.page_size)}
        if part.kind in ("models", "images"):
            newest = _newest_first(part, walk, window)
            parameters["sort"] = "Newest" if newest else "Oldest"
            if cursor is not None:
                parameters["cursor"] = cursor
        else:
            parameters["page"] = cursor or "1"
        answer, envelope = self._ask(part.endpoint, parameters, part.kind)
        following = _following(part.kind, envelope, cursor)
        signs = _signs(part, envelope, following, answer)
        page = _as_page(
            part, answer, envelope, window, walk=walk, number=number, cursor=cursor,
            next_cursor=following, signs=signs,
        )  # fmt: skip
        return page, envelope

    def _repair(
        self,
        part: Slice,
        walk: int,
        number: int,
        cursor: str,
        known: Container[str],
        window: Window,
    ) -> Iterator[Page]:
        """Fetch the model that `Newest` drops at a page boundary: its id ends the cursor."""
        missing = cursor.rpartition("|")[2]
        if not missing.isdecimal() or missing in known:
            return
        parameters = {**part.parameters, "ids": missing, "limit": "1"}
        answer, envelope = self._ask(part.endpoint, parameters, part.kind)
        yield _as_page(
            part, answer, envelope, window, walk=walk, number=number, cursor=cursor,
            next_cursor=cursor, signs=(), via="boundary_repair",
        )  # fmt: skip

    def _ask(
        self, endpoint: str, parameters: Mapping[str, Any], kind: Kind
    ) -> tuple[Answer, Envelope]:
        answer, envelope = self._client.get(
            plans.API + endpoint,
            checked(endpoint, parameters),
            lambda body: read_envelope(kind, body),
        )
        return answer, envelope or Envelope(rows=(), next_cursor=None, next_page=False)


def _newest_first(part: Slice, walk: int, window: Window) -> bool:
    """Say in which order a walk runs: from the side where the window lets it end early."""
    if window.since is not None:
        return True
    return window.until is None and part.reversible and walk % 2 == 0


def _following(kind: Kind, envelope: Envelope, cursor: str | None) -> str | None:
    if kind in ("models", "images"):
        return envelope.next_cursor
    return str(int(cursor or "1") + 1) if envelope.next_page else None


def _beyond(envelope: Envelope, window: Window, *, newest_first: bool) -> bool:
    """Say whether everything that follows lies outside the window."""
    moments = [row.moment for row in envelope.rows if row.moment is not None]
    outside = window.before if newest_first else window.after
    return bool(moments) and window.bounded and all(outside(m) for m in moments)


def _signs(
    part: Slice, envelope: Envelope, following: str | None, answer: Answer
) -> tuple[str, ...]:
    """Return what is odd about an answer: reasons to walk the slice again."""
    rows = envelope.rows
    asked = str(part.parameters.get("browsingLevel", plans.ALL_LEVELS))
    shown = {row.level for row in rows if row.level is not None}
    odd = {
        "short": following is not None and 0 < len(rows) < part.page_size,
        "empty": not rows and following is not None,
        "nothing": not rows and following is None,
        "unreadable": any(row.id is None for row in rows),
        "other_level": any(not level & int(asked) for level in shown),
        "zero_stats": len(rows) >= _MANY and all(row.idle for row in rows),
        "damaged": answer.damaged > 0,
        "not_visible": answer.status != 200,
    }
    return tuple(sign for sign, holds in odd.items() if holds)


def _as_page(
    part: Slice, answer: Answer, envelope: Envelope, window: Window, *, walk: int, number: int,
    cursor: str | None, next_cursor: str | None, signs: Sequence[str], via: Via = "listing",
) -> Page:  # fmt: skip
    inside = [r for r in envelope.rows if r.id is not None and window.contains(r.moment)]
    return Page(
        slice=part.name,
        walk=walk,
        number=number,
        kind=part.kind,
        url=answer.url,
        cursor=cursor,
        next_cursor=next_cursor,
        status=answer.status,
        received_at=answer.received_at,
        headers=answer.headers,
        body=answer.body,
        item_ids=[row.id for row in inside if row.id is not None],
        moments=[row.moment for row in inside],
        rows=len(envelope.rows),
        via=via,
        signs=signs,
    )
