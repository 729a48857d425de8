"""One signal over a file: in order, streamed, one object an item."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import KITE

from hubwatch.errors import InputError, UsageError
from hubwatch.signals import parallel, run
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.reveal import log_reveal, revealed
from hubwatch.signals.run import RunCounts, batches, run_signal
from hubwatch.signals.subjects import PromptSubject


@pytest.fixture(autouse=True)
def _kites(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "signal", lambda name: KITE)
    monkeypatch.setattr(run, "MINORS", "kite")
    return


def lines(*items: Any) -> io.BytesIO:
    texts = [item if isinstance(item, str) else json.dumps(item) for item in items]
    return io.BytesIO("\n".join(texts).encode())


def answered(*items: Any, **options: Any) -> list[dict[str, Any]]:
    out = b"".join(run_signal("kite", lines(*items), **options))
    return [json.loads(line) for line in out.splitlines()]


def test_every_item_is_answered_in_order_and_bad_ones_answer_an_error() -> None:
    counts = RunCounts()

    def follow(now: RunCounts) -> None:
        nonlocal counts
        counts = now

    found = answered(
        {"id": 1, "prompt": "a kite"},
        "{broken",
        {"id": 2, "prompt": "sky"},
        {"id": 3, "prompt": ""},
        {"id": 4, "prompt": 5},
        progress=follow,
        kind="prompt",
    )
    assert [row.get("id") for row in found] == ["1", None, "2", "3", "4"]
    assert found[0]["value"] is True
    assert found[0]["evidence"][0]["text"] is None
    assert set(found[0]) == {"id", "value", "score", "origin", "evidence", "detail"}
    assert set(found[1]) == {"id", "error"}
    assert [row.get("value") for row in found] == [True, None, False, None, None]
    assert (counts.items, counts.failed) == (5, 2)
    assert counts.values == {"true": 1, "false": 1, "unknown": 1}


def test_the_kind_is_told_from_the_first_item() -> None:
    assert answered({"id": 1, "name": "kite", "modelVersions": []})[0]["value"] is True
    assert answered({"id": 1, "prompt": "kite"})[0]["value"] is True
    assert answered() == []
    with pytest.raises(UsageError, match="the items do not tell"):
        answered({"id": 1})


def test_a_first_item_that_tells_nothing_does_not_decide_for_the_file() -> None:
    for first in ("{broken", {"id": 9}):
        rows = answered(first, {"id": 1, "prompt": "kite"})
        assert rows[1]["value"] is True
    assert [set(row) for row in answered("{broken", "[")] == [{"id", "error"}] * 2


def test_items_that_are_clearly_of_another_kind_are_refused() -> None:
    model = {"id": 1, "name": "kite", "modelVersions": []}
    with pytest.raises(UsageError, match="the items are models"):
        answered("{broken", model, kind="prompt")
    with pytest.raises(UsageError, match="the items are prompts"):
        answered({"id": 1, "url": "u", "width": 3, "meta": None}, kind="model")


def test_a_later_item_of_another_kind_is_an_error_of_its_own() -> None:
    model = {"id": 1, "name": "kite", "modelVersions": [{"id": 2}]}
    prompt = {"id": 3, "prompt": "a kite", "type": "any", "creator": "one"}
    rows = answered(model, prompt, {"id": 4, "name": "kite"})
    assert rows[1] == {"id": "3", "error": "the item is a prompt, not a model"}
    assert [row.get("value") for row in rows] == [True, None, True]
    rows = answered(prompt, model, {"id": 5, "prompt": ""})
    assert rows[1] == {"id": "1", "error": "the item is a model, not a prompt"}
    assert [row.get("value") for row in rows] == [True, None, None]
    assert "error" not in rows[2]


@pytest.mark.parametrize("magic", [b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"PAR1"])
def test_compressed_bytes_on_a_stream_are_named(magic: bytes) -> None:
    with pytest.raises(InputError, match="the stream holds"):
        list(run_signal("kite", io.BytesIO(magic + b"\n\x00\n"), kind="prompt"))


def test_a_kind_that_the_signal_does_not_answer_for_is_refused() -> None:
    with pytest.raises(UsageError, match="does not answer for a adapter"):
        answered({"id": 1}, kind="adapter")


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=60), st.integers(1, 200), st.integers(1, 9))
def test_batches_hold_all_lines_in_order(some: list[bytes], size: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "BATCH_BYTES", size)
        patch.setattr(run, "BATCH_LINES", most)
        made = list(batches(some))
    assert [line for batch in made for line in batch] == some
    assert all(0 < len(batch) <= most for batch in made)


def test_results_come_in_order_from_several_processes() -> None:
    jobs = list(range(20))
    assert list(parallel.in_order(abs, iter(jobs), workers=2)) == jobs
    assert list(parallel.in_order(abs, jobs[:2], workers=2)) == jobs[:2]
    assert list(parallel.in_order(abs, [], workers=2)) == []


def test_revealed_evidence_holds_its_words_but_never_those_of_a_minor_cue() -> None:
    subject = PromptSubject(id="1", prompt="a red kite", negative_prompt="x" * 500)
    codes = ("kite.named", "minor.clear", "kite.avoided", "kite.rule")
    fields = ("prompt", "prompt", "negative_prompt", "method")
    spans: tuple[tuple[int | None, int | None], ...] = ((6, 10), (2, 5), (0, 500), (None, None))
    evidence = tuple(
        Evidence(code=code, field=field, start=start, end=end)
        for code, field, (start, end) in zip(codes, fields, spans, strict=True)
    )
    shown = revealed(Answer(id="1", value=True, evidence=evidence), subject).evidence
    assert [one.text for one in shown] == ["kite", None, "x" * 200, None]


def test_no_word_is_revealed_of_an_item_with_a_minor_cue() -> None:
    assert answered({"id": 1, "prompt": "a kite"}, reveal=True)[0]["evidence"][0]["text"] is None


def test_what_no_minor_cue_is_in_may_be_revealed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Quiet:
        def answer_many(self, subjects: list[Any]) -> list[Answer]:
            return [Answer(id=subject.id, value=False) for subject in subjects]

    monkeypatch.setattr(run, "MINORS", "quiet")
    monkeypatch.setattr(run, "signal", lambda name: KITE if name == "kite" else Quiet())
    assert answered({"id": 1, "prompt": "a kite"}, reveal=True)[0]["evidence"][0]["text"] == "kite"


def test_each_use_of_reveal_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "items.jsonl").write_text("{}\n")
    log_reveal("signals run kite", tmp_path / "items.jsonl")
    log = log_reveal("signals run kite", None)
    first, second = [json.loads(line) for line in log.read_text().splitlines()]
    assert first["command"] == "signals run kite"
    assert len(first["input_sha256"]) == 64
    assert second["input_sha256"] is None
    assert set(first) == {"time", "command", "input_sha256"}
