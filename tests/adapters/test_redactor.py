"""Names never get through, everyday tags do; equal names have equal tokens under one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.adapters.everyday import is_everyday_tag
from hubwatch.adapters.redact import PREFIX, Redactor
from hubwatch.errors import UsageError
from hubwatch.prompts.normalise import plain
from hubwatch.simulate.world import words
from hubwatch.simulate.world.disguise import written_name
from hubwatch.simulate.world.invented import in_script, person_name
from hubwatch.simulate.world.mature import MATURE_TERMS
from hubwatch.simulate.world.models import PRESENTATIONS
from hubwatch.simulate.world.people import SCRIPTS, build_people
from hubwatch.simulate.world.streams import Picker

KEY = b"k" * 32
PEOPLE = build_people(300, seed=5)


def _tokens(text: str) -> bool:
    found = Redactor(KEY).tag(text)
    return found.startswith(PREFIX) and len(found) == len(PREFIX) + 12


@pytest.mark.parametrize("presentation", PRESENTATIONS)
def test_no_fictional_name_is_kept(presentation: str) -> None:
    """Every disguise of every fictional person becomes a token."""
    kept = [
        name
        for number, person in enumerate(PEOPLE)
        for name in [written_name(person, presentation, Picker(number * 77 + 1))]
        if not _tokens(name)
    ]
    assert not kept


@pytest.mark.parametrize("script", sorted(set(SCRIPTS)))
def test_no_name_in_any_script_is_kept(script: str) -> None:
    """Latin or not, with and without blanks, in any case."""
    for number in range(200):
        name = in_script(person_name(Picker(number * 31 + 7), woman=number % 2 == 0), script)
        for text in (name, name.lower(), name.replace(" ", "_"), name.replace(" ", ""), name[:6]):
            assert _tokens(text)


def test_a_part_of_a_name_beside_everyday_words_is_not_kept() -> None:
    """One unknown word makes the whole tag a token."""
    for person in PEOPLE[:100]:
        for text in (f"{person.given} smiling", f"photo of {person.family}", f"{person.given}'s"):
            assert _tokens(text)


@pytest.mark.parametrize(
    "text",
    [
        *("jack winter", "will mason", "grace", "mark stone", "t river", "j k", "amber stone"),
        *(
            "s.w.",
            "hunter",
            "Jack",
            "MARK",
            "vt_qv_12",
            "name 5551234567",
            "山田花子",
            *(
                "photo of maria",
                "maria dress",
                "brown maria",
                "maria, in the forest",
                "1girl peter",
            ),
            "hunter cook",
        ),
    ],
)
def test_names_of_everyday_words_are_not_kept(text: str) -> None:
    """A frequent given name alone, or before a surname, may be somebody; so may initials."""
    assert _tokens(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1girl", "1girl"),
        ("Looking_at_Viewer", "looking at viewer"),
        ("brown hair", "brown hair"),
        ("violet eyes", "violet eyes"),
        ("score_8_up", "score 8 up"),
        ("absurdres", "absurdres"),
        ("t-shirt", "t-shirt"),
        ("85mm lens", "85mm lens"),
        ("6+girls", "6+girls"),
        (":d", ":d"),
        ("rose", "rose"),
        ("mature_term_007", "mature term 007"),
        ("man", "man"),
        ("question mark", "question mark"),
        ("ray tracing", "ray tracing"),
    ],
)
def test_everyday_tags_are_kept(text: str, kept: str) -> None:
    """They come back in the form that prompts' tags have."""
    assert Redactor(KEY).tag(text) == kept


def test_most_of_a_vocabulary_is_kept() -> None:
    """At least 97 in 100 of the simulated hub's everyday tags, and all its mature terms."""
    lists = (
        *(words.GARMENTS, words.GESTURES, words.LIGHTS, words.QUALITY, words.CAMERA, words.MEDIA),
        *(words.THINGS, words.ANATOMY_SAFE, words.PLACES, words.HAIR, words.NEGATIVE),
    )
    tags = {plain(tag.strip("()")) for group in lists for tag in group}
    assert sum(map(is_everyday_tag, tags)) >= 0.97 * len(tags)
    assert all(is_everyday_tag(plain(term)) for term in MATURE_TERMS)


