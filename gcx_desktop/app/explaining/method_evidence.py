"""Which method a model shows first, and the evidence for it: what masking the nodes that each method marks does to
predictions of records that the predicting network had not seen. Imports no torch.

:mod:`..training.measure_methods` measures it; the model's card keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ...gcn.cards.card import Card
from ...kinds.registry import kind_of_model
from .method_names import DEFAULT_METHOD, METHOD_NAMES

EVIDENCE_SHARES = (0.1, 0.2, 0.3)
"""Shares of a record's nodes that are masked, those with the largest values of the map."""
LEAST_ERRORS = 2.0
"""A mean that is larger than this many of its standard errors is more than chance."""
SIMPLEST_FIRST = (
    *("cam", "grad-cam", "contribution", "gradient", "input-gradient", "occlusion"),
    *("integrated-gradients", "grad-cam-avg", "eb", "c-eb"),
)
"""Of methods that do equally well the first is shown: the order is that of how much has to be computed, and explained,
to say what the map is."""


@dataclass(frozen=True, slots=True)
class MethodEvidence:
    """How far the score of the predicted class falls, relative to the other classes', without the nodes that a method
    marks, and without as many random ones; or how far a value falls without those that raise it. Of each record the
    mean over :data:`EVIDENCE_SHARES`."""

    method: str
    """Its id."""
    n_records: int
    fall: float
    """Mean over the records, in the unit of the scores."""
    random_fall: float
    """The same of random nodes."""
    error: float
    """Standard error of the mean difference between the two."""
    better: float
    """Share of the records whose score falls further than without random nodes, in [0, 1]."""
    behind: float
    """How much less the score falls than by the best method, ≥ 0 and 0 for that one."""
    behind_error: float
    """Standard error of :attr:`behind`, from the differences in the same records."""

    @property
    def gain(self) -> float:
        """How much further the score falls than without random nodes."""
        return self.fall - self.random_fall

    @property
    def beats_random(self) -> bool:
        """Whether that is more than chance."""
        return self.gain > LEAST_ERRORS * self.error


_FIGURES = tuple(each.name for each in fields(MethodEvidence) if each.name not in ("method", "n_records"))
"""Those of a method in the card."""


def best_method(evidence: Sequence[MethodEvidence]) -> str:
    """The id of the simplest of the methods that are no further behind the best than the standard error; "" if random
    nodes do as well, within chance."""
    known = [*SIMPLEST_FIRST, *METHOD_NAMES]
    for each in sorted(evidence, key=lambda each: known.index(each.method)):
        if each.beats_random and each.behind <= each.behind_error:
            return each.method
    return ""


def first_method(card: Card | None) -> str:
    """The id of the method that is shown first: the one that the model's card names, if the program has it."""
    named = "" if card is None else card.default_method
    return named if named in METHOD_NAMES else DEFAULT_METHOD


def why_first(card: Card) -> str:
    """A sentence that says why a model's first method is shown first; "" if its card says nothing of it."""
    words, method = kind_of_model(card).words, first_method(card)
    first = f"{METHOD_NAMES[method]} is shown first"
    of = {each.method: each for each in evidence_in(card)}
    found = of.get(method)
    if found is None:
        return f"{first}, as the model's card says" if card.default_method == method else ""
    records = f"{found.n_records:,} held-out {words.records}"
    marks, score = "it marks", _score(card)
    if card.of_value:
        marks, score = f"raise {score} by its map", "it"
    if not found.beats_random:
        none = "" if any(each.beats_random for each in of.values()) else ", and no method did better"
        return (
            f"{first}, though masking the {words.nodes} that {marks} lowered {score} no "
            f"further than masking random ones, beyond chance, in {records}{none}"
        )
    return (
        f"{first}: masking the {words.nodes} that {marks} lowered {score} further than "
        f"masking random ones in {found.better * 100:.0f} % of {records}"
    )


def _score(card: Card) -> str:
    return card.endpoint if card.of_value else "the score of the predicted class"


def evidence_in_words(card: Card) -> str:
    """The figures of all methods, the best first; "" if the card has none."""
    evidence = sorted(evidence_in(card), key=lambda each: -each.gain)
    if not evidence:
        return ""
    words, first = kind_of_model(card).words, evidence[0]
    marks = "raise it by a method's map" if card.of_value else "a method marks"
    of_methods = ", ".join(
        f"{METHOD_NAMES[each.method]} {each.fall:.2f} (further in {each.better * 100:.0f} %)" for each in evidence
    )
    return (
        f"how far {_score(card)} falls without the {words.nodes} that {marks}, on average "
        f"over {words.counted(first.n_records)}: {of_methods}; without as many random ones {first.random_fall:.2f}"
    )


def evidence_entry(evidence: Sequence[MethodEvidence]) -> dict[str, Any]:
    """The evidence as the card keeps it; empty if there is none."""
    if not evidence:
        return {}
    methods = {
        each.method: {name: round(value, 4) for name, value in asdict(each).items() if name in _FIGURES}
        for each in evidence
    }
    return {"n_records": evidence[0].n_records, "shares": list(EVIDENCE_SHARES), "methods": methods}


def evidence_in(card: Card) -> tuple[MethodEvidence, ...]:
    """What a card says of the methods that the program has; a method without all the figures is left out."""
    entry = card.method_evidence
    found = []
    for id_, figures in entry.get("methods", {}).items():
        values = {name: figures.get(name) for name in _FIGURES}
        if id_ in METHOD_NAMES and None not in values.values():
            found.append(MethodEvidence(id_, entry["n_records"], **values))
    return tuple(found)
