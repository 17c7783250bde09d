"""What the commands do alike: opening library, project and model, and saying what was taken and done."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..app.explaining.method_names import METHOD_NAMES
from ..errors import LibraryError, ProjectError, UnknownNameError, UsageError
from ..paths import real_path
from ..terminal import say
from ..wording import counted, is_text
from . import options

if TYPE_CHECKING:
    from ..app.explaining.explanation_source import ExplanationSource
    from ..gcn.bundle import Bundle
    from ..gcn.card import Card
    from ..kinds.kind import ReadRecord
    from ..library.labels.label_meaning import LabelMeaning
    from ..library.library import Known, Library
    from ..library.record import Rejected
    from ..pool import WorkerPool
    from ..project.store import Project


def choices_printer(args: argparse.Namespace) -> Callable[[Library], None]:
    """Says on standard error what was taken of several things that a file offers; nothing with ``--quiet``."""
    return _silent if args.quiet else print_choices


def _silent(library: Library) -> None:
    pass


def print_choices(library: Library) -> None:
    """Says on standard error what was taken of several things that a file offers, and how to choose otherwise."""
    for choice in library.choices:
        remedy = f" ({choice.option} chooses)" if choice.option else ""
        say(f"gcx: {library.path.name}: {choice.sentence}{remedy}")


"""Of a column of labels."""


def print_labels(meaning: LabelMeaning) -> None:
    """Says on standard error what labels were taken for; always, since all that follows rests on it."""
    say(f"gcx: {meaning.sentences}")


@contextmanager
def open_inputs(args: argparse.Namespace, known: Known | None = None) -> Iterator[tuple[Library, WorkerPool, range]]:
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
            args.library, options.table_options(args), others=other_files(args.object_features), known=known
        ) as library,
        WorkerPool(args.workers) as pool,
    ):
        check_model(library, card)
        choices_printer(args)(library)
        yield library, pool, range(len(library) if args.limit is None else min(args.limit, len(library)))


@contextmanager
def open_inputs_with_project(
    args: argparse.Namespace, *outputs: Path | str | None
) -> Iterator[tuple[Library, WorkerPool, range, Project | None]]:
    """As :func:`open_inputs`, and the project of ``--project``, ``None`` if none was asked for.

    One that is there says where the records lie, if it knows; one that is not is made when the library is open.

    :param outputs: files that the command writes beside ``--output`` and ``--rejected``
    :raises ProjectError: if it cannot be used
    :raises UsageError: if it is another file of the command, too
    """
    path: Path | None = args.project
    if path is None:
        with open_inputs(args) as (library, pool, positions):
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
        library, pool, positions = stack.enter_context(open_inputs(args, known))
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


def print_damaged(project: Project | None) -> None:
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
