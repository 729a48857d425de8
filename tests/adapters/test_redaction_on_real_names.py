"""How many names of real documents would get through, as counts only."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hubwatch.adapters.plain_words import CLASS_WORDS
from hubwatch.adapters.redact import PREFIX, Redactor
from hubwatch.files import open_bytes, read_lines
from hubwatch.gazetteer.folding import fold
from hubwatch.signals.person.name_shape import head_of, name_words

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("HUBWATCH_REAL_DATA", ROOT.parent / "shared/data/civitai-2023"))


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the shared real documents are not here")
def test_names_of_flagged_adapters_become_tokens() -> None:
    """Fewer than 1 in 100 flagged models keep the page's name, written as a caption tag."""
    redactor, models, kept = Redactor(b"k" * 32), 0, 0
    with open_bytes(REAL / "models.jsonl.zst") as stream:
        for line in read_lines(stream):
            model = json.loads(line)
            if model["poi"] and model["type"] in ("LORA", "TextualInversion"):
                models += 1
                kept += _keeps_its_name(model, redactor)
    assert models > 1_000
    assert kept / models < 0.01


def _keeps_its_name(model: dict[str, Any], redactor: Redactor) -> bool:
    """Say whether the name of a page, or a trigger word equal to it, would be kept as a tag."""
    named = [w for w in name_words(head_of(model["name"])) if w.lower() not in CLASS_WORDS]
    versions = model["modelVersions"]
    own = [Path(file["name"]).stem for version in versions for file in version["files"]]
    triggers = {t for v in versions for words in v["trainedWords"] or () for t in words.split(",")}
    whole = fold("".join(named))
    found = [redactor.tag(text.strip(), own) for text in (" ".join(named), *triggers) if text]
    return any(fold(tag) == whole for tag in found if not tag.startswith(PREFIX))
