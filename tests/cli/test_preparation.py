"""Commands prepare molecules as the model was trained, unless the user says otherwise, and say which."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import torch

from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES

AS_TRAINED = "gcx: molecules: largest fragment, as the model was trained"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Has two models that differ in the card's preparation alone, a library of a salt and its acid."""
    monkeypatch.chdir(tmp_path)
    for name, steps in (("as-is", ()), ("stripped", ("largest-fragment",))):
        card = Card(name, "t", ("no", "yes"), (8, 8), FEATURE_SET, N_FEATURES, preparation=steps)
        network = initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(0))
        save_bundle(Bundle(card, network, tmp_path / name))
    (tmp_path / "salts.csv").write_text(
        "smiles,name,y\n[Na+].CC(=O)[O-],acetate,yes\nCC(=O)[O-],ion,no\nCCO,ethanol,yes\n"
    )
    return tmp_path


def predictions(*argv: str) -> list[dict[str, str]]:
    assert main(["predict", "salts.csv", "-o", "out.csv", "--workers", "1", *argv]) == 0
    with Path("out.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_predictions_follow_the_card_and_what_was_done_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    followed = predictions("--model", "./stripped")
    assert capsys.readouterr().err.splitlines()[-2] == AS_TRAINED
    assert [row["preparation"] for row in followed] == ["largest fragment of 2 predicted", "", ""]
    assert followed[0]["probability"] == followed[1]["probability"]
    plain = predictions("--model", "./as-is")
    assert "molecules:" not in capsys.readouterr().err
    assert "preparation" not in plain[0]
    assert plain[0]["probability"] != plain[1]["probability"] == followed[1]["probability"]


def test_what_the_user_says_wins_and_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = predictions("--model", "./stripped", "--no-keep-largest-fragment")
    assert "gcx: molecules: as they are, unlike the model's training (largest fragment)" in capsys.readouterr().err
    plain = predictions("--model", "./as-is", "--quiet")
    assert capsys.readouterr().err == ""
    assert [row["probability"] for row in kept] == [row["probability"] for row in plain]
    predictions("--model", "./as-is", "--keep-largest-fragment")
    assert "gcx: molecules: largest fragment, unlike the model's training" in capsys.readouterr().err
    both = predictions("--model", "./stripped", "--neutralise")
    assert [row["preparation"] for row in both] == ["largest fragment of 2 predicted; neutralised", "neutralised", ""]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "-o", "out.csv"),
        ("substructures", "-o", "out.csv", "--min-molecules", "0", "--method", "occlusion", "--min-atoms", "1"),
        ("evaluate", "-o", "out.csv", "--label", "y", "--method", "cam", "--molecules", "each.csv"),
        ("report", "-o", "out.pdf"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_predicts_follows_the_card(
    folder: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    command, *more = words
    assert main([command, "salts.csv", *more, "--workers", "1", "--model", "./stripped"]) == 0
    assert AS_TRAINED in capsys.readouterr().err
    written = {path: (folder / path).read_bytes() for path in words if path.endswith(".csv")}
    assert all(text.count(b"\n") > 1 for text in written.values())
    argv = [command, "salts.csv", *more, "--workers", "1", "--model", "./as-is", "--keep-largest-fragment"]
    assert main(argv) == 0
    assert {path: (folder / path).read_bytes().replace(b"as-is", b"stripped") for path in written} == written


def test_a_project_keeps_results_of_models_of_different_preparations_apart(folder: Path) -> None:
    alone = [predictions("--model", f"./{name}", "--quiet") for name in ("as-is", "stripped")]
    for _ in range(2):  # computed, then from the project
        kept = [
            predictions("--model", f"./{name}", "--project", "work.gcx", "--quiet") for name in ("as-is", "stripped")
        ]
        for name, ours, theirs in zip(("as-is", "stripped"), kept, alone, strict=True):
            done = [row.get("preparation") for row in ours]
            assert done == [row.get("preparation") for row in theirs], name
            values, expected = ([float(row["probability"]) for row in rows] for rows in (ours, theirs))
            assert values == pytest.approx(expected, abs=1e-5), name  # far less than the counter-ion makes


def test_the_models_are_listed_with_their_preparation(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gcx_desktop.paths.bundled_models", lambda: folder)
    monkeypatch.setattr("gcx_desktop.paths.user_models", lambda: folder / "none")
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines if "molecules:" in line] == ["molecules: largest fragment"]


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ((), ("largest-fragment",)),
        (("--no-keep-largest-fragment",), ()),
        (("--neutralise",), ("largest-fragment", "neutralise")),
    ],
)
def test_training_strips_salts_unless_it_is_told_not_to(
    folder: Path, given: tuple[str, ...], steps: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{'C' * (i % 12 + 1)}{'N' if i % 2 else 'O'}{'C' * (i // 12 + 1)}.Cl,{i % 2}" for i in range(60)]
    (folder / "table.csv").write_text("\n".join(["smiles,y", *rows]) + "\n")
    argv = ["train", "table.csv", "--label", "y", "-o", "made", "--workers", "1", "--split", "random", "--seeds", "1"]
    assert main([*argv, "--epochs", "1", "--widths", "4", *given]) == 0
    card = json.loads((folder / "made" / "card.json").read_text())
    assert tuple(card.get("preparation", ())) == steps
    assert all(word in card["command"].split() for word in given)
    assert ("which is done before every prediction, too" in capsys.readouterr().err) == bool(steps)
