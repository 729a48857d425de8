"""Generation data as image tools write them: A1111's block of text, ComfyUI's graph.

Both are read as what they say, never run; what cannot be read is left out, nothing raises, and the
time is linear in the input.

Source: A1111 `infotext_utils.py`; ComfyUI's API format (`{node: {class_type, inputs}}`) and its
workflow format (`{nodes: [{type, widgets_values, inputs}], links}`).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import msgspec

from hubwatch.prompts.graph import as_object, read_graph
from hubwatch.prompts.records import Resource
from hubwatch.prompts.scan import scan

_NEGATIVE: Final = "Negative prompt:"
#: The line of settings begins with the number of steps; the last such line counts.
_STEPS: Final = re.compile(r"^[ \t]*Steps:[ \t]*\d", re.MULTILINE)
_KEY: Final = re.compile(r"([A-Za-z][\w /+-]{0,60}):")
_MOST_SETTINGS: Final = 10_000


class Parameters(msgspec.Struct, frozen=True):
    """What generation data say.

    Args:
        prompt: positive prompt; empty when there is none. Parts from several nodes stand in lines.
        negative_prompt: what is to be avoided; empty when there is none.
        settings: name to text, as written.
        resources: adapters, embeddings and models, of the prompts first.
    """

    prompt: str = ""
    negative_prompt: str = ""
    settings: dict[str, str] = {}
    resources: tuple[Resource, ...] = ()


def read_parameters(text: str) -> Parameters:
    """Read a block as A1111 writes it: prompt, `Negative prompt:`, a line of settings.

    Args:
        text: the block; a text without marks is all prompt.

    Returns:
        What it says. A resource's `start` and `end` count in the prompt that calls it; both are 0
        for one from the settings.
    """
    starts = list(_STEPS.finditer(text))
    place = starts[-1].start() if starts else len(text)
    prompts, settings = text[:place], _settings(text[place:])
    prompt, _, negative = prompts.partition(_NEGATIVE)
    return _parameters(prompt.strip(), negative.strip(), settings, _from_settings(settings))


def read_workflow(graph: str | dict[str, Any]) -> Parameters:
    """Find the prompts of a ComfyUI graph by following each sampler's inputs to their texts.

    Args:
        graph: a graph in API or workflow format, as JSON or read; also both in one object under
            `prompt` and `workflow`, as hubs store them.

    Returns:
        What it says; texts that no sampler can be seen to use count as positive. Nothing at all
        for what is not a graph.
    """
    found = read_graph(as_object(graph))
    prompt, negative = "\n".join(found.positive), "\n".join(found.negative)
    return _parameters(prompt, negative, found.settings, found.resources)


def _parameters(
    prompt: str, negative: str, settings: dict[str, str], others: tuple[Resource, ...]
) -> Parameters:
    called = (*scan(prompt).resources, *scan(negative).resources)
    names = {(one.kind, one.name) for one in called}
    rest = tuple(one for one in others if (one.kind, one.name) not in names)
    return Parameters(prompt, negative, settings, (*called, *rest))


def _settings(line: str) -> dict[str, str]:
    """Read `Steps: 20, Sampler: Euler a, Lora hashes: "a: 1, b: 2"`; the first of a name counts."""
    found: dict[str, str] = {}
    for pair in _split_outside_quotes(line)[:_MOST_SETTINGS]:
        match = _KEY.match(pair)
        if match is not None:
            found.setdefault(match[1].strip(), _unquoted(pair[match.end() :].strip()))
    return found


def _split_outside_quotes(line: str) -> list[str]:
    """Split at commas and line ends that stand outside JSON-like quotes."""
    pairs: list[str] = []
    start, quoted = 0, False
    for match in re.finditer(r'\\.|"|[,\n]', line):
        if match[0] == '"':
            quoted = not quoted
        elif match[0] in ",\n" and not quoted:
            pairs.append(line[start : match.start()].strip())
            start = match.end()
    pairs.append(line[start:].strip())
    return pairs


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    try:
        return str(json.loads(value, strict=False))
    except ValueError:
        return value[1:-1]


def _from_settings(settings: dict[str, str]) -> tuple[Resource, ...]:
    found: list[Resource] = []
    if settings.get("Model"):
        found.append(Resource("model", settings["Model"], None, 0, 0))
    for key, kind in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        for pair in settings.get(key, "").split(","):
            name = pair.rpartition(":")[0].strip()
            if name:
                found.append(Resource(kind, name, None, 0, 0))
    return tuple(found)
