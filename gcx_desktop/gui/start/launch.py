"""The entry point of ``gcx-desktop``: options, and whether a window can be opened at all.

Neither Qt nor torch is imported before it is clear that they are needed: worker processes import the main
module anew, and a missing system library must end in a sentence instead of an aborted process.
"""

from __future__ import annotations

import argparse
import os
import traceback
from collections.abc import Sequence
from pathlib import Path

from ... import __version__
from ...garbage import uncollected
from ...terminal import Parser, say


def window_parser() -> argparse.ArgumentParser:
    """The options of ``gcx-desktop``."""
    options = Parser(
        prog="gcx-desktop",
        description="See why a graph convolutional network predicts what it does, atom by atom.",
        epilog="Everything here also works without a window: see 'gcx --help'.",
    )
    options.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="SDF, SMILES, CSV …, .gcx project or .gcxm model to open"
    )
    options.add_argument("--sample", action="store_true", help="open the sample library")
    options.add_argument(
        "--self-test",
        metavar="DIR",
        type=Path,
        help="open the window on the sample library, do the main job, write its results into DIR, and exit",
    )
    options.add_argument("--debug", action="store_true", help="show a traceback where an error has one")
    options.add_argument("--version", action="version", version=f"gcx-desktop {__version__}")
    return options


def prepare_environment(environment: os._Environ[str]) -> None:
    """Settings that libraries read when they are loaded."""
    # Idle OpenMP threads that spin would take cores from the worker processes.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment.setdefault("KMP_BLOCKTIME", "0")


def main(argv: Sequence[str] | None = None) -> int:
    """Opens the window; returns the exit code."""
    args = window_parser().parse_args(argv)
    prepare_environment(os.environ)
    from .system_check import why_no_window

    problem = why_no_window(os.environ)
    if problem:
        return _fail(problem)
    try:
        with uncollected():
            from .application import run_application
    except ImportError as error:
        if args.debug:
            say(*traceback.format_exc().splitlines())
        return _fail(
            f"Qt cannot be loaded ({error}); see that PySide6-Essentials and its system libraries are installed"
        )
    return run_application(args)


def _fail(problem: str) -> int:
    say(f"gcx-desktop: {problem}")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
