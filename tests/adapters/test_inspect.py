"""`hubwatch inspect` as people call it, and what its card holds."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from header_cases import KOHYA, file_bytes, sound_file
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from hubwatch.adapters.card import Card, make_card
from hubwatch.adapters.card_text import card_lines
from hubwatch.adapters.consent import KEY, read_consent
from hubwatch.adapters.header import Header, parse_header
from hubwatch.adapters.meaning import Facts, meaning
from hubwatch.adapters.redact import Redactor
from hubwatch.adapters.training import Training
from hubwatch.adapters.wording import Wording, read_wording, tag_codes
from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import ExitCode
from hubwatch.signals.answers import Answer

Output = pytest.CaptureFixture[str]
REDACTOR = Redactor(b"k" * 32)
MANIFEST = {
    "manifest_id": "m1",
    "subject_ref": "velda orrin",
    "relation": "self",
    "scope": {"sexualised": False},
    "valid_from": "2026-01-01T00:00:00Z",
    "valid_until": "2027-01-01",
    "signature": "abc",
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUBWATCH_OFFLINE", raising=False)
    return


@pytest.fixture
def kohya(tmp_path: Path) -> Path:
    path = tmp_path / "velda_orrin_v2.safetensors"
    path.write_bytes(sound_file(KOHYA))
    return path


def header_of(metadata: dict[str, str] | None) -> Header:
    raw = sound_file(metadata)
    length = int.from_bytes(raw[:8], "little")
    return parse_header(raw[8 : 8 + length], data_bytes=len(raw) - 8 - length)


def card_of(metadata: dict[str, str] | None, **options: Any) -> Card:
    return make_card(header_of(metadata), REDACTOR, **options)


def with_tags(tags: dict[str, int]) -> dict[str, str]:
    return {**KOHYA, "ss_tag_frequency": json.dumps({"10_velda_orrin woman": tags})}


def answer(capsys: Output, *arguments: str) -> dict[str, Any]:
    assert run(cli, ["inspect", *arguments, "--json"]) == ExitCode.DONE
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_card_holds_what_the_contract_names(kohya: Path, capsys: Output) -> None:
    card = answer(capsys, str(kohya))
    assert card["trainer"] == "kohya"
    assert card["base_model"] == "SDXL 1.0"
    assert card["network"] == {"module": "networks.lora", "rank": 32, "alpha": 16.0}
    assert card["training_images"] == 40
    assert card["steps"] == 2000
    assert card["captions"]["style"] == "tags"
    assert card["captions"]["distinct"] == 5
    assert card["tensors"] == 1
    assert card["metadata_bytes"] == len(json.dumps(KOHYA, separators=(",", ":")))
    assert set(card["likeness"]) == {"id", "value", "score", "origin", "evidence", "detail"}
    assert card["consent"] == {"tier": "none", "manifest": None}
    assert card["tensor_digest"] is None


def test_nobody_is_named_and_sexual_words_are_codes(kohya: Path, capsys: Output) -> None:
    card = answer(capsys, str(kohya))
    assert run(cli, ["inspect", str(kohya)]) == ExitCode.DONE
    shown = json.dumps(card) + capsys.readouterr().out
    assert "velda" not in shown.lower()
    assert "orrin" not in shown.lower()
    assert "mature_term" not in shown.replace(" ", "_")
    tags = {tag["tag"]: tag["count"] for tag in card["captions"]["top"]}
    assert tags["sexualised.undress"] == 4
    assert tags["1girl"] == 40
    assert re.fullmatch("name:[0-9a-f]{12}", card["output_name"])
    assert card["person_like"] is True


def test_reveal_shows_names_warns_and_is_logged(
    kohya: Path, capsys: Output, tmp_path: Path
) -> None:
    assert run(cli, ["inspect", str(kohya), "--json", "--reveal"]) == ExitCode.DONE
    out, err = capsys.readouterr()
    card = json.loads(out)
    assert card["revealed"] is True
    assert card["output_name"] == "velda_orrin_v2"
    assert {"velda orrin", "mature term 003"} <= {tag["tag"] for tag in card["captions"]["top"]}
    assert "personal data" in err
    log = [json.loads(line) for line in (tmp_path / "data" / "reveal.log").open()]
    assert [entry["command"] for entry in log] == ["inspect"]
    assert "velda" not in json.dumps(log)


def test_nothing_is_revealed_where_a_minor_may_be_meant() -> None:
    card = card_of(with_tags({"velda orrin": 40, "9 years old": 9}), reveal=True)
    assert card.revealed is False
    assert card.minor_cue is True
    assert "velda" not in str(card)
    assert "9 years old" not in {tag.tag for tag in card.captions.top}
    assert "may point at a minor" in card.meaning[0]


@pytest.mark.parametrize("place", ["rare", "title", "sentence"])
def test_a_minor_anywhere_in_the_header_keeps_everything_hidden(place: str) -> None:
    """Not in the most frequent tags alone."""
    tags = {f"velda orrin {number}": 900 - number for number in range(400)}
    more = {
        "rare": with_tags(tags | {"9 years old": 1}),
        "title": with_tags(tags) | {"modelspec.title": "9 years old"},
        "sentence": with_tags(tags | {"a photo of a girl who is 9 years old in a park": 1}),
    }
    card = card_of(more[place], reveal=True)
    assert card.revealed is False
    assert all(tag.tag.startswith("name:") for tag in card.captions.top)


def test_titles_and_the_file_s_name_are_names_of_the_file() -> None:
    """Everyday words that it is named after may be somebody's name."""
    tags = with_tags({"dark river": 40, "pale meadow": 39, "kite": 3})
    shown = card_of(tags | {"modelspec.title": "Dark River"}, file_name="pale_meadow.safetensors")
    assert [tag.tag[:5] for tag in shown.captions.top] == ["name:", "name:", "kite"]


