"""What the columns of a table could teach a model: their classes or numbers, and why one cannot be learned.

For the window's dialog and ``gcx train --columns``; nothing is trained, and no structure is read. Imports no torch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...kinds.kind import Kind
from ...kinds.registry import kind_of_library
from ...library.labels.label_meaning import (
    MAX_VALUES,
    LabelMeaning,
    LabelValue,
    UnsettledLabelsError,
    is_missing,
    shown_word,
    training_meaning,
)
from ...library.labels.measurements import (
    LEAST_MEASUREMENTS,
    MeasuredColumn,
    are_measurements,
    check_measurements,
    read_measurements,
)
from ...library.library import Library, open_library
from ...library.record import RecordText
from ...library.table_options import DETECT_ALL, TableOptions
from ...progress import CancelToken, ProgressReporter, Report, silent
from ...wording import capitalised, counted
from .learned_task import LearnedTask

MOST_CELLS = 5_000_000
"""Of a larger table only the first records are looked at, which is said."""
_PIECE = 2048
_NUMBER_FIRST = re.compile(r"\s*[<>≤≥~=]*\s*[+-]?[.,]?\d")
_FAR_APART = 100.0
"""Factor between the 5th and the 95th percentile of measurements of which the logarithm is usually learned."""
_FEW_ROWS = 2
"""A class that is offered has so many rows on average: else the column holds names."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingColumn:
    """What is known of a column that may be learned."""

    name: str
    task: LearnedTask | None
    """What it would be learned as, if the user says nothing else; ``None``: it cannot be learned."""
    n_records: int
    """Of the table, as far as it was looked at."""
    n_missing: int = 0
    """Blank, NA and the like."""
    values: tuple[LabelValue, ...] = ()
    """Its different values, if they are few."""
    meaning: LabelMeaning | None = None
    """Which class each value is; ``None`` if only the user knows, or there are no classes."""
    measured: MeasuredColumn | None = None
    """Its numbers; ``None`` if it does not hold numbers."""
    reason: str = ""
    """Why it cannot be learned as it is, or what must be said first, a sentence that names column and row; "" if it
    can."""
    doubt: str = ""
    """Why it may be no label at all, a sentence."""

    @property
    def learnable(self) -> bool:
        """Whether it can be learned, perhaps after the user has said which value is which class."""
        return self.task is not None

    @property
    def likely(self) -> bool:
        """Whether it looks like a label: it can be learned as it is, and nothing speaks against that."""
        return self.learnable and not self.reason and not self.doubt

    @property
    def n_labelled(self) -> int:
        return self.n_records - self.n_missing

    @property
    def numbers(self) -> NDArray[np.float64]:
        """[n], the numbers that were measured; empty if it does not hold numbers."""
        if self.measured is None:
            return np.empty(0)
        return self.measured.numbers[~np.isnan(self.measured.numbers)]

    @property
    def n_censored(self) -> int:
        """Cells that hold only a bound, such as ">5"."""
        return 0 if self.measured is None else int(self.measured.censored.sum())

    @property
    def summary(self) -> str:
        """What it holds, in a line: such as "1 (691), 0 (822)" or "1,513 numbers from 2.54 to 10.5"."""
        parts = [self._content]
        if self.n_censored:
            parts.append(f"{counted(self.n_censored, 'bound')} such as >5")
        if self.n_missing:
            parts.append(f"{self.n_missing:,} empty")
        return ", ".join(parts)

    @property
    def _content(self) -> str:
        if self.task is LearnedTask.VALUE and len(self.numbers):
            return f"{len(self.numbers):,} numbers from {self.numbers.min():g} to {self.numbers.max():g}"
        if self.values:
            return ", ".join(f"{shown_word(value.shown)} ({value.n:,})" for value in self.values)
        return f"{counted(self.n_labelled, 'cell')} filled"


def describe_column(name: str, words: Sequence[str]) -> TrainingColumn:
    """What a column could teach.

    :param words: [n_records], its cells, "" where there is none
    """
    n, filled = len(words), [word for word in words if not is_missing(word)]
    n_missing = n - len(filled)
    where = f"column ‘{shown_word(name)}’"
    if not filled:
        return TrainingColumn(name, None, n, n_missing, reason=f"{where} holds no label: it has no value")
    if len(filled) < LEAST_MEASUREMENTS:
        few = f"{where} has {counted(len(filled), 'label')}; at least {LEAST_MEASUREMENTS} are needed"
        return TrainingColumn(name, None, n, n_missing, reason=f"{few} to learn from some and test on others")
    if are_measurements(words) or _are_meant_as_numbers(filled):
        return _measured_column(name, words, n_missing)
    return _class_column(name, words, n_missing)


def describe_columns(
    names: Sequence[str], columns: Sequence[Sequence[str | None]], stop: Callable[[], None] = lambda: None
) -> list[TrainingColumn]:
    """What each of several columns could teach, in their order.

    :param columns: [n_columns][n_records], cells; ``None`` counts as empty
    :param stop: called repeatedly; may raise to end the work
    """
    found = []
    for name, cells in zip(names, columns, strict=True):
        words: list[str] = []
        for start in range(0, len(cells), _PIECE):
            stop()
            words += [(cell or "").strip() for cell in cells[start : start + _PIECE]]
        found.append(describe_column(name, words))
    return found


