"""A quiet button in the status bar, shown while a library is open that has columns a model could learn."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ...app.training.training_columns import MOST_CELLS, TrainingColumn, describe_columns
from ...library.labels.label_meaning import shown_word
from ..background.jobs import Unlisted
from ..background.latest_task import LatestTask
from ..background.task_runner import Link
from ..session.session import Session
from ..widgets.plain_labels import literal, plain_tooltip

_MOST_NAMES = 5


class TrainingOffer(QToolButton):
    """Attribute ``columns``: those that look like labels; ``None`` until that is known."""

    def __init__(self, session: Session, train: Callable[[], object], parent: QWidget | None = None) -> None:
        """:param train: opens the window in which a model is trained"""
        super().__init__(parent)
        self._session = session
        self._latest = LatestTask(session.runner, self)
        self.columns: tuple[TrainingColumn, ...] | None = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: train())
        libraries = session.libraries
        for signal in (libraries.appeared, libraries.closed):
            signal.connect(self._forget)
        for signal in (libraries.opened, libraries.rows_changed):
            signal.connect(self._look)
        self.hide()

    def _forget(self) -> None:
        self._latest.drop()
        self.columns = None
        self.hide()

    def _look(self) -> None:
        """Looks at the columns once all texts are read."""
        libraries = self._session.libraries
        rows = libraries.rows
        if self.columns is not None or self._latest.running or rows is None or not libraries.texts_read:
            return
        if self._session.kind.labels.names is not None or not rows.field_names:
            return
        known = rows.snapshot()

        def job(link: Link) -> list[TrainingColumn]:
            n = min(known.n_texts, MOST_CELLS // len(known.field_names))
            cells = [column[:n] for column in known.fields]
            return describe_columns(known.field_names, cells, link.cancel.raise_if_cancelled)

        self._latest.start(job, Unlisted("it reads what is in memory, to offer a button"), done=self._offer)

    def _offer(self, columns: list[TrainingColumn]) -> None:
        self.columns = tuple(column for column in columns if column.likely)
        if not self.columns:
            return
        names = [f"‘{shown_word(column.name)}’" for column in self.columns]
        self.setText(literal(f"Train on {names[0]}…" if len(names) == 1 else "Train a Model…"))
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        tip = f"A model can be trained on {', '.join(names[:_MOST_NAMES])}{more}"
        self.setToolTip(plain_tooltip(tip))
        self.setAccessibleName(tip)
        self.show()
