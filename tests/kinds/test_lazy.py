"""Functions of kinds are named by words, since their modules are imported late: each is there and fits its place."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from gcx_desktop.depict.colour import Paper
from gcx_desktop.depict.drawing import Depiction
from gcx_desktop.kinds.lazy import LazyFunction
from gcx_desktop.kinds.registry import kinds
from gcx_desktop.library.library import Library
from gcx_desktop.library.molecules.preparation import Preparation

NAMES = {"Paper": Paper, "Depiction": Depiction, "Library": Library, "Preparation": Preparation}
"""Which ``kinds.kind`` imports for types alone."""


def lazy_fields(part: Any) -> Iterator[tuple[LazyFunction, bool, Any]]:
    """The function, whether a task is bound of it, and the type that it must have."""
    hints = get_type_hints(type(part), localns=NAMES)
    for each in fields(part):
        value = getattr(part, each.name)
        owner = getattr(value, "__self__", None)
        if isinstance(value, LazyFunction):
            yield value, False, hints[each.name]
        elif isinstance(owner, LazyFunction):
            yield owner, True, hints[each.name]
        elif is_dataclass(value):
            yield from lazy_fields(value)


def n_arguments(of: Any, *, bound: bool) -> int:
    """How many a field's function takes, those of the task that it gives among them."""
    for each in (of, *get_args(of)):  # what may be None is a union of types
        arguments, *gives = get_args(each) or (None,)
        if isinstance(arguments, list):
            return len(arguments) + (n_arguments(gives[0], bound=False) if bound else 0)
    raise TypeError(f"{of} is no function")


ALL = [(kind.name, *each) for kind in kinds() for each in lazy_fields(kind)]


@pytest.mark.parametrize(("kind", "lazy", "bound", "of"), ALL, ids=[f"{kind}-{lazy.target}" for kind, lazy, *_ in ALL])
def test_a_function_is_there_and_takes_what_its_place_gives(
    kind: str, lazy: LazyFunction, bound: bool, of: Any
) -> None:
    parameters = inspect.signature(lazy.function).parameters.values()
    positional = [each for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert len(positional) == n_arguments(of, bound=bound)


def test_both_kinds_have_such_functions() -> None:
    assert {kind for kind, *_ in ALL} == {kind.name for kind in kinds()}


def test_a_task_reaches_a_worker_process() -> None:
    lazy = LazyFunction("molecules.matching:match_molecule")
    given: Callable[..., Any] = pickle.loads(pickle.dumps(lazy.bind("source", "key")))
    assert given.args == ("source", "key")  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(lazy)) == lazy


def test_the_registry_imports_nothing_that_reads_or_draws() -> None:
    kept = [f"gcx_desktop.kinds.{each}" for each in ("molecules.kind", "scenes.files", "scenes.kind")]
    asked = (
        "import sys; from gcx_desktop.kinds.registry import kinds; "
        "print(sorted(n for n in sys.modules if n.startswith('gcx_desktop.kinds.') and n.count('.') == 3))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(kept)
