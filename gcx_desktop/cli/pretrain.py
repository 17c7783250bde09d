"""``gcx pretrain TABLE… -o DIR``: trains a foundation, from which ``gcx train`` starts, on records without labels."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..gcn.fitting.training_settings import PRETRAINING_SETTINGS, WARMUP_STEPS
from ..terminal import say
from . import common, options
from .progress_bar import progress_bar

_SETTINGS: tuple[tuple[str, str, Callable[[str], Any], str], ...] = (
    ("--epochs", "max_epochs", options.positive, "passes over all molecules"),
    ("--batch-size", "batch_size", options.positive, "molecules a step"),
    ("--learning-rate", "learning_rate", float, "of AdamW, after the warm-up; falls to zero along half a cosine"),
    ("--weight-decay", "weight_decay", float, "of AdamW, on the matrices"),
    ("--gradient-norm", "gradient_norm", float, "longer gradients are shortened to it"),
)
_FINGERPRINT_SHARE, _HELD_OUT = 0.5, 2000
_TIME_LIMIT = 60.0
"""Seconds for the targets of one molecule, so long that how busy the computer is decides on none."""


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "pretrain",
        help="train a foundation on molecules without labels",
        description="Trains a graph convolutional network to predict what RDKit computes of molecules, descriptors and "
        "counts of fingerprints, and writes its hidden layers: a foundation, from which 'gcx train --foundation DIR' "
        "starts. Each molecule is learned once, as its largest fragment.",
    )
    command.add_argument(
        "tables",
        metavar="TABLE",
        type=Path,
        nargs="+",
        help="SDF, SMILES, CSV or TSV file, also .gz; labels are not read",
    )
    command.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--exclude",
        metavar="TABLE",
        type=Path,
        action="append",
        default=[],
        help="learn of no molecule in this file, such as those by which models will be judged; may be repeated",
    )
    options.add_table_options(command)
    command.add_argument("--limit", metavar="N", type=options.positive, help="only the first N records of each TABLE")
    command.add_argument("--seed", metavar="N", type=int, default=0, help="(default: %(default)s)")
    group = command.add_argument_group("training settings")
    group.add_argument(
        "--widths",
        metavar="N,N,…",
        type=options.layer_widths,
        default=PRETRAINING_SETTINGS.widths,
        help="of the hidden layers",
    )
    for flag, name, kind, text in _SETTINGS:
        default = getattr(PRETRAINING_SETTINGS, name)
        group.add_argument(
            flag, dest=name, metavar="N", type=kind, default=default, help=f"{text} (default: {default})"
        )
    group.add_argument(
        "--warmup-steps",
        metavar="N",
        type=options.positive,
        default=WARMUP_STEPS,
        help="over which the learning rate rises, at most a fifth of all (default: %(default)s)",
    )
    group.add_argument(
        "--fingerprint-share",
        metavar="SHARE",
        type=options.share,
        default=_FINGERPRINT_SHARE,
        help="of the loss; the descriptors have the rest (default: %(default)s)",
    )
    group.add_argument(
        "--held-out",
        metavar="N",
        type=options.positive,
        default=_HELD_OUT,
        help="molecules by which R² is measured, at most a tenth of all (default: %(default)s)",
    )
    group = command.add_argument_group("what the foundation's card says")
    group.add_argument("--name", default="", help="of the foundation (default: the folder's)")
    group.add_argument("--licence", metavar="TEXT", default="", help="of the weights and the data")
    command.add_argument("--workers", metavar="N", type=options.positive, help="processes that read molecules")
    command.add_argument(
        "--threads",
        metavar="N",
        type=options.positive,
        default=1,
        help="threads for arithmetic; weights are the same bit by bit for the same number (default: %(default)s)",
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar and no summary")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..gcn.runtime import prepare_torch

    prepare_torch()
    import torch

    from ..app.training.pretrain import PretrainingRequest, pretrain, pretraining_summary
    from ..pool import WorkerPool
    from ..work import Work

    given = {name: getattr(args, name) for _, name, _, _ in _SETTINGS}
    request = PretrainingRequest(
        tables=tuple(args.tables),
        output=args.output,
        exclude=tuple(args.exclude),
        options=options.table_options(args),
        limit=args.limit,
        settings=replace(PRETRAINING_SETTINGS, widths=args.widths, **given),
        warmup_steps=args.warmup_steps,
        fingerprint_share=args.fingerprint_share,
        n_held_out=args.held_out,
        seed=args.seed,
        name=args.name,
        licence=args.licence,
        command=_command_line(args),
    )
    torch.set_num_threads(args.threads)
    with WorkerPool(args.workers, time_limit=_TIME_LIMIT) as pool, progress_bar(args.quiet) as report:
        foundation = pretrain(request, Work(pool, report), on_opened=common.choices_printer(args))
    if not args.quiet:
        say(*pretraining_summary(foundation))


def _command_line(args: argparse.Namespace) -> str:
    """The command that repeats this; absolute paths are shortened to names, which make sense elsewhere, too."""
    words = ["gcx", "pretrain", *map(options.shown_path, args.tables)]
    for table in args.exclude:
        words += ["--exclude", options.shown_path(table)]
    words += options.table_options(args).arguments()
    given: list[tuple[str, Any, Any]] = [
        ("--limit", args.limit, None),
        ("--seed", args.seed, 0),
        ("--widths", ",".join(map(str, args.widths)), ",".join(map(str, PRETRAINING_SETTINGS.widths))),
        *((flag, getattr(args, name), getattr(PRETRAINING_SETTINGS, name)) for flag, name, _, _ in _SETTINGS),
        ("--warmup-steps", args.warmup_steps, WARMUP_STEPS),
        ("--fingerprint-share", args.fingerprint_share, _FINGERPRINT_SHARE),
        ("--held-out", args.held_out, _HELD_OUT),
        ("--name", args.name, ""),
        ("--licence", args.licence, ""),
        ("--threads", args.threads, 1),
    ]
    for flag, value, default in given:
        if value is not None and value != default:
            words += [flag, str(value)]
    return shlex.join([*words, "-o", options.shown_path(args.output)])
