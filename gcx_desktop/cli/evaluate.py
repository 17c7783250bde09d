"""``gcx evaluate LIBRARY --label COLUMN``: how far a model and the methods can be trusted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..app.explaining.method_names import METHOD_NAMES
from ..explain.saliency_cutoff import PAPER_CUTOFF
from ..terminal import say
from . import common, options
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..app.evaluation.evaluate_methods import Evaluation, MethodSummary
    from ..explain.sanity import RandomisationResult
    from ..kinds.kind import Words


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "evaluate",
        help="how far the model and the methods can be trusted",
        description="Of a library with labels: is each prediction right, and is it still right without the atoms, or "
        "objects of an image, that a map shows? Writes fidelity, contrastivity and sparsity (Pope et al., CVPR 2019) "
        "of each method, with the fidelity of random maps of the same size, and the quality of the predictions "
        "themselves. Of a model of values, fidelity is how far the value falls without the atoms that raise it and "
        "rises without those that lower it, in its unit, and contrastivity compares these atoms.",
    )
    options.add_library_options(command)
    options.add_preparation_options(command)
    command.add_argument(
        "--label", metavar="COLUMN", required=True, help=f"the true classes or values; {options.LABEL_HELP}"
    )
    options.add_label_options(command)
    options.add_tasks_option(command)
    command.add_argument(
        "-o", "--output", metavar="OUT.csv", required=True, help="a row for each method; '-' prints it"
    )
    command.add_argument(
        "--method", action="append", metavar="ID", help=f"may be repeated; default: all of {', '.join(METHOD_NAMES)}"
    )
    command.add_argument(
        "--cutoff",
        "--threshold",
        type=options.share,
        default=PAPER_CUTOFF,
        metavar="0…1",
        help="saliency cutoff: the share of a record's own largest saliency above which an atom is salient (default: "
        "%(default)s, the paper's); --threshold is its older name",
    )
    command.add_argument(
        "--curves", metavar="FILE.csv", help="write the measures at cutoffs 0 … 0.5 and at equal shares of atoms"
    )
    command.add_argument("--molecules", metavar="FILE.csv", help="write the measures of each record there")
    command.add_argument(
        "--sanity", metavar="FILE.csv", help="write how alike the maps stay while the network's layers are randomised"
    )
    options.add_project_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..kinds.registry import kind_of_library, rationale_of
    from ..library.writing.export import open_rows
    from ..library.writing.output import ROW_KINDS, check_output, output_kind

    ids = tuple(dict.fromkeys(args.method or METHOD_NAMES))
    common.check_methods(ids, of_network=bool(args.sanity))
    for output in (args.output, args.curves, args.molecules, args.sanity):
        if output is not None:
            output_kind(output, ROW_KINDS)
            check_output(output, forbid=args.library)
    common.check_rejected(args)
    outputs = (args.curves, args.molecules, args.sanity)
    with common.open_inputs_with_project(args, *outputs) as (library, pool, positions, project):
        bundle = common.load_chosen_model(args)
        preparation = options.preparation_for(args, bundle.card)
        from ..app.evaluation import write_evaluation as tables
        from ..app.evaluation.evaluate_methods import evaluate_methods
        from ..app.evaluation.sanity_check import check_sanity
        from ..app.evaluation.true_labels import true_labels
        from ..app.explaining.request import ExplanationRequest
        from ..app.explaining.second_opinion import chosen_methods
        from ..app.explaining.value_words import value_words
        from ..work import Work

        names = bundle.card.class_names
        said = options.label_options(args, names)
        labels = true_labels(library, args.label, bundle.card, len(positions), args.tasks, said=said)
        common.print_labels(labels.meaning)
        methods = chosen_methods(bundle, ids)
        request = ExplanationRequest(library, bundle, methods, positions, preparation)
        common.print_what_is_taken(args, bundle.card, preparation, method=False)
        value = value_words(bundle.card)
        with progress_bar(args.quiet) as report:
            found = evaluate_methods(
                request,
                labels,
                common.explanation_source(project),
                Work(pool, report),
                cutoff=args.cutoff,
                seed=args.seed,
                rationale=rationale_of(library, args.label, args.tasks),
            )
            evaluated = request.with_positions(found.positions.tolist())
            checks = check_sanity(evaluated, Work(pool), seed=args.seed) if args.sanity else []
        common.print_damaged(project)
        written: list[tuple[str | None, Sequence[str], Iterator[tables.EvaluationRow]]] = [
            (args.output, tables.summary_columns(found), tables.summary_rows(found, ids, args.cutoff)),
            (args.curves, tables.CURVE_COLUMNS, tables.curve_rows(found, ids)),
            (
                args.molecules,
                tables.record_columns(found, names, ids),
                tables.record_rows(found, ids, args.cutoff, names),
            ),
            (args.sanity, tables.SANITY_COLUMNS, tables.sanity_rows(checks)),
        ]
        for path, columns, rows in written:
            if path is not None:
                with open_rows(path, columns, forbid=library.path) as file:
                    for row in rows:
                        file.write(row)
        if found.suspicion:
            say(f"gcx: {found.suspicion}")
        if not args.quiet:
            say(
                *evaluation_summary(
                    found, ids, args.cutoff, checks, kind_of_library(library).words, "" if value is None else value.unit
                )
            )
        common.finish(args, library, len(found.positions) + len(found.rejected), found.rejected)


def evaluation_summary(
    evaluation: Evaluation,
    ids: Sequence[str],
    cutoff: float,
    checks: Sequence[RandomisationResult],
    words: Words,
    unit: str = "",
) -> list[str]:
    """The results, a line for the model and one for each method.

    :param unit: of predicted values; "" of classes, or if it is not known
    """
    from ..app.evaluation.evaluate_methods import summarise

    quality = ", ".join(f"{name} {value:.3f}" for name, value in evaluation.scores().items())
    label = "measured value" if evaluation.of_value else "label"
    lines = [f"gcx: {words.counted(evaluation.n_molecules)} with a {label}: {quality}"]
    if evaluation.of_value:
        lines.append(
            f"  fidelity is how far the value falls without the {words.nodes} that raise it, and rises without those "
            f"that lower it, in {unit or 'its own unit'}"
        )
    for id_ in ids:
        found = summarise(evaluation, id_, cutoff)
        lines.append(
            f"  {id_}: fidelity {found.fidelity:.3f} (random maps of the same size {found.fidelity_random:.3f}), "
            f"contrastivity {found.contrastivity:.3f}, sparsity {found.sparsity:.3f}{attribution_words(found, words)}"
        )
    lines += [
        f"  {check.method}: its maps are much the same for a network with random weights (rank correlation "
        f"{check.correlation[-1]:.2f}): do not trust it"
        for check in checks
        if check.suspicious
    ]
    return lines


def attribution_words(found: MethodSummary, words: Words) -> str:
    """The attribution part of a method's line; "" if no defining nodes are known."""
    if not found.n_attributed:
        return ""
    return f", attribution AUROC {found.attribution_auroc:.3f} ({words.counted(found.n_attributed)})"
