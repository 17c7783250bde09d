"""What the commands share: options, the progress bar, opening and closing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..app.explaining.method_names import METHOD_NAMES
from ..errors import LibraryError, ProjectError, UnknownNameError, UsageError
from ..gcn.catalogue import DEFAULT_MODEL
from ..paths import real_path
from ..progress import Progress, Report
from ..terminal import printable, say
from ..wording import counted, is_text
from .interruption import raise_if_told

if TYPE_CHECKING:
    from ..app.explaining.explanation_source import ExplanationSource
    from ..gcn.bundle import Bundle
    from ..gcn.card import Card
    from ..kinds.kind import ReadRecord
    from ..library.labels.label_meaning import LabelMeaning
    from ..library.library import Known, Library
    from ..library.molecules.preparation import Preparation
    from ..library.record import Rejected
    from ..library.table_options import TableOptions
    from ..pool import WorkerPool
    from ..project.store import Project


def positive(text: str) -> int:
    """An argparse type: a whole number ≥ 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def share(text: str) -> float:
    """An argparse type: a number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def add_library_options(command: argparse.ArgumentParser) -> None:
    """The options of a command that reads a library with a model."""
    command.add_argument(
        "library", metavar="LIBRARY", type=Path, help="SDF, MOL, SMILES, CSV, TSV or scene-graph file, also .gz"
    )
    command.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        metavar="NAME|DIR",
        help="a model of 'gcx models', or a model folder (default: %(default)s)",
    )
    add_table_options(command)
    add_object_features_option(command)
    command.add_argument("--limit", metavar="N", type=positive, help="only the first N records")
    command.add_argument("--workers", metavar="N", type=positive, help="processes that read records (default: cores)")
    command.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="cpu",
        help="auto: a CUDA device where one works, else the CPU; which one is said (default: %(default)s)",
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
    """What is found by looking at a table, for those that know better."""
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
    """What the options of :func:`add_library_options` say of a table.

    :raises UsageError: if they contradict each other
    """
    from ..library.table_options import TableOptions

    if args.header is False and args.header_line is not None:
        raise UsageError("--no-header and --header-line contradict each other; leave one of them out")
    return TableOptions(args.delimiter, args.header, args.smiles_column, args.title_column, args.header_line)


def choices_told(args: argparse.Namespace) -> Callable[[Library], None]:
    """Says on standard error what was taken of several things that a file offers; nothing with ``--quiet``."""
    return _silent if args.quiet else tell_choices


def _silent(library: Library) -> None:
    pass


def tell_choices(library: Library) -> None:
    """Says on standard error what was taken of several things that a file offers, and how to choose otherwise."""
    for choice in library.choices:
        remedy = f" ({choice.option} chooses)" if choice.option else ""
        say(f"gcx: {library.path.name}: {choice.sentence}{remedy}")


def add_project_option(command: argparse.ArgumentParser) -> None:
    """``--project``, of the commands whose results a project keeps."""
    command.add_argument(
        "--project",
        metavar="FILE.gcx",
        type=Path,
        help="keep results in this project as they come, about 250 records at a time, and compute nothing that it "
        "holds already for the same file, model and method: the same command goes on where it was stopped. Made if "
        "there is none. For a structure file from SMILES, records are read again: a project holds no coordinates",
    )


LABEL_HELP = "in any letter case, or 'column 3'; blank, NA and the like: not measured"
"""Of a column of labels."""


def add_class_of_option(command: argparse.ArgumentParser, new: bool = False) -> None:
    """``--class-of``, of the commands that need labels.

    :param new: whether the classes get their names by it
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


def value_and_class(text: str) -> str:
    """An argparse type: ``VALUE=CLASS``, not yet divided, since either may hold a "="."""
    from ..library.labels.label_meaning import split_class_of

    try:
        split_class_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def class_of(args: argparse.Namespace, class_names: Sequence[str] = ()) -> dict[str, str]:
    """What ``--class-of`` says: value → class.

    :param class_names: of the model; none if one is to be trained
    :raises UsageError: if it says two things of one value
    """
    from ..library.labels.label_meaning import split_class_of

    found: dict[str, str] = {}
    for value, name in (split_class_of(text, class_names) for text in args.class_of):
        if found.setdefault(value, name) != name:
            raise UsageError(f"--class-of says of '{value}' both '{found[value]}' and '{name}'; leave one out")
    return found


def check_class_of(args: argparse.Namespace) -> None:
    """:raises UsageError: if ``--class-of`` is given without a label"""
    if args.class_of and args.label is None:
        raise UsageError("--class-of says what the values of --label are; add --label COLUMN")


def tell_labels(meaning: LabelMeaning) -> None:
    """Says on standard error what labels were taken for; always, since all that follows rests on it."""
    say(f"gcx: {meaning.sentences}")


