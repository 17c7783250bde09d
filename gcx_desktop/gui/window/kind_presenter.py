"""Adapts the window's parts to the kind of graph in the open library: their words and what they can do."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ...app.output.export_kinds import STRUCTURE_KINDS
from ...kinds.kind import Capability
from ..actions import EVALUATE_TIP, Actions
from ..filters.filter_bar import FilterBar
from ..record.explanation_panel import ExplanationPanel
from ..session.session import Session
from ..widgets.plain_labels import plain_tooltip


class KindPresenter(QObject):
    """Follows the open library."""

    def __init__(
        self, session: Session, actions: Actions, panel: ExplanationPanel, filter_bar: FilterBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self._panel, self._filter_bar = panel, filter_bar
        for signal in (session.libraries.appeared, session.libraries.closed):
            signal.connect(self._show)

    def _show(self) -> None:
        kind, act = self._session.kind, self._actions
        self._panel.set_kind(kind)
        self._filter_bar.set_kind(kind)
        act["zoom-reset"].setText(f"&Whole {kind.words.record.capitalize()}")
        text = kind.words.text
        act["copy-smiles"].setText(f"&{text[0].upper()}{text[1:]}")
        act["evaluate"].setToolTip(plain_tooltip(EVALUATE_TIP.format(records=kind.words.records)))
        structures, queries = Capability.STRUCTURE_FILES in kind.capabilities, Capability.QUERIES in kind.capabilities
        for name, wanted in (
            ("copy-molblock", structures),
            ("find-like", queries),
            ("salts", Capability.PREPARATION in kind.capabilities),
        ):
            act[name].setVisible(wanted)
        for (_, file_kind), action in act.exports.items():
            action.setVisible(structures or file_kind not in STRUCTURE_KINDS)
