"""Normal forms: what is undone, and what must survive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.prompts.normalise import Strength, match_keys, normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Red_Kite  Sky", "red kite sky"), ("ｋｉｔｅ", "kite"), ("Ünder", "ünder"), ("\t", "")],
)
def test_plain_settles_form_case_and_spaces(text: str, plain: str) -> None:
    assert normalise(text, Strength.PLAIN) == plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élan Łódź straße", "elan lodz strasse"),
        ("k\u200bi\u00adte", "kite"),
        ("k\u0338i\u0338t\u0336e", "kite"),
        ("\U0001d4c0\U0001d4be\U0001d4c9\u212f", "kite"),
        ("k\u0456t\u0435", "kite"),  # Cyrillic letters among Latin ones
        ("змей и лошадь", "змей и лошадь"),
        ("море", "mope"),  # all of its letters could be Latin; its transliteration is a key too
        ("がぎ 少女", "がぎ 少女"),
        ("हिन्दी", "हिन्दी"),
        ("٢١ kites", "21 kites"),
        ("it’s “so”", 'it\'s "so"'),
    ],
)
def test_folded_undoes_disguise_and_leaves_other_scripts(text: str, folded: str) -> None:
    assert normalise(text, Strength.FOLDED) == folded


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("m0d3rn k!te", "modern kite"),
        ("k1te", "kite"),
        ("5kyline", "skyline"),
        ("$kyline", "skyline"),
        ("ann4", "anna"),
        ("k.i.t.e", "kite"),
        ("k i t e red", "kite red"),
        ("red-kite", "redkite"),
        ("kiiiite", "kite"),
    ],
)
def test_strong_undoes_what_keeps_words_from_being_found(text: str, strong: str) -> None:
    assert normalise(text, Strength.STRONG) == strong
    assert strong in match_keys(text)


@pytest.mark.parametrize("text", ["1girl", "2girls", "4k", "2b", "8k uhd", "18+", "f1.8", "1980s"])
def test_counts_and_names_with_digits_survive(text: str) -> None:
    for strength in Strength:
        assert normalise(text, strength).split(" ")[0] == text.split(" ")[0]


def test_keys_hold_every_reading_once_the_folded_form_first() -> None:
    assert match_keys("Kite") == ("kite",)
    assert match_keys("ki1o") == ("ki1o", "kiio", "kilo")
    assert match_keys("foool") == ("foool", "fol", "fool")
    assert match_keys("Змей") == ("змей", "zmey")
    assert match_keys("  ") == ()


@given(st.text(max_size=30), st.sampled_from([Strength.PLAIN, Strength.FOLDED]))
def test_a_normal_form_is_its_own_normal_form(text: str, strength: Strength) -> None:
    once = normalise(text, strength)
    assert normalise(once, strength) == once


@given(st.text(max_size=30))
def test_the_folded_form_is_the_first_key(text: str) -> None:
    keys = match_keys(text)
    folded = normalise(text, Strength.FOLDED)
    assert keys[:1] == ((folded,) if folded else keys[:1])
    assert len(set(keys)) == len(keys)
    assert len(keys) <= 6
