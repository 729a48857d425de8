"""What must never be in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import hubwatch

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    """Return the tracked files, or all source files where this is no git checkout."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = done.stdout.splitlines() if done.returncode == 0 else []
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda p: p.name
)
def test_a_lock_names_no_registry_and_has_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text


def test_no_data_file_is_tracked() -> None:
    data = {".jsonl", ".zst", ".gz", ".parquet", ".csv", ".safetensors"}
    assert not [path for path in tracked() if path.suffix in data]


def test_no_machine_path_is_written_down() -> None:
    pattern = re.compile(r"(?<![A-Za-z0-9_.])/(?:work|farm|root|home)/")
    texts = {".py", ".md", ".toml", ".yml", ".cff", ".j2", ".css", ".js", ".in", ""}
    wrong = [
        path
        for path in tracked()
        if path.suffix in texts
        and path != Path(__file__)
        and pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not wrong


def test_the_changelog_and_the_citation_know_this_version() -> None:
    assert hubwatch.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {hubwatch.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_test_modules_have_names_of_their_own() -> None:
    """Test folders are no packages, so pytest tells modules apart by their names alone."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
