"""Where the parts of the main window stand."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QVBoxLayout, QWidget

from ..widgets.icons import colour_dock_buttons
from ..widgets.scrolled_panel import ScrolledPanel

if TYPE_CHECKING:
    from .main_window import MainWindow


def lay_out(window: MainWindow) -> None:
    """Puts the window's parts together."""
    window.addToolBar(window.tool_bar)
    left = QWidget(window)
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    head = QHBoxLayout()
    head.setContentsMargins(0, 0, 8, 0)
    head.addWidget(window.count, 1)
    head.addWidget(window.filter_bar.add_button)
    column.addLayout(head)
    column.addWidget(window.filter_bar)
    column.addWidget(window.beyond_rows)
    window.rows_or_none.addWidget(window.table)
    window.rows_or_none.addWidget(window.gallery)
    window.rows_or_none.addWidget(window.no_match)
    column.addWidget(window.rows_or_none, 1)
    window.splitter.addWidget(left)
    window.splitter.addWidget(ScrolledPanel(window.panel, window))
    window.splitter.setChildrenCollapsible(False)
    window.splitter.setStretchFactor(0, 3)
    window.splitter.setStretchFactor(1, 2)
    window.splitter.setSizes([770, 510])
    window.pages.addWidget(window.empty_page)
    window.pages.addWidget(window.splitter)
    centre = QWidget(window)
    whole = QVBoxLayout(centre)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(window.messages)
    whole.addWidget(window.pages, 1)
    window.setCentralWidget(centre)
    stops = (
        window.tool_bar.models,
        window.tool_bar.methods,
        window.tool_bar.search,
        window.table,
        window.gallery,
        window.panel.view,
    )
    for before, after in pairwise(stops):
        window.setTabOrder(before, after)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.compare)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.rejected)
    window.tabifyDockWidget(window.compare, window.rejected)
    window.actions_.docks.insertAction(window.actions_["sort-disagreement"], window.compare.toggleViewAction())
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.measures)
    window.tabifyDockWidget(window.rejected, window.measures)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.substructures)
    window.tabifyDockWidget(window.measures, window.substructures)
    for each in (window.compare, window.rejected, window.measures, window.substructures):
        each.topLevelChanged.connect(partial(_colour_again, each))
    for dock in (window.rejected, window.measures, window.substructures):
        window.actions_.docks.addAction(dock.toggleViewAction())
    status = window.statusBar()
    status.addWidget(window.open_status)
    status.addWidget(window.run_status)
    status.addWidget(window.export_status)
    status.addWidget(window.measures.status)
    status.addWidget(window.substructures.status)
    status.addWidget(window.disagreement.status)
    status.addPermanentWidget(window.choices)
    status.addPermanentWidget(window.rejected.button)
    status.addPermanentWidget(window.place, 1)
    window.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    window.rejected.button.hide()


def _colour_again(dock: QDockWidget, _floats: bool) -> None:
    """Qt has given its buttons other icons."""
    colour_dock_buttons(dock)
