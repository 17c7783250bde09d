"""``gcx models``: lists the models, bundled and the user's own; writes one into a file, or takes one from a file."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..terminal import say
from ..wording import counted, file_size, visible_lines

if TYPE_CHECKING:
    from ..errors import BundleError
    from ..gcn.cards.card import Card


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "models",
        help="list the models; send one as a file, or take one that was sent",
        description="Lists the models, bundled and the user's own. A model can be sent as one file, FILE.gcxm, and be "
        "used with --model FILE.gcxm or taken among one's own models.",
    )
    command.add_argument("model", metavar="NAME", nargs="?", help="only this model (NAME, DIR or FILE.gcxm)")
    command.add_argument("--json", action="store_true", help="print the whole cards")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--export", metavar="FILE.gcxm", type=Path, help="write the model NAME into one file")
    what.add_argument(
        "--import", dest="taken", metavar="FILE.gcxm", type=Path, help="take a model that was sent among your own"
    )
    what.add_argument(
        "--add-domain",
        nargs=2,
        metavar=("MODEL_DIR", "TABLE"),
        help="write into a model's folder which molecules it knows, from the table that it was trained on; models that "
        "gcx train makes have it",
    )
    command.add_argument(
        "--no-structures", action="store_true", help="of --export: leave out which molecules the model was trained on"
    )
    command.add_argument("--name", metavar="NAME", default="", help="of --import: its name here (default: its own)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    _check_options(args)
    if args.add_domain:
        _add_domain(*map(Path, args.add_domain))
    elif args.export is not None:
        _export(args.model, args.export, structures=not args.no_structures)
    elif args.taken is not None:
        _import(args.taken, args.name)
    else:
        _list(args.model, as_json=args.json)


def _check_options(args: argparse.Namespace) -> None:
    """:raises UsageError: if options do not belong together"""
    listing = args.export is None and args.taken is None and not args.add_domain
    for given, needed, words in (
        (args.export is not None, args.model, "--export writes one model: name it before, as in 'gcx models NAME'"),
        (args.no_structures, args.export is not None, "--no-structures belongs to --export"),
        (bool(args.name), args.taken is not None, "--name belongs to --import"),
        (args.json, listing, "--json belongs to the list of models"),
        (args.model, listing or args.export is not None, "a NAME belongs to the list of models, or to --export"),
    ):
        if given and not needed:
            raise UsageError(words)


def _list(name: str | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from ..app.models.listed_models import listed_model, listed_models
    from ..errors import BundleError
    from ..gcn.bundles.catalogue import find_model
    from ..paths import user_models

    models = listed_models() if name is None else [listed_model(name, find_model(name))]
    if name is not None and isinstance(models[0].card, BundleError):
        raise models[0].card
    if as_json:
        found = [
            (f"{model.name}/{each.name}", each.folder, each.card) for model in models for each in model.endpoints
        ] + [(model.name, model.folder, model.card) for model in models if not model.endpoints]
        cards = {
            name: {"error": str(card)} if isinstance(card, BundleError) else {"folder": str(folder), **asdict(card)}
            for name, folder, card in found
        }
        text = json.dumps(cards, indent=2, ensure_ascii=False)
        sys.stdout.write(f"{visible_lines(text) if sys.stdout.isatty() else text}\n")
        return
    widths = [len(model.name) for model in models]
    widths += [2 + len(each.name) for model in models for each in model.endpoints]
    width = max(widths, default=0)
    for model in models:
        if not model.endpoints:
            _print_card(model.name, model.card, width)
            continue
        said = "" if isinstance(model.card, BundleError) else f" {' '.join(model.card.description.split())}".rstrip()
        words = f"{counted(len(model.endpoints), 'endpoint')} of one network (--endpoint chooses).{said}"
        say(f"{model.name:<{width}}  {words}", to=sys.stdout)
        for each in model.endpoints:
            _print_card(f"  {each.name}", each.card, width, described=False)
    if not models:
        say(f"no models; put model folders into {user_models()}", to=sys.stdout)


def _print_card(name: str, card: Card | BundleError, width: int, *, described: bool = True) -> None:
    """:param width: of the column of names
    :param described: whether the user's own words about the model are said
    """
    from ..app.explaining.method_evidence import why_first
    from ..app.explaining.model_preparation import trained_preparation
    from ..errors import BundleError
    from ..gcn.cards.baseline import baseline_warning

    if isinstance(card, BundleError):
        say(f"{name:<{width}}  cannot be used: {card}", to=sys.stdout)
        return
    predicted = _value(card) if card.of_value else " / ".join(card.class_names)
    say(f"{name:<{width}}  {card.task}: {predicted}. {_quality(card)}".rstrip(), to=sys.stdout)
    data = card.training_data
    for words in (
        " ".join(card.description.split()) if described else "",
        baseline_warning(card),
        why_first(card),
        f"labels in ‘{data.label}’: {data.labels_in_words}" if data is not None and data.label_values else "",
        f"molecules: {trained_preparation(card).words}" if card.preparation else "",
    ):
        if words:
            say(f"{'':<{width}}  {words}", to=sys.stdout)


def _value(card: Card) -> str:
    """Such as "a value, pIC50 in log units"."""
    from ..app.explaining.value_words import value_words

    of_value = value_words(card)
    unit = f" in {of_value.unit}" if of_value is not None and of_value.unit else ""
    return f"a value, {card.endpoint}{unit}"


def _quality(card: Card) -> str:
    """The figures of the first split, such as "RMSE 0.74 ± 0.02, R² 0.66 ± 0.03 (random 80/10/10, 5 seeds)"."""
    main = card.metrics[0] if card.metrics else None
    named = {"rmse": "RMSE", "r2": "R²"} if card.of_value else {"auc_roc": "AUC-ROC"}
    known = [f"{words} {main.in_words(figure)}" for figure, words in named.items() if main and figure in main.values]
    return f"{', '.join(known)} ({main.split}, {main.runs})" if main and known else ""


def _export(name: str, file: Path, *, structures: bool) -> None:
    from ..app.models.listed_models import holds_structures
    from ..app.models.transfer_model import check_model_output, export_model
    from ..gcn.bundles.catalogue import find_model

    check_model_output(file)
    folder = find_model(name)
    size = export_model(folder, file, structures=structures)
    known = holds_structures(folder)
    told = "; it says which molecules the model was trained on (--no-structures leaves that out)" if known else ""
    say(f"gcx: {file}: {name}, {file_size(size)}{told if structures else ''}")


def _import(file: Path, name: str) -> None:
    from ..app.models.transfer_model import import_model

    came = import_model(file, name)
    done = "is among your models already, as" if came.was_here else "is now among your models, as"
    say(f"gcx: {file}: it {done} '{came.name}' (--model {shlex.quote(came.name)})")


def _add_domain(folder: Path, table: Path) -> None:
    from ..app.training.model_domain import add_domain
    from ..pool import WorkerPool
    from ..work import Work

    with WorkerPool() as pool:
        domain = add_domain(folder, table, Work(pool))
    say(f"gcx: {folder}: it now knows its {counted(len(domain.nearest), 'training molecule')}")