def add_tasks_option(command: argparse.ArgumentParser) -> None:
    """``--tasks``, of the commands that need labels."""
    command.add_argument(
        "--tasks",
        metavar="FILE",
        type=Path,
        help="of scene graphs: a JSON file of the words by which --label is given, or a table with a column 'image' "
        "and one of labels (default: the tasks that come with the program)",
    )


def add_object_features_option(command: argparse.ArgumentParser) -> None:
    """``--object-features``, of the commands that read a library."""
    command.add_argument(
        "--object-features",
        metavar="FILE.npz",
        type=Path,
        help="of scene graphs: visual features of the objects, by id (default, for a model that needs them: of the "
        "library's name, beside it)",
    )


def add_preparation_options(command: argparse.ArgumentParser) -> None:
    """What may be done to molecules before they are predicted."""
    command.add_argument(
        "--keep-largest-fragment",
        action="store_true",
        help="predict only the fragment of a salt or mixture with the most heavy atoms, an organic one if there is any",
    )
    command.add_argument(
        "--neutralise",
        action="store_true",
        help="predict molecules without the charges that hydrogens can remove; by default all are predicted as they "
        "are. Either option adds to the results what was done to each molecule",
    )


def preparation(args: argparse.Namespace) -> Preparation:
    """What :func:`add_preparation_options` asks for."""
    from ..library.molecules.preparation import Preparation

    return Preparation(args.keep_largest_fragment, args.neutralise)


