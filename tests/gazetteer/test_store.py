"""The gazetteer: what is found in a text, and what lies on disk."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import InputError
from hubwatch.gazetteer import store
from hubwatch.gazetteer.attributes import (
    GENDERS,
    OCCUPATIONS,
    PROMINENCES,
    SOURCES,
    Attributes,
    pack,
    unpack,
)
from hubwatch.gazetteer.folding import fold
from hubwatch.gazetteer.index_file import write_gazetteer
from hubwatch.gazetteer.people import Person, rows_of
from hubwatch.gazetteer.store import (
    Gazetteer,
    open_gazetteer,
    read_gazetteer,
    read_seed,
    seed_groups,
    without_persons,
)
from hubwatch.gazetteer.windows import letters_of, name_hashes, windows_of

NAMES = (
    "Zarquirra Thrandobask",
    "Nym Skov-Urquist",
    "Élowen d'Orvad",
    "Веl Ова",
    "王霭璧",
    "Brask",
)


def gazetteer(*names: str) -> Gazetteer:
    rows = np.sort(rows_of([Person((name,), "csv") for name in names]), order="hash")
    return Gazetteer(rows["hash"].copy(), rows["codes"].copy(), {})


LISTED = gazetteer(*NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "zarquirra thrandobask",
        "ZARQUIRRA_THRANDOBASK",
        "ZarquirraThrandobask",
        "zarquirrathrandobask",
        "zarquirra-thrandobask",
        "Zárquirra Thrañdobask",
        "Zarquirra\n  Thrandobask",
        "Zarquirra\u200b Thrand\u200dobask",
        "Zarquirra (Thrandobask:1.2)",
        "Ｚａｒｑｕｉｒｒａ Thrandobask",
    ],
)
def test_spelling_noise_does_not_hide_a_name(text: str) -> None:
    (hit,) = LISTED.find(f"a photo of {text}, 8k")
    assert hit.start == len("a photo of ")
    assert hit.words == 2


@pytest.mark.parametrize("name", NAMES)
def test_every_listed_name_is_found_where_it_stands(name: str) -> None:
    (hit,) = LISTED.find(f"«{name}»")
    assert (hit.start, hit.end) == (1, 1 + len(name))


def test_a_name_inside_a_longer_word_is_not_found() -> None:
    assert not LISTED.find("xzarquirrathrandobaskx")
    assert not LISTED.find("braskets")


def test_a_name_of_one_word_is_never_telling() -> None:
    (hit,) = LISTED.find("brask")
    assert not hit.telling


def test_the_longest_of_overlapping_names_wins() -> None:
    found = gazetteer("Vel Skov", "Vel Skov Brask", "Brask Orvad").find("vel skov brask orvad")
    assert [(hit.start, hit.end) for hit in found] == [(0, 14)]


def test_everyday_words_never_make_a_joined_name() -> None:
    listed = gazetteer("Be St", "Then Ight", "Dark Night")
    assert not listed.find("best quality")
    assert not listed.find("the night")
    (hit,) = listed.find("dark night")
    assert hit.common_words
    assert not hit.telling


def test_a_frequent_given_name_with_a_frequent_surname_is_not_telling() -> None:
    (hit,) = gazetteer("John Miller").find("John Miller")
    assert hit.common_name
    assert not hit.telling


def reference(names: tuple[str, ...], text: str) -> set[str]:
    """Return the folded names among all runs of at most five words, found the slow way."""
    wanted = {fold(name) for name in names}
    letters = letters_of(text)
    codes = "".join(map(chr, letters.codes))
    found = set()
    for marks in (letters.words.tolist(), letters.pieces.tolist()):
        for first in range(len(marks) - 1):
            for last in range(first + 1, min(first + 6, len(marks))):
                found.add(codes[marks[first] : marks[last]])
    return wanted & found


WORDS = st.sampled_from(["vel", "Skov", "BRASK", "orvad", "Éló", "skov-brask", "王", "a", "1", "…"])


@given(st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, min_size=1, max_size=3))
def test_runs_are_looked_up_as_the_slow_way_does(text: str, name: list[str]) -> None:
    names = (" ".join(name),)
    hashes = windows_of(letters_of(text)).hashes
    listed = set(name_hashes(names).tolist()) & set(hashes.tolist())
    expected = reference(names, text)
    assert bool(listed) == bool(expected)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_searched_and_hits_lie_inside_it(text: str) -> None:
    for hit in LISTED.find(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert fold(text[hit.start : hit.end]) in {fold(name) for name in NAMES}


@given(st.text(max_size=80))
def test_letters_are_those_of_folding(text: str) -> None:
    letters = letters_of(text)
    assert "".join(map(chr, letters.codes)) == fold(text)
    assert len(letters.codes) == len(letters.origin)


@given(
    st.builds(
        Attributes,
        gender=st.sampled_from(GENDERS),
        occupation=st.sampled_from(OCCUPATIONS),
        prominence=st.sampled_from(PROMINENCES),
        country=st.none() | st.sampled_from(["us", "zw", "aa", "zz"]),
        source=st.sampled_from(SOURCES),
        words=st.integers(1, 7),
        ambiguity=st.integers(0, 15),
        common_words=st.booleans(),
        common_name=st.booleans(),
    )
)
def test_attributes_survive_packing(attributes: Attributes) -> None:
    assert unpack(pack(attributes)) == attributes
    assert pack(attributes) < 1 << 32


def test_a_gazetteer_on_disk_takes_twelve_bytes_a_name_and_shows_none(tmp_path) -> None:
    path = tmp_path / "g.hwg"
    written = write_gazetteer(path, iter([(LISTED.hashes, LISTED.attributes)]), {"sources": []})
    assert written == len(NAMES)
    raw = path.read_bytes()
    assert len(raw) < 12 * len(NAMES) + 64
    for name in NAMES:
        assert fold(name).encode() not in raw.lower()
    again = read_gazetteer(path)
    assert [hit.source for hit in again.find("brask")] == ["csv"]
    assert again.counts()["source"] == {"csv": len(NAMES)}


@pytest.mark.parametrize("keep", [0, 5, 20, 60])
def test_a_damaged_file_is_refused(tmp_path, keep: int) -> None:
    path = tmp_path / "g.hwg"
    write_gazetteer(path, iter([(LISTED.hashes, LISTED.attributes)]), {"sources": []})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError):
        read_gazetteer(path)


def test_without_a_build_the_seed_is_used(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path))
    assert len(open_gazetteer()) == len(read_seed()) > 10_000
    path = tmp_path / "gazetteer.hwg"
    write_gazetteer(path, iter([(LISTED.hashes, LISTED.attributes)]), {"sources": []})
    assert len(open_gazetteer()) == len(NAMES)


def test_the_deny_list_is_applied_when_a_gazetteer_is_opened(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = np.zeros((0, 2), dtype=np.uint16)
    monkeypatch.setattr(store, "read_seed", lambda: LISTED)
    monkeypatch.setattr(store, "seed_groups", lambda: groups)
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path))
    deny = tmp_path / "deny.txt"
    deny.write_text(f"{NAMES[1]}\n", encoding="utf-8")
    monkeypatch.setenv("HUBWATCH_GAZETTEER_DENY", str(deny))
    assert not open_gazetteer().find(NAMES[1])
    path = tmp_path / "gazetteer.hwg"
    write_gazetteer(path, iter([(LISTED.hashes, LISTED.attributes)]), {"sources": []})
    assert open_gazetteer().find(NAMES[0])
    deny.write_text(f"{NAMES[0]}, \n", encoding="utf-8")
    os.utime(deny, ns=(1, 1))
    assert not open_gazetteer().find(NAMES[0])
    assert open_gazetteer().find(NAMES[1])


def test_all_names_of_a_denied_person_of_the_seed_are_left_out() -> None:
    seed, groups = read_seed(), seed_groups()
    person = groups[groups[:, 1] == groups[0, 1]]
    assert len(person) > 1
    denied = seed.hashes[person[:1, 0]]
    left = without_persons(seed, denied, groups)
    assert not np.isin(seed.hashes[person[:, 0]], left.hashes).any()
    assert len(seed) - len(left) < 20


@pytest.mark.parametrize(
    "text", ["King Arthur", "Robin Hood", "Sherlock Holmes", "Paul Bunyan", "Simple Simon"]
)
def test_who_never_lived_is_not_telling_in_the_seed(text: str) -> None:
    assert not any(hit.telling for hit in read_seed().find(text))


def test_an_empty_gazetteer_finds_nothing() -> None:
    assert gazetteer().find("Zarquirra Thrandobask") == []
    assert LISTED.find("") == []
