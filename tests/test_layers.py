"""Data moves one way: a room imports only from rooms to its left."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import hubwatch

ROOT = Path(hubwatch.__file__).parent

#: Rooms from left to right; rooms in one tuple do not import each other.
ORDER = (
    ("errors", "levels"),
    ("settings", "files"),
    ("engine",),
    ("hubs", "simulate"),
    ("lake",),
    ("prompts",),
    ("gazetteer",),
    ("signals",),
    ("adapters",),
    ("measures",),
    ("report",),
    ("policy",),
    ("moderation",),
    ("console",),
    ("demo",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}


def room_of(path: Path) -> str:
    """Return the room of a module below the package's root."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    """Return the rooms that a module imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "hubwatch":
            names = [f"hubwatch.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("hubwatch.")}
    return found & FLOOR.keys()


MODULES = [p for p in sorted(ROOT.rglob("*.py")) if p != ROOT / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_room_or_from_rooms_to_its_left(path: Path) -> None:
    room = room_of(path)
    assert room in FLOOR, f"room {room} has no place in the order"
    wrong = {
        other
        for other in imported_rooms(path.read_text(encoding="utf-8"))
        if other != room and FLOOR[other] >= FLOOR[room]
    }
    assert not wrong, f"{room} imports from {sorted(wrong)}, which stand to its right"


def test_the_check_itself_sees_imports_inside_functions() -> None:
    source = "def f():\n    from hubwatch.cli.shell import run\n    import hubwatch.lake.raw\n"
    assert imported_rooms(source) == {"cli", "lake"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_is_one_room_of_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
