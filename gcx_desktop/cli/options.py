"""Options of several commands, and the values read from them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..app.explaining.method_names import DEFAULT_METHOD
from ..errors import UsageError
from ..gcn.bundles.catalogue import DEFAULT_MODEL
from ..wording import visible

if TYPE_CHECKING:
    from ..app.evaluation.true_labels import LabelOptions
    from ..gcn.cards.card import Card
    from ..library.molecules.preparation import Preparation
    from ..library.table_options import TableOptions


def positive(text: str) -> int:
    """An argparse type: a whole number ≥ 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def not_negative(text: str) -> int:
    """An argparse type: a whole number ≥ 0."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


def layer_widths(text: str) -> tuple[int, ...]:
    """An argparse type: numbers separated by commas."""
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("widths are whole numbers separated by commas, such as 128,256,512") from None


def shown_path(path: Path) -> str:
    """A path as a card's command line has it: an absolute one is shortened to its name, which makes sense elsewhere,
    too."""
    return visible(path.name if path.is_absolute() else str(path))


def share(text: str) -> float:
    """An argparse type: a number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def add_library_options(command: argparse.ArgumentParser) -> None:
    """Adds the options of a command that reads a library and uses a model."""
    command.add_argument(
        "library", metavar="LIBRARY", type=Path, help="SDF, MOL, SMILES, CSV, TSV or scene-graph file, also .gz"
    )
    command.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        metavar="NAME|DIR|FILE",
        help="a model of 'gcx models', a model folder, or a model that was sent as a .gcxm (default: %(default)s)",
    )
    command.add_argument(
        "--endpoint", metavar="NAME", default="", help="of a model that has several; 'gcx models' lists them"
    )
    add_table_options(command)
    add_object_features_option(command)
    command.add_argument("--limit", metavar="N", type=positive, help="only the first N records")
    command.add_argument("--workers", metavar="N", type=positive, help="processes that read records (default: cores)")
    command.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="cpu",
        help="auto: a CUDA device if one works, else the CPU; the choice is printed (default: %(default)s)",
    )
    command.add_argument("--rejected", metavar="FILE.csv", type=Path, help="write records that could not be read there")
    command.add_argument("--quiet", action="store_true", help="no progress bar and no counts")
    command.add_argument(
        "--seed",
        type=int,
        default=0,
        help="accepted by every command; matters where maps are compared with random atoms",
    )


def add_table_options(command: argparse.ArgumentParser) -> None:
    """Adds options for what is otherwise detected from a table."""
    command.add_argument(
        "--smiles-column",
        metavar="NAME",
        help="column of a table that holds SMILES, InChI or connection tables (default: found); in any letter case, or "
        "'column 3' for the third one",
    )
    command.add_argument(
        "--title-column",
        metavar="NAME",
        help="that holds titles (default: found), likewise; '' is none. Of an SDF: a data field",
    )
    command.add_argument("--delimiter", metavar="CHAR", type=delimiter, help="of a table (default: found)")
    command.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="whether the first line of a table names its columns (default: found)",
    )
    command.add_argument(
        "--header-line",
        metavar="N",
        type=positive,
        help="line of a table that names its columns; those above it are left out (default: found)",
    )


def table_options(args: argparse.Namespace) -> TableOptions:
    """The table options given by :func:`add_table_options`.

    :raises UsageError: if they contradict each other
    """
    from ..library.table_options import TableOptions

    if args.header is False and args.header_line is not None:
        raise UsageError("--no-header and --header-line contradict each other; leave one of them out")
    return TableOptions(args.delimiter, args.header, args.smiles_column, args.title_column, args.header_line)


def add_project_option(command: argparse.ArgumentParser) -> None:
    """Adds ``--project``, for commands whose results a project stores."""
    command.add_argument(
        "--project",
        metavar="FILE.gcx",
        type=Path,
        help="keep results in this project as they come, about 250 records at a time, and compute nothing that it "
        "holds already for the same file, model and method: the same command goes on where it was stopped. Made if "
        "there is none. For a structure file from SMILES, records are read again: a project holds no coordinates",
    )


FIRST_METHOD_HELP = f"default: the one that the model's card names, else {DEFAULT_METHOD}"
LABEL_HELP = "in any letter case, or 'column 3'; blank, NA and the like: not measured"


def add_class_of_option(command: argparse.ArgumentParser, new: bool = False) -> None:
    """Adds ``--class-of``, for commands that need labels.

    :param new: whether it gives the classes new names
    """
    which = "its class, with a name of your own" if new else "which class of the model"
    command.add_argument(
        "--class-of",
        action="append",
        default=[],
        type=value_and_class,
        metavar="VALUE=CLASS",
        help=f"a value of the label and {which}; may be repeated; 'VALUE=' leaves its rows out. Needed where it is not "
        "known: known are the names of classes, their numbers 0, 1, …, and opposites such as active/inactive, "
        "X/non-X, yes/no, +/-, X+/X-",
    )


def add_label_options(command: argparse.ArgumentParser) -> None:
    """Adds what may be said of ``--label``, for commands that compare a model's predictions with it."""
    from ..library.labels.value_scale import Transform

    add_class_of_option(command)
    command.add_argument(
        "--active-if",
        metavar="COMPARISON",
        default="",
        help="make two classes of a label that holds measurements, such as '>= 6.5' (default: that of the model's "
        "training, if there was one)",
    )
    command.add_argument(
        "--unit",
        metavar="nM|uM|mM|M|TEXT",
        help="of a model of values: the unit of the label's numbers (default: a column that is called like the one of "
        "the training is in its unit and transformed as it was, another holds the model's values already)",
    )
    command.add_argument(
        "--transform",
        choices=list(Transform),
        type=Transform,
        help="of a model of values: what makes its value of the label's numbers",
    )


