"""The substructures that were found in a library, as a setting of its project and back: mining takes minutes.

A project may come from a stranger: what is not of the kind expected is as if it were not there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...kinds.kind import Kind
from ...library.labels.label_meaning import LabelMeaning, LabelValue
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...substructure.findings import Finding, Recurring
from ...substructure.labelled_graph import LabelledGraph
from ...substructure.patterns import Pattern
from ...substructure.pieces import Piece
from ...substructure.statistics import OddsRatio
from ..mining.substructure_search import MOST_PATTERNS, NO_FAILURES, Mined, SearchFailures

MAX_POSITIONS = 4_000_000
"""In all; more make a setting too large to be read with each opening."""
_FIGURES = (
    *("p_value", "q_value", "mean_saliency", "sd_saliency", "sum_saliency", "prevalence"),
    "random_prevalence",
)
_NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


@dataclass(frozen=True, slots=True)
class FoundSubstructures:
    """What was found, and how."""

    mined: Mined
    asked: str
    """How it was looked for, in a sentence."""
    model_hash: str
    """Of the model whose explanations were looked at."""
    preparation: Preparation
    """What was done to records first."""


def substructure_settings(found: FoundSubstructures) -> dict[str, Any] | None:
    """As plain values; ``None`` if it is too much."""
    mined = found.mined
    if sum(len(each.shown_in) + len(each.held_by) for each in mined.findings) > MAX_POSITIONS:
        return None
    return {
        "model": found.model_hash,
        "preparation": asdict(found.preparation),
        "asked": found.asked,
        "classes": list(mined.class_names),
        "n_records": list(mined.n_records),
        "n_explained": list(mined.n_explained),
        "n_left_out": mined.n_left_out,
        "failures": asdict(mined.failures),
        "rejected": [[r.position, r.line, r.title, r.reason, r.drawable] for r in mined.rejected],
        "labels": None if mined.labels is None else _labels_settings(mined.labels),
        "suspicion": mined.suspicion,
        "findings": [_finding_settings(each) for each in mined.findings],
    }


def stored_substructures(value: Any, kind: Kind, n_records: int) -> FoundSubstructures | None:
    """What :func:`substructure_settings` made; ``None`` if it is not that.

    :param kind: of the library
    :param n_records: of the library
    """
    try:
        classes = tuple(_text(name) for name in _list(value["classes"]))
        mined = Mined(
            kind=kind,
            findings=tuple(
                _finding(each, kind, len(classes), n_records) for each in _list(value["findings"])[:MOST_PATTERNS]
            ),
            class_names=classes,
            n_records=tuple(_whole(n) for n in _list(value["n_records"])),
            n_explained=tuple(_whole(n) for n in _list(value["n_explained"])),
            n_left_out=_whole(value["n_left_out"]),
            rejected=tuple(
                Rejected(_whole(position, n_records), _whole(line), _text(title), _text(reason), drawable is True)
                for position, line, title, reason, drawable in _list(value["rejected"])
            ),
            labels=None if value["labels"] is None else _labels(value["labels"], len(classes)),
            suspicion=_text(value["suspicion"]) if "suspicion" in value else "",
            failures=_failures(value.get("failures", asdict(NO_FAILURES))),
        )
        if not classes or len(mined.n_records) != len(classes) or len(mined.n_explained) != len(classes):
            return None
        if any(part >= len(mined.findings) for each in mined.findings for part in each.part_of):
            return None
        steps = value["preparation"]
        preparation = Preparation(steps["largest_fragment"] is True, steps["neutralise"] is True)
        return FoundSubstructures(mined, _text(value["asked"]), _text(value["model"]), preparation)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _finding_settings(found: Finding) -> dict[str, Any]:
    return {
        "pattern": _pattern_settings(found.pattern),
        "attached": found.attached,
        "class": found.class_index,
        "shown_in": _steps(found.shown_in),
        "held_by": _steps(found.held_by),
        "n_positive": found.n_positive,
        "n_negative": found.n_negative,
        "odds": [_plain(x) for x in (found.odds.value, found.odds.low, found.odds.high)],
        "n_scaffolds": found.n_scaffolds,
        "part_of": list(found.part_of),
        **{name: _plain(getattr(found, name)) for name in _FIGURES},
    }


def _finding(value: Any, kind: Kind, n_classes: int, n_records: int) -> Finding:
    shown_in, held_by = (_positions(value[name], n_records) for name in ("shown_in", "held_by"))
    n_positive, n_negative = _whole(value["n_positive"]), _whole(value["n_negative"])
    if not len(held_by) or n_positive + n_negative > len(held_by):
        raise ValueError("more records contain it than there are")
    scaffolds = value["n_scaffolds"]
    return Finding(
        pattern=_pattern(value["pattern"], kind),
        attached=_text(value["attached"]),
        class_index=_whole(value["class"], n_classes),
        shown_in=shown_in,
        held_by=held_by,
        n_positive=n_positive,
        n_negative=n_negative,
        odds=OddsRatio(*(_number(x) for x in _list(value["odds"]))),
        n_scaffolds=None if scaffolds is None else _whole(scaffolds),
        part_of=tuple(_whole(part) for part in _list(value["part_of"])),
        **{name: _number(value[name]) for name in _FIGURES},
    )


def _pattern_settings(pattern: Recurring) -> dict[str, Any]:
    if isinstance(pattern, Pattern):
        graph = pattern.graph
        return {
            "smarts": pattern.smarts,
            "smiles": pattern.smiles,
            "atoms": [int(label) for label in graph.labels],
            "bonds": [[int(end) for end in bond] for bond in graph.bonds],
        }
    if isinstance(pattern, Piece):
        return {"names": list(pattern.names), "nodes": list(pattern.nodes)}
    raise TypeError(f"a {type(pattern).__name__} cannot be stored")


def _pattern(value: Any, kind: Kind) -> Recurring:
    if kind.names_pieces:
        return Piece(tuple(_text(x) for x in _list(value["names"])), tuple(_text(x) for x in _list(value["nodes"])))
    atoms = tuple(_whole(label) for label in _list(value["atoms"]))
    bonds = tuple(
        (_whole(i, len(atoms)), _whole(j, len(atoms)), _whole(order)) for i, j, order in _list(value["bonds"])
    )
    if not atoms or any(not i < j for i, j, _ in bonds):
        raise ValueError("no graph")
    return Pattern(_text(value["smarts"]), _text(value["smiles"]), LabelledGraph(atoms, bonds))


def _labels_settings(meaning: LabelMeaning) -> dict[str, Any]:
    return {
        "column": meaning.column,
        "classes": list(meaning.class_names),
        "values": [[value.shown, value.n, index] for value, index in meaning.values],
        "n_missing": meaning.n_missing,
        "notes": list(meaning.notes),
        "chosen": meaning.chosen,
        "positive": meaning.positive,
    }


def _labels(value: Any, n_classes: int) -> LabelMeaning:
    names = tuple(_text(name) for name in _list(value["classes"]))
    if len(names) != n_classes:
        raise ValueError("other classes")
    positive = value["positive"]
    return LabelMeaning(
        column=_text(value["column"]),
        class_names=names,
        values=tuple(
            (LabelValue(_text(shown), _whole(n)), -1 if index == -1 else _whole(index, n_classes))
            for shown, n, index in _list(value["values"])
        ),
        n_missing=_whole(value["n_missing"]),
        notes=tuple(_text(note) for note in _list(value["notes"])),
        chosen=value["chosen"] is True,
        positive=None if positive is None else _text(positive),
    )


def _failures(value: Any) -> SearchFailures:
    return SearchFailures(**{name: _whole(value[name]) for name in asdict(NO_FAILURES)})


def _steps(positions: NDArray[np.int64]) -> list[int]:
    """The first position and how far each is from the one before: short to write."""
    steps: list[int] = np.diff(positions, prepend=0).tolist()
    return steps


def _positions(steps: Any, n_records: int) -> NDArray[np.int64]:
    listed = _list(steps)
    if not all(type(step) is int for step in listed):
        raise TypeError("no positions")
    positions = np.cumsum(np.array(listed, dtype=np.int64))
    if len(positions) and (positions.min() < 0 or positions.max() >= n_records):
        raise ValueError("no such records")
    return positions


def _plain(value: float) -> float | str:
    """JSON has neither infinity nor NaN."""
    return float(value) if math.isfinite(value) else str(float(value))


def _number(value: Any) -> float:
    if isinstance(value, str):
        return _NUMBERS[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("no number")
    return float(value)


def _whole(value: Any, below: int = 1 << 40) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise ValueError("no number of the kind")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 10_000:
        raise TypeError("no text")
    return value


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
