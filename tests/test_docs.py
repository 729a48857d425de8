"""The docs say what the program does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()
PAGES = sorted(p for p in [*DOCS.rglob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("name", GENERATOR.PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    written = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert written == GENERATOR.PAGES[name](), "run `python docs/generate.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    broken = [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()
    ]
    assert not broken


def test_every_page_is_reachable_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s:]+)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    assert set(DOCS.rglob("*.md")) <= seen


def test_commands_in_the_readme_and_tutorial_exist() -> None:
    from hubwatch.cli import cli

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text += (DOCS / "tutorial" / "first-report.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```.*?```", text, re.DOTALL))
    used = set(re.findall(r"hubwatch ([a-z]+)", blocks))
    assert used
    assert used <= set(cli.commands_at)


@pytest.mark.parametrize("word", ["make demo", "make test"])
def test_the_readme_names_the_two_commands(word: str) -> None:
    assert word in (ROOT / "README.md").read_text(encoding="utf-8")
