"""A sentence says why no window can be opened, before Qt would abort the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.gui.start.system_check import (
    GUI_LIBRARIES,
    PACKAGES,
    XCB_LIBRARIES,
    broken_plugin,
    missing_libraries,
    no_display,
    platforms,
    unknown_platform,
    unreachable_display,
    why_no_window,
)


def test_every_library_that_is_looked_for_has_a_package() -> None:
    assert {*GUI_LIBRARIES, *XCB_LIBRARIES} <= PACKAGES.keys()


def test_missing_libraries_are_named_with_their_packages() -> None:
    gone = {"libxcb-cursor.so.0", "libxcb-icccm.so.4"}
    assert missing_libraries(XCB_LIBRARIES, lambda name: name not in gone) == (
        "no window without the system libraries libxcb-cursor.so.0, libxcb-icccm.so.4; "
        "on Debian or Ubuntu: apt-get install libxcb-cursor0 libxcb-icccm4"
    )
    assert missing_libraries(XCB_LIBRARIES, lambda _: True) == ""


@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ""}, {"QT_QPA_PLATFORM": "xcb"}])
def test_no_display_is_said_with_the_remedy(environment: dict[str, str]) -> None:
    assert "xvfb-run" in no_display(environment)
    assert "\n" not in no_display(environment)


@pytest.mark.parametrize(
    "environment", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}]
)
def test_a_display_or_a_platform_without_one_will_do(environment: dict[str, str]) -> None:
    assert no_display(environment) == ""


def test_the_platform_follows_the_environment() -> None:
    assert platforms({"QT_QPA_PLATFORM": "vnc:port=1;offscreen"}) == ["vnc", "offscreen"]
    assert platforms({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}) == ["wayland", "xcb"]
    assert platforms({"DISPLAY": ":0"}) == ["xcb"]


def test_a_display_that_does_not_answer_is_named() -> None:
    assert "':7' does not answer" in unreachable_display(":7", lambda _: False)
    assert unreachable_display(":7", lambda _: True) == ""


def test_a_plugin_that_does_not_load_names_the_library() -> None:
    def fail(_: str) -> object:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    assert "apt-get install libxcb-cursor0" in broken_plugin(Path("libqxcb.so"), fail)
    assert broken_plugin(None, fail) == ""


def test_a_platform_that_qt_does_not_have_is_said() -> None:
    assert "use one of offscreen, xcb" in unknown_platform({"QT_QPA_PLATFORM": "moon"}, {"xcb", "offscreen"})
    assert unknown_platform({"QT_QPA_PLATFORM": "moon;xcb"}, {"xcb"}) == ""
    assert unknown_platform({}, {"xcb"}) == ""


def test_other_systems_bring_their_own_windows() -> None:
    assert why_no_window({}, system="win32") == ""