def delimiter(text: str) -> str:
    """An argparse type: one character, which may be spelt out.

    :raises argparse.ArgumentTypeError: if it is none that can divide cells
    """
    from ..library.formats.columns import parse_delimiter

    try:
        return parse_delimiter(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


@contextmanager
def progress_bar(quiet: bool, stream: TextIO | None = None) -> Iterator[Report]:
    """A progress bar on standard error while it is a terminal, else silence. Either ends the work if a signal came."""
    out = stream or sys.stderr
    if quiet or not out.isatty():
        yield lambda _: raise_if_told()
        return
    shown = False

    def show(progress: Progress) -> None:
        nonlocal shown
        raise_if_told()
        shown = True
        out.write("\r\x1b[K" + printable(bar_text(progress), out))
        out.flush()

    try:
        yield show
    finally:
        if shown:
            out.write("\r\x1b[K")
            out.flush()


def bar_text(progress: Progress, width: int = 24) -> str:
    """One line: what, how far, how long still."""
    parts = [progress.what]
    if progress.total is None:
        parts.append(f"{progress.done:,}")
    else:
        filled = width * progress.done // max(progress.total, 1)
        parts += [f"{progress.done:,} / {progress.total:,}", "▓" * filled + "░" * (width - filled)]
    remaining = progress.remaining
    if remaining is not None:
        minutes, seconds = divmod(round(remaining), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    if progress.rejected:
        parts.append(f"{progress.rejected:,} rejected")
    if progress.detail:
        parts.append(progress.detail)
    return "  ".join(parts)


@contextmanager
def opened(args: argparse.Namespace, known: Known | None = None) -> Iterator[tuple[Library, WorkerPool, range]]:
    """The library, the workers, and the positions that ``--limit`` leaves. Checks the model's card, loads no torch.

    :param known: as for :func:`~gcx_desktop.library.library.open_library`
    :raises UsageError: if the model is for another kind of graph than the library holds
    """
    from ..kinds.registry import check_model, other_files
    from ..library.library import open_library
    from ..pool import WorkerPool

    card = model_card(args)
    if getattr(args, "classes", "predicted") not in ("predicted", "all"):
        card.class_index(args.classes)
    with (
        open_library(
            args.library, table_options(args), others=other_files(args.object_features), known=known
        ) as library,
        WorkerPool(args.workers) as pool,
    ):
        check_model(library, card)
        choices_told(args)(library)
        yield library, pool, range(len(library) if args.limit is None else min(args.limit, len(library)))


@contextmanager
def opened_with_project(
    args: argparse.Namespace, *outputs: Path | str | None
) -> Iterator[tuple[Library, WorkerPool, range, Project | None]]:
    """As :func:`opened`, and the project of ``--project``, ``None`` if none was asked for.

    One that is there says where the records lie, if it knows; one that is not is made when the library is open.

    :param outputs: files that the command writes beside ``--output`` and ``--rejected``
    :raises ProjectError: if it cannot be used
    :raises UsageError: if it is another file of the command, too
    """
    path: Path | None = args.project
    if path is None:
        with opened(args) as (library, pool, positions):
            yield library, pool, positions, None
        return
    from ..app.projects.project_source import save_records, source_of, stored_records
    from ..project.store import create_project, open_project

    for other in (args.output, args.rejected, *outputs):
        if other is not None and real_path(other) == real_path(path):
            raise UsageError(f"{path}: --project names a file that is written, too; choose another for one")
    with ExitStack() as stack:
        project = stack.enter_context(open_project(path)) if path.exists() else None
        known = None if project is None else partial(stored_records, project)
        library, pool, positions = stack.enter_context(opened(args, known))
        if project is None:
            if not is_text(str(library.path.resolve())):
                raise ProjectError(
                    path, f"it cannot keep the name of {library.path}, which is not UTF-8; rename that file"
                )
            project = stack.enter_context(create_project(path))
        save_records(project, source_of(project, library), library)
        yield library, pool, positions, project


def explanation_source(
    project: Project | None, records: Iterator[ReadRecord | Rejected] | None = None
) -> ExplanationSource:
    """Where explained records come from: out of ``--project`` as far as it holds them, which gets the rest. Imports
    torch.

    :param records: those that are wanted first, of a project those that it does not hold, if they are being read
    """
    from ..app.explaining.explain_library import explain_library
    from ..app.projects.explain_project import explain_into_project

    if project is None:
        return partial(explain_library, records=records)
    return partial(explain_into_project, project=project, records=records)


def tell_damaged(project: Project | None) -> None:
    """Says on standard error of which records what a project held was damaged."""
    if project is not None and (damaged := project.take_damaged()):
        from ..app.projects.stored_records import damage_words

        say(f"gcx: {damage_words(project.path, damaged)}")


def model_card(args: argparse.Namespace) -> Card:
    """The card of the model asked for. Loads no torch."""
    from ..app.explaining.models import FEATURE_SETS
    from ..gcn.card import read_card
    from ..gcn.catalogue import find_bundle

    return read_card(find_bundle(args.model), FEATURE_SETS)


def load_model(args: argparse.Namespace) -> Bundle:
    """The model asked for, on the device asked for. Imports torch."""
    from ..app.explaining.models import choose_device, device_words, load_bundle_at
    from ..gcn.catalogue import find_bundle

    device = choose_device(args.device)
    if args.device == "auto" and not args.quiet:
        say(f"gcx: device: {device_words(device)}")
    return load_bundle_at(find_bundle(args.model), device)


def check_rejected(args: argparse.Namespace) -> None:
    """Before any work: whether ``--rejected`` can be written.

    :raises OutputError: if not
    :raises UsageError: if it is the output, too
    """
    if args.rejected is not None:
        from ..library.writing.output import check_output, output_kind

        output_kind(args.rejected, ("csv", "tsv"))
        check_output(args.rejected, forbid=args.library)
        if real_path(args.rejected) == real_path(args.output):
            raise UsageError(f"{args.rejected}: --rejected and --output name the same file; choose another for one")


def check_methods(ids: Sequence[str]) -> None:
    """Before anything is loaded.

    :raises UnknownNameError: for a method that does not exist
    """
    for id_ in ids:
        if id_ not in METHOD_NAMES:
            raise UnknownNameError("method", id_, tuple(METHOD_NAMES))


def finish(
    args: argparse.Namespace, library: Library, n_records: int, rejected: Sequence[Rejected], warnings: str = ""
) -> None:
    """Writes ``--rejected`` and says on standard error what was done.

    :param warnings: a sentence on records that were done although they are damaged; "" for none
    :raises LibraryError: if not one record could be read, or a prediction is not valid, so that a pipeline notices
    """
    from ..app.explaining.explain_library import check_valid

    if args.rejected is not None:
        from ..library.writing.export import write_rejected

        write_rejected(args.rejected, rejected, forbid=library.path)
    if not args.quiet:
        say(*summary(n_records, rejected, args.rejected))
        if warnings:
            say(f"gcx: {warnings}")
        if library.damaged:
            say(f"gcx: {library.path}: {library.damaged}")
    check_valid(library, rejected, n_records)
    if n_records and len(rejected) == n_records:
        first = f"the first one: {rejected[0].reason}" if n_records > 1 else rejected[0].reason
        none = (
            f"none of its {counted(n_records, 'record')} could be read"
            if n_records > 1
            else "its record could not be read"
        )
        raise LibraryError(library.path, f"{none}; {first}")


def summary(n_records: int, rejected: Sequence[Rejected], listed: Path | None) -> list[str]:
    """How many records were done and rejected; the first few rejected ones, unless they were listed in a file."""
    lines = [f"gcx: {n_records - len(rejected):,} of {counted(n_records, 'record')} done, {len(rejected):,} rejected"]
    if rejected and listed is None:
        lines += [f"  record {r.record:,} (line {r.line:,}): {r.reason}" for r in rejected[:3]]
        if len(rejected) > 3:
            lines.append(f"  … and {len(rejected) - 3:,} more; --rejected FILE.csv lists all")
    return lines
