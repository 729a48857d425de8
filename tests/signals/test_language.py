"""What the three lexical signals read: hits, context, negation, negative prompts, disguises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import PIECES, SignalContract, relaxed

from hubwatch.prompts.normalise import plain
from hubwatch.signals.language import Scan, answer, scan, scan_words
from hubwatch.signals.language_reference import best_hits
from hubwatch.signals.lexicon import keys, load_lexicon, tokens
from hubwatch.signals.pieces import pieces
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import ImageText, ModelSubject, PromptSubject
from hubwatch.simulate.world.mature import MATURE_TERMS

SEXUALISED = load_lexicon("sexualised")


class TestSexualisedLanguage(SignalContract):
    name = "sexualised_language"
    highest = 1000.0


class TestObjectifyingLanguage(SignalContract):
    name = "objectifying_language"
    highest = 1000.0


class TestViolentOrCoerciveLanguage(SignalContract):
    name = "violent_or_coercive_language"
    highest = 1000.0


def read(text: str) -> Scan:
    return scan(SEXUALISED, plain(text))


@pytest.mark.parametrize("term", MATURE_TERMS)
def test_every_invented_mature_term_is_one_hit(term: str) -> None:
    assert len(read(term).hits) == 1


def test_the_invented_terms_cover_every_category() -> None:
    found = {read(term).hits[0] for term in MATURE_TERMS}
    assert found == set(SEXUALISED.data.categories)


@pytest.mark.parametrize(
    "disguise",
    [
        "m4ture_term_003",
        "m a t u r e term 003",
        "matuuuure term 003",
        "m.a.t.u.r.e term 003",
        "m\u0430ture term 003",
        "ma\u200bture term 003",
        "ＭＡＴＵＲＥ＿ＴＥＲＭ＿００３",
        "m\u00e1t\u00fare term 003",
    ],
)
def test_a_disguised_term_is_read(disguise: str) -> None:
    assert read(disguise) == read("mature term 003")


@pytest.mark.parametrize(
    "text",
    ["no {}", "without any {}", "not {}", "{}-free", "no fog or {}", "sin {}", "ohne {}", "без {}"],
)
def test_a_negated_term_is_avoided(text: str) -> None:
    found = read(text.format("mature_term_003"))
    assert found.hits == ()
    assert len(found.negated) == 1


@pytest.mark.parametrize("text", ["no fog but {}", "a {}", "not a very long nor quite dull {}"])
def test_a_negation_ends_at_a_turn_or_out_of_reach(text: str) -> None:
    found = read(text.format("mature_term_003"))
    assert len(found.hits) == 1
    assert found.negated == ()


@pytest.mark.parametrize(
    "text",
    [
        "nude colour lipstick",
        "led strip lighting",
        "chicken breast",
        "naked eye observation",
        "hot air balloon",
        "double breasted coat",
        "facial hair",
        "marble bust of a senator",
        "blue tit on a branch",
        "1girl",
        "4k",
        "a5 paper",
        "bob",
        "x",
        "x ray of a hand",
        "café crème",
    ],
)
def test_harmless_uses_are_no_hits(text: str) -> None:
    assert read(text) == Scan()


@pytest.mark.parametrize("name", ["sexualised", "objectifying", "violent"])
def test_the_quick_screen_never_hides_a_term(name: str) -> None:
    lexicon = load_lexicon(name)
    parts = (*PIECES, "coercion_term_001", "object_term_002", "n o", "m a t", "u r e", "term 003")

    @relaxed
    @given(st.lists(st.sampled_from(parts) | st.text(max_size=6), max_size=6).map(" ".join))
    def check(text: str) -> None:
        text = plain(text)
        best = Scan()
        for place, form in enumerate(keys(text)):
            known = frozenset(tokens(keys(text)[0])) if place else frozenset[str]()
            found = scan_words(lexicon, tokens(form), known)
            best = found if sum(map(len, found)) > sum(map(len, best)) else best
        assert scan(lexicon, text) == best
        assert list(best.hits) == best_hits(lexicon, text)

    check()


@relaxed
@given(st.sampled_from(MATURE_TERMS), st.text(alphabet=" _", min_size=1, max_size=4))
def test_case_and_spacing_do_not_matter(term: str, gap: str) -> None:
    assert read(term.upper().replace("_", gap)) == read(term)


def test_a_negative_prompt_is_counted_apart() -> None:
    subject = PromptSubject(
        id="p", prompt="mature_term_001, mature_term_001, fog", negative_prompt="mature_term_002"
    )
    found = signal("sexualised_language").answer_one(subject)
    assert found.detail["words"] == 7
    assert sum(found.detail["hits"].values()) == 2
    assert sum(found.detail["avoided"].values()) == 1
    assert found.score == pytest.approx(2000 / 7, abs=0.001)
    assert [(reason.start, reason.end) for reason in found.evidence] == [(0, 15), (17, 32)]


def test_a_model_is_read_without_its_images_prompts() -> None:
    subject = ModelSubject(id="m", name="Kite", images=(ImageText(prompt="mature_term_001"),))
    assert answer("sexualised", "sexualised", subject).value is False
    assert [piece.field for piece in pieces(subject, prompts=True)] == ["name", "images[0].prompt"]
