"""``--method forest``: the map of the forest beside the network, of models that have one."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rdkit import Chem

from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.forest import Forest, fit_forest
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_counts, morgan_environments

KNOWN = ["CCO", "CCN", "CCCO", "CCCN", "c1ccccc1O", "c1ccccc1N", "OCCO", "NCCN", "CO", "CN"] * 3


@pytest.fixture(scope="module")
def forest() -> Forest:
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in KNOWN]
    return fit_forest(counts, np.array(["N" in smiles for smiles in KNOWN], dtype=np.int64), seed=0)


@pytest.fixture
def model(tmp_path: Path, forest: Forest) -> Path:
    card = Card("tiny", "whether it is an amine", ("no", "yes"), (8,), FEATURE_SET, N_FEATURES)
    network = initialise(N_FEATURES, (8,), 2, torch.Generator().manual_seed(0))
    bundle = Bundle(card, network, tmp_path / "with")
    save_bundle(bundle, forest=forest)
    save_bundle(replace(bundle, path=tmp_path / "without"))
    return tmp_path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,label\nCCO,no\nNCCO,yes\n")
    return path


def run(command: str, library: Path, model: Path, out: str, *more: str) -> int:
    words = [command, str(library), "--model", str(model), "-o", str(library.with_name(out)), "--workers", "1", *more]
    return main([*words, "--method", "forest"])


def test_saliency_of_the_forest_is_written_like_that_of_a_method(library: Path, model: Path, forest: Forest) -> None:
    assert run("explain", library, model / "with", "out.csv", "--class", "yes") == 0
    with library.with_name("out.csv").open() as file:
        written = list(csv.DictReader(file))
    assert [(row["method"], row["class"]) for row in written] == [("forest", "yes")] * 2
    for row in written:
        _, values = forest.explain(morgan_environments(Chem.MolFromSmiles(row["smiles"])))
        np.testing.assert_allclose(np.array(row["saliency"].split(), float), values[:, 1], rtol=1e-6)


@pytest.mark.parametrize("command", ["explain", "substructures"])
def test_a_model_without_a_forest_is_refused_and_nothing_is_written(
    command: str, library: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, library, model / "without", "out.csv") == 2
    assert "the map 'forest' cannot be shown: no random forest was kept beside the network" in capsys.readouterr().err
    assert not library.with_name("out.csv").exists()


def test_it_is_measured_like_a_method_but_has_no_layers_to_randomise(
    library: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("evaluate", library, model / "with", "out.csv", "--label", "label") == 0
    assert "forest" in library.with_name("out.csv").read_text()
    sanity = str(library.with_name("sanity.csv"))
    assert run("evaluate", library, model / "with", "out.csv", "--label", "label", "--sanity", sanity) == 2
    assert "unknown method 'forest'" in capsys.readouterr().err
