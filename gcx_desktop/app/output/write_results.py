"""Writes predictions and explanations as tables and structure files, with the documented columns of ``gcx``."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.cards.card import Card
from ...kinds.kind import Capability
from ...kinds.registry import kind_of_model, require
from ...library.field_names import all_field_names
from ...library.formats.sdf import data_items
from ...library.library import Library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.record import INVALID, Format, RecordText, RecordWarning, Rejected
from ...library.writing.export import (
    Repair,
    mol_record,
    open_rows,
    output_kind,
    record_repairs,
    sdf_record,
    sdf_repairs,
    smiles_line,
    smiles_repairs,
    whole_file,
)
from ...library.writing.output import KINDS, SALIENCY_KINDS
from ...library.writing.rows import XLSX_ROWS
from ...wording import counted
from ..explaining.explain_library import ExplainedRecord, InvalidRecord
from ..explaining.method_names import is_signed, names_with_forest
from ..explaining.model_knowledge import ModelKnowledge
from .knowledge_columns import (
    NEAREST_MEASURED,
    PREDICTION_SET,
    SIMILARITY,
    knowledge_cells,
    nearest_columns,
    value_columns,
)

VALUE = "value"
"""What signed methods explain of a value, where others have a class."""
PREDICTED_CLASS = "predicted"
ALL_CLASSES = "all"

_REPAIRS_SHOWN = 3
_TOGETHER = 256
"""Records whose predictions are compared with the training records at once."""
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,8})?", re.ASCII)
"""A number without leading zeros or exponent: "007" and "1E5" may be names."""


@dataclass(frozen=True, slots=True)
class ResultPlan:
    """Which results are written."""

    card: Card
    methods: tuple[str, ...] = ()
    """Method ids; empty for predictions only."""
    classes: str = PREDICTED_CLASS
    """``predicted``, ``all``, or the name of a class."""
    preparation: Preparation = NO_PREPARATION
    """The preparation of records; if there is one, each result says what it changed."""
    with_fields: bool = False
    """Whether tables end with the library's own columns. An SDF always has them."""
    knowledge: ModelKnowledge | None = None
    """What is known of the model's training records, if tables of predictions say how far to trust each."""
    endpoints: tuple[ResultPlan, ...] = ()
    """Of several endpoints that are predicted at once, a plan for each; what is said here of card, methods and
    knowledge is then not looked at."""

    @property
    def prefix(self) -> str:
        """Before the columns of one of several endpoints that stand beside each other."""
        return f"{self.card.endpoint}:"

    @property
    def field_prefix(self) -> str:
        """Before the names of the data fields with predictions."""
        card = self.card
        return f"{card.name}_{card.endpoint}:" if card.shares_layers else f"{card.name}_"

    @property
    def with_sets(self) -> bool:
        """Whether predictions have their set of classes."""
        return self.knowledge is not None and self.knowledge.conformal is not None and not self.methods

    @property
    def with_intervals(self) -> bool:
        """Whether predicted values have their interval."""
        return self.knowledge is not None and self.knowledge.intervals is not None and not self.methods

    @property
    def with_spread(self) -> bool:
        """Whether predictions say how much the members of the model differ."""
        return self.card.n_members > 1 and not self.methods

    def maps_of(self, record: ExplainedRecord, method: str) -> Iterator[tuple[int, str]]:
        """Index and name of each class whose map by a method is written for a record; −1 for the class of an invalid
        prediction. A signed method explains a value itself, which is its one "class".

        :raises UnknownNameError: for a class that the model does not have
        """
        if self.card.of_value and is_signed(method):
            index = 0 if record.explanation.is_valid else -1
            yield index, INVALID if index < 0 else VALUE
        elif self.classes == PREDICTED_CLASS:
            yield record.explanation.predicted, self.class_name(record.explanation.predicted)
        elif self.classes == ALL_CLASSES:
            yield from enumerate(self.card.class_names)
        else:
            index = self.card.class_index(self.classes)
            yield index, self.class_name(index)

    def class_name(self, index: int) -> str:
        """The name of a class; for −1, the class of an invalid prediction, a word that says so."""
        return INVALID if index < 0 else self.card.class_names[index]


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """A summary of the results that were written."""

    rejected: list[Rejected]
    """Records that could not be read and are not in the file, and those with an invalid prediction, which are in it
    without a class."""
    n_repairs: int = 0
    first_repairs: tuple[Repair, ...] = ()
    n_warned: int = 0
    """Number of records with damaged lines; they are in the file."""
    first_warned: RecordWarning | None = None

    @property
    def warnings(self) -> str:
        """A sentence about records that were read in spite of damaged lines; "" if there are none."""
        first = self.first_warned
        if first is None:
            return ""
        count = f"{counted(self.n_warned, 'record')} {'has' if self.n_warned == 1 else 'have'}"
        which = "" if self.n_warned == 1 else "first: "
        return f"{count} damaged lines; {which}record {first.record:,}, line {first.line:,}: {first.reason}"

    @property
    def repairs(self) -> str:
        """A sentence about texts that had to be changed; "" if there are none."""
        if not self.n_repairs:
            return ""
        count = f"{counted(self.n_repairs, 'text')} {'was' if self.n_repairs == 1 else 'were'}"
        shown = "; ".join(f"record {one.record:,}, '{one.field}': {one.reason}" for one in self.first_repairs)
        more = "; …" if self.n_repairs > len(self.first_repairs) else ""
        return f"{count} changed so that the file can be read: {shown}{more}"


