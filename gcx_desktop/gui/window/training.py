"""Model ▸ Train… in the main window: opens the training window on the open library, and uses what was trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ..session.session import Session
from ..training.training_offer import TrainingOffer
from ..widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from ..training.training_window import TrainingWindow


class Training(QObject):
    """Attributes: ``window`` (``None`` until it is first wanted), ``offer`` (a button for the status bar).

    Signals: ``use_wanted(folder)``: a trained model is to be used; ``record_wanted(position)``; ``models_changed()``.
    """

    use_wanted = Signal(Path)
    record_wanted = Signal(int)
    models_changed = Signal()

    def __init__(self, session: Session, messages: MessageBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._messages, self._parent = session, messages, parent
        self.window: TrainingWindow | None = None
        self.offer = TrainingOffer(session, self.open, parent)

    def open(self) -> None:
        """Opens the training window, on the open library if there is one."""
        library = self._session.libraries.library
        window = self._made()
        if library is None:
            window.open_on(None)
        else:
            window.open_on(library.path, library.options)

    @property
    def unsaved(self) -> str:
        """What would be lost if the program ended now, in words; "" if nothing."""
        return self.window.unsaved if self.window is not None else ""

    def shut_down(self) -> None:
        if self.window is not None:
            self.window.shut_down()

    def _made(self) -> TrainingWindow:
        if self.window is None:
            from ..training.training_window import TrainingWindow  # not at the window's start

            self.window = window = TrainingWindow(self._session, self._parent)
            window.use_wanted.connect(self.use_wanted)
            window.record_wanted.connect(self.record_wanted)
            window.models_changed.connect(self.models_changed)
            window.note.connect(self._messages.note)
            window.trouble.connect(self._messages.warn)
            window.finished_training.connect(lambda words: self._messages.offer(words, "Show", self.open))
        return self.window
