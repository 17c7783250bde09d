"""Shared parts of the commands: opening library, project and model, and printing choices and summaries."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..app.explaining.method_names import METHOD_NAMES, names_with_forest
from ..errors import LibraryError, ProjectError, UnknownNameError, UsageError
from ..paths import real_path
from ..terminal import say
from ..wording import counted, is_text
from . import options

if TYPE_CHECKING:
    import torch

    from ..app.explaining.explanation_source import ExplanationSource
    from ..gcn.bundles.bundle import Bundle
    from ..gcn.cards.card import Card
    from ..kinds.kind import ReadRecord
    from ..library.labels.label_meaning import LabelMeaning
    from ..library.labels.measurements import ValueMeaning
    from ..library.library import KnownBoundaries, Library
    from ..library.molecules.preparation import Preparation
    from ..library.record import Rejected
    from ..pool import WorkerPool
    from ..project.store import Project


def choices_printer(args: argparse.Namespace) -> Callable[[Library], None]:
    """A function that prints the choices made while opening a library; it prints nothing with ``--quiet``."""
    return _silent if args.quiet else print_choices


def _silent(library: Library) -> None:
    pass


def print_choices(library: Library) -> None:
    """Prints on standard error which of several possibilities in a file were chosen, and the options to change that."""
    for choice in library.choices:
        remedy = f" ({choice.option} chooses)" if choice.option else ""
        say(f"gcx: {library.path.name}: {choice.sentence}{remedy}")


def print_labels(meaning: LabelMeaning | ValueMeaning) -> None:
    """Prints what the labels are taken for on standard error, always, since all results depend on it."""
    say(f"gcx: {meaning.sentences}")


@contextmanager
def open_inputs(
    args: argparse.Namespace, known: KnownBoundaries | None = None, card: Card | None = None
) -> Iterator[tuple[Library, WorkerPool, range]]:
    """Opens the library and starts workers; gives both and the positions within ``--limit``. Checks the model's card
    and imports no torch.

    :param known: see :func:`~gcx_desktop.library.library.open_library`
    :param card: of the model; by default that of ``--model`` and ``--endpoint``
    :raises UsageError: if the model is for another kind of graph than the library holds
    """
    from ..kinds.registry import check_model, other_files
    from ..library.library import open_library
    from ..pool import WorkerPool

    if card is None:
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
    """As :func:`open_inputs`, with the project of ``--project``, ``None`` without that option.

    An existing project may provide the record boundaries; a missing one is made after the library is opened.

    :param outputs: files that the command writes in addition to ``--output`` and ``--rejected``
    :raises ProjectError: if it cannot be used
    :raises UsageError: if it is also another file of the command
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
    """The source of explained records: stored ones come from ``--project``, others are computed and saved there.
    Imports torch.

    :param records: the records of the first request (with a project, those not stored), if they are being read already
    """
    from ..app.explaining.explain_library import explain_library
    from ..app.projects.explain_project import explain_into_project

    if project is None:
        return partial(explain_library, records=records)
    return partial(explain_into_project, project=project, records=records)


def print_damaged(project: Project | None) -> None:
    """Prints on standard error for which records a project's results were damaged."""
    if project is not None and (damaged := project.take_damaged()):
        from ..app.projects.stored_records import damage_words

        say(f"gcx: {damage_words(project.path, damaged)}")


def model_card(args: argparse.Namespace) -> Card:
    """The card of the ``--model``. Imports no torch."""
    from ..app.explaining.models import FEATURE_SETS
    from ..gcn.bundles.catalogue import find_bundle
    from ..gcn.cards.card import read_card

    return read_card(find_bundle(args.model, args.endpoint), FEATURE_SETS)