@pytest.mark.parametrize(
    "own",
    [
        *(
            "red_dress_v3",
            "10_red dress woman",
            "RedDress",
            "red-dress.safetensors",
            "sks, Red Dress",
        ),
        *("r3d dr3ss", "C:\\sets\\5_reddress"),
    ],
)
def test_a_file_s_own_name_is_not_kept(own: str) -> None:
    """Everyday words that the file is named after may be somebody's name."""
    redactor = Redactor(KEY)
    assert redactor.tag("red dress", [own]).startswith(PREFIX)
    assert redactor.tag("red hair", [own]) == "red hair"


@pytest.mark.parametrize(
    "tag", ["a photo of dark river", "dark river bridge", "woman, dark-river", "Dark_River 2girls"]
)
def test_a_longer_tag_with_a_file_s_own_name_is_not_kept(tag: str) -> None:
    """A name of everyday words is one within other words, too."""
    redactor = Redactor(KEY)
    assert redactor.tag(tag, ["10_dark river woman"]).startswith(PREFIX)
    assert redactor.tag(tag, ["10_dark sky woman"]) == plain(tag)


@pytest.mark.parametrize("first", [0x1F1E6, 0x1F170, 0x24B6, 0xE0061, 0x2801, 0x1F130])
def test_no_name_is_kept_in_signs_that_look_like_letters(first: int) -> None:
    """Flags, boxes, circles, invisible tags and dots can spell what no word shows."""
    spelt = "".join(chr(first + place) for place in (9, 0, 13, 4))
    assert _tokens(f"red dress {spelt}")


@pytest.mark.parametrize("text", ["\x1b]0;blue dress\x07", "\x1b[2d red dress", "red\x9bdress"])
def test_nothing_that_steers_a_terminal_is_kept(text: str) -> None:
    """What is kept is shown as it is."""
    assert _tokens(text)


@pytest.mark.parametrize("text", ["name: river", "name:1234", "Name：rose", " name:river"])
def test_nobody_can_write_a_token(text: str) -> None:
    """What looks like a token is a token of ours."""
    assert _tokens(text)


def test_numbers_and_signs_without_end_take_no_time() -> None:
    """A pattern that could match them in two ways would never come back."""
    assert _tokens("zorvik" + "__1" * 150 + "x")
    assert _tokens("zorvik" + "_" * 400 + "x")


def test_words_such_as_woman_are_no_own_name() -> None:
    """A folder `1_woman` does not make every `woman` a token."""
    assert Redactor(KEY).tag("woman", ["1_woman", "lora_v2", "style"]) == "woman"


def test_a_vocabulary_is_kept() -> None:
    """Whoever gives one answers for it."""
    assert Redactor(KEY, {"zettai ryouiki"}).tag("Zettai_Ryouiki") == "zettai ryouiki"
    assert Redactor(KEY).tag("zettai ryouiki").startswith(PREFIX)


def test_spellings_of_one_name_have_one_token() -> None:
    """So that a name can be counted across files without being known."""
    redactor = Redactor(KEY)
    spellings = (
        *(
            "Velda Orrin",
            "velda_orrin",
            "VELDA-ORRIN",
            "velda_orrin_v2",
            "veldaorrin",
            "v3lda orrin",
        ),
        *(
            "10_velda_orrin",
            "Velda Orrin.safetensors",
            "vеlda оrrin",
            "Vélda Orrín",
            "v e l d a orrin",
        ),
    )
    assert len({redactor.token(text) for text in spellings}) == 1
    assert redactor.token("velda orrin") != redactor.token("velda orris")


def test_another_key_gives_another_token() -> None:
    """Without the key a guess cannot be tested."""
    assert Redactor(KEY).token("velda") != Redactor(b"j" * 32).token("velda")


def test_without_a_key_there_are_no_tokens() -> None:
    """A hash without a key could be tested with a list of names."""
    with pytest.raises(UsageError, match="without a key"):
        Redactor(b"").token("velda orrin")


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_is_a_token_or_itself(text: str, own: list[str]) -> None:
    """Nothing raises; what is kept is what was there, in normal form."""
    found = Redactor(KEY).tag(text, own)
    assert found.startswith(PREFIX) or found == plain(text)


@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=3, max_size=12))
def test_an_unknown_word_is_never_kept(word: str) -> None:
    """Safe by default: what nobody knows to be harmless is a token."""
    if not is_everyday_tag(word):
        assert _tokens(f"{word} in a garden")
