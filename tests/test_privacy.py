"""Tests ask what everybody may ask: none takes or changes what a class or module keeps to itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
OWN = ("self", "cls")
PUBLIC = ("_replace", "_asdict", "_fields")
"""Of named tuples, whose fields could have the plain names."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def private_access(source: str) -> Iterator[str]:
    """Where code takes, imports or patches what is private to something else, a line each."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            if not (isinstance(node.value, ast.Name) and node.value.id in OWN):
                names = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("setattr", "getattr", "delattr", "patch")):
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            names = [str(text).rpartition(".")[2] for text in texts]
        yield from (f"line {node.lineno}: {name}" for name in names if is_private(name))


def test_no_test_uses_what_is_private() -> None:
    found = [
        f"{path.relative_to(TESTS)}, {line}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in private_access(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "window._session",
        "window.session._workers.batch",
        "from gcx_desktop.library.library import _records",
        "monkeypatch.setattr(index, '_ROOM', 2)",
        "monkeypatch.setattr('gcx_desktop.library.opening.index._ROOM', 2)",
    ],
)
def test_private_access_is_found(code: str) -> None:
    assert len(list(private_access(code))) == 1


@pytest.mark.parametrize("code", ["self._found", "record._replace(title='')", "made.__class__", "GetProp('_Name')"])
def test_what_is_ones_own_or_public_is_no_private_access(code: str) -> None:
    assert list(private_access(code)) == []