def check_plan(plan: ResultPlan, path: str, n_records: int = 0) -> None:
    """Checks, before any work, that the file can be written, can hold so many records, and that the class exists.

    :raises UsageError: if not
    """
    if plan.classes not in (PREDICTED_CLASS, ALL_CLASSES):
        plan.card.class_index(plan.classes)
    kind = output_kind(path, SALIENCY_KINDS if plan.methods else KINDS)
    if kind in ("sdf", "smi"):
        require(kind_of_model(plan.card), Capability.STRUCTURE_FILES)
    n_classes = len(plan.card.class_names) if plan.classes == ALL_CLASSES else 1
    n_rows = n_records * len(plan.methods) * n_classes if plan.methods else n_records
    if kind == "xlsx" and n_rows >= XLSX_ROWS:
        problem = f"{counted(n_rows, 'row')} and a header are more than an XLSX sheet holds, {XLSX_ROWS:,}"
        raise UsageError(f"{path}: {problem}; write .csv, .tsv, .json or .parquet instead, or fewer records")


def result_columns(plan: ResultPlan) -> list[str]:
    """The columns of a plan's table, which precede the library's own."""
    if plan.endpoints:
        results = [f"{each.prefix}{name}" for each in plan.endpoints for name in _prediction_columns(each)]
    else:
        results = _prediction_columns(plan)
    return ["record", "title", _text_column(plan), *results, *(["preparation"] if plan.preparation else [])]


def _prediction_columns(plan: ResultPlan) -> list[str]:
    """Those of what the model says of a record."""
    card = plan.card
    value, *interval = value_columns(card)
    predicted = [value] if card.of_value else ["predicted_class", "probability"]
    if plan.methods:
        results = ["method", "class", "saliency"]
    elif card.of_value:
        results = interval if plan.with_intervals else []
    else:
        results = [f"probability_{name}" for name in card.class_names]
    results += [PREDICTION_SET] if plan.with_sets else []
    results += ["spread"] if plan.with_spread else []
    known = [] if plan.knowledge is None or plan.methods else nearest_columns(plan.knowledge, _text_column(plan))
    return [*predicted, *results, *known]


def _text_column(plan: ResultPlan) -> str:
    return kind_of_model(plan.card).text_column


