"""``gcx train TABLE --label COLUMN -o MODEL_DIR``: trains and writes a model bundle."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..app.explaining.model_preparation import trained_preparation
from ..app.training.learned_task import LearnedTask
from ..errors import UsageError
from ..gcn.cards.baseline import baseline_warning
from ..gcn.fitting.split_protocol import MADE_SPLITS, SplitProtocol
from ..gcn.fitting.training_settings import ENSEMBLE_SETTINGS, SINGLE_SETTINGS, Readout, Schedule
from ..library.labels.value_scale import Transform, value_scale
from ..terminal import say
from ..wording import counted
from . import common, options
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..gcn.bundles.bundle import Bundle

_SETTINGS: tuple[tuple[str, str, Callable[[str], Any], str], ...] = (
    ("--epochs", "max_epochs", int, "of a single network at most so many, since validation chooses"),
    ("--patience", "patience", int, "of a single network: epochs without a better validation AUC before stopping"),
    ("--batch-size", "batch_size", int, "records a step"),
    ("--learning-rate", "learning_rate", float, "of AdamW, after the warm-up"),
    ("--weight-decay", "weight_decay", float, "of AdamW, on the matrices"),
    ("--dropout", "dropout", float, "chance that a response is dropped while training"),
    ("--label-smoothing", "label_smoothing", float, "share of each label spread over all classes"),
    ("--class-balance", "class_balance", float, "0: all records alike; 1: all classes alike"),
    ("--warmup-epochs", "warmup_epochs", float, "over which the learning rate rises"),
    ("--average-epochs", "average_epochs", float, "time constant of the moving average of the weights; 0: none"),
    ("--gradient-norm", "gradient_norm", float, "longer gradients are shortened to it"),
)


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "train",
        help="train and write a model bundle",
        description="Trains a graph convolutional network on a table of molecules, or a file of scene graphs, with a "
        "class each, judges it on records that it has not seen, and writes a model folder with weights and card.",
    )
    command.add_argument(
        "table", metavar="TABLE", type=Path, help="CSV or TSV file, an SDF with data fields, or scene graphs"
    )
    command.add_argument("-o", "--output", metavar="MODEL_DIR", type=Path, help="model folder to write")
    command.add_argument(
        "--label",
        metavar="COLUMN",
        action="append",
        help=f"classes or values; several are several endpoints of one network; {options.LABEL_HELP}",
    )
    command.add_argument(
        "--columns",
        action="store_true",
        help="print what each column of the table could teach, or why it cannot, and train nothing",
    )
    command.add_argument(
        "--task",
        dest="learned",
        choices=list(LearnedTask),
        type=LearnedTask,
        default=LearnedTask.AUTO,
        help="auto: numbers of which more than 20 differ are values, everything else classes",
    )
    command.add_argument(
        "--active-if", metavar="COMPARISON", default="", help="make two classes of a measurement, such as '>= 6.5'"
    )
    command.add_argument(
        "--transform",
        choices=list(Transform),
        type=Transform,
        default=Transform.NONE,
        help="of values: learn their logarithm; of concentrations -log10 is that of mol/l (default: none)",
    )
    command.add_argument("--unit", metavar="nM|uM|mM|M|TEXT", default="", help="of values: the unit of the column")
    options.add_class_of_option(command, new=True)
    options.add_tasks_option(command)
    command.add_argument(
        "--without-defining",
        action="store_true",
        help="of scene graphs: leave the objects by which the label is given out of the graphs, now and whenever the "
        "model is used",
    )
    options.add_object_features_option(command)
    command.add_argument(
        "--only-object-features",
        action="store_true",
        help="of scene graphs: have the visual features in the place of category and box, not besides",
    )
    options.add_preparation_options(command, training=True)
    options.add_table_options(command)
    command.add_argument(
        "--foundation",
        metavar="DIR|none",
        default="",
        help="start from these layers, which gcx pretrain makes; none: at random (default: the foundation that comes "
        "with the program, if there is one of the same features)",
    )
    command.add_argument(
        "--frozen",
        metavar="N",
        type=options.not_negative,
        help="so many of its layers stay as they are and are shared by all members (default: 2, at most all but one)",
    )
    splits = [protocol.value for protocol in MADE_SPLITS]
    command.add_argument("--split", choices=splits, help="80/10/10; default: scaffold, of scene graphs random")
    command.add_argument(
        "--also-split", choices=splits, action="append", default=[], help="one more row of metrics; may be repeated"
    )
    command.add_argument(
        "--split-column",
        metavar="COLUMN",
        default="",
        help="one more row of metrics: rows with ‘test’ in this column are held out, as those of a published test set",
    )
    command.add_argument("--seeds", metavar="N", type=options.positive, default=5, help="runs (default: %(default)s)")
    command.add_argument("--seed", metavar="BASE", type=int, default=0, help="the first seed (default: %(default)s)")
    _add_descriptions(command)
    command.add_argument(
        "--folds",
        metavar="K",
        type=options.positive,
        help="networks of the ensemble, each trained without one fold; 1: a single network (default: 5, of scene "
        "graphs 1)",
    )
    command.add_argument(
        "--no-structures",
        action="store_true",
        help="write no structures of the training records into the model's folder, only fingerprints",
    )
    group = command.add_argument_group("training settings", "defaults of an ensemble / of a single network")
    group.add_argument(
        "--widths",
        metavar="N,N,…",
        type=options.layer_widths,
        help=f"of the hidden layers; of a foundation, if there is one, its own {_defaults('widths')}",
    )
    for flag, name, kind, text in _SETTINGS:
        group.add_argument(flag, dest=name, metavar="N", type=kind, help=f"{text} {_defaults(name)}")
    group.add_argument(
        "--schedule",
        type=Schedule,
        choices=list(Schedule),
        help=f"the learning rate after the warm-up; cosine falls to zero {_defaults('schedule')}",
    )
    group.add_argument(
        "--readout",
        type=Readout,
        choices=list(Readout),
        help="what the head sees of a molecule's atoms (default: mean, of values by an ensemble mean-and-sum)",
    )
    command.add_argument("--limit", metavar="N", type=options.positive, help="only the first N records")
    command.add_argument("--rejected", metavar="FILE.csv", type=Path, help="write records that could not be read there")
    command.add_argument("--workers", metavar="N", type=options.positive, help="processes that read records")
    command.add_argument(
        "--device",
        choices=("auto", "cpu"),
        default="cpu",
        help="training runs on the CPU, which gives the same weights bit by bit each time",
    )
    command.add_argument(
        "--threads",
        metavar="N",
        type=options.positive,
        help="networks trained at the same time; their weights do not depend on it (default: one a core)",
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar and no summary")
    command.set_defaults(run=run)


def _defaults(name: str) -> str:
    """The default of a setting, for help: of an ensemble and of a single network."""
    shown = [_setting_in_words(getattr(settings, name)) for settings in (ENSEMBLE_SETTINGS, SINGLE_SETTINGS)]
    return f"(default: {' / '.join(dict.fromkeys(shown))})"


def _setting_in_words(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _chosen_settings(args: argparse.Namespace) -> dict[str, Any]:
    """The settings that the user gave, by name."""
    names = ("widths", "schedule", "readout", *(name for _, name, _, _ in _SETTINGS))
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def _add_descriptions(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("what the model's card says")
    group.add_argument("--name", default="", help="of the model (default: the folder's)")
    group.add_argument("--description", metavar="TEXT", default="", help="what is predicted, in a chemist's words")
    group.add_argument(
        "--class-names",
        metavar="NEG,POS",
        type=_names,
        default=(),
        help="matched with the label's values by what they mean, of numbers in their order; see also --class-of",
    )
    group.add_argument("--source", metavar="TEXT", default="", help="where the table comes from")
    group.add_argument("--licence", metavar="TEXT", default="", help="of the weights and the data")
    group.add_argument("--tuning", metavar="TEXT", default="", help="how the training settings were chosen")
    group.add_argument("--known-limit", metavar="TEXT", action="append", default=[], help="a sentence; may be repeated")


def run(args: argparse.Namespace) -> None:
    if args.columns:
        _print_columns(args)
        return
    if missing := [flag for flag, given in (("-o", args.output), ("--label", args.label)) if not given]:
        raise UsageError(f"gcx train needs {' and '.join(missing)}; --columns lists what can be learned")
    from ..gcn.runtime import prepare_torch

    prepare_torch()
    from ..app.training.train_model import TrainingRequest, train_endpoints, train_model
    from ..pool import WorkerPool
    from ..work import Work

    request = TrainingRequest(
        table=args.table,
        label=args.label[0],
        also_labels=tuple(args.label[1:]),
        output=args.output,
        options=options.table_options(args),
        limit=args.limit,
        rejected=args.rejected,
        tasks=args.tasks,
        without_defining=args.without_defining,
        object_features=args.object_features,
        only_object_features=args.only_object_features,
        preparation=options.training_preparation(args),
        split=None if args.split is None else SplitProtocol(args.split),
        also_splits=tuple(SplitProtocol(name) for name in args.also_split),
        split_column=args.split_column,
        n_seeds=args.seeds,
        at_once=args.threads,
        base_seed=args.seed,
        foundation=args.foundation,
        n_frozen=args.frozen,
        n_folds=args.folds,
        with_structures=not args.no_structures,
        settings=_chosen_settings(args),
        name=args.name,
        task=args.description,
        learned=args.learned,
        cut=args.active_if,
        scale=value_scale(args.unit, args.transform),
        class_names=args.class_names,
        class_of=options.class_of(args, args.class_names),
        source=args.source,
        licence=args.licence,
        tuning=args.tuning,
        known_limits=tuple(args.known_limit),
        command=command_line(args),
    )
    if args.device == "auto" and not args.quiet:
        say("gcx: device: cpu (training always runs there)")
    with WorkerPool(args.workers) as pool, progress_bar(args.quiet) as report:
        work, opened = Work(pool, report), common.choices_printer(args)
        if request.also_labels:
            bundles = train_endpoints(request, work, on_opened=opened, on_labels_known=common.print_labels)
        else:
            bundles = (train_model(request, work, on_opened=opened, on_labels_known=common.print_labels),)
    if not args.quiet:
        for bundle in bundles:
            say(*training_summary(bundle))


def _print_columns(args: argparse.Namespace) -> None:
    from ..app.training.training_columns import columns_in_words, read_training_columns

    with progress_bar(args.quiet) as report:
        opened = common.choices_printer(args)
        columns = read_training_columns(args.table, options.table_options(args), report=report, on_opened=opened)
    for line in columns_in_words(columns):
        say(line, to=sys.stdout)


def command_line(args: argparse.Namespace) -> str:
    """The command that repeats this training; absolute paths are shortened to names, which make sense elsewhere,
    too."""
    words: list[str] = ["gcx", "train", options.shown_path(args.table), *options.table_options(args).arguments()]
    given: list[tuple[str, Any, Any]] = [
        ("--limit", args.limit, None),
        *(("--label", label, None) for label in args.label),
        ("--task", str(args.learned), "auto"),
        ("--active-if", args.active_if, ""),
        ("--unit", args.unit, ""),
        ("--tasks", None if args.tasks is None else options.shown_path(args.tasks), None),
        ("--object-features", None if args.object_features is None else options.shown_path(args.object_features), None),
        ("--foundation", _foundation_in_words(args.foundation), ""),
        ("--frozen", args.frozen, None),
        ("--split", args.split, None),
        *(("--also-split", name, None) for name in args.also_split),
        ("--split-column", args.split_column, ""),
        ("--seeds", args.seeds, 5),
        ("--seed", args.seed, 0),
        ("--name", args.name, ""),
        ("--description", args.description, ""),
        ("--class-names", ",".join(args.class_names), ""),
        ("--source", args.source, ""),
        ("--licence", args.licence, ""),
        ("--tuning", args.tuning, ""),
        *(("--known-limit", text, None) for text in args.known_limit),
        ("--folds", args.folds, None),
        ("--widths", None if args.widths is None else _setting_in_words(args.widths), None),
        ("--schedule", args.schedule, None),
        ("--readout", args.readout, None),
        *((flag, getattr(args, name), None) for flag, name, _, _ in _SETTINGS),
    ]
    for flag, value, default in given:
        if value is not None and value != default:
            words += [flag, str(value)]
    switches = {
        "--without-defining": args.without_defining,
        "--only-object-features": args.only_object_features,
        "--no-structures": args.no_structures,
    }
    words += [flag for flag, chosen in switches.items() if chosen]
    if args.transform is not Transform.NONE:
        words.append(f"--transform={args.transform}")
    words += options.preparation_words(args)
    words += [f"--class-of={text}" for text in args.class_of]
    return shlex.join([*words, "-o", options.shown_path(args.output)])


def _foundation_in_words(choice: str) -> str:
    return choice if choice in ("", "none") else options.shown_path(Path(choice))


def training_summary(bundle: Bundle) -> list[str]:
    """A summary of the trained model, with a line for each split."""
    from ..app.explaining.method_evidence import why_first

    card = bundle.card
    data = card.training_data
    said = f"{card.endpoint}, a value" if card.of_value else " / ".join(card.class_names)
    lines = [f"gcx: {bundle.path}: {card.title}, {said}"]
    if data is not None:
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in data.dropped.items() if count)
        lines.append(
            f"  {data.n_used:,} of {counted(data.n_records, 'record')}" + (f" ({left_out})" if left_out else "")
        )
    prepared = trained_preparation(card)
    if prepared:
        lines.append(f"  molecules: {prepared.words}, which is done before every prediction, too")
    if card.foundation:
        lines.append(f"  started from the foundation {card.foundation.get('name', '')}")
    for what, rows in (("", card.metrics), ("random forest, ", card.baseline)):
        for metrics in rows:
            values = ", ".join(f"{name} {metrics.in_words(name)}" for name in metrics.values)
            lines.append(f"  {what}{metrics.split}, {metrics.runs}: {values}")
    return lines + [f"  {sentence}" for sentence in (baseline_warning(card), why_first(card)) if sentence]


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise argparse.ArgumentTypeError("class names are separated by commas, such as inactive,active")
    return names
