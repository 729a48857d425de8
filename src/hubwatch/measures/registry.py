"""All measures, each defined by its docstring.

The docstring of a measure is its definition: the sidecar of every result, `hubwatch measures list`
and the reference page are made from it.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from hubwatch.errors import UsageError
from hubwatch.lake.schema import TABLES
from hubwatch.measures import (
    barrier,
    booru,
    concentration,
    gender,
    language,
    leakage,
    levels,
    lineage,
    markers,
    prompt_gender,
    reach_by,
    real_person,
    real_person_share,
    stripping,
    trainers,
    volume,
)
from hubwatch.measures.communities.adoption import community_adoption
from hubwatch.measures.communities.tag_communities import tag_communities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from hubwatch.engine import Tables

_TEXTS: Final = (
    "Question", "Unit", "Denominator", "Formula", "Uncertainty", "Pitfalls", "Source"
)  # fmt: skip
_TABLES: Final = "Tables"
_LISTS: Final = ("Keys", "Columns", "Parameters")
_HEAD: Final = re.compile(rf"({'|'.join((*_TEXTS, _TABLES, *_LISTS))}):\s*(.*)")
_ITEM: Final = re.compile(r"    (\w+):\s+(.*)")


class Compute(Protocol):
    """A pure function from tables to one tidy table; keyword arguments are its parameters."""

    __doc__: str | None

    def __call__(self, tables: Tables, **parameters: Any) -> pa.Table:
        """Return the result."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: a function and what its docstring says.

    Args:
        name: as in files and on the command line.
        compute: the function.
        summary: first line of the docstring.
        texts: section title → text.
        tables: tables of the lake that it reads.
        keys: key column → what it holds.
        columns: column after the value columns → what it holds.
        parameters: name → default.
    """

    name: str
    compute: Compute
    summary: str
    texts: Mapping[str, str]
    tables: tuple[str, ...]
    keys: Mapping[str, str]
    columns: Mapping[str, str]
    parameters: Mapping[str, Any]

    def describe(self) -> dict[str, Any]:
        """Return the definition as plain data, for sidecars, listings and the reference."""
        definition = [f"{title}: {self.texts[title]}" for title in _TEXTS[1:-1]]
        return {
            "measure": self.name,
            "summary": self.summary,
            "question": self.texts["Question"],
            "unit": self.texts["Unit"],
            "definition": "\n\n".join([self.summary, *definition]),
            "denominator": self.texts["Denominator"],
            "formula": self.texts["Formula"],
            "uncertainty": self.texts["Uncertainty"],
            "pitfalls": self.texts["Pitfalls"],
            "source": self.texts["Source"],
            "tables": list(self.tables),
            "keys": dict(self.keys),
            "columns": dict(self.columns),
            "parameters": dict(self.parameters),
        }


def define(name: str, compute: Compute) -> Measure:
    """Return a measure as its docstring defines it.

    Raises:
        ValueError: the docstring lacks a section or tells of unknown parameters.
    """
    summary, sections = _sections(inspect.getdoc(compute) or "")
    missing = [title for title in (*_TEXTS, _TABLES, "Keys") if title not in sections]
    if missing or not summary:
        raise ValueError(f"the definition of {name} lacks {', '.join(missing) or 'a summary'}")
    told = {title: _items(sections.get(title, [])) for title in _LISTS}
    parameters = {
        p.name: p.default
        for p in inspect.signature(compute).parameters.values()
        if p.kind is p.KEYWORD_ONLY
    }
    if set(told["Parameters"]) != set(parameters):
        raise ValueError(f"the definition of {name} does not tell its parameters")
    texts = {title: " ".join(line.strip() for line in sections[title]) for title in _TEXTS}
    tables = tuple("".join(sections[_TABLES]).replace(" ", "").split(","))
    if unknown := set(tables) - set(TABLES):
        raise ValueError(f"the definition of {name} tells of no such table: {unknown}")
    return Measure(name, compute, summary, texts, tables, told["Keys"], told["Columns"], parameters)


def _sections(docstring: str) -> tuple[str, dict[str, list[str]]]:
    """Split a docstring into its first line and its sections."""
    summary, _, rest = docstring.partition("\n")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in rest.splitlines():
        if head := _HEAD.fullmatch(line):
            lines = sections.setdefault(head[1], [head[2]] if head[2] else [])
        elif line.strip():
            lines.append(line)
    return summary, sections


def _items(lines: list[str]) -> dict[str, str]:
    """Read `name: text` lines; a line that is indented further goes on with the text."""
    items: dict[str, str] = {}
    name = ""
    for line in lines:
        if item := _ITEM.fullmatch(line):
            name = item[1]
            items[name] = item[2]
        else:
            items[name] = f"{items[name]} {line.strip()}"
    return items


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "new_items": volume.new_items,
    "method_mix": volume.method_mix,
    "base_model_mix": volume.base_model_mix,
    "nsfw_share": levels.nsfw_share,
    "level_mix": levels.level_mix,
    "unrated_share": levels.unrated_share,
    "flagged_share": real_person.flagged_share,
    "real_person_share": real_person_share.real_person_share,
    "real_person_reach": real_person.real_person_reach,
    "real_person_reach_by": reach_by.real_person_reach_by,
    "target_gender": gender.target_gender,
    "sexualised_pairing": gender.sexualised_pairing,
    "prompt_gender": prompt_gender.prompt_gender,
    "language_rates": language.language_rates,
    "concentration": concentration.concentration,
    "lorenz": concentration.lorenz_curve,
    "base_model_lineage_share": lineage.base_model_lineage_share,
    "barrier_to_entry_profile": barrier.barrier_to_entry_profile,
    "trainer_signature": trainers.trainer_signature,
    "name_leakage": leakage.name_leakage,
    "metadata_stripping": stripping.metadata_stripping,
    "booru_overlap": booru.booru_overlap,
    "marker_adoption": markers.marker_adoption,
    "tag_communities": tag_communities,
    "community_adoption": community_adoption,
}

#: Every measure by name, in the order of the report.
MEASURES: Final[Mapping[str, Measure]] = {
    name: define(name, function) for name, function in _FUNCTIONS.items()
}


def find(name: str) -> Measure:
    """Return a measure by name.

    Raises:
        UsageError: there is none; the hint names the nearest.
    """
    if name in MEASURES:
        return MEASURES[name]
    from difflib import get_close_matches

    near = get_close_matches(name, MEASURES, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "`hubwatch measures list` names all"
    raise UsageError(f"no such measure: `{name}`", hint=hint)