def test_what_is_revealed_does_not_steer_a_terminal() -> None:
    """Control characters and signs that turn the direction of writing are dots."""
    tags = with_tags({"\x1b]0;velda\x07orrin": 3, "\x9bvelda": 2}) | {
        "ss_output_name": "velda\x1b[2Jorrin\u202e"
    }
    lines = card_lines(card_of(tags, reveal=True))
    assert any("velda" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_tokens_are_those_of_this_run_alone(kohya: Path, capsys: Output) -> None:
    first, second = answer(capsys, str(kohya)), answer(capsys, str(kohya))
    assert first["output_name"] != second["output_name"]
    first["output_name"] = second["output_name"]
    assert first["header_sha256"] == second["header_sha256"]


def test_within_one_card_one_name_has_one_token() -> None:
    card = card_of(with_tags({"velda_orrin": 40, "Velda Orrin": 3, "solo": 20}))
    names = [tag for tag in card.captions.top if tag.tag.startswith("name:")]
    assert [tag.count for tag in names] == [40]


def test_an_adapter_without_metadata_is_no_error(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "bare.safetensors"
    path.write_bytes(sound_file(None))
    card = answer(capsys, str(path))
    assert card["trainer"] == "unknown"
    assert card["stripped"] is True
    assert card["metadata_bytes"] == 0
    assert any("no training metadata" in sentence for sentence in card["meaning"])
    assert any("Nothing inside the file" in sentence for sentence in card["meaning"])


def test_the_weights_are_read_only_when_asked_for(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "a.safetensors"
    raw = sound_file(KOHYA)
    path.write_bytes(raw[:-512] + bytes(range(256)) * 2)
    assert answer(capsys, str(path))["signature"] is None
    card = answer(capsys, str(path), "--data-digest")
    assert re.fullmatch("[0-9a-f]{64}", card["tensor_digest"])
    assert re.fullmatch("hw1:[0-9a-f]{64}", card["signature"])


BROKEN = {
    "empty": b"",
    "short": b"\x01",
    "pickle": b"\x80\x02}q\x00.",
    "zip": b"PK\x03\x04" + bytes(40),
    "list": file_bytes(b"[]"),
    "deep": file_bytes(b"[" * 100_000 + b"1" + b"]" * 100_000),
    "utf8": file_bytes(b"{\xff\xfe}"),
    "huge": file_bytes(b"{}", length=2**62),
    "offsets": file_bytes(b'{"a":{"dtype":"F16","shape":[9],"data_offsets":[0,99999999]}}'),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("more", [[], ["--json"], ["--reveal"]])
def test_an_unsound_file_is_one_error_line(
    tmp_path: Path, capsys: Output, raw: bytes, more: list[str]
) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(raw)
    assert run(cli, ["inspect", str(path), *more]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == ["error", "hint"]
    assert not (tmp_path / "data").exists()


OTHERS = {
    b"\x80\x02}q\x00.": "a pickle file, which hubwatch never opens",
    b"\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00N.": "a pickle file, which hubwatch never opens",
    b"PK\x03\x04\x14\x00\x00\x00" + bytes(40): "a zip archive, as .ckpt and .pt files are",
    b"<!DOCTYPE html><html></html>": "a page of HTML",
    b"\n <html></html>": "a page of HTML",
    b'{"items": []}': "JSON text",
    b"version https://git-lfs": "a Git LFS pointer",
}


@pytest.mark.parametrize("raw", OTHERS)
def test_what_is_given_by_mistake_is_called_by_its_name(
    tmp_path: Path, capsys: Output, httpserver: HTTPServer, raw: bytes
) -> None:
    path = tmp_path / "x.ckpt"
    path.write_bytes(raw)
    httpserver.expect_request("/x").respond_with_data(raw, content_type="text/html")
    for source in (str(path), httpserver.url_for("/x")):
        assert run(cli, ["inspect", source]) == ExitCode.USAGE
        assert OTHERS[raw] in capsys.readouterr().err
    assert len(httpserver.log) == 1, "what is known for another file is not asked for again"


@pytest.mark.parametrize("length", [0x0280, 60])
def test_a_sound_file_that_begins_like_another_is_read(
    tmp_path: Path, capsys: Output, length: int
) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(file_bytes(b"{}".ljust(length)))
    assert run(cli, ["inspect", str(path)]) == ExitCode.DONE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refusal_at_an_address_is_final_whatever_its_page_looks_like(
    httpserver: HTTPServer, capsys: Output, status: int
) -> None:
    page = "<html>no</html>"
    httpserver.expect_request("/x").respond_with_data(page, status, content_type="text/html")
    assert run(cli, ["inspect", httpserver.url_for("/x")]) == ExitCode.UNREACHABLE
    err = capsys.readouterr().err
    assert f"not served: status {status}" in err
    assert "stored" not in err
    assert len(httpserver.log) == 1


def test_an_outage_at_an_address_does_not_speak_of_what_was_stored(
    httpserver: HTTPServer, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    httpserver.expect_request("/x").respond_with_data("<html></html>", 503)
    assert run(cli, ["inspect", httpserver.url_for("/x")]) == ExitCode.UNREACHABLE
    assert "later" in (err := capsys.readouterr().err)
    assert "stored" not in err


@pytest.mark.parametrize("source", ["ftp://hub.example/x.safetensors", "S3://bucket/x"])
def test_other_kinds_of_addresses_are_said_not_to_be_read(capsys: Output, source: str) -> None:
    assert run(cli, ["inspect", source]) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert "addresses are not read" in err
    assert "only http:// and https://" in err


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_one_error_line(tmp_path: Path, capsys: Output, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    assert run(cli, ["inspect", str(path), "--json"]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("error: ")


def test_a_file_at_an_address_is_read_by_its_header_alone(
    httpserver: HTTPServer, capsys: Output, kohya: Path
) -> None:
    raw = sound_file(KOHYA)
    asked: list[str] = []

    def serve(request: Request) -> Response:
        first, last = map(int, re.findall(r"\d+", request.headers["Range"]))
        asked.append(request.headers["Range"])
        last = min(last, len(raw) - 1)
        place = f"bytes {first}-{last}/{len(raw)}"
        return Response(raw[first : last + 1], 206, {"Content-Range": place})

    httpserver.expect_request("/velda_orrin.safetensors").respond_with_handler(serve)
    there = answer(capsys, httpserver.url_for("/velda_orrin.safetensors"))
    here = answer(capsys, str(kohya))
    assert there["header_sha256"] == here["header_sha256"]
    assert there["file_bytes"] == len(raw)
    assert "velda" not in json.dumps(there)
    assert max(int(part.rpartition("-")[2]) for part in asked) < len(raw) - 512


def test_an_unsound_file_at_an_address_is_one_error_line(
    httpserver: HTTPServer, capsys: Output
) -> None:
    httpserver.expect_request("/x").respond_with_data(file_bytes(b"[]"))
    assert run(cli, ["inspect", httpserver.url_for("/x"), "--json"]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("error: ")


def test_offline_means_that_no_address_is_asked(
    httpserver: HTTPServer, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_OFFLINE", "1")
    assert run(cli, ["inspect", "https://hub.example/x.safetensors"]) != ExitCode.DONE
    assert capsys.readouterr().err.startswith("error: ")
    assert not httpserver.log


def test_weights_are_never_fetched(capsys: Output) -> None:
    arguments = ["inspect", "https://hub.example/x", "--data-digest"]
    assert run(cli, arguments) == ExitCode.USAGE
    assert "never fetched" in capsys.readouterr().err


def test_sentences_say_what_was_trained_and_what_is_on_file() -> None:
    said = " ".join(card_of(KOHYA).meaning)
    assert "40 pictures in 2,000 steps" in said
    assert "one name or code word in nearly every caption" in said
    assert "No consent manifest is on file" in said
    assert "1 of its caption tags is sexual wording" in said


def test_a_style_without_a_name_is_not_said_to_show_one_subject() -> None:
    metadata = {
        **KOHYA,
        "ss_output_name": "red_kite_style",
        "ss_tag_frequency": json.dumps({"10_red kite": {"kite": 20, "sky": 18, "no humans": 20}}),
        "ss_dataset_dirs": json.dumps({"10_red kite": {"n_repeats": 10, "img_count": 20}}),
    }
    card = card_of(metadata)
    assert card.likeness.value is False
    assert "name or code word" not in " ".join(card.meaning)


def test_a_manifest_is_claimed_never_verified_and_names_nobody() -> None:
    card = card_of({**KOHYA, KEY: json.dumps(MANIFEST)})
    assert card.consent.tier == "claimed"
    manifest = card.consent.manifest
    assert manifest is not None
    assert (manifest.relation, manifest.sexualised, manifest.signed) == ("self", False, True)
    assert (manifest.valid_from, manifest.valid_until) == ("2026-01-01", "2027-01-01")
    assert "velda" not in str(card).lower()
    assert any("has not verified" in sentence for sentence in card.meaning)


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", "null", "[" * 100_000, '{"a":"\\ud800"}', "{" + " " * 70_000 + "}"],
)
def test_what_is_no_manifest_is_none_on_file(text: str) -> None:
    assert read_consent({KEY: text}).tier == "none"


@pytest.mark.parametrize("value", [None, 1, [], {}, "x", "velda orrin", "9999-99-99 velda"])
def test_fields_of_a_manifest_are_shown_only_when_they_are_of_a_known_form(value: object) -> None:
    odd = dict.fromkeys(("relation", "scope", "valid_from", "valid_until"), value)
    found = read_consent({KEY: json.dumps(odd | {"id": 1})})
    assert found.tier == "claimed"
    assert "velda" not in str(found)


def test_every_line_of_a_card_is_for_people() -> None:
    for metadata in (KOHYA, None, {"format": "pt"}, {**KOHYA, KEY: json.dumps(MANIFEST)}):
        lines = card_lines(card_of(metadata, file_bytes=223_000_000, signature="hw1:00"))
        assert "What it means for likeness and consent:" in lines
        assert not [line for line in lines if "None" in line]
        assert "223.0 MB" in "\n".join(lines)


def test_tags_of_minors_are_counted_and_left_out() -> None:
    found = read_wording({"9 years old": 9, "young woman": 5, "kite": 3}, (), REDACTOR, reveal=True)
    assert found.minor == 1
    assert [tag.tag for tag in found.top] == ["kite"]
    assert not [code for code in found.codes if code.startswith("minor")]


def test_sentences_and_endless_tags_are_counted_but_not_listed() -> None:
    sentence = "a woman in a red dress stands on a hill and looks at a kite"
    found = read_wording({sentence: 2, "kite " * 50_000: 2, "kite": 1}, (), REDACTOR, reveal=False)
    assert [tag.tag for tag in found.top] == ["kite"]


def test_codes_of_a_tag_are_those_of_the_lexical_signals() -> None:
    assert tag_codes("mature_term_003") == ("sexualised.undress",)
    assert tag_codes("kite") == ()


def test_reveal_changes_what_is_shown_and_not_what_is_found() -> None:
    hidden, shown = card_of(KOHYA), card_of(KOHYA, reveal=True)
    assert shown.revealed
    assert shown.meaning == hidden.meaning
    assert "one name or code word in nearly every caption" in shown.meaning[0]
    assert shown.captions.codes == hidden.captions.codes


@pytest.mark.parametrize(
    ("score", "said"),
    [(0.42, "89 ("), (0.5, "136 ("), (0.7999, "136 ("), (0.8, "43 ("), (1, "43 (")],
)
def test_the_figure_is_that_of_the_score(score: float, said: str) -> None:
    answer = Answer(id="x", value=True, score=score, origin="classifier")
    card = card_of(KOHYA)
    facts = Facts(
        Training(stripped=False), Wording((), {}, 0), answer, answer, card.consent, False, True
    )
    (sentence,) = [one for one in meaning(facts) if one.startswith("Its names read like")]
    assert f"the hub flags {said}" in sentence


def test_a_file_that_says_nothing_has_no_answer_and_no_reason() -> None:
    for metadata in (None, {}):
        card = card_of(metadata, file_name="a.safetensors", file_bytes=3_000)
        assert card.likeness.value is card.likeness.score is None
        assert not card.likeness.evidence
        assert "Nothing inside the file" in " ".join(card.meaning)


def test_reasons_are_only_of_what_the_file_has() -> None:
    """No trigger word, no page: neither is a reason; the cut stands beside the answer."""
    card = card_of({"ss_output_name": "Velda_Orrin_LoRA"}, file_name="velda_orrin.safetensors")
    codes = {one.code for one in card.likeness.evidence}
    assert card.likeness.value is True
    assert "name.form" in codes
    assert not codes & {"trigger.form", "card.silent", "card.kind"}
    assert card.likeness_threshold == pytest.approx(0.34)
    assert any("true from 0.34 on" in line for line in card_lines(card))


def test_what_is_called_a_person_s_name_has_the_form_of_one() -> None:
    """`person_like` is stricter than the signal; a sentence does not say what it denies."""
    tags = {"ss_tag_frequency": json.dumps({"10_qx": {"mature_term_003": 4, "woman": 9}})}
    card = card_of({"ss_output_name": "Tamsin_Quellivar_LoRA"} | tags)
    assert card.likeness.value is True
    assert card.person_like is False
    said = " ".join(card.meaning)
    assert "sexual wording, in a file that may show a real person" in said
    assert "person's name" not in said


def test_a_file_that_only_its_own_name_speaks_for_says_so_with_the_figure() -> None:
    card = card_of(None, file_name="tamsin_quellivar.safetensors", file_bytes=3_000)
    assert [one.code for one in card.likeness.evidence] == ["file.form"]
    (sentence,) = [one for one in card.meaning if "the file's own name alone" in one]
    assert "the hub flags 89 (" in sentence