def print_what_is_taken(args: argparse.Namespace, card: Card, preparation: Preparation, *, method: bool) -> None:
    """Prints on standard error what the model decides, before the work begins and after all that can be refused
    beforehand: how molecules are prepared, and why its first method was taken.

    :param preparation: of the molecules
    :param method: whether the model chose the method
    """
    from ..app.explaining.method_evidence import why_first
    from ..app.explaining.model_preparation import preparation_in_words

    if args.quiet:
        return
    if words := preparation_in_words(preparation, card):
        say(f"gcx: molecules: {words}")
    if method and (why := why_first(card)):
        say(f"gcx: {why} (--method chooses)")


def load_chosen_model(args: argparse.Namespace) -> Bundle:
    """Loads the ``--model`` on the ``--device``. Imports torch."""
    from ..app.explaining.models import load_bundle_at
    from ..gcn.bundles.catalogue import find_bundle

    return load_bundle_at(find_bundle(args.model, args.endpoint), _device(args))


def load_all_endpoints(args: argparse.Namespace, folders: Sequence[Path]) -> tuple[Bundle, ...]:
    """Loads these endpoints of the ``--model`` on the ``--device``. Imports torch."""
    from ..app.explaining.models import load_endpoints_at

    return load_endpoints_at(folders, _device(args))


def _device(args: argparse.Namespace) -> torch.device:
    from ..app.explaining.models import choose_device, device_words

    device = choose_device(args.device)
    if args.device == "auto" and not args.quiet:
        say(f"gcx: device: {device_words(device)}")
    return device


def check_rejected(args: argparse.Namespace) -> None:
    """Checks, before any work, that ``--rejected`` can be written.

    :raises OutputError: if not
    :raises UsageError: if it is also the output
    """
    if args.rejected is not None:
        from ..library.writing.output import check_output, output_kind

        output_kind(args.rejected, ("csv", "tsv"))
        check_output(args.rejected, forbid=args.library)
        if real_path(args.rejected) == real_path(args.output):
            raise UsageError(f"{args.rejected}: --rejected and --output name the same file; choose another for one")


def check_methods(ids: Sequence[str], *, of_network: bool = False) -> None:
    """Checks the method ids before anything is loaded.

    :param of_network: whether only methods that explain the network will do
    :raises UnknownNameError: for a method that does not exist
    """
    known = METHOD_NAMES if of_network else names_with_forest()
    for id_ in ids:
        if id_ not in known:
            raise UnknownNameError("method", id_, tuple(known))


def chosen_method(args: argparse.Namespace) -> str:
    """The ``--method``, else the one that the ``--model`` shows first. Imports no torch.

    :raises UnknownNameError: for a method that does not exist
    """
    from ..app.explaining.method_evidence import first_method

    if args.method is not None:
        check_methods([args.method])
        return str(args.method)
    return first_method(model_card(args))


def finish(
    args: argparse.Namespace, library: Library, n_records: int, rejected: Sequence[Rejected], warnings: str = ""
) -> None:
    """Writes ``--rejected`` and prints a summary on standard error.

    :param warnings: a sentence about records that were processed in spite of damage; "" for none
    :raises LibraryError: if no record could be read, or a prediction is invalid, so that a pipeline notices
    """
    from ..app.explaining.explain_library import check_valid

    if args.rejected is not None:
        from ..library.writing.export import write_rejected

        write_rejected(args.rejected, rejected, forbid=library.path)
    if not args.quiet:
        say(*run_summary(n_records, rejected, args.rejected))
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


def run_summary(n_records: int, rejected: Sequence[Rejected], listed: Path | None) -> list[str]:
    """How many records were processed and rejected, and the first few rejected ones, unless a file lists them."""
    lines = [f"gcx: {n_records - len(rejected):,} of {counted(n_records, 'record')} done, {len(rejected):,} rejected"]
    if rejected and listed is None:
        lines += [f"  record {r.record:,} (line {r.line:,}): {r.reason}" for r in rejected[:3]]
        if len(rejected) > 3:
            lines.append(f"  … and {len(rejected) - 3:,} more; --rejected FILE.csv lists all")
    return lines
