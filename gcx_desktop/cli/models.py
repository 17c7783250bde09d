"""``gcx models``: lists the models, bundled and the user's own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..terminal import say
from ..wording import counted, visible_lines


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "models", help="list the models", description="Lists the models, bundled and the user's own."
    )
    command.add_argument("--json", action="store_true", help="print the whole cards")
    command.add_argument(
        "--add-domain",
        nargs=2,
        metavar=("MODEL_DIR", "TABLE"),
        help="write into a model's folder which molecules it knows, from the table that it was trained on; models that "
        "gcx train makes have it",
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from dataclasses import asdict

    from ..app.explaining.method_evidence import why_first
    from ..app.explaining.model_preparation import trained_preparation
    from ..app.explaining.models import list_models
    from ..errors import BundleError
    from ..gcn.cards.baseline import baseline_warning
    from ..paths import user_models

    if args.add_domain:
        _add_domain(*map(Path, args.add_domain))
        return
    found = list_models()
    if args.json:
        cards = {
            name: {"error": str(card)} if isinstance(card, BundleError) else {"folder": str(folder), **asdict(card)}
            for name, folder, card in found
        }
        text = json.dumps(cards, indent=2, ensure_ascii=False)
        sys.stdout.write(f"{visible_lines(text) if sys.stdout.isatty() else text}\n")
        return
    width = max((len(name) for name, _, _ in found), default=0)
    for name, _, card in found:
        if isinstance(card, BundleError):
            say(f"{name:<{width}}  cannot be used: {card}", to=sys.stdout)
            continue
        main = card.metrics[0] if card.metrics else None
        quality = ""
        if main and "auc_roc" in main.values:
            quality = f"AUC-ROC {main.in_words('auc_roc')} ({main.split}, {main.runs})"
        say(f"{name:<{width}}  {card.task}: {' / '.join(card.class_names)}. {quality}".rstrip(), to=sys.stdout)
        if warning := baseline_warning(card):
            say(f"{'':<{width}}  {warning}", to=sys.stdout)
        if why := why_first(card):
            say(f"{'':<{width}}  {why}", to=sys.stdout)
        data = card.training_data
        if data is not None and data.label_values:
            say(f"{'':<{width}}  labels in ‘{data.label}’: {data.labels_in_words}", to=sys.stdout)
        if card.preparation:
            say(f"{'':<{width}}  molecules: {trained_preparation(card).words}", to=sys.stdout)
    if not found:
        say(f"no models; put model folders into {user_models()}", to=sys.stdout)


def _add_domain(folder: Path, table: Path) -> None:
    from ..app.training.model_domain import add_domain
    from ..pool import WorkerPool
    from ..work import Work

    with WorkerPool() as pool:
        domain = add_domain(folder, table, Work(pool))
    say(f"gcx: {folder}: it now knows its {counted(len(domain.nearest), 'training molecule')}")
