"""Where a lake's answers came from: a lake holds one hub at one address.

Ids mean something only where they came from. Asked elsewhere, the ids of a simulated hub are those
of strangers' models, and a hub counts every request for a file as a download.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.errors import LakeError
from hubwatch.hubs.address import is_loopback, origin
from hubwatch.lake.raw import read_records, snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from hubwatch.lake.raw.manifest import Manifest

#: What links in simulated answers lead to; names below `.invalid` are nobody's (RFC 2606).
_SIMULATED: Final = "hub.invalid/"


def addresses(lake: Path, hub: str) -> list[str]:
    """Return the addresses that the complete snapshots of a hub were collected from, oldest first.

    Raises:
        LakeError: not a lake, or a manifest cannot be read.
    """
    found = [m.origin.get("base_url") for m in _complete(lake, hub)]
    return list(dict.fromkeys(address for address in found if isinstance(address, str)))


def require_same_hub(lake: Path, hub: str, address: str) -> None:
    """Refuse an address that the lake's answers of a hub did not come from.

    All addresses on this machine count as one: a simulated hub may have another port each time.
    Imported answers tell no address, and go with any.

    Args:
        lake: folder of a lake.
        hub: name of the hub.
        address: that is about to be asked.

    Raises:
        LakeError: it is another one, or a manifest cannot be read.
    """
    other = [known for known in addresses(lake, hub) if not _same(known, address)]
    if other:
        hint = f"add `--base-url {other[0]}`, or name another lake with `--lake`"
        raise LakeError(f"`{lake}` was collected from `{other[0]}`, not `{address}`", hint=hint)


def require_home_of_ids(lake: Path, hub: str, address: str) -> None:
    """Refuse to ask an address for files whose ids another place gave out; see `require_same_hub`.

    Imported answers of the simulated hub, which their links give away, go with this machine alone.

    Raises:
        LakeError: the ids are not of this address, or an answer cannot be read.
    """
    require_same_hub(lake, hub, address)
    if not is_loopback(address) and any(_simulated(lake, m) for m in _complete(lake, hub)):
        raise LakeError(
            f"the models of `{lake}` are simulated, so `{address}` is not asked for their files",
            hint="add `--base-url` with the address that `hubwatch simulate serve` prints",
        )


def _complete(lake: Path, hub: str) -> list[Manifest]:
    return [m for m in snapshots(lake, hub) if m.state == "complete"]


def _simulated(lake: Path, manifest: Manifest) -> bool:
    """Say whether the first answer of an import is the simulated hub's."""
    if manifest.origin.get("command") != "import":
        return False
    first = next(read_records(lake, manifest.hub, manifest.id), None)
    return first is not None and _SIMULATED in first[2].body


def _same(one: str, other: str) -> bool:
    return (is_loopback(one) and is_loopback(other)) or _plain(one) == _plain(other)


def _plain(address: str) -> str:
    """Return an address in one spelling: origin and path."""
    _, _, rest = address.partition("://")
    return origin(address) + "/" + rest.partition("/")[2].rstrip("/")
