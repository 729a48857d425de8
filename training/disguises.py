"""What is read of the simulated hub's invented words when they are disguised.

    python -m training.disguises

Writes that one table of `signals/measured/evasion.json` again; `training.language` writes them all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.prompts.normalise import plain
from hubwatch.signals import measured, registry
from hubwatch.simulate.world.mature import MATURE_TERMS
from training.sums import Table, wilson

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = str.maketrans("aeo", "430")
LOOKALIKES = str.maketrans("aeo", "\u0430\u0435\u043e")
DISGUISES: dict[str, Callable[[str], str]] = {
    "as listed": str,
    "upper case": str.upper,
    "accents": lambda word: word.replace("a", "\u00e1").replace("u", "\u00fc"),
    "full width": lambda word: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in word),
    "digits for letters": lambda word: word.translate(LETTERS),
    "look-alike letters": lambda word: word.translate(LOOKALIKES),
    "invisible characters": lambda word: "\u200b".join(word),
    "letters parted by points": lambda word: ".".join(word[:6]) + word[6:],
    "letters parted by spaces": lambda word: " ".join(word[:6]) + word[6:],
    "repeated letters": lambda word: word.replace("a", "aaaa"),
    "one letter left out": lambda word: word[:3] + word[4:],
}


def disguise_table() -> Table:
    """Return the share of disguised invented words that are read, by kind of disguise."""
    terms = registry.signal("sexualised_language").terms
    hidden = registry.signal("evasion").terms
    if terms is None or hidden is None:
        raise SystemExit("a lexical signal has no terms")
    rows = []
    for kind, disguise in DISGUISES.items():
        words = [plain(disguise(word)) for word in MATURE_TERMS]
        found = sum(bool(terms.read(word)) for word in words)
        said = sum(bool(hidden.read(word)) for word in words)
        shares = [wilson(count, len(words), 1) for count in (found, said)]
        rows.append([kind, len(words), *shares])
    return {
        "title": "Disguised invented words",
        "data": "the invented mature terms of the simulated hub",
        "unit": "words",
        "note": "Accents and width are ordinary typography: they are read and not called a "
        "disguise. Misspellings are beyond the signal. Intervals are Wilson's.",
        "columns": ["disguise", "words", "read by sexualised_language", "called a disguise"],
        "rows": rows,
    }


def main() -> int:
    """Write the table in the place of the one that is there."""
    path = Path(measured.__file__).parent / "measured" / "evasion.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    made = disguise_table()
    content["tables"] = [
        {**made, "date": table["date"]} if table["title"] == made["title"] else table
        for table in content["tables"]
    ]
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