def read_training_columns(
    path: Path,
    options: TableOptions = DETECT_ALL,
    *,
    report: Report = silent,
    cancel: CancelToken | None = None,
    on_opened: Callable[[Library], object] = lambda _: None,
) -> list[TrainingColumn]:
    """The columns of a file, in its order; of a very large one as far as the first records show them.

    :raises LibraryError: if it cannot be read
    :raises UsageError: if labels of such graphs do not stand in columns
    :raises Cancelled: if the user stopped it
    """
    with open_library(path, options, cancel=cancel) as library:
        on_opened(library)
        check_has_columns(kind_of_library(library), path)
        names = library.field_names
        n = min(len(library), MOST_CELLS // max(len(names), 1))
        columns: list[list[str | None]] = [[None] * n for _ in names]
        place = {name: index for index, name in enumerate(names)}
        watch = ProgressReporter("Reading", n, report)
        for position in range(n):
            if cancel is not None and position % _PIECE == 0:
                cancel.raise_if_cancelled()
            text = library.text(position)
            for name, value in text.fields if isinstance(text, RecordText) else ():
                if name in place and columns[place[name]][position] is None:
                    columns[place[name]][position] = value
            watch.report_done(position + 1)
    return describe_columns(names, columns, lambda: None if cancel is None else cancel.raise_if_cancelled())


def check_has_columns(kind: Kind, path: Path) -> None:
    """:raises UsageError: if a kind of graph has its labels elsewhere than in columns of its file"""
    if kind.labels.names is not None:
        raise UsageError(
            f"{path}: {kind.words.records} have no column of labels; train on them with gcx train, which names the "
            f"{kind.labels.called} with --label"
        )


def spans_powers_of_ten(numbers: NDArray[np.float64]) -> bool:
    """Whether measurements are so far apart that their logarithm is usually learned.

    :param numbers: [n], finite
    """
    if not len(numbers) or numbers.min() <= 0:
        return False
    low, high = np.quantile(numbers, [0.05, 0.95])
    return bool(high >= _FAR_APART * low)


def columns_in_words(columns: Sequence[TrainingColumn]) -> list[str]:
    """A line for each column, those that look like labels first."""
    lines = []
    for column in sorted(columns, key=lambda each: (not each.learnable, not each.likely)):
        said = f"{shown_word(column.name)}: {column.task}; {column.summary}" if column.learnable else column.name
        why = [capitalised(sentence) for sentence in (column.reason, column.doubt) if sentence]
        lines.append(". ".join([said, *why]) if column.learnable else ". ".join(why))
    return lines


def _measured_column(name: str, words: Sequence[str], n_missing: int) -> TrainingColumn:
    n = len(words)
    try:
        found = read_measurements(words, name)
        check_measurements(found)
    except UsageError as error:
        return TrainingColumn(name, None, n, n_missing, reason=str(error))
    return TrainingColumn(name, LearnedTask.VALUE, n, found.n_missing, measured=found, doubt=_looks_like_names(found))


def _are_meant_as_numbers(filled: Sequence[str]) -> bool:
    """Whether most of many different cells begin with a number, such as "5.3 nM"."""
    different = set(filled)
    numbers = sum(_NUMBER_FIRST.match(cell) is not None for cell in different)
    return len(different) > MAX_VALUES and 2 * numbers > len(different)


def _looks_like_names(found: MeasuredColumn) -> str:
    """A doubt about a column in which every record has another whole number, as registration numbers are."""
    known = found.numbers[~np.isnan(found.numbers)]
    if not found.censored.any() and (known == np.rint(known)).all() and len(np.unique(known)) == len(known):
        return f"column ‘{shown_word(found.column)}’ has another whole number in every record: is it an identifier?"
    return ""


def _class_column(name: str, words: Sequence[str], n_missing: int) -> TrainingColumn:
    n, counts = len(words), Counter(words)
    where = f"column ‘{shown_word(name)}’"
    if len(counts) > MAX_VALUES + 1:
        many = f"{where} holds {len(counts):,} different texts, more than the {MAX_VALUES} of classes: names, no labels"
        return TrainingColumn(name, None, n, n_missing, reason=many)
    numbers = _few_numbers(name, words)
    try:
        meaning = training_meaning(words, name)
    except UnsettledLabelsError as error:
        if sum(value.n for value in error.values) < _FEW_ROWS * len(error.values):
            names = (
                f"{where} holds {counted(len(error.values), 'different text')} in {counted(n - n_missing, 'record')}: "
                "names, no labels"
            )
            return TrainingColumn(name, None, n, n_missing, error.values, reason=names)
        return TrainingColumn(name, LearnedTask.CLASSES, n, error.n_missing, error.values, None, numbers, error.reason)
    except UsageError as error:
        return TrainingColumn(name, None, n, n_missing, measured=numbers, reason=str(error))
    values = tuple(value for value, _ in meaning.values)
    return TrainingColumn(name, LearnedTask.CLASSES, n, meaning.n_missing, values, meaning, numbers)


def _few_numbers(name: str, words: Sequence[str]) -> MeasuredColumn | None:
    """The numbers of a column with few different ones, which may be learned as values, too."""
    try:
        return read_measurements(words, name)
    except UsageError:
        return None
