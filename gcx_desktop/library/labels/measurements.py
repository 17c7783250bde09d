"""A column of measurements: numbers, what is said of them only in part (">5"), and the scale on which they are learned.

Nothing is guessed: a cell that is neither a number, nor missing, nor a bound is refused with its row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...wording import beginning, counted
from .label_meaning import MAX_VALUES, is_censored, is_missing, shown_word
from .value_scale import Transform, ValueScale

LEAST_MEASUREMENTS = 20
"""From fewer, nothing can be learned and tested."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+(?:e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_WITH_UNIT = re.compile(r"([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*([^\d\s.,+-].*)", re.IGNORECASE)
_BOUND = re.compile(r"\s*(?P<sign>[<>≤≥]=?|=?[<>])\s*=?\s*(?P<number>.+)")
_CUT = re.compile(r"\s*(>=|<=|≥|≤|>|<)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class MeasuredColumn:
    """The numbers of a column, and why rows have none."""

    column: str
    numbers: NDArray[np.float64]
    """[n_rows], as they stand in the file; NaN where there is none"""
    low: NDArray[np.float64]
    """[n_rows], what the true number is at least: the number, of ">5" 5, of "<5" −∞; NaN where nothing is known"""
    high: NDArray[np.float64]
    """[n_rows], what it is at most"""
    notes: tuple[str, ...] = ()
    """What was taken for granted, such as decimal commas, a sentence each."""

    @property
    def censored(self) -> NDArray[np.bool_]:
        """[n_rows], whether only a bound is known."""
        known: NDArray[np.bool_] = np.isnan(self.numbers) & ~np.isnan(self.low)
        return known

    @property
    def n_missing(self) -> int:
        return int(np.isnan(self.low).sum())


def read_measurements(words: Sequence[str], column: str) -> MeasuredColumn:
    """Reads a column as numbers.

    :param words: [n_rows], the cells
    :raises UsageError: naming the column and the first row that is neither a number, nor missing, nor a bound, or
        saying why its numbers are no measurement
    """
    cells = [_plain(word) for word in words]
    commas, notes = _decimal_commas(cells, column)
    n = len(cells)
    numbers, low, high = (np.full(n, math.nan) for _ in range(3))
    for row, cell in enumerate(cells):
        if is_missing(cell):
            continue
        bound = _BOUND.fullmatch(cell) if is_censored(cell) else None
        number = _number(cell if bound is None else bound["number"].strip(), commas)
        if number is None or (bound is None and is_censored(cell)):
            raise UsageError(_why_no_number(cell, words[row], row, column, commas))
        if not math.isfinite(number):
            raise UsageError(f"{_where(column, row)} holds ‘{shown_word(words[row])}’, which is no finite number")
        if bound is None:
            numbers[row] = low[row] = high[row] = number
        elif any(sign in bound["sign"] for sign in ">≥"):
            low[row], high[row] = number, math.inf
        else:
            low[row], high[row] = -math.inf, number
    return MeasuredColumn(column, numbers, low, high, notes)


def check_measurements(found: MeasuredColumn) -> None:
    """:raises UsageError: if the numbers are too few, all equal, or count the rows"""
    known = found.numbers[~np.isnan(found.numbers)]
    where = f"column ‘{shown_word(found.column)}’"
    if len(known) < LEAST_MEASUREMENTS:
        said = f", besides {counted(int(found.censored.sum()), 'bound')}" if found.censored.any() else ""
        raise UsageError(
            f"{where} holds {counted(len(known), 'measurement')}{said}; at least {LEAST_MEASUREMENTS} are needed to "
            "learn from some and test on others"
        )
    if known.min() == known.max():
        raise UsageError(f"{where} holds one number only, {known[0]:g}, so that there is nothing to learn")
    steps = np.diff(known)
    if len(known) == len(found.numbers) and (steps == 1).all():
        raise UsageError(
            f"{where} counts the rows ({known[0]:g}, {known[1]:g}, {known[2]:g}, …): an identifier, no measurement"
        )


@dataclass(frozen=True, slots=True)
class ValueMeaning:
    """What the numbers of a column are taken for, and which rows have none."""

    column: str
    scale: ValueScale
    n_values: int
    n_missing: int
    n_censored: int
    """Rows of which only a bound is known; nothing is learned from them."""
    n_without_logarithm: int
    """Rows with a number that is not above zero, where logarithms are wanted."""
    low: float
    """The least of the endpoint's values."""
    high: float
    """The largest."""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Such as "values: IC50, -log10 of nM in mol/l, from 4.1 to 9.3 (1,513); left out: only a bound (3)"."""
        unit = f" {self.scale.value_unit}" if self.scale.transform is Transform.NONE and self.scale.unit else ""
        taken = "" if self.scale.transform is Transform.NONE else f", {self.scale.in_words},"
        said = f"{shown_word(self.column)}{taken} from {self.low:g} to {self.high:g}{unit} ({self.n_values:,})"
        left = {
            "no value": self.n_missing,
            "only a bound": self.n_censored,
            "not above zero": self.n_without_logarithm,
        }
        listed = ", ".join(f"{why} ({n:,})" for why, n in left.items() if n)
        return f"values: {said}" + (f"; left out: {listed}" if listed else "")

    @property
    def sentences(self) -> str:
        """The sentence and the notes."""
        return f"values: {self.summary}"

    @property
    def summary(self) -> str:
        """:attr:`sentences` without "values:", for results."""
        return ". ".join((self.sentence.removeprefix("values: "), *self.notes))


def value_meaning(found: MeasuredColumn, scale: ValueScale) -> tuple[ValueMeaning, NDArray[np.float64]]:
    """What a column is taken for in training, and its rows' values, [n_rows], NaN where there is none.

    :raises UsageError: if there are too few, or nothing can be learned from them
    """
    check_measurements(found)
    known = int((~np.isnan(scale.of(found.numbers))).sum())
    if known < LEAST_MEASUREMENTS:
        raise UsageError(
            f"column ‘{shown_word(found.column)}’ holds {counted(known, 'number')} above zero, of which there are "
            f"logarithms; at least {LEAST_MEASUREMENTS} are needed"
        )
    return taken_values(found, scale)


def taken_values(found: MeasuredColumn, scale: ValueScale) -> tuple[ValueMeaning, NDArray[np.float64]]:
    """What a column is taken for, however few its numbers are, and its rows' values, [n_rows], NaN where there is none.

    :raises UsageError: if there is no value
    """
    values = scale.of(found.numbers)
    known = ~np.isnan(values)
    if not known.any():
        what = "number above zero, of which there is a logarithm" if (~np.isnan(found.numbers)).any() else "number"
        raise UsageError(f"column ‘{shown_word(found.column)}’ holds no {what}")
    meaning = ValueMeaning(
        found.column,
        scale,
        n_values=int(known.sum()),
        n_missing=found.n_missing,
        n_censored=int(found.censored.sum()),
        n_without_logarithm=int((~np.isnan(found.numbers) & ~known).sum()),
        low=float(values[known].min()),
        high=float(values[known].max()),
        notes=found.notes,
    )
    return meaning, values


def are_measurements(words: Sequence[str]) -> bool:
    """Whether a column holds numbers of which more differ than classes may."""
    cells = [cell for cell in map(_plain, words) if not is_missing(cell) and not is_censored(cell)]
    different = set(cells)
    if len(different) <= MAX_VALUES:
        return False
    numbers = sum(_NUMBER.fullmatch(cell) is not None or _WITH_COMMA.fullmatch(cell) is not None for cell in different)
    return numbers > 0.5 * len(different)


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit that makes two classes of a measurement, such as ``>= 6.5``."""

    above: bool
    """Whether larger numbers are the active ones."""
    inclusive: bool
    limit: float

    @property
    def in_words(self) -> str:
        return f"{'>' if self.above else '<'}{'=' if self.inclusive else ''} {self.limit:g}"

    def classes(self, measured: MeasuredColumn) -> list[str]:
        """[n_rows]: "1" of active rows, "0" of others, "" where it is not known: nothing measured, or a bound on the
        other side of the limit."""
        sign = 1.0 if self.above else -1.0
        least, most = (measured.low, measured.high) if self.above else (-measured.high, -measured.low)
        limit = sign * self.limit
        strict_low = measured.censored & np.isinf(most)  # ">5": the number itself lies above its bound
        active = least >= limit if self.inclusive else (least > limit) | (strict_low & (least >= limit))
        inactive = most < limit if self.inclusive else most <= limit
        return ["1" if yes else "0" if no else "" for yes, no in zip(active, inactive, strict=True)]


def parse_cut(text: str) -> Cut:
    """:raises UsageError: if it is not a comparison with a number"""
    match = _CUT.fullmatch(text)
    number = None if match is None else _number(_plain(match[2]), commas=False)
    if match is None or number is None or not math.isfinite(number):
        raise UsageError(f"‘{beginning(text, 40)}’ is no cut; write a comparison with a number, such as '>= 6.5'")
    return Cut(match[1] in (">", ">=", "≥"), match[1] in (">=", "<=", "≥", "≤"), number)


def _plain(word: str) -> str:
    return word.strip().replace("−", "-").replace("\u00a0", " ")


def _number(cell: str, commas: bool) -> float | None:
    if commas and _WITH_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    if _NUMBER.fullmatch(cell) or cell.lower().lstrip("+-") in ("inf", "infinity"):
        return float(cell)
    return None


def _decimal_commas(cells: Sequence[str], column: str) -> tuple[bool, tuple[str, ...]]:
    """Whether commas are decimal ones.

    :raises UsageError: if they may as well divide thousands
    """
    bare = [match["number"].strip() if (match := _BOUND.fullmatch(cell)) else cell for cell in cells]
    with_comma = [cell for cell in bare if _WITH_COMMA.fullmatch(cell)]
    if not with_comma:
        return False, ()
    where = f"column ‘{shown_word(column)}’"
    with_point = next((cell for cell in bare if "." in cell and _NUMBER.fullmatch(cell)), None)
    if with_point is not None:
        raise UsageError(
            f"{where} holds ‘{with_comma[0]}’ beside ‘{with_point}’, so that it cannot be known what the comma means; "
            "write all numbers with a decimal point"
        )
    if all(_THOUSANDS.fullmatch(cell) for cell in with_comma):
        raise UsageError(
            f"{where} holds ‘{with_comma[0]}’, which may be {with_comma[0].replace(',', '.')} or "
            f"{with_comma[0].replace(',', '')}; write all numbers with a decimal point"
        )
    return True, (f"{where}: commas are decimal ones ({with_comma[0]})",)


def _where(column: str, row: int) -> str:
    return f"column ‘{shown_word(column)}’, record {row + 1:,},"


def _why_no_number(cell: str, word: str, row: int, column: str, commas: bool) -> str:
    where, shown = _where(column, row), shown_word(word)
    with_unit = _WITH_UNIT.fullmatch(cell)
    if with_unit is not None and _number(with_unit[1].rstrip("."), commas=True) is not None:
        return (
            f"{where} holds ‘{shown}’, a number with ‘{beginning(with_unit[2], 20)}’ after it; leave numbers alone in "
            "the cells and give their unit with --unit"
        )
    if _WITH_COMMA.fullmatch(cell) or _THOUSANDS.fullmatch(cell):
        return f"{where} holds ‘{shown}’; write numbers with a decimal point and without marks between thousands"
    if is_censored(cell):
        return f"{where} holds ‘{shown}’, which says too little to be used; write a number, or a bound such as >5"
    return f"{where} holds ‘{shown}’, which is no number; correct the cell or leave it empty"
