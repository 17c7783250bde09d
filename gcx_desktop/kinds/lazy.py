"""Functions of modules that are imported at the first call: who opens molecules waits for nothing that reads images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class LazyFunction:
    """A function of a kind, such as ``Lazy("molecules.matching:match_molecule")``. Picklable."""

    target: str
    """Module below this package, and name in it."""

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself; its module is imported."""
        return _found(self.target)

    def __call__(self, *given: Any) -> Any:
        return self.function(*given)

    def bind(self, *given: Any) -> Callable[..., Any]:
        """The function with its first arguments given, for a worker process; its module is imported now."""
        return partial(self.function, *given)


@cache
def _found(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"{__package__}.{module}"), name)
    return function
