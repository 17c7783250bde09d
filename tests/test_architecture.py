"""Nothing outside a kind of graph says what kind a graph is of: the program asks the kind, and never its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gcx_desktop

PACKAGE = Path(gcx_desktop.__file__).parent
KINDS = ("molecules", "scenes")
NAMES = tuple(name.upper() for name in KINDS)
NAMED = ("kind.name", "FEATURE_SET")

CHEMISTRY = (
    *("library/molecules/molecule.py", "library/molecules/predictability.py", "library/molecules/preparation.py"),
    *("graph/features.py", "graph/molgraph.py", "graph/scaffold.py", "graph/morgan_fingerprint.py"),
    *("depict/drawing.py", "depict/alignment.py", "substructure/*.py"),
    *(
        "app/sketching/*.py",
        "app/libraries/find_substructure.py",
        "app/mining/cut_records.py",
        "app/evaluation/benchmark_attribution.py",
    ),
)
"""What the kind of molecules is made of: where they are read, drawn, cut and searched."""

FORMATS = ("library/record.py",)
"""Below the kinds: names all formats."""

CUSTOMARY = ("gui/window/model_choice.py",)
"""Remembers the last model of the first kind under the name that it had before there was a second one."""


def matches(module: str, patterns: tuple[str, ...]) -> bool:
    return any(Path(module).match(pattern) for pattern in patterns)


def told_apart(source: str, module: str) -> Iterator[str]:
    """Where code asks what kind a graph is of, a line each.

    :param module: its path in the package
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            imported = [f"{getattr(node, 'module', '') or ''}.{alias.name}" for alias in node.names]
            of_kind = any(f"kinds.{kind}" in each for each in imported for kind in KINDS)
            if of_kind and not matches(module, CHEMISTRY):
                yield f"{module}:{node.lineno}: imports a kind"
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in NAMES and not matches(module, FORMATS):
                yield f"{module}:{node.lineno}: {name}"
        elif isinstance(node, ast.Compare | ast.Match):
            asked = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.subject]
            words = [ast.unparse(each) for each in asked]
            if any(each.endswith(NAMED) or ("kind_of_" in each and each.endswith(".name")) for each in words):
                yield f"{module}:{node.lineno}: compares the name of a kind"
            if any(each.endswith("CUSTOMARY") for each in words) and not matches(module, CUSTOMARY):
                yield f"{module}:{node.lineno}: compares with the customary kind"


def test_nothing_outside_a_kind_asks_what_kind_a_graph_is_of() -> None:
    found: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).as_posix()
        if not module.startswith("kinds/"):
            found += told_apart(path.read_text(encoding="utf-8"), module)
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "from ..kinds.scenes.reader import ReadImage",
        "from ..kinds import molecules",
        "import gcx_desktop.kinds.molecules.kind",
        "if kind is MOLECULES: pass",
        "if kind in (registry.SCENES,): pass",
        "if library.source.format is Format.SCENES: pass",
        "if self.kind.name == 'molecules': pass",
        "if kind_of_library(library).name != 'molecules': pass",
        "if card.feature_set == features.FEATURE_SET: pass",
        "if registry.CUSTOMARY is kind: pass",
        "match kind.name:\n    case 'molecules': pass",
    ],
)
def test_code_that_asks_is_found(code: str) -> None:
    assert list(told_apart(code, "app/explaining/explain_library.py"))


def test_an_exception_is_there_for_a_file_that_is_there() -> None:
    for pattern in (*CHEMISTRY, *FORMATS, *CUSTOMARY):
        assert list(PACKAGE.glob(pattern)), pattern
