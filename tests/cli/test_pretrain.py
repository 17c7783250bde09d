"""``gcx pretrain``, and ``gcx train --foundation``."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.foundation import FOUNDATION_FILE

RINGS = ["c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccsc1", "C1CCCC1"]
TAILS = ["C", "CC", "CCC", "C(C)C", "CO", "CCO", "CCl", "CF", "C(C)O", "CS", "N", "CN"]


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    smiles = [ring + tail for tail in TAILS for ring in RINGS]
    Path("molecules.csv").write_text("\n".join(["smiles,label", *(f"{s},{int('N' in s)}" for s in smiles)]) + "\n")
    Path("more.smi").write_text("CCO ethanol\nC1CC broken\nCCO.Cl salt\n")
    Path("test.csv").write_text("smiles\nc1ccccc1C\n")
    return tmp_path


def test_a_foundation_is_made_and_trained_from(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "pretrain molecules.csv more.smi --exclude test.csv --widths 8,12 --epochs 2 --warmup-steps 5 "
        "--fingerprint-share 0.25 --licence CC0 -o start"
    )
    assert main([*words.split(), "--workers", "1"]) == 0
    said = capsys.readouterr().err
    assert "72 of 75 records (1 unreadable, 1 duplicate, 1 in an excluded table)" in said
    assert "7 held out, median: descriptors" in said
    card = json.loads(Path("start", FOUNDATION_FILE).read_text())
    assert sorted(shlex.split(card["command"])) == sorted(["gcx", *words.split()])
    assert (card["widths"], card["training"]["epochs"], card["training"]["fingerprint_share"]) == ([8, 12], 2, 0.25)
    assert card["licence"] == "CC0"

    training = ["train", "molecules.csv", "--label", "label", "--split", "random", "--seeds", "1"]
    training += ["--epochs", "2", "--folds", "1"]
    assert main([*training, "--foundation", "start", "-o", "model", "--workers", "1"]) == 0
    assert "started from the foundation start" in capsys.readouterr().err
    model = json.loads(Path("model", "card.json").read_text())
    assert model["widths"] == [8, 12]
    assert "--foundation start" in model["command"]


def test_a_foundation_does_not_replace_a_model_nor_a_model_a_foundation(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("model").mkdir()
    Path("model", "card.json").write_text("{}")
    assert main(["pretrain", "molecules.csv", "-o", "model"]) == 1
    assert "model: exists and is not a foundation" in capsys.readouterr().err
    Path("start").mkdir()
    Path("start", FOUNDATION_FILE).write_text("{}")
    assert main(["train", "molecules.csv", "--label", "label", "-o", "start"]) == 1
    assert "start: exists and is not a model folder" in capsys.readouterr().err


def test_a_foundation_that_is_none_is_one_sentence(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "molecules.csv", "--label", "label", "-o", "model", "--workers", "1", "--quiet"]
    assert main([*words, "--foundation", "nowhere"]) == 1
    assert (
        "nowhere: not a foundation (a folder with foundation.json and weights.safetensors)" in capsys.readouterr().err
    )
    assert not Path("model").exists()


def test_a_table_that_is_missing_is_one_sentence(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pretrain", "molecules.csv", "--exclude", "nowhere.csv", "-o", "start", "--workers", "1"]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
    assert not Path("start").exists()


def test_scene_graphs_have_no_foundation(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thing = {"category": 0, "bbox": [0, 1, 0, 1]}
    Path("scenes.json").write_text(json.dumps({"a.jpg": [{"predicate": 0, "subject": thing, "object": thing}]}))
    assert main(["pretrain", "scenes.json", "-o", "start", "--workers", "1"]) == 2
    assert "holds scene graphs; a foundation can be made of molecules" in capsys.readouterr().err
    assert main(["pretrain", "molecules.csv", "scenes.json", "-o", "start", "--workers", "1"]) == 2
    assert "scenes.json holds scene graphs, and molecules.csv holds molecules" in capsys.readouterr().err
