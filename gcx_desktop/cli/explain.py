"""``gcx explain LIBRARY -o OUT``: saliency per record, method and class."""

from __future__ import annotations

import argparse
from typing import Any

from ..app.explaining.method_names import names_with_forest
from . import common, options, predict


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "explain",
        help="atom saliency, or object saliency of images",
        description="Explains every record of a library: one raw saliency value per heavy atom, in the order of the "
        "atoms of the SMILES column (tables) or of the record (SDF, as RDKit atom-property lists); of images, one per "
        "object, in the order of the column 'objects'.",
    )
    options.add_library_options(command)
    options.add_preparation_options(command)
    command.add_argument("-o", "--output", metavar="OUT", required=True, help=predict.OUTPUT_HELP)
    command.add_argument(
        "--method",
        action="append",
        metavar="ID",
        help=f"may be repeated; one of {', '.join(names_with_forest())} ({options.FIRST_METHOD_HELP}); "
        "forest is the map of the random forest that a model may have beside its network",
    )
    command.add_argument(
        "--class",
        dest="classes",
        default="predicted",
        metavar="NAME|predicted|all",
        help="whose evidence is shown (default: %(default)s)",
    )
    command.add_argument(
        "--fields",
        action="store_true",
        help="add the library's own columns to a table; one named as gcx's is has input_ before it, the "
        "second of a name _2 behind it",
    )
    options.add_project_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    methods = tuple(dict.fromkeys(args.method or [common.chosen_method(args)]))
    common.check_methods(methods)
    predict.write(args, method_ids=methods, classes=args.classes)
