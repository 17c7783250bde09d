"""The dock that lists the substructures that explanations highlight repeatedly, with their statistics."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ...app.evaluation.label_columns import LabelColumn
from ...app.evaluation.true_labels import LabelOptions, true_labels
from ...app.explaining.value_words import value_words
from ...app.libraries.row_filters import RecordSubset
from ...app.libraries.shown_class import PREDICTED
from ...app.mining.substructure_search import MiningResult, search_description
from ...errors import UsageError
from ...kinds.kind import Capability
from ...kinds.registry import DEFAULT_KIND
from ...library.labels.label_meaning import shown_word
from ...substructure.findings import Finding
from ..background.dock_parts import advice_page, bring_up, export_button
from ..background.jobs import JobDescription
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..background.torch_threads import use_one_thread
from ..filters.filter_chips import short_chip_name
from ..labels.label_line import LabelLine
from ..session.label_columns import LabelColumns
from ..session.session import Session
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from . import substructure_words as words
from .substructure_choice import SubstructureChoice
from .substructure_export import SubstructureExport, part_of
from .substructure_filter import PatternFilterLine
from .substructure_table import PatternTable


class SubstructuresPanel(QDockWidget):
    """Attribute ``mined``: the result that is shown, ``None`` if there is none.

    Signals: ``chosen(RecordSubset)``: the records that contain a substructure are wanted;
    ``opened(RecordSubset)``: the same, shown as evidence;
    ``filter_wanted(smarts)``; ``report_wanted(findings, sentence, labels)``: a report with a section about these
    findings is wanted, with a sentence about the search and a text about the labels; ``found(MiningResult,
    sentence)``: a search ended, with a sentence about it; ``note(sentence)``, ``trouble(sentence)``.
    """

    chosen = Signal(RecordSubset)
    opened = Signal(RecordSubset)
    filter_wanted = Signal(str)
    report_wanted = Signal(tuple, str, str)
    found = Signal(MiningResult, str)
    note = Signal(str)
    trouble = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Substructures", parent)
        self.setObjectName("substructures")
        self._session = session
        self.mined: MiningResult | None = None
        self._asked = ""
        """A sentence about the search whose result is shown."""
        self._latest = LatestTask(session.runner, self)
        self._label_columns = LabelColumns(session, self)
        self.choice = SubstructureChoice(self)
        self.label_line = LabelLine(session, self)
        self.filter_line = PatternFilterLine(self)
        self.table = PatternTable(session.pool, self)
        self.exports = SubstructureExport(session, self)
        self._make_actions()
        self._lay_out()
        self._connect()
        self._kind = DEFAULT_KIND
        self._name_actions()
        self._follow_colour_threshold()
        self.hide()
        self._show_state()

    # Building

    def _make_actions(self) -> None:
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.actions_: dict[str, QAction] = {}
        for name, label, tip, slot in (
            ("show", "", "", lambda: self._choose(self.table.current)),
            ("evidence", "&Evidence", "", lambda: self._open(self.table.current)),
            ("filter", "&Use as Filter", "Its SMARTS as a filter of the library", self._use_as_filter),
            ("copy-smarts", "&Copy SMARTS", "The SMARTS of the selected substructures (Ctrl+C)", self._copy_smarts),
            ("copy-smiles", "Copy SM&ILES", "The SMILES of the selected substructures", self._copy_smiles),
            ("copy-names", "&Copy Names", "The names of the selected substructures (Ctrl+C)", self._copy_names),
            ("wholes", "Show What Contains &It", "Lists it and the larger substructures that it is a part of",
             self._show_wholes),
            ("report", "Add to &Report", "Gives the selected substructures a section in File ▸ Report",
             self._add_to_report),
        ):  # fmt: skip
            action = QAction(label, self)
            action.setToolTip(plain_tooltip(tip))
            action.triggered.connect(lambda _=False, slot=slot: slot())
            self.menu.addAction(action)
            self.actions_[name] = action
        self.exports.menu.setTitle("E&xport")
        self.menu.addMenu(self.exports.menu)

    def _lay_out(self) -> None:
        self.count = PlainLabel(quiet=True, parent=self)
        tools = QWidget(self)
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._buttons = {name: self._button(self.actions_[name]) for name in ("evidence", "filter", "report")}
        for button in self._buttons.values():
            row.addWidget(button)
        row.addWidget(export_button(self.exports.menu, "Writes the listed substructures", self))
        self.words = advice_page(self)
        self._bar = QWidget(self)
        bar = FlowLayout(self._bar, gap=8, last_at_right=True)
        bar.setContentsMargins(10, 0, 8, 4)
        self.count.setMinimumHeight(tools.sizeHint().height())
        for widget in (self.filter_line, self.count, tools):
            bar.addWidget(widget)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.words)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.choice.setContentsMargins(10, 4, 8, 2)
        column.addWidget(self.choice)
        column.addWidget(self.label_line)
        column.addWidget(self._bar)
        column.addWidget(self._pages, 1)
        self.setWidget(whole)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        return button

    def _connect(self) -> None:
        session, libraries = self._session, self._session.libraries
        self.choice.wanted.connect(self.search)
        self.filter_line.changed.connect(self._filter)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._open)
        self.table.copy_wanted.connect(lambda: self._copy_smarts() if self._has_queries else self._copy_names())
        self.table.current_changed.connect(self._enable_actions)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.exports.wanted.connect(self._export)
        self.exports.note.connect(self.note)
        self.exports.trouble.connect(self.trouble)
        self._latest.changed.connect(self._show_state)
        self._label_columns.changed.connect(self._show_labels)
        self.choice.labels.currentIndexChanged.connect(lambda _: self._show_state())
        session.labels.changed.connect(self._labels_changed)
        self._label_columns.trouble.connect(self.trouble)
        session.state.follow(self._forget, "model", "steps")
        session.state.follow(self._follow_colour_threshold, "colour_threshold")
        for signal in (libraries.appeared, libraries.closed):
            signal.connect(self._forget)
        for signal in (libraries.opened, session.model_loaded):
            signal.connect(self._show_state)

    @property
    def _has_queries(self) -> bool:
        return Capability.QUERIES in self._kind.capabilities

    def _name_actions(self) -> None:
        """Sets the texts of actions for the window's kind of graph."""
        words, alike = self._kind.words, ", all turned alike" if self._kind.fragmenter.listing.aligned else ""
        self.actions_["show"].setText(f"&Show {words.records.capitalize()}")
        for name, tip in (
            ("show", f"The {words.records} that contain it, it outlined in each (Space, or a click)"),
            ("evidence", f"Those {words.records} as a gallery{alike} (Return, or a double click)"),
        ):
            self.actions_[name].setToolTip(plain_tooltip(tip))
        for name in ("filter", "copy-smarts", "copy-smiles"):
            self.actions_[name].setVisible(self._has_queries)
        self._buttons["filter"].setVisible(self._has_queries)
        self.actions_["copy-names"].setVisible(not self._has_queries)

    def _tell_kind(self) -> None:
        """Sets the window's kind of graph in all parts."""
        if self._kind is not self._session.kind:
            self._kind = self._session.kind
            for part in (self.choice, self.filter_line, self.table, self.exports):
                part.set_kind(self._kind)
            self._name_actions()

    @property
    def busy(self) -> bool:
        return self._latest.running

    def open(self) -> None:
        """Shows the dock and moves the keyboard focus into it."""
        bring_up(self, self.choice.button)

    # Finding

    def search(self) -> None:
        """Runs the chosen search in the background; the previous result stays until then."""
        session, label = self._session, self.choice.label
        explanations = session.explanations((session.now.method,))
        if self.busy or explanations is None:
            return
        library, card = explanations.library, explanations.bundle.card
        chosen = () if session.now.class_index == PREDICTED else (session.now.class_name,)
        classes = () if card.of_value else chosen  # high and low values are looked at together
        said = session.labels.of(label, card.class_names)
        try:
            request = self.choice.request(classes)
        except UsageError as error:
            self.trouble.emit(str(error))
            return

        def job(link: Link) -> MiningResult:
            from ...app.mining.mine_recurring import mine

            use_one_thread()
            labels = true_labels(library, label, card, said=LabelOptions(said)) if label else None
            return mine(request, explanations.request(), explanations.source(), explanations.work(link), labels)

        def show(mined: MiningResult) -> None:
            asked = request.in_words(mined.kind, labelled=bool(label), cut=mined.cut)
            self.show_mined(mined, asked)
            self.found.emit(mined, asked)

        about = JobDescription("Finding substructures", "Substructures are being looked for.")
        self._latest.start(job, about, done=show, failed=self.trouble.emit)

    def show_mined(self, mined: MiningResult, asked: str) -> None:
        """Shows a result, of a new search or from a project.

        :param asked: a sentence about the search
        """
        self.mined, self._asked = mined, asked
        self.filter_line.clear()
        self.table.show_mined(mined)
        self.choice.show_cut(mined.cut.limit if mined.cut is not None and mined.cut.is_median else None)
        self._show_state()

    def _forget(self) -> None:
        """Discards the result, which no longer applies."""
        self._latest.drop()
        self.mined = None
        self._tell_kind()
        self.choice.show_cut(None)
        self.table.show_mined(None)
        self.report_wanted.emit((), "", "")
        self._show_state()

    # What is shown

    def _follow_colour_threshold(self) -> None:
        self.choice.follow_colour_threshold(self._session.now.colour_threshold)

    def _show_labels(self) -> None:
        self.choice.show_labels(self._label_columns.found or ())
        self._show_state()

    def _labels_changed(self) -> None:
        """Discards a result that depends on other meanings of labels."""
        if self.mined is not None and self.mined.labels is not None:
            self._forget()

    @property
    def _column(self) -> LabelColumn | None:
        """The chosen column of true classes."""
        return next((each for each in self._label_columns.found or () if each.name == self.choice.label), None)

    def _filter(self) -> None:
        if self.mined is not None:
            self.table.set_filters(self.filter_line.filters)
            self._show_state()

    def _show_state(self) -> None:
        session, mined = self._session, self.mined
        ready = session.bundle is not None and session.libraries.library is not None
        column = self._column
        self.choice.set_value(value_words(session.card))
        self.choice.button.setEnabled(ready and not self.busy and not (column is not None and column.reason))
        self.label_line.show_column(column)
        said = mined.suspicion if mined is not None else ""
        self.label_line.warn(" ".join(part for part in (self._other_labels(), said) if part))
        self._bar.setVisible(mined is not None)
        seen = self.table.patterns.rowCount()
        if mined is not None:
            self.count.setText(words.account(mined, seen))
            self.count.setToolTip(plain_tooltip(f"{words.evidence(mined)}\n{self._asked}"))
        self.words.setText(self._advice())
        self._pages.setCurrentWidget(self.table if seen else self.words)
        self._enable_actions()

    def _other_labels(self) -> str:
        """The notice that the result belongs to another column than the chosen one."""
        labels = self.mined.labels if self.mined is not None else None
        if labels is None or labels.column == self.choice.label:
            return ""
        return f"What is listed rests on ‘{shown_word(labels.column)}’ ({labels.sentence})."

    def _advice(self) -> str:
        if self._session.libraries.shown is None or self._session.card is None:
            return words.NOTHING_OPEN
        if self.busy:
            return words.running(self._kind.words)
        if self.mined is None:
            return words.before_finding(self._kind.words, of_value=self._session.card.of_value)
        return words.NO_MATCH if self.mined.findings else words.NONE_LISTED

    def _enable_actions(self) -> None:
        current = self.table.current
        for action in self.actions_.values():
            action.setEnabled(current is not None)
        self.actions_["wholes"].setEnabled(current is not None and bool(current.part_of))

    # Actions on a substructure

    def _choose(self, finding: Finding | None) -> None:
        if finding is not None:
            self.chosen.emit(_chosen(finding))

    def _open(self, finding: Finding | None) -> None:
        if finding is not None:
            self.opened.emit(_chosen(finding))

    def _use_as_filter(self) -> None:
        if self.table.current is not None:
            self.filter_wanted.emit(self.table.current.pattern.key)

    def _copy_smarts(self) -> None:
        self._copy([finding.pattern.key for finding in self.table.selected], "SMARTS")

    def _copy_smiles(self) -> None:
        self._copy([finding.pattern.text for finding in self.table.selected], "SMILES")

    def _copy_names(self) -> None:
        lines = [finding.pattern.text for finding in self.table.selected]
        self._copy(lines, "the name" if len(lines) == 1 else "names")

    def _copy(self, lines: list[str], what: str) -> None:
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
            self.note.emit(f"copied {what}" if len(lines) == 1 else f"copied {len(lines):,} {what}")

    def _show_wholes(self) -> None:
        current = self.table.current
        if current is not None and current.part_of:
            self.filter_line.show_only(frozenset((self.table.current_number, *current.part_of)))

    def _add_to_report(self) -> None:
        if self.mined is not None and self.table.selected:
            asked = search_description(self._asked, self.mined)
            self.report_wanted.emit(tuple(self.table.selected), asked, self.mined.labels_in_words)

    def _export(self, kind: str) -> None:
        library = self._session.libraries.shown
        if self.mined is not None and library is not None:
            self.exports.ask(kind, part_of(self.mined, self.table.listed), library.path)

    def _open_menu(self, place: QPoint) -> None:
        if self.table.current is not None:
            self.menu.popup(self.table.viewport().mapToGlobal(place))


def _chosen(finding: Finding) -> RecordSubset:
    """The records that contain a substructure."""
    pattern = finding.pattern
    return RecordSubset(f"contain {short_chip_name(pattern.name)}", frozenset(finding.held_by.tolist()), pattern.key)
