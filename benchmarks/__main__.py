"""``python -m benchmarks speed|choices|large|index [--json FILE]``, and tables of what else it names."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from pathlib import Path

from gcx_desktop.errors import GcxError
from gcx_desktop.gcn.fitting.split_protocol import MADE_SPLITS, SplitProtocol
from gcx_desktop.paths import bundled_models

from .measure import Row
from .quality_plan import TABLES, TITLES, QualityRequest


def table(rows: list[Row]) -> str:
    """The rows as text, columns aligned."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'name (ours : peer)':<{width}}  {'ours':>10}  {'peer':>10}  {'ratio':>7}  target"]
    lines += [
        f"{row.name:<{width}}  {row.ours:>10,.4g}  {row.peer:>10,.4g}  {row.ratio:>7.2f}  {row.target:<7} {row.unit}"
        + (f"; {row.note}" if row.note else "")
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    speed = commands.add_parser("speed", help="time and memory against peers and bounds")
    speed.add_argument("--only", choices=("kernels", "pipeline", "report", "window"), help="one part")
    speed.add_argument(
        "--processor-time", action="store_true", help="of the kernels: what a busy machine has no part in"
    )
    choices = commands.add_parser("choices", help="what was chosen in the code against what else could have been")
    large = commands.add_parser("large", help="a library of a million records, opened, sorted, filtered, searched")
    large.add_argument("--records", type=_positive, default=1_000_000)
    large.add_argument("--folder", type=Path, required=True, help="where the library is made, some GB, and kept")
    index = commands.add_parser("index", help="finding the records of large files against grep")
    index.add_argument("--megabytes", type=_positive, default=1000, help="of the SDF; tables have a tenth")
    for command in (speed, choices, large, index):
        command.add_argument("--data", type=Path, default=Path("../shared/datasets"), help="folder of the tables")
        command.add_argument("--repeats", type=_positive, default=5)
        command.add_argument("--json", type=Path, metavar="FILE")
    kill = commands.add_parser("kill", help="gcx explain --project, killed at random moments: what is lost")
    kill.add_argument("--times", type=_positive, default=20)
    kill.add_argument("--records", type=_positive, default=20_000)
    for name, text in (
        ("paper", "the paper's measures beside the authors' own figures"),
        ("spurious", "a network that goes by the wrong atoms, and whether the maps show it"),
        ("calibration", "which calibration of out-of-fold scores gives the best probabilities"),
        ("substructures", "counting and comparing patterns, and the paper's examples"),
    ):
        commands.add_parser(name, help=text).add_argument("--data", type=Path, default=Path("../shared/datasets"))
    attribution = commands.add_parser(
        "attribution", help="which methods find known true atoms, and where the rest of their maps lies"
    )
    attribution.add_argument("--data", type=Path, default=Path("../shared/datasets"))
    attribution.add_argument("--folds", type=_positive, metavar="K", help="as of gcx train; 1: a single network")
    attribution.add_argument(
        "--foundation", metavar="FOLDER", default="", help="as of gcx train; none: start at random"
    )
    attribution.add_argument("--epochs", type=_positive, metavar="N", help="as of gcx train")
    attribution.add_argument("--seeds", type=_positive, default=3, metavar="N", help="0 to N − 1")
    scenes = commands.add_parser("scenes", help="scene graphs of photographs: what is learned, and what the maps show")
    scenes.add_argument("--data", type=Path, default=Path("../shared/datasets"))
    scenes.add_argument("--models", type=Path, metavar="FOLDER", help="where models are kept, to be trained once")
    _add_quality(commands.add_parser("quality", help="how well the networks predict, beside forest and chemprop"))
    args = parser.parse_args()
    _prepare_folders(parser, args)
    if args.command in ("paper", "attribution", "spurious", "calibration", "substructures", "scenes"):
        _print_tables(args)
        return
    if args.command == "quality":
        _print_quality(args)
        return
    if args.command == "kill":
        from .kill import report_kills

        report_kills(args.times, args.records)
        return
    rows = {"speed": _speed, "choices": _choices, "large": _large, "index": _index}[args.command](args)
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}")
    print(table(rows))
    if args.json:
        args.json.write_text(json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False) + "\n")


