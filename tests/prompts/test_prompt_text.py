"""Plain text, pieces, words and scripts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.prompts import text as prompt_text
from hubwatch.prompts.characters import nfkc
from hubwatch.prompts.normalise import plain
from hubwatch.prompts.text import _CUT, _EDGES, plain_text, script_of, split_text, words

PAGE = (
    "<p>A <b>r</b>ed&nbsp;kite &amp; sky</p><script>var x = '<p>no</p>'</script>"
    "<ul><li>one</li><li>two<br>lines</li></ul><style>p{}</style><!-- note -->"
)


def test_html_becomes_lines_without_scripts_and_styles() -> None:
    assert plain_text(PAGE) == "A red kite & sky\none\ntwo\nlines"


def test_a_page_with_too_many_tags_says_the_same_without_a_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prompt_text, "_MOST_TAGS", 1)
    assert plain_text(PAGE) == "A red kite & sky\none\ntwo\nlines"


def test_text_without_tags_stays() -> None:
    assert plain_text("a kite, 3 < 4") == "a kite, 3 < 4"


def test_prose_is_split_at_sentences_commas_and_brackets() -> None:
    assert split_text("A red kite (1990). It's new; fine, yes!\n\nEnd") == (
        "a red kite",
        "1990",
        "it's new",
        "fine",
        "yes",
        "end",
    )


def test_words_are_letters_and_digits_with_their_marks() -> None:
    assert words("1girl's größe_x हिन्दी") == ["1girl", "s", "größe", "x", "हिन्दी"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("kite 12", "Latin"),
        ("ｋｉｔｅ", "Latin"),
        ("змей kit", "Cyrillic"),
        ("少女", "Han"),
        ("かいと カイト", "Kana"),
        ("연 하늘", "Hangul"),
        ("طائرة", "Arabic"),
        ("12 :3", None),
        ("", None),
    ],
)
def test_the_script_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<script>", "</script>", "<!--", "-->", "<", ">", "&amp", "a", "<br"]
        )
    ).map("".join)
)
def test_nothing_raises(text: str) -> None:
    plain_text(text)
    split_text(text)
    words(text)
    script_of(text)


@settings(deadline=None, max_examples=400)
@given(
    st.text(
        alphabet=st.sampled_from("aΣςσİ.,;:|( …ﬁ'·\u0301_１ǰ女\n") | st.characters(), max_size=12
    )
)
def test_prose_is_normalised_as_a_whole_as_each_piece_is(text: str) -> None:
    """Normal forms first and cutting then gives the pieces that cutting first gives."""
    pieces = (plain(piece).strip(_EDGES) for piece in _CUT.split(nfkc(text)))
    assert split_text(text) == tuple(piece for piece in pieces if piece)
