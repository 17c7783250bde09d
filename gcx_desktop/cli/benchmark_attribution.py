"""``gcx benchmark-attribution TABLE``: which methods find the atoms that are known to define the class."""

from __future__ import annotations

import argparse
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ..app.explaining.method_names import METHOD_NAMES
from ..app.training.learned_task import LearnedTask
from ..terminal import say
from . import common, options
from .progress_bar import progress_bar


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "benchmark-attribution",
        help="which methods find known true atoms",
        description="Trains on the rows that a column calls 'train' as gcx train does, explains the 'test' rows of "
        "the positive class by every method, and compares with the true atoms: those that any of the SMARTS "
        "matches, or what a column says that each atom adds to a value.",
    )
    command.add_argument("table", metavar="TABLE", type=Path, help="CSV or TSV file, or an SDF with data fields")
    command.add_argument("--label", metavar="COLUMN", required=True, help=f"classes or values; {options.LABEL_HELP}")
    options.add_class_of_option(command, new=True)
    command.add_argument("--split-column", metavar="COLUMN", required=True, help="holds 'train' and 'test'")
    truth = command.add_mutually_exclusive_group(required=True)
    truth.add_argument("--truth", metavar="SMARTS", nargs="+", action="extend", help="true atoms; may be repeated")
    truth.add_argument(
        "--truth-column",
        metavar="COLUMN",
        default="",
        help="holds a number for each atom, in the order of the SMILES: what it adds to the label",
    )
    command.add_argument(
        "--task",
        choices=list(LearnedTask),
        type=LearnedTask,
        default=LearnedTask.AUTO,
        help="auto: as gcx train; with --truth-column a label with more than two numbers is a value",
    )
    command.add_argument("-o", "--output", metavar="OUT.csv", required=True, help="'-' is standard output")
    command.add_argument("--positive", metavar="VALUE", default="", help="of the label (default: the positive one)")
    command.add_argument(
        "--method", action="append", metavar="ID", help=f"may be repeated; default: all of {', '.join(METHOD_NAMES)}"
    )
    command.add_argument(
        "--seeds", metavar="SEED", type=int, nargs="+", default=[0], help="a network for each (default: 0)"
    )
    options.add_table_options(command)
    command.add_argument(
        "--foundation", metavar="DIR|none", default="", help="as of gcx train; none: training starts at random"
    )
    command.add_argument(
        "--folds", metavar="K", type=options.positive, help="as of gcx train; 1: a single network (default: 5)"
    )
    command.add_argument(
        "--epochs",
        metavar="N",
        type=options.positive,
        help="of the members of an ensemble; of a single network at most so many, and a tenth of the rows chooses",
    )
    command.add_argument("--workers", metavar="N", type=options.positive, help="processes that read molecules")
    command.add_argument(
        "--threads", metavar="N", type=options.positive, default=1, help="threads for arithmetic (default: 1)"
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar and no summary")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..library.writing.output import ROW_KINDS, check_output, output_kind

    methods = tuple(dict.fromkeys(args.method or METHOD_NAMES))
    common.check_methods(methods, of_network=True)
    output_kind(args.output, ROW_KINDS)
    check_output(args.output, forbid=args.table)
    from ..gcn.runtime import prepare_torch

    prepare_torch()
    import torch

    from ..app.evaluation.benchmark_attribution import AttributionRequest, benchmark_attribution
    from ..explain.method import method
    from ..library.writing.export import open_rows
    from ..pool import WorkerPool
    from ..work import Work

    torch.set_num_threads(args.threads)
    request = AttributionRequest(
        table=args.table,
        label=args.label,
        split_column=args.split_column,
        truth=tuple(args.truth or ()),
        truth_column=args.truth_column,
        task=args.task,
        options=options.table_options(args),
        positive=args.positive,
        class_of=options.class_of(args),
        seeds=tuple(dict.fromkeys(args.seeds)),
        n_folds=args.folds,
        foundation=args.foundation,
        settings={"max_epochs": args.epochs} if args.epochs else {},
    )
    with WorkerPool(args.workers) as pool, progress_bar(args.quiet) as report:
        found = benchmark_attribution(
            request,
            [method(id_) for id_ in methods],
            Work(pool, report),
            on_opened=common.choices_printer(args),
            on_labels_known=common.print_labels,
        )
    columns = ["method", *(f.name for f in fields(found[0]) if f.name not in ("method", "seed")), "seed"]
    with open_rows(args.output, columns, forbid=args.table) as rows:
        for row in found:
            rows.write(asdict(row))
    if not args.quiet:
        for row in found:
            words = f"AUROC {row.auroc_mean:.3f} (median {row.auroc_median:.3f})"
            say(f"gcx: {row.method}, seed {row.seed}: {words}")
