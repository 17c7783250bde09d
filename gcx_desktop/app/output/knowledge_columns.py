"""Columns of a table of predictions that say how far each can be trusted, of a model whose bundle knows its training
records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...gcn.cards.card import Card
from ...gcn.reliability.conformal import with_most_probable
from ...gcn.reliability.domain import domain_membership
from ..explaining.explain_library import ExplainedRecord
from ..explaining.model_knowledge import ModelKnowledge

PREDICTION_SET, SIMILARITY, NEAREST_MEASURED = "prediction_set", "similarity", "nearest_measured"
SET_SEPARATOR = "|"
_FIXED = ("record", "title", "smiles", "method", "class", "saliency", "spread", SIMILARITY, "domain", NEAREST_MEASURED)


def value_columns(card: Card) -> tuple[str, str, str]:
    """The columns of a value and of the lower and upper end of its interval."""
    name = f"predicted_{card.endpoint}" if card.endpoint in _FIXED else card.endpoint
    return name, f"{name}_low", f"{name}_high"


def nearest_columns(knowledge: ModelKnowledge, text_column: str) -> list[str]:
    """The columns of :func:`knowledge_cells` about the nearest training record, as far as the model knows them.

    :param text_column: of the kind, such as "smiles"
    """
    if not knowledge.names_nearest:
        return []
    named = [f"nearest_{text_column}", "nearest_title"] if knowledge.records is not None else []
    return [SIMILARITY, "domain", *named, NEAREST_MEASURED]


def knowledge_cells(
    knowledge: ModelKnowledge, card: Card, text_column: str, records: Sequence[ExplainedRecord], place: int = 0
) -> list[dict[str, object]]:
    """The cells of each record: its set of classes, empty if none is in it, or the ends of its interval; the nearest
    training record. What is not known of a record has no cell.

    :param place: in ``read.nearest``, of what is the nearest one of this model
    """
    cells: list[dict[str, object]] = [{} for _ in records]
    _add_sets(knowledge, card, records, cells)
    _add_intervals(knowledge, card, records, cells)
    domain, known, names = knowledge.domain, knowledge.out_of_fold, knowledge.records
    if domain is None or known is None:
        return cells
    for record, row in zip(records, cells, strict=True):
        if not record.read.nearest:
            continue
        nearest = record.read.nearest[place]
        row[SIMILARITY] = float(f"{nearest.similarity:.4g}")
        row["domain"] = str(domain_membership(domain.nearness_at(nearest.similarity)))
        if names is not None:
            row[f"nearest_{text_column}"] = names.texts[nearest.row]
            row["nearest_title"] = names.titles[nearest.row]
        measured = known.measured[nearest.row]
        row[NEAREST_MEASURED] = float(measured) if card.of_value else card.class_names[int(measured)]
    return cells


def _add_sets(
    knowledge: ModelKnowledge, card: Card, records: Sequence[ExplainedRecord], cells: list[dict[str, object]]
) -> None:
    if knowledge.conformal is None:
        return
    predicted = [
        (row, record.explanation.probabilities, record.explanation.members)
        for row, record in zip(cells, records, strict=True)
        if record.explanation.is_valid and record.explanation.members is not None
    ]
    if not predicted:
        return
    sets = knowledge.conformal.sets(np.stack([members for *_, members in predicted]))
    sets = with_most_probable(sets, np.stack([probabilities for _, probabilities, _ in predicted]))
    for (row, *_), held in zip(predicted, sets, strict=True):
        row[PREDICTION_SET] = SET_SEPARATOR.join(
            name for name, inside in zip(card.class_names, held.tolist(), strict=True) if inside
        )


def _add_intervals(
    knowledge: ModelKnowledge, card: Card, records: Sequence[ExplainedRecord], cells: list[dict[str, object]]
) -> None:
    if knowledge.intervals is None:
        return
    predicted = [
        (row, record.explanation.members[:, 0])
        for row, record in zip(cells, records, strict=True)
        if record.explanation.is_valid and record.explanation.members is not None
    ]
    if not predicted:
        return
    _, low, high = value_columns(card)
    ends = knowledge.intervals.intervals(np.stack([members for _, members in predicted]))
    for (row, _), (from_, to) in zip(predicted, ends.tolist(), strict=True):
        row[low], row[high] = float(f"{from_:.6g}"), float(f"{to:.6g}")
