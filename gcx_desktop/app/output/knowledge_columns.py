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

PREDICTION_SET, SIMILARITY = "prediction_set", "similarity"
SET_SEPARATOR = "|"


def nearest_columns(knowledge: ModelKnowledge, text_column: str) -> list[str]:
    """The columns of :func:`knowledge_cells` about the nearest training record, as far as the model knows them.

    :param text_column: of the kind, such as "smiles"
    """
    if not knowledge.names_nearest:
        return []
    named = [f"nearest_{text_column}", "nearest_title"] if knowledge.records is not None else []
    return [SIMILARITY, "domain", *named, "nearest_measured"]


def knowledge_cells(
    knowledge: ModelKnowledge, card: Card, text_column: str, records: Sequence[ExplainedRecord]
) -> list[dict[str, object]]:
    """The cells of each record, :data:`PREDICTION_SET` among them, which is empty if no class is in the set. What is
    not known of a record has no cell."""
    cells: list[dict[str, object]] = [{} for _ in records]
    _add_sets(knowledge, card, records, cells)
    domain, known, names = knowledge.domain, knowledge.out_of_fold, knowledge.records
    if domain is None or known is None:
        return cells
    for record, row in zip(records, cells, strict=True):
        nearest = record.read.nearest
        if nearest is None:
            continue
        row[SIMILARITY] = float(f"{nearest.similarity:.4g}")
        row["domain"] = str(domain_membership(domain.nearness_at(nearest.similarity)))
        if names is not None:
            row[f"nearest_{text_column}"] = names.texts[nearest.row]
            row["nearest_title"] = names.titles[nearest.row]
        row["nearest_measured"] = card.class_names[int(known.measured[nearest.row])]
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
