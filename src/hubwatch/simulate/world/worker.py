"""A process that writes a share of a simulated hub's files; started by `write.write_hub` only.

It gets its order as JSON in its argument and says on its standard output, a JSON object a line, how
many images it has written, and at the end what came of it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hubwatch.errors import HubwatchError
from hubwatch.simulate.world.build import build_world
from hubwatch.simulate.world.pages import image_parts, model_parts
from hubwatch.simulate.world.write import write_parts


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(order: dict[str, Any]) -> int:
    """Write the parts that an order names; return the exit code."""
    world = {name: order[name] for name in ("models", "images", "months", "seed")}
    content = build_world(**world).content
    parts = [*model_parts(content), *image_parts(content)]
    try:
        written = write_parts(
            content,
            [parts[i] for i in order["parts"]],
            Path(order["out"]),
            images=order["images"],
            progress=lambda count: _say({"images": count}),
        )
    except HubwatchError as error:
        _say({"what": error.what, "hint": error.hint})
        return int(error.exit_code)
    _say({"written": [asdict(item) for item in written]})
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
