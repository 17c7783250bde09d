"""Stores the result of mining, which takes minutes, as a setting of the project, and reads it back.

A project may come from somebody else: values of an unexpected type are treated as missing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...kinds.kind import Kind
from ...library.labels.label_meaning import LabelMeaning, LabelValue
from ...library.labels.measurements import ValueMeaning
from ...library.labels.value_scale import Transform, ValueScale
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...project.plain_values import checked_list, checked_number, checked_text, checked_whole_number, plain_number
from ...substructure.findings import Finding
from ...substructure.statistics import OddsRatio
from ..mining.substructure_search import MOST_PATTERNS, NO_FAILURES, MiningResult, SearchFailures
from ..mining.value_cut import GROUPS, ValueCut

MAX_POSITIONS = 4_000_000
"""Largest total number of positions; a larger setting would make opening the project slow."""
_FIGURES = (
    *("p_value", "q_value", "mean_saliency", "sd_saliency", "sum_saliency", "prevalence"),
    "random_prevalence",
)


@dataclass(frozen=True, slots=True)
class StoredMiningResult:
    """The result of mining with the model and settings by which it was found."""

    result: MiningResult
    description: str
    """A sentence that describes the search."""
    model_hash: str
    """Hash of the model whose explanations were mined."""
    preparation: Preparation
    """The preparation of the records."""


def substructure_settings(found: StoredMiningResult) -> dict[str, Any] | None:
    """The result as plain values; ``None`` if it is too large."""
    mined = found.result
    if sum(len(each.shown_in) + len(each.held_by) for each in mined.findings) > MAX_POSITIONS:
        return None
    return {
        "model": found.model_hash,
        "preparation": asdict(found.preparation),
        "asked": found.description,
        "classes": list(mined.class_names),
        "n_records": list(mined.n_records),
        "n_explained": list(mined.n_explained),
        "n_left_out": mined.n_left_out,
        "failures": asdict(mined.failures),
        "rejected": [[r.position, r.line, r.title, r.reason, r.drawable] for r in mined.rejected],
        "labels": None if mined.labels is None else _labels_settings(mined.labels),
        "suspicion": mined.suspicion,
        "cut": None if mined.cut is None else asdict(mined.cut),
        "findings": [_finding_settings(each) for each in mined.findings],
    }


def stored_substructures(value: Any, kind: Kind, n_records: int) -> StoredMiningResult | None:
    """Reads what :func:`substructure_settings` gave; ``None`` if the value is invalid.

    :param kind: of the library
    :param n_records: of the library
    """
    try:
        classes = tuple(checked_text(name) for name in checked_list(value["classes"]))
        mined = MiningResult(
            kind=kind,
            findings=tuple(
                _finding(each, kind, len(classes), n_records)
                for each in checked_list(value["findings"])[:MOST_PATTERNS]
            ),
            class_names=classes,
            n_records=tuple(checked_whole_number(n) for n in checked_list(value["n_records"])),
            n_explained=tuple(checked_whole_number(n) for n in checked_list(value["n_explained"])),
            n_left_out=checked_whole_number(value["n_left_out"]),
            rejected=tuple(
                Rejected(
                    checked_whole_number(position, n_records),
                    checked_whole_number(line),
                    checked_text(title),
                    checked_text(reason),
                    drawable is True,
                )
                for position, line, title, reason, drawable in checked_list(value["rejected"])
            ),
            labels=None if value["labels"] is None else _labels(value["labels"], len(classes)),
            suspicion=checked_text(value["suspicion"]) if "suspicion" in value else "",
            failures=_failures(value.get("failures", asdict(NO_FAILURES))),
            cut=None if value.get("cut") is None else _cut(value["cut"]),
        )
        if mined.cut is not None and len(classes) != len(GROUPS):
            return None
        if not classes or len(mined.n_records) != len(classes) or len(mined.n_explained) != len(classes):
            return None
        if any(part >= len(mined.findings) for each in mined.findings for part in each.part_of):
            return None
        steps = value["preparation"]
        preparation = Preparation(steps["largest_fragment"] is True, steps["neutralise"] is True)
        return StoredMiningResult(mined, checked_text(value["asked"]), checked_text(value["model"]), preparation)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _finding_settings(found: Finding) -> dict[str, Any]:
    return {
        "pattern": found.pattern.plain,
        "attached": found.attached,
        "class": found.class_index,
        "shown_in": _steps(found.shown_in),
        "held_by": _steps(found.held_by),
        "n_positive": found.n_positive,
        "n_negative": found.n_negative,
        "odds": [plain_number(x) for x in (found.odds.value, found.odds.low, found.odds.high)],
        "n_scaffolds": found.n_scaffolds,
        "part_of": list(found.part_of),
        **{name: plain_number(getattr(found, name)) for name in _FIGURES},
    }


def _finding(value: Any, kind: Kind, n_classes: int, n_records: int) -> Finding:
    shown_in, held_by = (_positions(value[name], n_records) for name in ("shown_in", "held_by"))
    n_positive, n_negative = checked_whole_number(value["n_positive"]), checked_whole_number(value["n_negative"])
    if not len(held_by) or n_positive + n_negative > len(held_by):
        raise ValueError("more records contain it than there are")
    scaffolds = value["n_scaffolds"]
    return Finding(
        pattern=kind.fragmenter.restored(value["pattern"]),
        attached=checked_text(value["attached"]),
        class_index=checked_whole_number(value["class"], n_classes),
        shown_in=shown_in,
        held_by=held_by,
        n_positive=n_positive,
        n_negative=n_negative,
        odds=OddsRatio(*(checked_number(x) for x in checked_list(value["odds"]))),
        n_scaffolds=None if scaffolds is None else checked_whole_number(scaffolds),
        part_of=tuple(checked_whole_number(part) for part in checked_list(value["part_of"])),
        **{name: checked_number(value[name]) for name in _FIGURES},
    )


def _cut(value: Any) -> ValueCut:
    limit = checked_number(value["limit"])
    return ValueCut(checked_text(value["endpoint"]), limit, value["is_median"] is True, value["of_measured"] is True)


def _labels_settings(meaning: LabelMeaning | ValueMeaning) -> dict[str, Any]:
    if isinstance(meaning, ValueMeaning):
        return {
            "column": meaning.column,
            "unit": meaning.scale.unit,
            "transform": str(meaning.scale.transform),
            "counts": [meaning.n_values, meaning.n_missing, meaning.n_censored, meaning.n_without_logarithm],
            "range": [plain_number(meaning.low), plain_number(meaning.high)],
            "notes": list(meaning.notes),
        }
    return {
        "column": meaning.column,
        "classes": list(meaning.class_names),
        "values": [[value.shown, value.n, index] for value, index in meaning.values],
        "n_missing": meaning.n_missing,
        "notes": list(meaning.notes),
        "chosen": meaning.chosen,
        "positive": meaning.positive,
    }


def _labels(value: Any, n_classes: int) -> LabelMeaning | ValueMeaning:
    if "transform" in value:
        scale = ValueScale(checked_text(value["unit"]), Transform(value["transform"]))
        n_values, n_missing, n_censored, n_without = (checked_whole_number(n) for n in checked_list(value["counts"]))
        low, high = (checked_number(x) for x in checked_list(value["range"]))
        notes = tuple(checked_text(note) for note in checked_list(value["notes"]))
        column = checked_text(value["column"])
        return ValueMeaning(column, scale, n_values, n_missing, n_censored, n_without, low, high, notes)
    names = tuple(checked_text(name) for name in checked_list(value["classes"]))
    if len(names) != n_classes:
        raise ValueError("other classes")
    positive = value["positive"]
    return LabelMeaning(
        column=checked_text(value["column"]),
        class_names=names,
        values=tuple(
            (
                LabelValue(checked_text(shown), checked_whole_number(n)),
                -1 if index == -1 else checked_whole_number(index, n_classes),
            )
            for shown, n, index in checked_list(value["values"])
        ),
        n_missing=checked_whole_number(value["n_missing"]),
        notes=tuple(checked_text(note) for note in checked_list(value["notes"])),
        chosen=value["chosen"] is True,
        positive=None if positive is None else checked_text(positive),
    )


def _failures(value: Any) -> SearchFailures:
    return SearchFailures(**{name: checked_whole_number(value[name]) for name in asdict(NO_FAILURES)})


def _steps(positions: NDArray[np.int64]) -> list[int]:
    """The first position, then the difference of each from the one before, which is shorter to write."""
    steps: list[int] = np.diff(positions, prepend=0).tolist()
    return steps


def _positions(steps: Any, n_records: int) -> NDArray[np.int64]:
    listed = checked_list(steps)
    if not all(type(step) is int for step in listed):
        raise TypeError("no positions")
    positions = np.cumsum(np.array(listed, dtype=np.int64))
    if len(positions) and (positions.min() < 0 or positions.max() >= n_records):
        raise ValueError("no such records")
    return positions
