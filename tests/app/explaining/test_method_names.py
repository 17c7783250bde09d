from __future__ import annotations

from gcx_desktop.app.explaining.method_names import (
    DEFAULT_METHOD,
    METHOD_NAMES,
    N_PAPER_METHODS,
    RANKS_AS,
    SIGNED_METHODS,
)
from gcx_desktop.explain.method import methods, paper_methods


def test_menus_name_the_methods_that_there_are() -> None:
    assert {method.id: method.name for method in methods()} == METHOD_NAMES
    assert list(METHOD_NAMES) == [method.id for method in methods()]
    assert DEFAULT_METHOD in METHOD_NAMES


def test_menus_know_which_methods_are_signed_and_which_are_the_papers() -> None:
    assert {method.id for method in methods() if method.signed} == SIGNED_METHODS
    assert [method.id for method in paper_methods()] == list(METHOD_NAMES)[:N_PAPER_METHODS]
    assert set(RANKS_AS) | set(RANKS_AS.values()) <= set(METHOD_NAMES)
