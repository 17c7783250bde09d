"""Columns of a table of predictions that say how far each can be trusted, of a model whose bundle knows its training
records."""

from __future__ import annotations

from collections.abc import Sequence

from ...gcn.card import Card
from ...gcn.domain import domain_membership
from ..explaining.explain_library import ExplainedRecord
from ..explaining.model_knowledge import ModelKnowledge

SIMILARITY = "similarity"


def knowledge_columns(knowledge: ModelKnowledge, text_column: str) -> list[str]:
    """The columns of :func:`knowledge_cells`, those that the model has what it takes for.

    :param text_column: of the kind, such as "smiles"
    """
    if not knowledge.names_nearest:
        return []
    named = [f"nearest_{text_column}", "nearest_title"] if knowledge.records is not None else []
    return [SIMILARITY, "domain", *named, "nearest_measured"]


def knowledge_cells(
    knowledge: ModelKnowledge, card: Card, text_column: str, records: Sequence[ExplainedRecord]
) -> list[dict[str, object]]:
    """The cells of each record; empty where the nearest training record was not looked for."""
    cells: list[dict[str, object]] = [{} for _ in records]
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
