"""No public name stands for two things: whoever looks for one finds one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import gcx_desktop

PACKAGE = Path(gcx_desktop.__file__).parent

INTERFACES = (
    ("cli/*.py", ("add_parser", "run")),
    ("kinds/*/*.py", ()),
    ("library/formats/*.py", ("read_text",)),
)
"""Which modules do the same for another command, kind or format, and by which names; () for all."""
INTERFACE_OF_FORMATS = "kinds/scenes/record_text.py"
"""Does so, too, although it stands with its kind."""
ENTRY_POINTS = ("main",)


def public_names(source: str) -> set[str]:
    """Those of classes, functions, types and constants that stand at the top of a module."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return {name for name in found if not name.startswith("_")}


def meaning(module: str, name: str) -> str:
    """What tells two things of one name apart: the module, or the interface that it is part of.

    :param module: its path in the package
    """
    if name in ENTRY_POINTS:
        return "entry point"
    for pattern, names in INTERFACES:
        if Path(module).match(pattern) and (not names or name in names):
            return pattern
    return module


def named_twice(modules: dict[str, str]) -> Iterator[str]:
    """A line for each name of two things.

    :param modules: path in the package → source
    """
    meanings: dict[str, set[str]] = defaultdict(set)
    for module, source in modules.items():
        for name in public_names(source):
            formats = module == INTERFACE_OF_FORMATS and name == "read_text"
            meanings[name].add("library/formats/*.py" if formats else meaning(module, name))
    for name, places in sorted(meanings.items()):
        if len(places) > 1:
            yield f"{name}: {', '.join(sorted(places))}"


def test_no_public_name_stands_for_two_things() -> None:
    modules = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert list(named_twice(modules)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("class Row: pass", "def Row(): pass"), ("MOST = 3", "MOST: int = 4"), ("A, B = 1, 2", "B = dict[str, int]")],
)
def test_a_name_of_two_things_is_found(one: str, other: str) -> None:
    assert len(list(named_twice({"explain/one.py": one, "gui/other.py": other}))) == 1


@pytest.mark.parametrize(
    ("one", "other", "source"),
    [
        ("cli/train.py", "cli/report.py", "def run(): pass"),
        ("kinds/scenes/reader.py", "kinds/molecules/reader.py", "def reading(): pass"),
        ("library/formats/sdf.py", "kinds/scenes/record_text.py", "def read_text(): pass"),
        ("explain/one.py", "gui/other.py", "_MOST = 3"),
    ],
)
def test_what_does_the_same_for_another_has_the_same_name(one: str, other: str, source: str) -> None:
    assert list(named_twice({one: source, other: source})) == []
