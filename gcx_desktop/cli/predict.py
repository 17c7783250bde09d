"""``gcx predict LIBRARY -o OUT``: class and probability per record."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..terminal import say
from . import common, options
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..app.explaining.model_knowledge import ModelKnowledge
    from ..app.output.write_results import WriteSummary
    from ..gcn.cards.card import Card
    from ..library.library import Library

OUTPUT_HELP = "output: .csv .tsv .json .sdf (also .gz) .parquet .xlsx; '-' is CSV on standard output"


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "predict",
        help="class and probability per record",
        description="Predicts every record of a library: molecules, or images as scene graphs. Of a model that knows "
        "its training molecules, a table also has the classes that cannot be excluded, the nearest training molecule, "
        "what was measured of that, and whether the molecule is inside, at the edge or outside of the model's domain. "
        "Of a model that has several endpoints all are predicted, in columns ENDPOINT:COLUMN, unless --endpoint names "
        "one.",
    )
    options.add_library_options(command)
    options.add_preparation_options(command)
    output_help = f"{OUTPUT_HELP}; .smi holds SMILES and titles alone"
    command.add_argument("-o", "--output", metavar="OUT", required=True, help=output_help)
    command.add_argument(
        "--no-fields",
        dest="fields",
        action="store_false",
        help="leave the library's own columns out of a table; one named as gcx's is has input_ before it, the "
        "second of a name _2 behind it",
    )
    options.add_project_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..gcn.bundles.catalogue import bundle_folders, find_endpoints

    if args.endpoint or args.model in bundle_folders() or len(endpoints := find_endpoints(args.model)) == 1:
        write(args, method_ids=(), classes="predicted")
    else:
        _write_endpoints(args, endpoints)


def write(args: argparse.Namespace, *, method_ids: tuple[str, ...], classes: str) -> None:
    """Predicts and, if there are methods, explains; shared with ``gcx explain``."""
    from ..library.writing.output import KINDS, SALIENCY_KINDS, check_output, output_kind

    output_kind(args.output, SALIENCY_KINDS if method_ids else KINDS)
    check_output(args.output, forbid=args.library)
    common.check_rejected(args)
    with common.open_inputs_with_project(args) as (library, pool, positions, project):
        from ..app.explaining.read_records import read_library, wants_molblocks
        from ..app.projects.project_source import read_new
        from ..gcn.bundles.catalogue import find_bundle
        from ..gcn.reliability.domain import DomainFile
        from ..kinds.registry import reading_parameters

        card = common.model_card(args)
        molblocks, preparation = wants_molblocks(args.output), options.preparation_for(args, card)
        features, folder = reading_parameters(card), find_bundle(args.model, args.endpoint)
        knowledge = None if method_ids else _knowledge(args, folder, card)
        nearest_in = DomainFile.of(folder) if knowledge and knowledge.names_nearest else None
        read = read_library if project is None else partial(read_new, project=project)
        # The workers read while this process imports torch.
        records = read(
            library,
            pool=pool,
            positions=positions,
            with_molblocks=molblocks,
            preparation=preparation,
            features=features,
            nearest_in=nearest_in,
        )
        bundle = common.load_chosen_model(args)
        from ..app.explaining.request import ExplanationRequest
        from ..app.explaining.second_opinion import chosen_methods
        from ..app.output.write_results import ResultPlan, check_plan, write_results
        from ..work import Work

        plan = ResultPlan(bundle.card, method_ids, classes, preparation, args.fields, knowledge)
        check_plan(plan, args.output, len(positions))
        methods = chosen_methods(bundle, method_ids)
        request = ExplanationRequest(
            library, bundle, methods, positions, preparation, with_molblocks=molblocks, nearest_in=nearest_in
        )
        common.print_what_is_taken(args, card, preparation, method=bool(method_ids) and args.method is None)
        with progress_bar(args.quiet) as report:
            results = common.explanation_source(project, records)(request, Work(pool, report))
            written = write_results(args.output, library, plan, results)
        common.print_damaged(project)
        _finish(args, library, len(positions), written)


def _write_endpoints(args: argparse.Namespace, endpoints: Mapping[str, Path]) -> None:
    """Predicts all endpoints of a model at once.

    :param endpoints: name → bundle
    """
    from ..app.explaining.models import FEATURE_SETS
    from ..gcn.cards.card import read_card
    from ..library.writing.output import KINDS, check_output, output_kind
    from ..paths import real_path

    output_kind(args.output, KINDS)
    check_output(args.output, forbid=args.library)
    common.check_rejected(args)
    if args.project is not None:
        raise UsageError(
            f"{args.project}: a project keeps the results of one endpoint; choose one with --endpoint "
            f"({', '.join(endpoints)}), or leave --project out"
        )
    folders = list(endpoints.values())
    cards = [read_card(folder, FEATURE_SETS) for folder in folders]
    with common.open_inputs(args, card=cards[0]) as (library, pool, positions):
        from ..app.explaining.read_records import read_library, wants_molblocks
        from ..gcn.reliability.domain import DomainFile
        from ..kinds.registry import reading_parameters

        molblocks, preparation = wants_molblocks(args.output), options.preparation_for(args, cards[0])
        known = [_knowledge(args, folder, card) for folder, card in zip(folders, cards, strict=True)]
        named = [folder for folder, each in zip(folders, known, strict=True) if each and each.names_nearest]
        above = real_path(folders[0]).parent
        nearest_in = DomainFile.of(above, tuple(folder.name for folder in named)) if named else None
        # The workers read while this process imports torch.
        records = read_library(
            library,
            pool=pool,
            positions=positions,
            with_molblocks=molblocks,
            preparation=preparation,
            features=reading_parameters(cards[0]),
            nearest_in=nearest_in,
        )
        bundles = common.load_all_endpoints(args, folders)
        from ..app.explaining.explain_library import explain_library
        from ..app.explaining.request import ExplanationRequest
        from ..app.output.write_results import ResultPlan, check_plan, write_results
        from ..work import Work

        plans = tuple(ResultPlan(card, knowledge=each) for card, each in zip(cards, known, strict=True))
        plan = ResultPlan(cards[0], preparation=preparation, with_fields=args.fields, endpoints=plans)
        check_plan(plan, args.output, len(positions))
        request = ExplanationRequest(
            library,
            bundles[0],
            positions=positions,
            preparation=preparation,
            with_molblocks=molblocks,
            nearest_in=nearest_in,
            endpoints=bundles,
        )
        common.print_what_is_taken(args, cards[0], preparation, method=False)
        with progress_bar(args.quiet) as report:
            results = explain_library(request, Work(pool, report), records)
            written = write_results(args.output, library, plan, results)
        _finish(args, library, len(positions), written)


def _finish(args: argparse.Namespace, library: Library, n_records: int, written: WriteSummary) -> None:
    if written.repairs and not args.quiet:
        say(f"gcx: {written.repairs}")
    common.finish(args, library, n_records, written.rejected, written.warnings)


def _knowledge(args: argparse.Namespace, folder: Path, card: Card) -> ModelKnowledge | None:
    """What a table of predictions says beside them; ``None`` of a file that is no table. Prints what is damaged.

    :param folder: of the bundle
    """
    from ..app.explaining.model_knowledge import load_model_knowledge
    from ..library.writing.output import ROW_KINDS, output_kind

    if output_kind(args.output) not in ROW_KINDS:
        return None
    found = load_model_knowledge(folder, card)
    for problem in found.problems:
        say(f"gcx: {problem}; the columns that need it are left out")
    return found
