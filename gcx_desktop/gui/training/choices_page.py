"""The first page of the training window: what is learned, of which molecules, how it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...app.training.learned_task import LearnedTask
from ...app.training.training_choices import DEFAULT_SPLIT, Effort, RememberedChoices, TrainingChoices
from ...app.training.training_columns import TrainingColumn, spans_powers_of_ten
from ...errors import UsageError
from ...gcn.fitting.split_protocol import SplitProtocol
from ...kinds.registry import DEFAULT_KIND
from ...library.labels.label_meaning import shown_word
from ...library.labels.measurements import parse_cut
from ...library.labels.value_scale import MOLAR, NO_SCALE, Transform, ValueScale, value_scale
from ...library.molecules.preparation import Preparation
from ...library.table_options import DETECT_ALL, TableOptions
from ...wording import capitalised, counted
from ..widgets.elided_combo import ElidedCombo
from ..widgets.plain_labels import ElidedLabel, PlainLabel, literal
from . import training_words as words
from .class_names import ClassNames
from .column_chart import ColumnChart
from .column_table import ColumnTable


class ChoicesPage(QWidget):
    """Signals: ``changed()``: the user chose otherwise; ``train_wanted()``, ``copy_wanted()``, ``file_wanted()``: a
    button was pressed.

    Attributes: ``table`` (ColumnTable), ``classes`` (ClassNames).
    """

    changed = Signal()
    train_wanted = Signal()
    copy_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._options: TableOptions = DETECT_ALL
        self._remembered: RememberedChoices | None = None
        self._n_records = 0
        self._filling = False
        self._make_widgets()
        self._lay_out()
        self._connect()
        self.show_nothing(words.NO_TABLE)

    # Building

    def _make_widgets(self) -> None:
        self.file = ElidedLabel(parent=self, middle=True)
        self.file_button = QPushButton("Other &File…", self)
        self.as_before = QPushButton(self)
        self.as_before.hide()
        self.table = ColumnTable(self)
        self.chart = ColumnChart(self)
        self.about_column = self._explanation()
        self.as_classes = QRadioButton("Cl&asses", self)
        self.as_values = QRadioButton("&Values", self)
        self._tasks = QButtonGroup(self)
        for button in (self.as_classes, self.as_values):
            self._tasks.addButton(button)
        self.cut = QLineEdit(self)
        self.cut.setPlaceholderText(">= 6.5")
        self.cut.setAccessibleName("Active if")
        self.cut.setToolTip("Makes two classes of the numbers: a comparison such as >= 6.5, or < 100")
        self.cut.setMaximumWidth(self.fontMetrics().averageCharWidth() * 16)
        self.units = ElidedCombo("Unit", "Of the column's numbers", self)
        self.units.setEditable(True)
        self.units.addItems(["", *MOLAR])
        self.units.setMinimumContentsLength(6)
        self.transforms = ElidedCombo("Scale", "On which scale the numbers are learned", self)
        for transform, name in words.TRANSFORM_NAMES.items():
            self.transforms.addItem(name, transform)
            self.transforms.set_detail(self.transforms.count() - 1, words.TRANSFORM_SAYS[transform])
        self.about_scale = self._explanation(quiet=True)
        self.classes = ClassNames(self)
        self.largest_fragment = QCheckBox("Keep the &largest fragment of salts and mixtures", self)
        self.neutralise = QCheckBox("&Neutralise charges", self)
        self.splits = ElidedCombo("Judged by", "Which molecules are held out to judge the model", self)
        for protocol, name in words.SPLIT_NAMES.items():
            self.splits.addItem(name, protocol)
            self.splits.set_detail(self.splits.count() - 1, words.SPLIT_ASKS[protocol])
        self.split_asks = self._explanation(quiet=True)
        self.efforts: dict[Effort, QRadioButton] = {}
        self._effort_group = QButtonGroup(self)
        for effort, name in words.EFFORT_NAMES.items():
            self.efforts[effort] = QRadioButton(name, self)
            self._effort_group.addButton(self.efforts[effort])
        self.effort_says = self._explanation(quiet=True)
        self.fates = self._explanation()
        self.trouble = self._explanation()
        font = QFont(self.trouble.font())
        font.setBold(True)
        self.trouble.setFont(font)
        self.train_button = QPushButton("&Train", self)
        self.train_button.setDefault(True)
        self.copy_button = QPushButton("&Copy the Command", self)
        self.copy_button.setToolTip("The gcx train command that does the same")

    def _explanation(self, *, quiet: bool = False) -> PlainLabel:
        label = PlainLabel(quiet=quiet, parent=self)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.file, 1)
        head.addWidget(self.as_before)
        head.addWidget(self.file_button)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.chart)
        self.form = self._form()
        scrolled = QScrollArea(self)
        scrolled.setWidget(self.form)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.halves = QSplitter(Qt.Orientation.Horizontal, self)
        self.halves.addWidget(left)
        self.halves.addWidget(scrolled)
        self.halves.setChildrenCollapsible(False)
        self.halves.setStretchFactor(0, 1)
        self.halves.setStretchFactor(1, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(self.train_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(self.halves, 1)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)

    def _form(self) -> QWidget:
        form = QWidget(self)
        column = QVBoxLayout(form)
        column.setContentsMargins(8, 0, 4, 0)
        column.setSpacing(6)
        column.addWidget(self.about_column)
        tasks = QHBoxLayout()
        tasks.addWidget(PlainLabel("Learn:", parent=form))
        for button in (self.as_classes, self.as_values):
            tasks.addWidget(button)
        tasks.addStretch(1)
        column.addLayout(tasks)
        self.scale_row, self.cut_row = QWidget(form), QWidget(form)
        for row, fields in (
            (self.cut_row, (("&Active if:", self.cut),)),
            (self.scale_row, (("&Unit:", self.units), ("&Scale:", self.transforms))),
        ):
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            for text, field in fields:
                label = PlainLabel(text, parent=row)
                label.setBuddy(field)
                line.addWidget(label)
                line.addWidget(field)
            line.addStretch(1)
            column.addWidget(row)
        column.addWidget(self.about_scale)
        column.addWidget(self.classes)
        column.addSpacing(6)
        column.addWidget(self.largest_fragment)
        column.addWidget(self.neutralise)
        column.addSpacing(6)
        rows = QFormLayout()
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        judged = PlainLabel("&Judged by:", parent=form)
        judged.setBuddy(self.splits)
        rows.addRow(judged, self.splits)
        column.addLayout(rows)
        column.addWidget(self.split_asks)
        efforts = QHBoxLayout()
        for button in self.efforts.values():
            efforts.addWidget(button)
        efforts.addStretch(1)
        column.addLayout(efforts)
        column.addWidget(self.effort_says)
        column.addSpacing(6)
        column.addWidget(self.fates)
        column.addStretch(1)
        return form

    def _connect(self) -> None:
        self.table.chosen.connect(self._column_chosen)
        self.classes.edited.connect(self._learned_changed)
        self._tasks.buttonToggled.connect(lambda _, on: self._task_changed() if on else None)
        self.cut.textEdited.connect(lambda _: self._learned_changed())
        self.units.currentTextChanged.connect(lambda _: self._learned_changed())
        self.transforms.currentIndexChanged.connect(lambda _: self._learned_changed())
        for box in (self.largest_fragment, self.neutralise):
            box.toggled.connect(lambda _: self._tell())
        self.splits.currentIndexChanged.connect(lambda _: self._tell())
        self._effort_group.buttonToggled.connect(lambda _, on: self._tell() if on else None)
        self.as_before.clicked.connect(self._choose_as_before)
        self.file_button.clicked.connect(self.file_wanted)
        self.train_button.clicked.connect(self.train_wanted)
        self.copy_button.clicked.connect(self.copy_wanted)
        default = DEFAULT_KIND.training_preparation
        with self._quietly():
            self.largest_fragment.setChecked(default.largest_fragment)
            self.neutralise.setChecked(default.neutralise)
            self.splits.setCurrentIndex(self.splits.findData(DEFAULT_SPLIT))
            self.efforts[Effort.QUICK].setChecked(True)
        self._describe()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Changes of widgets within are not the user's."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    # What is shown

    def show_nothing(self, why: str) -> None:
        """Shows no table, and why."""
        self._path = None
        self.file.set_full_text("")
        with self._quietly():
            self.table.show_columns(())
        self._show_column()
        self.show_trouble(why)

    def show_file(self, path: Path, options: TableOptions, n_records: int = 0) -> None:
        """Names the table whose columns are being looked at."""
        self._path, self._options, self._n_records = path, options, n_records
        with self._quietly():
            self.table.show_columns(())
        self._show_column()
        self._name_file()
        self.show_trouble(words.READING_COLUMNS)

    def show_columns(self, columns: Sequence[TrainingColumn], remembered: RememberedChoices | None = None) -> None:
        """Lists the columns of that table.

        :param remembered: the choices of the window's model, offered if the table has its column
        """
        self._n_records = max((each.n_records for each in columns), default=self._n_records)
        self._name_file()
        with self._quietly():
            self.table.show_columns(columns)
        known = {column.name: column for column in columns}
        self._remembered = remembered if remembered is not None and remembered.choices.label in known else None
        self.as_before.setVisible(self._remembered is not None)
        self._column_chosen()
        if self.table.column is None:
            some = any(column.learnable for column in columns)
            self.show_trouble(words.CHOOSE_COLUMN if some else words.NOTHING_LEARNABLE)

    def offer_choices_of(self, model: str) -> None:
        """:param model: name of the model whose choices are offered"""
        self.as_before.setText(literal(f"As ‘{model}’ Was Trained"))

    def show_choices(self, choices: TrainingChoices) -> None:
        """Chooses what was chosen before."""
        with self._quietly():
            if not self.table.choose(choices.label):
                return
            self._show_column(choices)
            self.largest_fragment.setChecked(choices.preparation.largest_fragment)
            self.neutralise.setChecked(choices.preparation.neutralise)
            self.splits.setCurrentIndex(self.splits.findData(choices.split))
            self.efforts[choices.effort].setChecked(True)
        self._tell()

    def show_fates(self, sentences: Sequence[str]) -> None:
        """Says what would become of the records."""
        self.fates.setText("\n".join(sentences))

    def show_trouble(self, sentence: str) -> None:
        """Says why training cannot begin; "" if it can."""
        self.trouble.setText(capitalised(sentence))
        self.trouble.setVisible(bool(sentence))
        ready = self.choices is not None and not sentence
        self.train_button.setEnabled(ready)
        self.copy_button.setEnabled(self.choices is not None)

    # What is chosen

    @property
    def choices(self) -> TrainingChoices | None:
        """What the user has chosen; ``None`` while that is not enough."""
        column = self.table.column
        if column is None or self._path is None or self.problem:
            return None
        of_values = self.as_values.isChecked()
        cut = self.cut.text().strip() if self._needs_cut else ""
        task = LearnedTask.VALUE if of_values else LearnedTask.CLASSES
        return TrainingChoices(
            self._path,
            column.name,
            self._options,
            LearnedTask.AUTO if task is column.task or cut else task,
            cut,
            self._scale if of_values else NO_SCALE,
            {} if of_values or cut else self.classes.class_of,
            preparation=Preparation(self.largest_fragment.isChecked(), self.neutralise.isChecked()),
            split=self._split,
            effort=self._effort,
        )

    @property
    def problem(self) -> str:
        """What must be chosen otherwise or first, a sentence; "" if nothing."""
        if self.table.column is None:
            refused = self.table.looked_at
            return words.CHOOSE_COLUMN if refused is None else refused.reason
        try:
            if self.as_values.isChecked():
                value_scale(self.units.currentText(), Transform(self.transforms.currentData()))
            elif not self._needs_cut:
                return words.ONE_CLASS if len(self.classes.counts) < 2 else ""
            elif not self.cut.text().strip():
                return words.CUT_WANTED
            else:
                parse_cut(self.cut.text())
        except UsageError as error:
            return words.UNIT_WANTED if self.as_values.isChecked() else str(error)
        return ""

    @property
    def _needs_cut(self) -> bool:
        """Whether classes are to be made of numbers."""
        column = self.table.column
        return column is not None and self.as_classes.isChecked() and not column.values

    @property
    def _scale(self) -> ValueScale:
        return value_scale(self.units.currentText(), Transform(self.transforms.currentData()))

    @property
    def _split(self) -> SplitProtocol:
        return SplitProtocol(self.splits.currentData())  # Qt gives back plain text

    @property
    def _effort(self) -> Effort:
        return next(effort for effort, button in self.efforts.items() if button.isChecked())

    def _name_file(self) -> None:
        path = self._path
        records = f"  ·  {counted(self._n_records, 'record')}" if self._n_records else ""
        self.file.set_full_text("" if path is None else f"{path.name}{records}")
        self.file.set_detail("" if path is None else str(path))

    def _column_chosen(self) -> None:
        if not self._filling:
            self._show_column()
            self._tell()

    def _task_changed(self) -> None:
        if not self._filling:
            self._show_task()
            self._tell()

    def _learned_changed(self) -> None:
        if not self._filling:
            self._show_chart()
            self._tell()

    def _choose_as_before(self) -> None:
        if self._remembered is not None:
            self.show_choices(self._remembered.choices)

    def _show_column(self, choices: TrainingChoices | None = None) -> None:
        column = self.table.column
        self.form.setEnabled(column is not None)
        self.fates.setText("")
        with self._quietly():
            if column is not None:
                before = choices if choices is not None else TrainingChoices(Path(), column.name)
                wanted = column.task if before.task is LearnedTask.AUTO else before.task
                of_values = wanted is LearnedTask.VALUE and column.measured is not None and not before.cut
                (self.as_values if of_values else self.as_classes).setChecked(True)
                self.as_values.setEnabled(column.measured is not None)
                self.classes.show_values(column.values, column.meaning, before.class_of)
                self.cut.setText(before.cut)
                self.units.setCurrentText(before.scale.unit)
                self.transforms.setCurrentIndex(self.transforms.findData(before.scale.transform))
        self.about_column.setText("" if column is None else _about(column))
        self._show_task()

    def _show_task(self) -> None:
        column = self.table.column
        of_values = self.as_values.isChecked()
        self.scale_row.setVisible(column is not None and of_values)
        self.cut_row.setVisible(column is not None and self._needs_cut)
        self.classes.setVisible(column is not None and not of_values and not self._needs_cut)
        self._show_chart()

    def _show_chart(self) -> None:
        column, said = self.table.column, ""
        if column is None:
            self.chart.clear()
        elif column.measured is None or not (self.as_values.isChecked() or self._needs_cut):
            self.chart.show_classes([(shown_word(name), count) for name, count in self.classes.counts])
            said = words.NAME_CLASSES
        elif self.problem:
            self.chart.show_numbers(column.numbers)
        elif self.as_values.isChecked():
            self.chart.show_numbers(self._scale.of(column.numbers))
            said = f"Learned: {self._scale.in_words}."
            if self._scale.transform is Transform.NONE and spans_powers_of_ten(column.numbers):
                said = f"{said} {words.LOGARITHM_ADVISED}"
        else:
            cut = parse_cut(self.cut.text())
            self.chart.show_numbers(column.numbers, cut.limit)
            classes = cut.classes(column.measured)
            said = f"{classes.count('1'):,} active ({cut.in_words}), {classes.count('0'):,} inactive."
        self.about_scale.setText(said)
        self.about_scale.setVisible(bool(said))

    def _describe(self) -> None:
        self.split_asks.setText(words.SPLIT_ASKS[self._split])
        self.effort_says.setText(words.EFFORT_SAYS[self._effort])

    def _tell(self) -> None:
        if not self._filling:
            self._describe()
            self.changed.emit()


def _about(column: TrainingColumn) -> str:
    """What must be known of a column before it is learned."""
    said = [f"‘{shown_word(column.name)}’: {column.summary}."]
    said += [f"{capitalised(each)}." for each in (column.reason, column.doubt) if each]
    return " ".join(said)
