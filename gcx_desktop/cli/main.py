"""The command ``gcx``: the same functions as the window, without one.

Nothing heavy is imported before a command needs it: ``gcx --help`` and ``gcx models`` load neither torch nor Qt.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from .. import __version__
from ..errors import Cancelled, GcxError
from ..terminal import Parser, say
from . import benchmark_attribution, evaluate, explain, models, predict, report, substructures, train

DONE, FAILED, INTERRUPTED = 0, 1, 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="gcx",
        description="Predict molecules, or scene graphs, with a graph convolutional network, and see why it says so.",
        epilog="An error is one sentence on standard error; exit codes: 0 done, 1 failed, 2 usage, 130 interrupted.",
    )
    top.add_argument("--version", action="version", version=f"gcx-desktop {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in (models, predict, explain, evaluate, substructures, report, train, benchmark_attribution):
        command.add_parser(commands)
    for each in {id(p): p for p in commands.choices.values()}.values():
        each.add_argument("--debug", action="store_true", help="show a traceback with an error")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line and gives its exit code."""
    args = parser().parse_args(argv)
    try:
        args.run(args)
    except (KeyboardInterrupt, Cancelled):
        say("gcx: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except GcxError as error:
        if args.debug:
            say(*traceback.format_exc().splitlines())
        say(f"gcx: {error}")
        return error.exit_code
    except Exception as error:
        if args.debug:
            say(*traceback.format_exc().splitlines())
        say(f"gcx: an unexpected error, please report it with the output of --debug: {type(error).__name__}: {error}")
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