def _add_quality(parser: argparse.ArgumentParser) -> None:
    tables, splits, methods = tuple(TABLES), MADE_SPLITS, tuple(TITLES)
    parser.add_argument("--data", type=Path, default=Path("../shared/datasets"), help="folder of the tables")
    parser.add_argument("--tables", nargs="+", choices=tables, metavar="TABLE", default=tables, help=", ".join(tables))
    parser.add_argument("--splits", nargs="+", choices=splits, metavar="SPLIT", default=splits, help=", ".join(splits))
    parser.add_argument("--seeds", type=_positive, default=5, metavar="N", help="0 to N − 1")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", choices=methods, metavar="METHOD", default=methods, help=", ".join(methods))
    which.add_argument("--without", nargs="+", choices=methods, metavar="METHOD", default=(), help="all others")
    parser.add_argument("--foundation", metavar="FOLDER", default="", help="as of gcx train; none: start at random")
    parser.add_argument(
        "--chemprop", metavar="COMMAND", default="chemprop", help="chemprop's, if it is not on the path"
    )
    parser.add_argument(
        "--from-cards",
        type=Path,
        nargs="?",
        const=bundled_models(),
        metavar="FOLDER",
        help="take the figures of ensemble and forest from the cards of the bundled models (or those in FOLDER)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="JSON of all results; a run goes on from what it holds"
    )


def _print_quality(args: argparse.Namespace) -> None:
    import torch

    from .quality import print_quality

    torch.set_num_threads(1)  # the same weights each time
    request = QualityRequest(
        args.data,
        [TABLES[name] for name in args.tables],
        [SplitProtocol(name) for name in args.splits],
        args.seeds,
        [method for method in args.only if method not in args.without],
        args.foundation,
        args.chemprop,
        args.out,
        args.from_cards,
    )
    print_quality(request)


def _positive(text: str) -> int:
    """An argparse type: a whole number ≥ 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def _prepare_folders(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Makes the folders that are written to, and refuses data that is not there, before anything takes time."""
    data: Path | None = getattr(args, "data", None)
    if data is not None and not data.is_dir():
        parser.error(f"{data}: there is no such folder of tables; name it with --data")
    results = (getattr(args, "json", None), getattr(args, "out", None))
    kept = (getattr(args, "folder", None), getattr(args, "models", None))
    for folder in (*kept, *(file.parent for file in results if file is not None)):
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"{folder}: the folder cannot be made ({error.strerror or error})")


def _print_tables(args: argparse.Namespace) -> None:
    import torch

    torch.set_num_threads(1)  # the same weights each time
    if args.command == "paper":
        from .paper import print_paper

        print_paper(args.data)
    elif args.command == "attribution":
        from .attribution import NetworkChoice, print_attribution

        print_attribution(args.data, NetworkChoice(args.folds, args.foundation, args.epochs, args.seeds))
    elif args.command == "calibration":
        from .calibration import print_calibration

        print_calibration(args.data)
    elif args.command == "substructures":
        from .substructures import print_substructures

        print_substructures(args.data)
    elif args.command == "scenes":
        from .scenes import print_scenes

        print_scenes(args.data, args.models)
    else:
        from .spurious import print_spurious

        print_spurious(args.data)


def _choices(args: argparse.Namespace) -> list[Row]:
    from .choices import choice_rows

    return choice_rows(args.data, args.repeats)


def _large(args: argparse.Namespace) -> list[Row]:
    from .large import large_rows

    return large_rows(args.data / "hiv.csv", args.folder, args.records, args.repeats)


def _index(args: argparse.Namespace) -> list[Row]:
    from .index import index_rows

    return index_rows(args.data, args.megabytes, args.repeats)


def _speed(args: argparse.Namespace) -> list[Row]:
    from . import speed as measured
    from .window import window_rows

    parts = {
        "kernels": lambda: measured.kernel_rows(
            args.data, args.repeats, time.process_time if args.processor_time else time.perf_counter
        ),
        "pipeline": lambda: measured.pipeline_rows(args.data, args.repeats),
        "report": lambda: measured.report_rows(args.data, args.repeats),
        "window": lambda: window_rows(args.data),
    }
    rows: list[Row] = []
    for name, part in parts.items():
        if args.only in (None, name):
            print(f"… {name}", file=sys.stderr)
            rows += part()
    return rows


if __name__ == "__main__":
    try:
        main()
    except (GcxError, FileNotFoundError) as error:  # such as a table that is not among the data
        sys.exit(f"python -m benchmarks: {error}")
