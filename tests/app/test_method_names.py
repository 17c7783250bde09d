from __future__ import annotations

from gcx_desktop.app.method_names import DEFAULT_METHOD, METHOD_NAMES
from gcx_desktop.explain.method import methods


def test_menus_name_the_methods_that_there_are() -> None:
    assert {method.id: method.name for method in methods()} == METHOD_NAMES
    assert list(METHOD_NAMES) == [method.id for method in methods()]
    assert DEFAULT_METHOD in METHOD_NAMES
