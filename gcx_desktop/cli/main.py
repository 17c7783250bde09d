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
from ..leftovers import remove_scratches, temporary_folder
from ..library.labels.value_scale import Transform
from ..terminal import Parser, say
from . import benchmark_attribution, evaluate, explain, models, predict, pretrain, report, substructures, train
from .interruption import interruptible
from .streams import send_nowhere, standard_streams

DONE, FAILED, INTERRUPTED = 0, 1, 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="gcx",
        description="Predict molecules, or scene graphs, with a graph convolutional network, and see why it says so.",
        epilog="An error is one sentence on standard error; exit codes: 0 done, 1 failed, 2 usage, 130 interrupted, "
        "by Ctrl+C, SIGTERM or SIGHUP.",
    )
    top.add_argument("--version", action="version", version=f"gcx-desktop {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in (models, predict, explain, evaluate, substructures, report, train, pretrain, benchmark_attribution):
        command.add_parser(commands)
    for each in {id(p): p for p in commands.choices.values()}.values():
        each.add_argument("--debug", action="store_true", help="show a traceback with an error")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit code."""
    with standard_streams() as messages, interruptible():
        code = _run(argv)
        # The lost message may have reported missing records, so this must not count as success.
        return FAILED if messages.lost and code == DONE else code


def _joined(argv: Sequence[str]) -> list[str]:
    """The arguments, ``--transform -log10`` made one of them, since argparse takes its value for another option."""
    words = list(argv)
    for at in range(len(words) - 1, 0, -1):
        if words[at] == Transform.NEGATIVE_LOG10 and words[at - 1] == "--transform":
            words[at - 1 : at + 1] = [f"--transform={words[at]}"]
    return words


def _run(argv: Sequence[str] | None) -> int:
    debug = False
    try:
        try:
            args = parser().parse_args(_joined(sys.argv[1:] if argv is None else argv))
        except SystemExit:
            sys.stdout.flush()  # the help
            raise
        debug = args.debug
        remove_scratches(temporary_folder())
        args.run(args)
        sys.stdout.flush()
    except (KeyboardInterrupt, Cancelled):
        send_nowhere(sys.stdout)
        say("gcx: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        send_nowhere(sys.stdout)  # its reader has closed the pipe
        return DONE
    except GcxError as error:
        _explain(f"gcx: {error}", debug)
        return error.exit_code
    except OSError as error:
        _explain(f"gcx: {_system_error(error)}", debug)
        return FAILED
    except Exception as error:
        _explain(
            f"gcx: an unexpected error, please report it with the output of --debug: {type(error).__name__}: {error}",
            debug,
        )
        return FAILED
    return DONE


def _explain(sentence: str, debug: bool) -> None:
    if debug:
        say(*traceback.format_exc().splitlines())
    say(sentence)


def _system_error(error: OSError) -> str:
    """A sentence for an error of the system that no other code has explained."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"the system refused to go on: {reason}"
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else error.filename
    return f"{name}: {reason}"


if __name__ == "__main__":
    sys.exit(main())
