"""Stands for ``torch._dynamo`` in the application: there is no compiler that would have to leave a function alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def disable(fn: Callable[..., Any] | None = None, recursive: bool = True, **_: Any) -> Any:
    """The function as it is, called plainly or as a decorator with arguments."""
    return (lambda function: function) if fn is None else fn


def graph_break(*_: Any, **__: Any) -> None:
    """There is no graph to break."""