def label_options(args: argparse.Namespace, class_names: Sequence[str]) -> LabelOptions:
    """What :func:`add_label_options` said.

    :param class_names: of the model
    :raises UsageError: if one value has two classes
    """
    from ..app.evaluation.true_labels import LabelOptions

    return LabelOptions(class_of(args, class_names), args.active_if, args.unit, args.transform)


def value_and_class(text: str) -> str:
    """An argparse type: ``VALUE=CLASS``, not split yet, since both parts may contain "="."""
    from ..library.labels.label_meaning import split_class_of

    try:
        split_class_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def class_of(args: argparse.Namespace, class_names: Sequence[str] = ()) -> dict[str, str]:
    """The values of ``--class-of``: value → class.

    :param class_names: of the model; empty for training
    :raises UsageError: if one value has two classes
    """
    from ..library.labels.label_meaning import split_class_of

    found: dict[str, str] = {}
    for value, name in (split_class_of(text, class_names) for text in args.class_of):
        if found.setdefault(value, name) != name:
            raise UsageError(f"--class-of says of '{value}' both '{found[value]}' and '{name}'; leave one out")
    return found


def check_label_options(args: argparse.Namespace) -> None:
    """Checks that a label is given where something is said of it.

    :raises UsageError: if not
    """
    if args.class_of and args.label is None:
        raise UsageError("--class-of says what the values of --label are; add --label COLUMN")
    given = {"--active-if": args.active_if, "--unit": args.unit, "--transform": args.transform}
    for option in (name for name, value in given.items() if value and args.label is None):
        raise UsageError(f"{option} says what the numbers of --label are; add --label COLUMN")


def add_tasks_option(command: argparse.ArgumentParser) -> None:
    """Adds ``--tasks``, for commands that need labels."""
    command.add_argument(
        "--tasks",
        metavar="FILE",
        type=Path,
        help="of scene graphs: a JSON file of the words by which --label is given, or a table with a column 'image' "
        "and one of labels (default: the tasks that come with the program)",
    )


def add_object_features_option(command: argparse.ArgumentParser) -> None:
    """Adds ``--object-features``, for commands that read a library."""
    command.add_argument(
        "--object-features",
        metavar="FILE.npz",
        type=Path,
        help="of scene graphs: visual features of the objects, by id (default, for a model that needs them: of the "
        "library's name, beside it)",
    )


def add_preparation_options(command: argparse.ArgumentParser, *, training: bool = False) -> None:
    """Adds the options that prepare molecules before prediction.

    :param training: whether the command trains a model
    """
    verb = "train on" if training else "predict"
    default = "yes, of molecules" if training else "as the model was trained"
    no_charges = "no" if training else "as the model was trained"
    then = (
        "The model's card says it, and the model predicts molecules so"
        if training
        else "What was done to each molecule is added to the results"
    )
    command.add_argument(
        "--keep-largest-fragment",
        action=argparse.BooleanOptionalAction,
        help=f"{verb} only the fragment of a salt or mixture with the most heavy atoms, an organic one if there is "
        f"any, or all of it (default: {default})",
    )
    command.add_argument(
        "--neutralise",
        action=argparse.BooleanOptionalAction,
        help=f"{verb} molecules without the charges that hydrogens can remove, or with them (default: {no_charges}). "
        f"{then}",
    )


def preparation(args: argparse.Namespace, default: Preparation) -> Preparation:
    """The preparation given by :func:`add_preparation_options`.

    :param default: for the steps of which the user says nothing
    """
    from ..library.molecules.preparation import Preparation

    largest, neutralise = args.keep_largest_fragment, args.neutralise
    return Preparation(
        default.largest_fragment if largest is None else largest,
        default.neutralise if neutralise is None else neutralise,
    )


def preparation_for(args: argparse.Namespace, card: Card) -> Preparation:
    """The preparation for predictions of a model: as it was trained, unless the user says otherwise."""
    from ..app.explaining.model_preparation import trained_preparation

    return preparation(args, trained_preparation(card))


def training_preparation(args: argparse.Namespace) -> Preparation | None:
    """The preparation for a training; ``None`` if the user says nothing, so that the kind of graph decides."""
    from ..kinds.registry import DEFAULT_KIND

    if args.keep_largest_fragment is None and args.neutralise is None:
        return None
    return preparation(args, DEFAULT_KIND.training_preparation)


def preparation_words(args: argparse.Namespace) -> list[str]:
    """The options of :func:`add_preparation_options` as the user gave them."""
    given = {"keep-largest-fragment": args.keep_largest_fragment, "neutralise": args.neutralise}
    return [f"--{flag}" if chosen else f"--no-{flag}" for flag, chosen in given.items() if chosen is not None]


def delimiter(text: str) -> str:
    """An argparse type: one character, or its name in words.

    :raises argparse.ArgumentTypeError: if it cannot separate cells
    """
    from ..library.formats.columns import parse_delimiter

    try:
        return parse_delimiter(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
