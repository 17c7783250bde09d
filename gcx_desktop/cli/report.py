"""``gcx report LIBRARY -o OUT.pdf``: a PDF report."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..app.explaining.method_names import names_with_forest
from ..depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from ..errors import UsageError
from . import common, options
from .mining import mine_as_asked
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..app.explaining.explanation_source import ExplanationSource
    from ..app.explaining.request import ExplanationRequest
    from ..substructure.findings import Finding
    from ..work import Work


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "report",
        help="a PDF report",
        description="Explains a library and writes a PDF: model, method, colour scale, every record with its "
        "saliency and prediction, and the records that could not be read; if asked, the salient substructures.",
    )
    options.add_library_options(command)
    options.add_preparation_options(command)
    command.add_argument("-o", "--output", metavar="OUT.pdf", type=Path, required=True)
    command.add_argument(
        "--method", metavar="ID", help=f"one of {', '.join(names_with_forest())} ({options.FIRST_METHOD_HELP})"
    )
    command.add_argument("--class", dest="classes", default="predicted", metavar="NAME|predicted|all")
    command.add_argument(
        "--colour-threshold",
        "--threshold",
        type=options.share,
        default=DEFAULT_COLOUR_THRESHOLD,
        metavar="0…1",
        help="share of the colour scale below which an atom or object is not coloured (default: %(default)s); "
        "--threshold is its older name",
    )
    command.add_argument(
        "--scale", choices=("library", "molecule"), default="library", help="one colour scale for all, or one for each"
    )
    command.add_argument(
        "--substructures",
        type=options.positive,
        metavar="N",
        help="add the N substructures that explanations by the method show most often, of each class explained",
    )
    command.add_argument(
        "--label",
        metavar="COLUMN",
        help="of --substructures: the true classes; then only records predicted rightly count as explained; "
        f"{options.LABEL_HELP}",
    )
    command.add_argument(
        "--cut",
        type=float,
        metavar="VALUE",
        help="of --substructures of a model of values: the least value that is high (default: the median)",
    )
    options.add_label_options(command)
    options.add_tasks_option(command)
    command.add_argument("--template", type=Path, metavar="FILE.typ", help="your own Typst template")
    options.add_project_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..library.writing.output import check_output, output_kind

    if args.label is not None and args.substructures is None:
        raise UsageError("--label says which records are evidence for substructures; add --substructures N")
    if args.cut is not None and args.substructures is None:
        raise UsageError("--cut divides records for substructures; add --substructures N")
    options.check_label_options(args)
    by_model, args.method = args.method is None, common.chosen_method(args)
    output_kind(args.output, ("pdf",))
    check_output(args.output, forbid=args.library)
    common.check_rejected(args)
    with common.open_inputs_with_project(args) as (library, pool, positions, project):
        bundle = common.load_chosen_model(args)
        preparation = options.preparation_for(args, bundle.card)
        from ..app.explaining.request import ExplanationRequest
        from ..app.explaining.second_opinion import chosen_methods
        from ..app.output.write_report import ReportOptions, write_report
        from ..work import Work

        request = ExplanationRequest(library, bundle, chosen_methods(bundle, [args.method]), positions, preparation)
        source = common.explanation_source(project)
        common.print_what_is_taken(args, bundle.card, preparation, method=by_model)
        with progress_bar(args.quiet) as report:
            work = Work(pool, report)
            findings, search, labels = _substructures(args, request, source, work)
            report_options = ReportOptions(
                classes=args.classes,
                colour_threshold=args.colour_threshold,
                scale_mode=args.scale,
                substructures=findings,
                substructure_search=search,
                labels=labels,
                command_line=shlex.join(["gcx", "report", *_arguments(args)]),
                template=args.template,
            )
            written = write_report(request, source, work, args.output, report_options)
        common.print_damaged(project)
        common.finish(args, library, len(positions), written.rejected, written.warnings)


def _substructures(
    args: argparse.Namespace, explanation: ExplanationRequest, source: ExplanationSource, work: Work
) -> tuple[list[Finding], str, str]:
    """The wanted findings class by class, a description of the search, and the meaning of the labels."""
    if args.substructures is None:
        return [], "", ""
    from ..app.mining.substructure_search import MiningRequest, search_description

    classes = () if args.classes in ("predicted", "all") else (args.classes,)
    request = MiningRequest(classes=classes, cut=args.cut, seed=args.seed)
    mined = mine_as_asked(args, request, explanation, source, work)
    search = search_description(request.in_words(mined.kind, labelled=args.label is not None, cut=mined.cut), mined)
    return mined.first_of_each_class(args.substructures), search, mined.labels_in_words


def _arguments(args: argparse.Namespace) -> list[str]:
    """The arguments that reproduce this report."""
    words = [str(args.library), "--model", args.model, "--method", args.method, "--class", args.classes]
    words += ["--colour-threshold", f"{args.colour_threshold:g}", "--scale", args.scale]
    words += options.preparation_words(args)
    words += options.table_options(args).arguments()
    for option, value in (
        ("--endpoint", args.endpoint or None),
        ("--limit", args.limit),
        ("--substructures", args.substructures),
        ("--label", args.label),
        ("--cut", args.cut),
        ("--active-if", args.active_if or None),
        ("--unit", args.unit),
        ("--transform", args.transform),
        ("--tasks", args.tasks),
        ("--object-features", args.object_features),
        ("--project", args.project),
        ("--seed", args.seed or None),
        ("--template", args.template),
    ):
        if value is not None:
            words += [option, str(value)]
    words += [f"--class-of={text}" for text in args.class_of]
    return [*words, "-o", str(args.output)]
