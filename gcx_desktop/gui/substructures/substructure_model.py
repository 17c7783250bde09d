"""The table model of the found substructures: sorted by any column, and filtered by text and ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ...substructure.findings import Finding, flags
from ..widgets.plain_labels import plain_tooltip
from . import substructure_words as words

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""Length of a number's bar, 0 … 1; ``None`` for no bar."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"


class PatternColumn(IntEnum):
    STRUCTURE = 0
    CLASS = 1
    SHOWN = 2
    IN_CLASS = 3
    IN_OTHERS = 4
    R_EXPLAINED = 5
    R_CLASS = 6
    ODDS = 7
    P = 8
    Q = 9
    SALIENCY = 10
    PREVALENCE = 11
    SCAFFOLDS = 12
    DOUBTS = 13


VALUES: Mapping[PatternColumn, Callable[[Finding], float]] = {
    PatternColumn.STRUCTURE: lambda found: found.pattern.n_nodes,
    PatternColumn.SHOWN: lambda found: found.n_explained,
    PatternColumn.IN_CLASS: lambda found: found.n_positive,
    PatternColumn.IN_OTHERS: lambda found: found.n_negative,
    PatternColumn.R_EXPLAINED: lambda found: found.r_explained,
    PatternColumn.R_CLASS: lambda found: found.r_class,
    PatternColumn.ODDS: lambda found: found.odds.value,
    PatternColumn.P: lambda found: found.p_value,
    PatternColumn.Q: lambda found: found.q_value,
    PatternColumn.SALIENCY: lambda found: found.mean_saliency,
    PatternColumn.PREVALENCE: lambda found: found.prevalence - found.random_prevalence,
    PatternColumn.SCAFFOLDS: lambda found: math.nan if found.n_scaffolds is None else found.n_scaffolds,
}
"""The numeric columns and their values; the others hold text."""
COUNTS = (PatternColumn.SHOWN, PatternColumn.IN_CLASS, PatternColumn.IN_OTHERS)
SHARES = (PatternColumn.R_EXPLAINED, PatternColumn.R_CLASS)
PERCENT = (*SHARES, PatternColumn.PREVALENCE)
"""Columns whose numbers are shown and entered in percent."""


def without_meaning(kind: Kind) -> frozenset[PatternColumn]:
    """The columns that are empty for a kind of graph."""
    known = "n_scaffolds" in kind.fragmenter.listing.own_columns
    return frozenset() if known else frozenset((PatternColumn.SCAFFOLDS,))


@dataclass(frozen=True, slots=True)
class PatternFilters:
    """The conditions for listing a substructure, all of which must hold."""

    text: str = ""
    """Words and parts of SMARTS, SMILES or names, all of which must occur; or the name of a class, which selects
    that class."""
    ranges: tuple[tuple[PatternColumn, float, float], ...] = ()
    """Column, least and largest value."""
    only: frozenset[int] | None = None
    """Numbers of findings; ``None`` for any."""

    @property
    def none(self) -> bool:
        return not self.text.strip() and not self.ranges and self.only is None


class PatternModel(QAbstractTableModel):
    """Findings as rows; sorting puts empty cells last. Attribute ``kind``, whose words are used.

    A finding is identified by its number, its index in the list given to :meth:`show`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = DEFAULT_KIND
        self._heads = words.heads(DEFAULT_KIND)
        self._findings: Sequence[Finding] = ()
        self._class_names: Sequence[str] = ()
        self._groups: Sequence[str] = ()
        self._doubts: list[tuple[str, ...]] = []
        self._texts: list[tuple[str, str]] = []
        self._largest = 1
        self._order: list[int] = []
        self._rows: list[int] = []
        self.filters = PatternFilters()

    def set_kind(self, kind: Kind) -> None:
        """Clears the rows, for another kind of graph."""
        self.kind, self._heads = kind, words.heads(kind)
        self.show((), ())
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(PatternColumn) - 1)

    def show(self, findings: Sequence[Finding], class_names: Sequence[str], group_names: Sequence[str] = ()) -> None:
        """:param findings: in their order without sorting
        :param group_names: of values, what the records of each class are called
        """
        self.beginResetModel()
        self._groups = group_names
        self._heads = words.heads(self.kind, of_value=bool(group_names))
        self._findings, self._class_names = findings, class_names
        self._doubts = [flags(finding, records=self.kind.words.records) for finding in findings]
        self._texts = [self._searched(number) for number in range(len(findings))]
        self._largest = max((max(found.n_positive, found.n_negative) for found in findings), default=1) or 1
        self._order = list(range(len(findings)))
        self.filters = PatternFilters()
        self._rows = self._order
        self.endResetModel()

    def set_filters(self, filters: PatternFilters) -> None:
        self.beginResetModel()
        self.filters = filters
        self._rows = [number for number in self._order if self._passes(number)]
        self.endResetModel()

    def number(self, row: int) -> int:
        """Number of the finding in a row."""
        return self._rows[row]

    def finding(self, row: int) -> Finding:
        return self._findings[self._rows[row]]

    def row_of(self, number: int) -> int:
        """Row of a finding; −1 if it is not listed."""
        return self._rows.index(number) if number in self._rows else -1

    def class_name(self, finding: Finding) -> str:
        return self._class_names[finding.class_index]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._order = self._in_order(column, descending=order is Qt.SortOrder.DescendingOrder)
        self._rows = [number for number in self._order if self._passes(number)]
        place = {number: row for row, number in enumerate(self._rows)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(place[before[index.row()]], index.column()))
        self.layoutChanged.emit()

    def _in_order(self, column: int, *, descending: bool) -> list[int]:
        numbers = list(range(len(self._findings)))
        if column < 0:
            return numbers
        value = VALUES.get(PatternColumn(column))
        if value is None:
            cells = [self._cell(number, column).casefold() for number in numbers]
            return sorted(numbers, key=cells.__getitem__, reverse=descending)
        keys = [value(finding) for finding in self._findings]
        known = [number for number in numbers if not math.isnan(keys[number])]
        unknown = [number for number in numbers if math.isnan(keys[number])]
        return sorted(known, key=keys.__getitem__, reverse=descending) + unknown

    def _searched(self, number: int) -> tuple[str, str]:
        """The searched texts of a finding: case-sensitive, and case-insensitive."""
        finding = self._findings[number]
        pattern = finding.pattern
        said = f"{self.class_name(finding)} {'; '.join(self._doubts[number])}"
        if not pattern.notations:
            return "", f"{pattern.text} {said}".casefold()
        return " ".join((*(text for _, text in pattern.notations), finding.attached)), said.casefold()

    def _passes(self, number: int) -> bool:
        filters, finding = self.filters, self._findings[number]
        if filters.none:
            return True
        if filters.only is not None and number not in filters.only:
            return False
        structure, said = self._texts[number]
        text = filters.text.strip()
        if text in self._class_names:  # one name may be part of another, such as "permeable" of "not permeable"
            if self.class_name(finding) != text:
                return False
        elif not all(word in structure or word.casefold() in said for word in filters.text.split()):
            return False
        return all(low <= VALUES[column](finding) <= high for column, low, high in filters.ranges)

    # Qt's interface

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(PatternColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(PatternColumn):
            return None
        name, tip = self._heads[section]
        right = section in VALUES and section != PatternColumn.STRUCTURE
        if role == _DISPLAY:
            return f"{name}{_GAP}" if right else name
        if role == _TOOLTIP:
            return plain_tooltip(tip)
        return (_RIGHT if right else _LEFT) if role == _ALIGNMENT else None

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> Any:  # type: ignore[override]
        if not index.isValid():
            return None
        number, column = self._rows[index.row()], PatternColumn(index.column())
        right = column in VALUES and column is not PatternColumn.STRUCTURE
        if role == _DISPLAY:
            cell = "" if column is PatternColumn.STRUCTURE else self._cell(number, column)
            return f"{cell}{_GAP}" if right else cell
        if role == _ALIGNMENT:
            return _RIGHT if right else _LEFT
        if role == _ACCESSIBLE:
            return f"{self._heads[column][0]}: {self._cell(number, column)}"
        if role == _TOOLTIP:
            return plain_tooltip(self._tip(number, column))
        return self._share(self._findings[number], column) if role == SHARE_ROLE else None

    def _share(self, finding: Finding, column: PatternColumn) -> float | None:
        if column in COUNTS:
            return VALUES[column](finding) / self._largest
        return VALUES[column](finding) if column in SHARES else None

    def _tip(self, number: int, column: PatternColumn) -> str:
        finding = self._findings[number]
        if column is PatternColumn.STRUCTURE:
            group = (self._groups or self._class_names)[finding.class_index]
            return words.finding_sentence(finding, group, self.kind)
        if column is PatternColumn.DOUBTS:
            return words.doubts(self._doubts[number])
        name, tip = self._heads[column]
        return f"{name} {self._cell(number, column)}\n{tip}"

    def _cell(self, number: int, column: int) -> str:
        finding, figure = self._findings[number], words.figure_text
        if column == PatternColumn.STRUCTURE:
            return finding.pattern.text
        if column == PatternColumn.CLASS:
            return self.class_name(finding)
        if column == PatternColumn.DOUBTS:
            return "; ".join(self._doubts[number])
        if column == PatternColumn.ODDS:
            odds = finding.odds
            return f"{figure(odds.value)} ({figure(odds.low)} – {figure(odds.high)})"
        if column == PatternColumn.SALIENCY:
            spread = "" if math.isnan(finding.sd_saliency) else f" ± {finding.sd_saliency:.2f}"
            return f"{finding.mean_saliency:.2f}{spread}"
        if column == PatternColumn.PREVALENCE:
            return f"{words.fine_percent(finding.prevalence)} / {words.fine_percent(finding.random_prevalence)}"
        value = VALUES[PatternColumn(column)](finding)
        if math.isnan(value):
            return figure(value)
        if column in SHARES:
            return words.percent(value)
        return figure(value) if column in (PatternColumn.P, PatternColumn.Q) else f"{value:,.0f}"
