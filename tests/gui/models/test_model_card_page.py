"""What the page about a model of a value says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gcx_desktop.gcn.cards.card import Metrics, TrainingData
from gcx_desktop.gui.models.model_card_page import card_html
from tests.value_fixtures import save_value_model

FIGURES: dict[str, tuple[float | None, float | None]] = {
    "rmse": (0.74, 0.02),
    "mae": (0.55, 0.01),
    "r2": (0.66, 0.03),
    "coverage_90": (0.9, 0.01),
}


def test_the_page_of_a_value_has_its_unit_range_and_errors_and_no_classes(tmp_path: Path) -> None:
    data = TrainingData("table.csv", "IC50 nM", 30, 27, {}, "")
    card = replace(
        save_value_model(tmp_path / "values").card,
        metrics=(Metrics("random 80/10/10", (0, 1), dict(FIGURES)),),
        training_data=data,
    )
    html = card_html(card).replace("\N{NO-BREAK SPACE}", " ")
    assert "<b>Value</b>" in html
    assert "pIC50, -log10 of nM in mol/l; training values 2.0 to 10.0, mean 6.0" in html
    assert "RMSE 0.740 ± 0.020 log units; mean absolute error 0.550 ± 0.010 log units; R² 0.660 ± 0.030" in html
    assert "share of 90 % intervals that hold the measured value 0.900 ± 0.010" in html
    assert "27 of 30 molecules</td>" in html
    assert "raises, lowers" not in html
    assert "Classes" not in html
