"""Writes predictions and explanations as tables and structure files: the columns that ``gcx`` promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..gcn.card import Card
from ..library.export import mol_record, open_rows, output_kind, sdf_record, whole_file
from ..library.library import Library
from ..library.record import Format, RecordText, Rejected
from .explain_library import ExplainedRecord

PREDICTED = "predicted"
ALL = "all"


@dataclass(frozen=True, slots=True)
class ResultPlan:
    """Which results of a run are written."""

    card: Card
    methods: tuple[str, ...] = ()
    """Method ids; none for predictions alone."""
    classes: str = PREDICTED
    """``predicted``, ``all``, or the name of a class."""

    def class_indices(self, record: ExplainedRecord) -> Sequence[int]:
        """The classes whose maps are written for a record.

        :raises UnknownNameError: for a class that the model does not have
        """
        if self.classes == PREDICTED:
            return (record.explanation.predicted,)
        if self.classes == ALL:
            return range(len(self.card.class_names))
        return (self.card.class_index(self.classes),)


def check_plan(plan: ResultPlan, path: str) -> None:
    """Before any work: whether such a file can be written and such a class exists.

    :raises UsageError: if not
    """
    if plan.classes not in (PREDICTED, ALL):
        plan.card.class_index(plan.classes)
    output_kind(path)


def columns(plan: ResultPlan) -> list[str]:
    """The columns of the table that a plan gives."""
    if plan.methods:
        return ["record", "title", "smiles", "predicted_class", "probability", "method", "class", "saliency"]
    names = [f"probability_{name}" for name in plan.card.class_names]
    return ["record", "title", "smiles", "predicted_class", "probability", *names]


def rows(plan: ResultPlan, record: ExplainedRecord, *, as_lists: bool = False) -> Iterator[dict[str, object]]:
    """A record's rows of the table.

    :param as_lists: saliency as a list of numbers, for files that can hold one, instead of a text
    """
    explanation, names, read = record.explanation, plan.card.class_names, record.read
    predicted = explanation.predicted
    base: dict[str, object] = {
        "record": read.position + 1,
        "title": read.title,
        "smiles": read.molecule.smiles,
        "predicted_class": names[predicted],
        "probability": _probability(explanation.probabilities[predicted]),
    }
    if not plan.methods:
        for name, value in zip(names, explanation.probabilities, strict=True):
            base[f"probability_{name}"] = _probability(value)
        yield base
        return
    for method in plan.methods:
        for index in plan.class_indices(record):
            values = record.smiles_map(method, index)
            saliency = values.tolist() if as_lists else numbers(values)
            yield {**base, "method": method, "class": names[index], "saliency": saliency}


def fields(plan: ResultPlan, record: ExplainedRecord) -> list[tuple[str, str]]:
    """A record's results as SDF data fields. Maps are RDKit atom-property lists, one value an atom of the record."""
    explanation, names = record.explanation, plan.card.class_names
    result = [(f"{plan.card.name}_predicted_class", names[explanation.predicted])]
    result += [
        (f"{plan.card.name}_probability_{name}", str(_probability(value)))
        for name, value in zip(names, explanation.probabilities, strict=True)
    ]
    for method in plan.methods:
        for index in plan.class_indices(record):
            # RDKit reads "n/a" as "this atom has none", which is what folded hydrogens have.
            values = numbers(record.record_maps(method)[:, index]).replace("nan", "n/a")
            result.append((f"atom.dprop.{method}-{names[index]}", values))
    return result


def numbers(values: NDArray[np.float32]) -> str:
    """Space-separated, with the digits that a float32 has."""
    return _number_format(len(values)) % tuple(values.tolist())


@lru_cache(maxsize=1024)
def _number_format(count: int) -> str:
    """One format for all of a molecule's atoms takes half the time of one for each."""
    return " ".join(["%.7g"] * count)


def _probability(value: np.float32) -> float:
    return float(f"{value:.6g}")


def structure_record(library: Library, plan: ResultPlan, record: ExplainedRecord) -> str:
    """A record as it came, with its results as data fields; a molblock is made for one that held a SMILES."""
    results = fields(plan, record)
    if library.source.format in (Format.SDF, Format.MOL):
        return sdf_record(library.raw(record.position), results)
    text = library.text(record.position)
    own = list(text.fields) if isinstance(text, RecordText) else []
    smiles = [("smiles", record.read.molecule.smiles)] if not any(name == "smiles" for name, _ in own) else []
    return mol_record(record.read.title, record.read.molblock, [*smiles, *own, *results])


def write_results(
    path: str,
    library: Library,
    plan: ResultPlan,
    results: Iterable[ExplainedRecord | Rejected],
) -> list[Rejected]:
    """Writes results as they come; the file is there whole or not at all.

    :param path: the suffix says the kind; ``-`` is CSV on standard output
    :return: the records that were rejected
    :raises OutputError: if it cannot be written, or would overwrite the library
    """
    rejected: list[Rejected] = []

    def explained() -> Iterator[ExplainedRecord]:
        for result in results:
            if isinstance(result, Rejected):
                rejected.append(result)
            else:
                yield result

    kind = output_kind(path)
    if kind == "sdf":
        with whole_file(Path(path), forbid=library.path) as file:
            for record in explained():
                file.write(structure_record(library, plan, record))
    else:
        as_lists = kind in ("json", "parquet")
        with open_rows(path, columns(plan), forbid=library.path) as table:
            for record in explained():
                for row in rows(plan, record, as_lists=as_lists):
                    table.write(row)
    return rejected
