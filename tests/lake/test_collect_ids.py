"""Sets of ids and the estimate of what was missed, against plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.lake.collect.ids import IdSet, missed

IDS = st.integers(0, 2**40).map(str) | st.text(max_size=6) | st.sampled_from(["007", "0", "٣", ""])


@given(st.lists(IDS, max_size=60), st.lists(IDS, max_size=20))
def test_it_behaves_as_a_set(added: list[str], asked: list[str]) -> None:
    ids, plain = IdSet(), set()
    for key in added:
        assert ids.add(key) == (key not in plain)
        plain.add(key)
    assert len(ids) == len(plain)
    assert [key in ids for key in asked] == [key in plain for key in asked]
    assert len(list(ids)) == len(ids)
    assert set(ids) == plain
    assert ids.meets(IdSet(asked)) == bool(plain & set(asked))
    assert 7 not in ids


def test_dense_ids_cost_about_a_bit_each() -> None:
    ids = IdSet()
    ids.update(map(str, range(200_000)))
    assert sum(map(len, ids._blocks.values())) < 200_000 / 8 + 600


@pytest.mark.parametrize(
    ("first", "second", "both", "expected"),
    [
        (100, 100, 100, 0.0),
        (100, 100, 99, 101 * 101 / 100 - 1 - 101),
        (9, 11, 3, 10 * 12 / 4 - 1 - 17),
        (0, 0, 0, 0.0),
    ],
)
def test_chapman_by_hand(first: int, second: int, both: int, expected: float) -> None:
    assert missed(first, second, both) == pytest.approx(expected)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_an_estimate_is_never_negative(first: int, second: int, both: int) -> None:
    both = min(first, second, both)
    assert missed(first, second, both) >= 0
