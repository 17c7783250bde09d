"""``gcx substructures LIBRARY -o OUT``: frequently salient substructures."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

from ..app.explaining.method_names import names_with_forest
from ..explain.saliency_cutoff import PAPER_CUTOFF
from ..substructure.scheme import Scheme
from ..terminal import say
from ..wording import counted
from . import common, options
from .mining import mine_as_asked
from .progress_bar import progress_bar

if TYPE_CHECKING:
    from ..app.mining.substructure_search import MiningResult

_ALL = "all"
_MAX_ATOMS = {"frequent": 8}
_MAX_ATOMS_OTHERWISE = 50


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "substructures",
        help="frequent salient substructures",
        description="Lists the substructures that explain a class over a library: the connected salient atoms of the "
        "molecules predicted as it, and rightly if --label tells the true classes. Each is counted over the whole "
        "library and tested (Fisher's exact test, Benjamini and Hochberg's q). Of scene graphs, objects, relations "
        "with both ends, and sets of two to four objects are listed; they have no schemes.",
    )
    options.add_library_options(command)
    options.add_preparation_options(command)
    command.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        required=True,
        help="output: .csv .tsv .json .sdf (also .gz) .parquet .xlsx .smarts .html; '-' is CSV on standard output",
    )
    command.add_argument(
        "--label", metavar="COLUMN", help=f"the true classes; {options.LABEL_HELP}: such records do not count"
    )
    options.add_label_options(command)
    options.add_tasks_option(command)
    command.add_argument(
        "--method",
        metavar="ID",
        help=f"one of {', '.join(names_with_forest())} ({options.FIRST_METHOD_HELP})",
    )
    command.add_argument(
        "--class", dest="classes", default=_ALL, metavar="NAME|all", help="that is explained (default: %(default)s)"
    )
    command.add_argument(
        "--scheme",
        choices=[scheme.value for scheme in Scheme],
        default=Scheme.SALIENT.value,
        help="what a fragment is: connected salient atoms, a piece of another scheme, or what many molecules' salient "
        "parts have in common (default: %(default)s)",
    )
    command.add_argument(
        "--cutoff",
        "--threshold",
        type=options.share,
        default=PAPER_CUTOFF,
        metavar="0…1",
        help="saliency cutoff: the share of a molecule's own largest saliency above which an atom is salient (default: "
        "%(default)s, the paper's); --threshold is its older name",
    )
    command.add_argument(
        "--cut",
        type=float,
        metavar="VALUE",
        help="of a model of values: what raises it is looked for among molecules of at least this value, what lowers "
        "it among the others (default: the median of the measured values, or of the predicted ones without --label)",
    )
    command.add_argument(
        "--complete", action="store_true", help="complete salient parts to whole rings and functional groups"
    )
    command.add_argument(
        "--min-molecules",
        type=int,
        default=10,
        metavar="N",
        help="list what more than N molecules contain (default: %(default)s)",
    )
    command.add_argument(
        "--min-occurrences",
        type=options.positive,
        default=1,
        metavar="N",
        help="list what at least N explained molecules give (default: %(default)s)",
    )
    command.add_argument(
        "--min-support",
        type=options.share,
        default=0.05,
        metavar="0…1",
        help="of scheme 'frequent', and of sets of objects: share of the explained molecules or images of a class, at "
        "least (default: %(default)s)",
    )
    command.add_argument("--min-atoms", type=options.positive, default=2, metavar="N", help="default: %(default)s")
    command.add_argument(
        "--max-atoms",
        type=options.positive,
        metavar="N",
        help=f"default: {_MAX_ATOMS_OTHERWISE}, of scheme 'frequent' {_MAX_ATOMS['frequent']} (12 at most)",
    )
    command.add_argument(
        "--max-patterns",
        type=options.positive,
        default=1000,
        metavar="N",
        help="count only the N that most molecules give (default: %(default)s)",
    )
    options.add_project_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from ..app.mining.substructure_search import file_kinds
    from ..app.mining.write_substructures import left_out_in_words, write_substructures
    from ..kinds.registry import kind_of_model, reading_parameters
    from ..library.writing.output import check_output, output_kind

    options.check_label_options(args)
    by_model, args.method = args.method is None, common.chosen_method(args)
    card = common.model_card(args)
    output_kind(args.output, file_kinds(kind_of_model(card)))
    check_output(args.output, forbid=args.library)
    common.check_rejected(args)
    with common.open_inputs_with_project(args) as (library, pool, positions, project):
        from ..app.explaining.read_records import read_library
        from ..app.projects.project_source import read_new

        records, preparation = None, options.preparation_for(args, card)
        if args.label is None and kind_of_model(card).fragmenter.pieces is None:
            # All records are read, which can begin while this process imports torch.
            read = read_library if project is None else partial(read_new, project=project)
            features = reading_parameters(card)
            records = read(library, pool=pool, positions=positions, preparation=preparation, features=features)
        bundle = common.load_chosen_model(args)
        from ..app.explaining.request import ExplanationRequest
        from ..app.explaining.second_opinion import chosen_methods
        from ..app.mining.substructure_search import MiningRequest
        from ..work import Work

        request = MiningRequest(
            scheme=Scheme(args.scheme),
            cutoff=args.cutoff,
            complete=args.complete,
            min_records=args.min_molecules,
            min_explained=args.min_occurrences,
            min_atoms=args.min_atoms,
            max_atoms=args.max_atoms or _MAX_ATOMS.get(args.scheme, _MAX_ATOMS_OTHERWISE),
            min_support=args.min_support,
            max_patterns=args.max_patterns,
            classes=() if args.classes == _ALL else (args.classes,),
            cut=args.cut,
            seed=args.seed,
        )
        common.print_what_is_taken(args, card, preparation, method=by_model)
        with progress_bar(args.quiet) as report:
            work = Work(pool, report)
            explanation = ExplanationRequest(
                library, bundle, chosen_methods(bundle, [args.method]), positions, preparation
            )
            mined = mine_as_asked(args, request, explanation, common.explanation_source(project, records), work)
            n_left_out = write_substructures(args.output, mined, work, heading=library.path.name, forbid=library.path)
        common.print_damaged(project)
        if not args.quiet:
            say(*substructure_summary(mined))
        if n_left_out:
            say(f"gcx: {left_out_in_words(n_left_out)}")
        common.finish(args, library, sum(mined.n_records) + len(mined.rejected), mined.rejected)


def substructure_summary(mined: MiningResult) -> list[str]:
    """The results, a line for each class."""
    words = mined.kind.words
    lines = [] if mined.cut is None else [f"gcx: {mined.cut.sentence}"]
    for index, (name, n, n_explained) in enumerate(
        zip(mined.class_names, mined.n_records, mined.n_explained, strict=True)
    ):
        own = [each for each in mined.findings if each.class_index == index]
        explained = f"{n_explained:,} explained {words.record if n_explained == 1 else words.records}"
        which = "of the class" if mined.cut is None else mined.group_name(index)
        lines.append(f"gcx: {name}: {counted(len(own), 'substructure')} of {explained}; {n:,} {which}")
        lines += [
            f"  {each.pattern.text}: shown in {each.n_explained:,} of {words.counted(len(each.held_by))} with "
            f"it, {100 * each.r_class:.0f} % of which are {mined.group_name(index)}"
            for each in own[:3]
        ]
    if mined.n_left_out:
        lines.append(
            f"  not counted: {counted(mined.n_left_out, 'pattern')} that few {words.records} give; see --max-patterns"
        )
    lines += [f"  {failure}" for failure in mined.failures.in_words(words)]
    return lines