def rows(plan: ResultPlan, record: ExplainedRecord, *, as_lists: bool = False) -> Iterator[dict[str, object]]:
    """A record's rows of the table.

    :param as_lists: whether saliency is a list of numbers, for formats that can hold one, instead of a text
    """
    read = record.read
    base: dict[str, object] = {"record": read.position + 1, "title": read.title, _text_column(plan): read.text}
    if plan.preparation:
        base["preparation"] = read.preparation
    if plan.endpoints:
        for number, each in enumerate(plan.endpoints):
            cells = _prediction_cells(each, record.endpoint(number))
            base |= {f"{each.prefix}{name}": value for name, value in cells.items()}
    else:
        base |= _prediction_cells(plan, record)
    if not plan.methods:
        yield base
        return
    for method in plan.methods:
        for index, name in plan.maps_of(record, method):
            values = record.text_map(method, index)
            saliency = _list(values) if as_lists else numbers(values)
            yield {**base, "method": method, "class": name, "saliency": saliency}


def _prediction_cells(plan: ResultPlan, record: ExplainedRecord) -> dict[str, object]:
    """What the network says of a record, by column."""
    explanation, predicted = record.explanation, record.explanation.predicted
    cells: dict[str, object] = {}
    if plan.card.of_value:
        cells[value_columns(plan.card)[0]] = _probability(explanation.probabilities[0])
    else:
        cells["predicted_class"] = plan.class_name(predicted)
        cells["probability"] = _probability(explanation.probabilities[predicted])
        if not plan.methods:
            by_class = zip(plan.card.class_names, explanation.probabilities, strict=True)
            cells |= {f"probability_{name}": _probability(value) for name, value in by_class}
    if plan.with_spread:
        cells["spread"] = _spread(record)
    return cells


