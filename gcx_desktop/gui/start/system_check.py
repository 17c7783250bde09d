"""Checks whether a window can be opened on this computer, before Qt would abort the process.

Every function takes its queries to the system as arguments, and returns one sentence with the remedy, or "".
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

NO_DISPLAY_NEEDED = ("offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs")
"""Qt platforms that need no display."""

PACKAGES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Shared library → Debian package, for the system libraries that Qt's widgets need."""

GUI_LIBRARIES = (
    "libEGL.so.1",
    "libGL.so.1",
    "libX11.so.6",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libfreetype.so.6",
    "libglib-2.0.so.0",
    "libxkbcommon.so.0",
)
"""Needed for any window or picture, display or not."""
XCB_LIBRARIES = (
    "libX11-xcb.so.1",
    "libxcb.so.1",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-render.so.0",
    "libxcb-shape.so.0",
    "libxcb-shm.so.0",
    "libxcb-sync.so.1",
    "libxcb-util.so.1",
    "libxcb-xfixes.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)
"""Needed by Qt's plugin for X11."""

Loads = Callable[[str], bool]


def loads(name: str) -> bool:
    """Whether the system has a shared library of that name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_libraries(names: tuple[str, ...], loads: Loads = loads) -> str:
    """A sentence that names the missing libraries and the packages that contain them."""
    missing = [name for name in names if not loads(name)]
    if not missing:
        return ""
    packages = " ".join(dict.fromkeys(PACKAGES[name] for name in missing))
    library = "system library" if len(missing) == 1 else "system libraries"
    return f"no window without the {library} {', '.join(missing)}; on Debian or Ubuntu: apt-get install {packages}"


def platforms(environment: Mapping[str, str]) -> list[str]:
    """The Qt platforms that will be tried, such as ``["xcb"]``."""
    asked = [name.split(":")[0] for name in environment.get("QT_QPA_PLATFORM", "").split(";") if name]
    if asked:
        return asked
    if environment.get("WAYLAND_DISPLAY"):
        return ["wayland", "xcb"] if environment.get("DISPLAY") else ["wayland"]
    return ["xcb"]


def no_display(environment: Mapping[str, str]) -> str:
    """A sentence if a display is needed and none is named."""
    if any(name in NO_DISPLAY_NEEDED for name in platforms(environment)):
        return ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "start it from a desktop session, through 'xvfb-run', or use the command 'gcx', which needs no display"
    )


def unreachable_display(display: str, connect: Callable[[str], bool]) -> str:
    """A sentence if the X server of ``display`` does not answer."""
    if connect(display):
        return ""
    return (
        f"the display '{display}' does not answer; see that the X server runs and that you may use it "
        "(DISPLAY, XAUTHORITY), or use the command 'gcx', which needs no display"
    )


def connects(display: str) -> bool:
    """Whether an X server answers under that name."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def broken_plugin(path: Path | None, load: Callable[[str], object] = ctypes.CDLL) -> str:
    """A sentence if Qt's plugin for X11 does not load for any other reason."""
    if path is None:
        return ""
    try:
        load(str(path))
    except OSError as error:
        library = str(error).split(":", 1)[0]
        package = PACKAGES.get(library)
        remedy = f"on Debian or Ubuntu: apt-get install {package}" if package else "install the package that brings it"
        return f"Qt cannot open windows here because {library} cannot be loaded; {remedy}"
    return ""


def platform_plugins() -> dict[str, Path]:
    """Name → file of the Qt platforms in the installed PySide6, found without loading Qt."""
    spec = importlib.util.find_spec("PySide6")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    files = [file for folder in folders for file in Path(folder).glob("Qt/plugins/platforms/libq*.so")]
    return {file.stem.removeprefix("libq"): file for file in files}


def unknown_platform(environment: Mapping[str, str], known: Collection[str]) -> str:
    """A sentence if ``QT_QPA_PLATFORM`` names only platforms that do not exist."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if not asked or not known or any(name in known for name in platforms(environment)):
        return ""
    return (
        f"QT_QPA_PLATFORM is '{asked}', which Qt does not have here; use one of {', '.join(sorted(known))}, or unset it"
    )


def why_no_window(environment: Mapping[str, str], system: str = sys.platform) -> str:
    """One sentence if no window can be opened here; "" if one can. Loads libraries, but not Qt."""
    if system != "linux":
        return ""
    plugins = platform_plugins()
    problem = (
        unknown_platform(environment, plugins.keys()) or no_display(environment) or missing_libraries(GUI_LIBRARIES)
    )
    if problem:
        return problem
    wanted = platforms(environment)
    if wanted[0] != "xcb":
        return ""
    return (
        missing_libraries(XCB_LIBRARIES)
        or broken_plugin(plugins.get("xcb"))
        or unreachable_display(environment.get("DISPLAY", ""), connects)
    )
