"""Reading a ComfyUI graph: which texts reach a sampler as what to show and what to avoid."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from hubwatch.prompts.records import Resource

#: Inputs that hold prompt text, in the order in which they are tried.
_TEXTS: Final = ("text", "text_g", "text_l", "t5xxl", "clip_l", "prompt", "string", "value",
                 "wildcard_text", "populated_text", "positive_prompt")  # fmt: skip
_SETTINGS: Final = ("seed", "noise_seed", "steps", "cfg", "sampler_name", "scheduler", "denoise",
                    "width", "height", "guidance")  # fmt: skip
#: Inputs that name a file, with the kind of resource.
_FILES: Final = {"ckpt_name": "model", "unet_name": "model", "lora_name": "lora",
                 "control_net_name": "controlnet", "vae_name": "vae"}  # fmt: skip
_WEIGHTS: Final = ("strength_model", "strength", "weight")
_MOST_WEIGHT: Final = 1000

#: In a workflow the widgets of a node have no names; these are known by their place.
_WIDGETS: Final = {
    "CLIPTextEncode": ("text",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name",),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "KSampler": ("seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
}

Node = dict[str, Any]
Nodes = dict[str, Node]


class Graph(msgspec.Struct):
    """What a graph says; texts are distinct and in the order of the nodes."""

    positive: dict[str, None] = {}
    negative: dict[str, None] = {}
    settings: dict[str, str] = {}
    resources: tuple[Resource, ...] = ()


def as_object(value: object) -> Node:
    """Return an object given as itself or as JSON; an empty one for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def read_graph(graph: Node) -> Graph:
    """Read a graph in API or workflow format, or both in one object."""
    nodes = _api_nodes(graph)
    shown: set[str] = set()
    avoided: set[str] = set()
    for node in nodes.values():
        _follow(nodes, node["inputs"].get("positive"), shown)
        _follow(nodes, node["inputs"].get("negative"), avoided)
        if "guider" not in node["inputs"] and "negative" not in node["inputs"]:
            _follow(nodes, node["inputs"].get("conditioning"), shown)
    found = Graph()
    for key, node in nodes.items():
        if key in avoided and key not in shown:
            _add_texts(node, found.negative)
        elif key in shown or _is_encoder(node):
            _add_texts(node, found.positive)
        for name in _SETTINGS:
            value = node["inputs"].get(name)
            if isinstance(value, int | float | str):
                found.settings.setdefault(name, str(value))
    found.resources = tuple(_resources(nodes))
    return found


def _api_nodes(graph: Node) -> Nodes:
    """Return nodes by id, each with a dict of inputs; a link is a list that begins with an id."""
    for key in ("prompt", "workflow"):
        nodes = _api_nodes_of_one(as_object(graph.get(key)))
        if nodes:
            return nodes
    return _api_nodes_of_one(graph)


def _api_nodes_of_one(graph: Node) -> Nodes:
    if isinstance(graph.get("nodes"), list):
        return _workflow_nodes(graph)
    return {
        str(key): {"type": str(node.get("class_type")), "inputs": node["inputs"]}
        for key, node in graph.items()
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
    }


def _workflow_nodes(graph: Node) -> Nodes:
    """Return the nodes of a workflow in the form of the API."""
    links = {
        link[0]: str(link[1])
        for link in _listed(graph.get("links"))
        if isinstance(link, list) and len(link) > 1 and isinstance(link[0], int)
    }
    nodes: Nodes = {}
    for node in _listed(graph.get("nodes")):
        if not isinstance(node, dict) or node.get("mode") in (2, 4):  # muted or bypassed
            continue
        kind = str(node.get("type"))
        inputs: Node = _widgets(kind, node.get("widgets_values"))
        for one in _listed(node.get("inputs")):
            link = one.get("link") if isinstance(one, dict) else None
            if isinstance(link, int) and link in links:
                inputs[str(one.get("name"))] = [links[link], 0]
        nodes[str(node.get("id"))] = {"type": kind, "inputs": inputs}
    return nodes


def _widgets(kind: str, values: object) -> Node:
    if isinstance(values, dict):
        return dict(values)
    listed = _listed(values)
    names = _WIDGETS.get(kind)
    if names is None and "TextEncode" in kind:
        names = tuple(_TEXTS[: len(listed)])
    return {name: value for name, value in zip(names or (), listed, strict=False) if name}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _follow(nodes: Nodes, link: object, reached: set[str]) -> None:
    """Add all nodes that a link comes from; each once, so rings end and the time stays linear."""
    waiting = [link]
    while waiting:
        one = waiting.pop()
        key = str(one[0]) if isinstance(one, list) and one else ""
        if key not in nodes or key in reached:
            continue
        reached.add(key)
        inputs = nodes[key]["inputs"]
        # A node with both inputs hands each on by itself, and is asked for them by itself.
        own = {"positive", "negative"} if {"positive", "negative"} <= inputs.keys() else set()
        waiting += [inputs[name] for name in inputs.keys() - own if isinstance(inputs[name], list)]


def _is_encoder(node: Node) -> bool:
    return "TextEncode" in node["type"]


def _add_texts(node: Node, texts: dict[str, None]) -> None:
    for name in _TEXTS:
        text = node["inputs"].get(name)
        if isinstance(text, str) and text.strip():
            texts[text.strip()] = None


def _resources(nodes: Nodes) -> list[Resource]:
    found: dict[tuple[str, str], Resource] = {}
    for node in nodes.values():
        weight = _weight(node)
        for name, kind in _FILES.items():
            file = node["inputs"].get(name)
            if isinstance(file, str) and file:
                named = _stem(file)
                own = weight if kind == "lora" else None
                found.setdefault((kind, named), Resource(kind, named, own, 0, 0))
    return list(found.values())


def _weight(node: Node) -> float | None:
    for name in _WEIGHTS:
        said = node["inputs"].get(name)
        if type(said) in (int, float) and abs(said) <= _MOST_WEIGHT:
            return float(said)
    return None


def _stem(file: str) -> str:
    """Return a file's name without folders and suffix."""
    name = file.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name
