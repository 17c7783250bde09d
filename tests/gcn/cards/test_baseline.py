"""Whether the forest on the same splits is better than the network is said, never kept silent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.output.write_report import model_facts
from gcx_desktop.cli.main import main
from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.cards.baseline import baseline_warning
from gcx_desktop.gcn.cards.card import Card, Metrics, read_card
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES


def metrics(split: str, auc: float | None, sd: float | None = 0.02) -> Metrics:
    return Metrics(split, (0, 1), {"auc_roc": (auc, sd)})


CARD = Card(
    name="tiny",
    task="nothing real",
    class_names=("no", "yes"),
    widths=(4, 3),
    feature_set=FEATURE_SET,
    n_features=N_FEATURES,
    metrics=(metrics("scaffold 80/10/10", 0.68), metrics("random 80/10/10", 0.91)),
    baseline=(metrics("scaffold 80/10/10", 0.74), metrics("random 80/10/10", 0.9)),
)
WARNING = (
    "a random forest predicts better than this network: AUC-ROC 0.740 ± 0.020 against 0.680 ± 0.020 (scaffold 80/10/10)"
)


def test_the_splits_on_which_the_forest_is_better_are_named_with_both_figures() -> None:
    assert baseline_warning(CARD) == WARNING
    both = baseline_warning(replace(CARD, baseline=(*CARD.baseline[:1], metrics("random 80/10/10", 0.93, None))))
    assert both == f"{WARNING}, AUC-ROC 0.930 against 0.910 ± 0.020 (random 80/10/10)"


@pytest.mark.parametrize(
    "baseline",
    [
        (),
        (metrics("scaffold 80/10/10", 0.68),),
        (metrics("scaffold 80/10/10", 0.684),),
        (metrics("scaffold 80/10/10", 0.5),),
        (metrics("scaffold 80/10/10", None),),
        (metrics("another split", 0.99),),
        (Metrics("scaffold 80/10/10", (0,), {"accuracy": (1.0, None)}),),
    ],
)
def test_nothing_is_said_where_it_is_not_better_or_cannot_be_compared(baseline: tuple[Metrics, ...]) -> None:
    assert baseline_warning(replace(CARD, baseline=baseline)) == ""


def save_card(folder: Path, card: Card = CARD) -> Path:
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(card.as_dict()))
    return folder


def test_a_card_keeps_the_figures_of_the_forest(tmp_path: Path) -> None:
    assert read_card(save_card(tmp_path / "tiny"), FEATURE_SETS).baseline == CARD.baseline
    assert "baseline" not in replace(CARD, baseline=()).as_dict()


def test_figures_of_a_forest_that_are_none_are_refused(tmp_path: Path) -> None:
    folder = save_card(tmp_path / "tiny")
    (folder / "card.json").write_text(json.dumps(CARD.as_dict() | {"baseline": [{"split": "scaffold"}]}))
    with pytest.raises(BundleError, match="'baseline'"):
        read_card(folder, FEATURE_SETS)


def test_the_list_of_models_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_card(tmp_path / "tiny")
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path)
    assert main(["models"]) == 0
    assert f"  {WARNING}\n" in capsys.readouterr().out


def test_the_report_has_the_figures_of_both() -> None:
    facts = dict(model_facts(CARD))
    assert facts["Unseen, scaffold"] == "AUC-ROC 0.68 ± 0.02 (2 seeds)"
    assert facts["Random forest, scaffold"] == "AUC-ROC 0.74 ± 0.02 (2 seeds)"
