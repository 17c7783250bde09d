"""What the application leaves out, and how it was found safe. ``docs/packaging.md`` has the sizes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import Path, PurePath

Entry = tuple[str, str, str]
"""PyInstaller's: path in the application, path of the file, kind."""

MODULES = (
    # torch's compiler of models. Only optimisers import it, to be left alone by it; `no_compiler` stands for it.
    "torch._dynamo",
    "torch._inductor",
    # Reached from functions that nothing here calls; `import torch` works without each of them.
    "torch.onnx",
    "torch.utils.tensorboard",
    "torch.utils.benchmark",
    "torch.utils.bottleneck",
    "torch.utils.cpp_extension",
    "torch.utils.mobile_optimizer",
    "torch.distributed._composable",
    "torch.distributed._shard",
    "torch.distributed._symmetric_memory",
    "torch.distributed._tools",
    "torch.distributed.checkpoint",
    "torch.distributed.elastic",
    "torch.distributed.fsdp",
    "torch.distributed.launcher",
    "torch.distributed.nn",
    "torch.distributed.optim",
    "torch.distributed.pipelining",
    "torch.distributed.tensor",
    "torch.testing._internal.common_device_type",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_utils",
    "torch.testing._internal.distributed",
    "torch.testing._internal.opinfo",
    # What only those parts of torch import.
    "fsspec",
    "jinja2",
    "mpmath",
    "networkx",
    "setuptools",
    "sympy",
    # Arrow's networks, queries and other formats: pyarrow.fs and pyarrow.parquet import them only where they are there.
    "pyarrow._acero",
    "pyarrow._azurefs",
    "pyarrow._csv",
    "pyarrow._dataset",
    "pyarrow._feather",
    "pyarrow._flight",
    "pyarrow._gcsfs",
    "pyarrow._hdfs",
    "pyarrow._json",
    "pyarrow._orc",
    "pyarrow._parquet_encryption",
    "pyarrow._s3fs",
    "pyarrow._substrait",
    "pyarrow.acero",
    "pyarrow.cuda",
    "pyarrow.dataset",
    "pyarrow.feather",
    "pyarrow.flight",
    "pyarrow.orc",
    "pyarrow.substrait",
    "pyarrow.tests",
    # Of photographs PNG and JPEG are read; matplotlib draws SVG alone, without a window and without pictures.
    "PIL._avif",
    "PIL._imagingcms",
    "PIL._imagingtk",
    "PIL._webp",
    "PIL.ImageTk",
    "matplotlib.tests",
    "tkinter",
    # Interactive tools and tests.
    "IPython",
    "lib2to3",
    "numpy.tests",
    "pandas",
    "pydoc_data",
    "pytest",
    "PySide6.QtDBus",
    "PySide6.QtNetwork",
    # Of scikit-learn forests are used; what these import is not there without them, and nothing misses it.
    "scipy.cluster",
    "scipy.io",
    "sklearn.cluster",
    "sklearn.datasets",
    "sklearn.feature_extraction",
    "sklearn.gaussian_process",
    "sklearn.manifold",
)
"""Modules that are not looked for, nor what only they need."""

FILES = (
    "PySide6/*/translations/*",  # of Qt's own dialogs; the program speaks English
    "PySide6/translations/*",
    # Platforms without windows as desktops have them; offscreen, minimal, X11 and Wayland stay.
    *(f"PySide6/*/platforms/*{name}*" for name in ("eglfs", "linuxfb", "minimalegl", "vkkhrdisplay", "vnc")),
    "PySide6/*/egldeviceintegrations/*",
    "PySide6/*/generic/*",
    "PySide6/*/networkinformation/*",  # nothing is sent anywhere
    "PySide6/*/tls/*",
    "PySide6/*/platformthemes/*gtk3*",  # would bring GTK; dialogs of the desktop come through its portal
    *(f"PySide6/*/imageformats/*q{name}*" for name in ("gif", "icns", "tga", "tiff", "wbmp", "webp")),
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/images/*",
    "sklearn/*.pyx",
    "sklearn/*meson.build",
    "*.dist-info/RECORD",
)
"""Files, by their place in the application; a star stands for folders too."""

STRIPPED = ("kiwisolver/*.so", "libpython*", "pyarrow/*.so*", "torch/lib/*.so", "typst/*.so")
"""Linux: libraries without the names of their inner functions, which only a debugger reads. Those in folders ``*.libs``
were changed after they were linked, which ``strip`` may not survive."""


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that no pattern of ``FILES`` names."""
    return [entry for entry in entries if not any(fnmatch(PurePath(entry[0]).as_posix(), each) for each in FILES)]


def reachable(binaries: Iterable[Entry], imports: Callable[[str], Iterable[tuple[str, str | None]]]) -> list[Entry]:
    """Linux: the binaries without libraries that no other needs any more.

    A library beside Python's modules is there because something was linked to it; extension modules, plugins and what
    torch loads by its name are there in their own right.

    :param imports: path of a binary → (name, path) of the libraries that it is linked to
    """
    binaries = list(binaries)
    if sys.platform != "linux":
        return binaries
    linked = {entry[0]: entry for entry in binaries if entry[2] == "BINARY" and _is_only_linked(entry[0])}
    by_name: dict[str, list[str]] = {}
    for name in linked:
        by_name.setdefault(PurePath(name).name, []).append(name)
    wanted: set[str] = set()
    waiting = [entry for entry in binaries if entry[0] not in linked]
    while waiting:
        for name, _ in imports(waiting.pop()[1]):
            new = set(by_name.get(PurePath(name).name, ())) - wanted
            wanted |= new
            waiting += [linked[each] for each in new]
    return [entry for entry in binaries if entry[0] not in linked or entry[0] in wanted]


def _is_only_linked(name: str) -> bool:
    path = PurePath(name)
    folder = path.parent.as_posix()
    return (
        path.name.startswith("lib")
        and not path.name.startswith("libpython")
        and (folder in (".", "PySide6/Qt/lib", "pyarrow") or folder.endswith(".libs"))
    )


def stripped(binaries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Linux: the same binaries, those of ``STRIPPED`` as stripped copies in ``folder``."""
    if sys.platform != "linux" or shutil.which("strip") is None:
        return list(binaries)
    made = []
    for name, source, kind in binaries:
        path = source
        if kind != "SYMLINK" and any(fnmatch(name, pattern) for pattern in STRIPPED):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["strip", "--strip-unneeded", "-o", str(copy), source], check=True)
            path = str(copy)
        made.append((name, path, kind))
    return made