def own_columns(field_names: Sequence[str], columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Field → names of its columns in the output, one for each column in the library: its own name, with ``input_``
    before it if the name is taken; the second column of a name is called ``name_2``.

    :param field_names: repeated for each column with that name
    :param columns: the program's own columns
    """
    taken = {*columns, *field_names}
    names: dict[str, tuple[str, ...]] = {}
    for field in field_names:
        before = names.get(field, ())
        name = before[0] if before else field
        if before:
            name = _numbered(name, len(before) + 1, taken)
        elif field in columns:
            while name in taken:
                name = f"input_{name}"
        taken.add(name)
        names[field] = (*before, name)
    return names


def _numbered(name: str, first: int, taken: Container[str]) -> str:
    """The first of ``name_2``, ``name_3``, … that is not taken, counting from ``first``."""
    return next(each for number in count(first) if (each := f"{name}_{number}") not in taken)


def own_cells(library: Library, position: int, names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Column → value of a record's fields. A field that occurs more often than it has columns, as in an SDF, has its
    values separated by semicolons.

    :param names: field → its columns
    """
    text = library.text(position)
    cells: dict[str, str] = {}
    for field, value in text.fields if isinstance(text, RecordText) else ():
        if own := names.get(field):
            name = next((each for each in own if each not in cells), own[-1])
            cells[name] = f"{cells[name]}; {value}" if name in cells else value
    return cells


def number_cell(text: str) -> str | int | float:
    """The number that a text represents, if no digits but trailing zeros are lost; else the text."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def fields(plan: ResultPlan, record: ExplainedRecord) -> list[tuple[str, str]]:
    """A record's results as SDF data fields. Maps are RDKit atom-property lists, one value per atom of the record."""
    if plan.endpoints:
        each_of = enumerate(plan.endpoints)
        result = [item for number, each in each_of for item in _prediction_fields(each, record.endpoint(number))]
    else:
        result = _prediction_fields(plan, record)
    if plan.preparation:
        result.append((_preparation_field(plan), record.read.preparation))
    for method in plan.methods if record.explanation.is_valid else ():
        for index, name in plan.maps_of(record, method):
            # RDKit reads "n/a" as "no value", for folded hydrogens and removed atoms.
            values = numbers(record.record_maps(method)[:, index]).replace("nan", "n/a")
            result.append((f"atom.dprop.{method}-{name}", values))
    return result


def _prediction_fields(plan: ResultPlan, record: ExplainedRecord) -> list[tuple[str, str]]:
    explanation, names, prefix = record.explanation, plan.card.class_names, plan.field_prefix
    if plan.card.of_value:
        result = [(f"{prefix}{plan.card.endpoint}", str(_probability(explanation.probabilities[0])))]
    else:
        result = [(f"{prefix}predicted_class", plan.class_name(explanation.predicted))]
        result += [
            (f"{prefix}probability_{name}", str(_probability(value)))
            for name, value in zip(names, explanation.probabilities, strict=True)
        ]
    if plan.with_spread:
        result.append((f"{prefix}spread", str(_spread(record))))
    return result


def _preparation_field(plan: ResultPlan) -> str:
    return f"{plan.card.name}_preparation"


def _stale(plan: ResultPlan, record: ExplainedRecord, held: Iterable[tuple[str, str]]) -> list[str]:
    """Names of fields from an earlier run that contradict these results: the preparation and, if it differs, the maps.

    :param held: name and value of the record's fields
    """
    field = _preparation_field(plan)
    before = next((value for name, value in held if name == field), "")
    if before == record.read.preparation and record.explanation.is_valid:
        return [field]
    cards = [each.card for each in plan.endpoints or (plan,)]
    names = {name for card in cards for name in (*card.class_names, *((VALUE,) if card.of_value else ()))}
    return [field, *(f"atom.dprop.{method}-{name}" for method in names_with_forest() for name in names)]


def numbers(values: NDArray[np.float32]) -> str:
    """The values as a space-separated text, with the digits of a float32."""
    return _number_format(len(values)) % tuple(values.tolist())


def _list(values: NDArray[np.float32]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


@lru_cache(maxsize=1024)
def _number_format(count: int) -> str:
    """A format string for all of a molecule's atoms, which takes half the time of formatting each."""
    return " ".join(["%.7g"] * count)


def _probability(value: np.float32) -> float:
    return float(f"{value:.6g}")


def _known_types(plan: ResultPlan) -> dict[str, type]:
    """The types of the columns of what is known, whose first cells may be empty."""
    if plan.endpoints:
        return {f"{each.prefix}{name}": kind for each in plan.endpoints for name, kind in _known_types(each).items()}
    if plan.knowledge is None:
        return {}
    columns = nearest_columns(plan.knowledge, _text_column(plan))
    numbers = (SIMILARITY, *value_columns(plan.card), *((NEAREST_MEASURED,) if plan.card.of_value else ()))
    wanted = (PREDICTION_SET, *columns, *(value_columns(plan.card) if plan.card.of_value else ()))
    return {name: float if name in numbers else str for name in wanted}


def _with_knowledge(
    plan: ResultPlan, records: Iterator[ExplainedRecord]
) -> Iterator[tuple[ExplainedRecord, dict[str, object]]]:
    """Each record with its cells of :func:`knowledge_cells`, made of some records together."""
    if plan.methods or not any(each.knowledge is not None for each in plan.endpoints or (plan,)):
        yield from ((record, {}) for record in records)
        return
    while some := list(islice(records, _TOGETHER)):
        yield from zip(some, _known_cells(plan, some), strict=True)


def _known_cells(plan: ResultPlan, records: Sequence[ExplainedRecord]) -> list[dict[str, object]]:
    if not plan.endpoints:
        assert plan.knowledge is not None  # noqa: S101
        return knowledge_cells(plan.knowledge, plan.card, _text_column(plan), records)
    cells: list[dict[str, object]] = [{} for _ in records]
    place = 0
    for number, each in enumerate(plan.endpoints):
        if each.knowledge is None:
            continue
        own = [record.endpoint(number) for record in records]
        for row, found in zip(
            cells, knowledge_cells(each.knowledge, each.card, _text_column(each), own, place), strict=True
        ):
            row |= {f"{each.prefix}{name}": value for name, value in found.items()}
        place += each.knowledge.names_nearest
    return cells


def _spread(record: ExplainedRecord) -> float:
    """The spread of the predicted class's probability, or of the value; NaN if it is not known."""
    explanation = record.explanation
    return math.nan if explanation.spread is None else _probability(explanation.spread[explanation.predicted])


def structure_record(library: Library, plan: ResultPlan, record: ExplainedRecord) -> tuple[str, Iterable[Repair]]:
    """A record as it was read, with its results as data fields; a SMILES record gets a molblock.

    Results of an earlier run with another preparation are left out.
    """
    results = fields(plan, record)
    number = record.position + 1
    if library.source.format in (Format.SDF, Format.MOL):
        raw = library.raw(record.position)
        items = data_items(raw.text) if _preparation_field(plan) in raw.text else ()  # skips most records
        held = [(item.name, item.value) for item in items]
        repairs = (*record_repairs(number, raw.text), *sdf_repairs(number, "", results))
        return sdf_record(raw, results, _stale(plan, record, held)), repairs
    text = library.text(record.position)
    own = text.fields if isinstance(text, RecordText) else ()
    replaced = {*_stale(plan, record, own), *(name for name, _ in results)}
    own = tuple(item for item in own if item[0] not in replaced)
    smiles = [("smiles", record.read.text)] if not any(name == "smiles" for name, _ in own) else []
    data = [*smiles, *own, *results]
    return mol_record(record.read.title, record.read.structure, data), sdf_repairs(number, record.read.title, data)


def smiles_record(record: ExplainedRecord) -> tuple[str, Iterable[Repair]]:
    """A record's SMILES, as in the tables, and its title."""
    smiles, title = record.read.text, record.read.title
    return smiles_line(smiles, title), smiles_repairs(record.position + 1, smiles, title)


def write_results(
    path: str,
    library: Library,
    plan: ResultPlan,
    results: Iterable[ExplainedRecord | Rejected],
) -> WriteSummary:
    """Writes results as they arrive; the file is complete or does not exist.

    :param path: the suffix decides the format; ``-`` is CSV on standard output
    :raises OutputError: if it cannot be written, or would overwrite the library
    """
    rejected: list[Rejected] = []
    first: list[Repair] = []
    n_repairs = n_warned = 0
    first_warned: RecordWarning | None = None

    def explained() -> Iterator[ExplainedRecord]:
        nonlocal n_warned, first_warned
        for result in results:
            if isinstance(result, Rejected):
                rejected.append(result)
                if isinstance(result, InvalidRecord) and result.explained is not None:
                    yield result.explained
                continue
            if result.read.record_warning is not None:
                n_warned += 1
                first_warned = first_warned or result.read.record_warning
            yield result

    kind = output_kind(path, SALIENCY_KINDS if plan.methods else KINDS)
    if kind in ("sdf", "smi"):
        with whole_file(Path(path), forbid=library.path) as file:
            for record in explained():
                text, repairs = structure_record(library, plan, record) if kind == "sdf" else smiles_record(record)
                file.write(text)
                for repair in repairs:
                    n_repairs += 1
                    if len(first) < _REPAIRS_SHOWN:
                        first.append(repair)
    else:
        as_lists, first_columns = kind in ("json", "parquet"), result_columns(plan)
        field_names = all_field_names(library) if plan.with_fields else ()
        own = own_columns(field_names, first_columns)
        left = {field: iter(names) for field, names in own.items()}
        behind = [next(left[field]) for field in field_names]
        types = {**dict.fromkeys(behind, str), **_known_types(plan)}
        with open_rows(path, [*first_columns, *behind], forbid=library.path, types=types) as table:
            for record, known in _with_knowledge(plan, explained()):
                cells: dict[str, object] = {**own_cells(library, record.position, own)} if own else {}
                if kind == "xlsx":
                    cells = {name: number_cell(str(value)) for name, value in cells.items()}
                for row in rows(plan, record, as_lists=as_lists):
                    table.write({**row, **known, **cells})
    return WriteSummary(rejected, n_repairs, tuple(first), n_warned, first_warned)
