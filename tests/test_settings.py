"""Settings: precedence, validation, secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwatch.errors import UsageError
from hubwatch.settings import SETTINGS, effective, required, value_of


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "home"))
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def test_option_beats_variable_beats_project_file_beats_user_file_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert effective("hub.civitai.rate").source == "default"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "hubwatch.toml").write_text("[hub.civitai]\nrate = 2\n")
    assert value_of("hub.civitai.rate") == 2.0
    (tmp_path / "hubwatch.toml").write_text("hub.civitai.rate = 3\n")
    assert value_of("hub.civitai.rate") == 3.0
    monkeypatch.setenv("HUBWATCH_HUB_CIVITAI_RATE", "4")
    assert effective("hub.civitai.rate").source == "HUBWATCH_HUB_CIVITAI_RATE"
    assert value_of("hub.civitai.rate") == 4.0
    assert value_of("hub.civitai.rate", 5) == 5.0


def test_an_unknown_key_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "hubwatch.toml").write_text("[hub.civitai]\nrtae = 2\n")
    with pytest.raises(UsageError) as caught:
        value_of("hub.civitai.rate")
    assert "hub.civitai.rtae" in caught.value.what
    assert "hub.civitai.rate" in caught.value.hint


def test_broken_toml_names_the_file_and_the_line(tmp_path: Path) -> None:
    (tmp_path / "hubwatch.toml").write_text("lake = \n")
    with pytest.raises(UsageError, match=r"hubwatch\.toml.*line 1"):
        value_of("lake")


def test_a_value_of_the_wrong_type_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_HUB_CIVITAI_RATE", "fast")
    with pytest.raises(UsageError, match="HUBWATCH_HUB_CIVITAI_RATE must be float"):
        value_of("hub.civitai.rate")


def test_a_missing_setting_lists_every_place_that_was_looked_at() -> None:
    with pytest.raises(UsageError) as caught:
        required("lake", None, "--lake")
    assert "HUBWATCH_LAKE" in caught.value.hint
    assert caught.value.hint.count("hubwatch.toml") == 2


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_HUB_CIVITAI_TOKEN", "s3cret")
    assert effective("hub.civitai.token").shown() == "***"
    assert value_of("hub.civitai.token") == "s3cret"
