"""``gcx predict LIBRARY -o OUT``: class and probability per record."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

from ..terminal import say
from . import common, options
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..app.explaining.model_knowledge import ModelKnowledge
    from ..gcn.cards.card import Card

OUTPUT_HELP = "output: .csv .tsv .json .sdf (also .gz) .parquet .xlsx; '-' is CSV on standard output"


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "predict",
        help="class and probability per record",
        description="Predicts every record of a library: molecules, or images as scene graphs. Of a model that knows "
        "its training molecules, a table also has the classes that cannot be excluded, the nearest training molecule, "
        "what was measured of that, and whether the molecule is inside, at the edge or outside of the model's domain.",
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
    write(args, method_ids=(), classes="predicted")


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
        features, knowledge = reading_parameters(card), None if method_ids else _knowledge(args, card)
        folder = find_bundle(args.model, args.endpoint)
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
        if written.repairs and not args.quiet:
            say(f"gcx: {written.repairs}")
        common.finish(args, library, len(positions), written.rejected, written.warnings)


def _knowledge(args: argparse.Namespace, card: Card) -> ModelKnowledge | None:
    """What a table of predictions says beside them; ``None`` of a file that is no table. Prints what is damaged."""
    from ..app.explaining.model_knowledge import load_model_knowledge
    from ..gcn.bundles.catalogue import find_bundle
    from ..library.writing.output import ROW_KINDS, output_kind

    if output_kind(args.output) not in ROW_KINDS:
        return None
    found = load_model_knowledge(find_bundle(args.model, args.endpoint), card)
    for problem in found.problems:
        say(f"gcx: {problem}; the columns that need it are left out")
    return found
