"""The Measures dock for annotated images: the differences from molecules."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gcx_desktop.gui.measures.measures_table import MeasuresColumn
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window.test_scene_library import TIMEOUT, images, opened

__all__ = ["images", "opened"]


def test_of_images_the_table_says_how_well_maps_find_the_objects_that_define_the_label(
    qtbot: QtBot, opened: MainWindow
) -> None:
    opened.actions_["evaluate"].trigger()
    measures = opened.measures
    choice, table = measures.choice, measures.methods.table
    choice.choose_methods(("occlusion",))
    qtbot.waitUntil(choice.button.isEnabled, timeout=TIMEOUT)
    choice.labels.setCurrentIndex(choice.labels.findText("vrd-country-urban"))
    choice.button.click()
    qtbot.waitUntil(lambda: measures.measured is not None and not measures.busy, timeout=TIMEOUT)
    assert measures.measured is not None
    assert measures.measured.evaluation.positions.tolist() == [0, 2, 4]  # those with a bus
    assert not table.isColumnHidden(MeasuresColumn.ATTRIBUTION)
    assert 0 <= table.rows_model.row(0).attribution <= 1
    with qtbot.waitSignal(measures.chosen, timeout=TIMEOUT) as chosen:
        table.clicked.emit(table.rows_model.index(0, MeasuresColumn.ATTRIBUTION))
    assert chosen.args[0].words == "defining objects below others, Occlusion"
