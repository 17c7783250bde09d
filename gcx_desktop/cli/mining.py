"""Mines recurring substructures with the options of a command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..terminal import say
from . import common, options

if TYPE_CHECKING:
    from ..app.explaining.explanation_source import ExplanationSource
    from ..app.explaining.request import ExplanationRequest
    from ..app.mining.substructure_search import MiningRequest, MiningResult
    from ..work import Work


def mine_as_asked(
    args: argparse.Namespace,
    request: MiningRequest,
    explanation: ExplanationRequest,
    source: ExplanationSource,
    work: Work,
) -> MiningResult:
    """Mines the records of ``explanation`` by its method; with ``--label`` only correctly predicted ones are
    evidence."""
    from ..app.evaluation.true_labels import true_labels
    from ..app.mining.mine_recurring import mine

    labels = None
    if args.label is not None:
        card = explanation.bundle.card
        said = options.label_options(args, card.class_names)
        labels = true_labels(explanation.library, args.label, card, len(explanation.wanted), args.tasks, said=said)
        common.print_labels(labels.meaning)
    mined = mine(request, explanation, source, work, labels)
    if mined.suspicion:
        say(f"gcx: {mined.suspicion}")
    return mined
