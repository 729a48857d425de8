"""What the parser says of one prompt."""

from __future__ import annotations

import msgspec


class Tag(msgspec.Struct, frozen=True):
    """One piece of a prompt.

    Args:
        text: compatibility form, lower case, `_` as space, escapes undone, white space collapsed,
            brackets and weight gone.
        weight: product of all weights around it, kept within -10..10, 4 decimals; 1 when none is
            said. The mean over its letters and digits when its parts have several.
        position: place among the prompt's tags, from 0.
        start, end: code points in the original, end excluded.
    """

    text: str
    weight: float
    position: int
    start: int
    end: int


class Resource(msgspec.Struct, frozen=True):
    """One adapter or embedding that a prompt calls by name.

    Args:
        kind: `lora`, `lyco`, `hypernet`, `embedding`, ... in lower case.
        name: as written, without spaces around it; may name a person.
        weight: the first of its own weights; None when not said.
        start, end: code points in the original, end excluded.
    """

    kind: str
    name: str
    weight: float | None
    start: int
    end: int


class Prompt(msgspec.Struct, frozen=True):
    """One prompt, read.

    Args:
        tags: in the order in which they stand.
        resources: in the order in which they stand.
        sentences: texts of the tags that are sentences: five words or more with a full stop,
            exclamation or question mark behind them, or ten words or more.
        script: script of most letters of its tags, see `text.script_of`.
        language: always None: prompts are too short and too mixed for a guess that we could
            promise; the script is what we promise.
        language_score: always None.
    """

    tags: tuple[Tag, ...]
    resources: tuple[Resource, ...]
    sentences: tuple[str, ...]
    script: str | None
    language: str | None = None
    language_score: float | None = None
