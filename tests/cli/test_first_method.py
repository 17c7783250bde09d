"""Without ``--method`` the commands take the method that the model's card names, and say why."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gcx_desktop import paths
from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.network import initialise
from tests.app.explaining.test_method_evidence import CARD, WHY, WITH_EVIDENCE


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "measured", whose card names occlusion, and "plain", whose card names none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "models")
    (tmp_path / "models").mkdir()
    for name, card in (("measured", WITH_EVIDENCE), ("plain", CARD)):
        network = initialise(card.n_features, card.widths, 2, torch.Generator().manual_seed(0))
        save_bundle(Bundle(replace(card, name=name), network, tmp_path / "models" / name))
    (tmp_path / "library.csv").write_text("smiles\nCCO\nCC(=O)O\n")


def explained_by(*options: str) -> set[str]:
    assert main(["explain", "library.csv", "-o", "out.csv", "--workers", "1", *options]) == 0
    with Path("out.csv").open() as file:
        return {row["method"] for row in csv.DictReader(file)}


def test_the_method_of_the_card_is_taken_and_the_reason_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert explained_by("--model", "measured") == {"occlusion"}
    assert f"gcx: {WHY} (--method chooses)\n" in capsys.readouterr().err
    assert explained_by("--model", "measured", "--quiet") == {"occlusion"}
    assert WHY not in capsys.readouterr().err


def test_another_can_be_asked_for_and_a_card_that_names_none_leaves_the_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert explained_by("--model", "measured", "--method", "eb") == {"eb"}
    assert explained_by("--model", "plain") == {"grad-cam"}
    assert "shown first" not in capsys.readouterr().err


def test_reports_and_substructures_take_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    for command, out in (("report", "out.pdf"), ("substructures", "out.csv")):
        assert main([command, "library.csv", "-o", out, "--model", "measured", "--workers", "1"]) == 0
        assert f"gcx: {WHY} (--method chooses)\n" in capsys.readouterr().err


def test_the_list_of_models_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert capsys.readouterr().out.count(f"  {WHY}\n") == 1
