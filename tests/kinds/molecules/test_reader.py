"""A molecule is trained on as it is predicted: its graph, what it is compared with and grouped by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.kinds.kind import NO_PARAMETERS, TrainingGraph
from gcx_desktop.kinds.molecules.reader import as_graph, read_molecule_at, read_training_molecule
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from gcx_desktop.library.record import Rejected

LARGEST = Preparation(largest_fragment=True)
BOTH = Preparation(largest_fragment=True, neutralise=True)
SALTS = {
    "acetate": ("[Na+].CC(=O)[O-]", LARGEST, "CC(=O)[O-]"),
    "acid": ("[Na+].CC(=O)[O-]", BOTH, "CC(=O)O"),
    "chiral amine": ("Cl.C[C@H](N)c1ccccc1", LARGEST, "C[C@H](N)c1ccccc1"),
    "double bond": ("OC(=O)/C=C/C(=O)O.CN1CCC[C@H]1c1cccnc1.O", LARGEST, "CN1CCC[C@H]1c1cccnc1"),
    "maleate": ("OC(=O)/C=C\\c1ccccc1.CCN", LARGEST, "OC(=O)/C=C\\c1ccccc1"),
    "explicit hydrogens": ("[H]Cl.[H]N([H])C", LARGEST, "CN"),
}


def trained_on(path: Path, smiles: str, preparation: Preparation) -> TrainingGraph:
    path.write_text(f"{smiles} name\n")
    with open_library(path) as library:
        read = read_training_molecule(library.source, NO_PARAMETERS, preparation, library.span(0))
    assert isinstance(read, TrainingGraph)
    return read


@pytest.mark.parametrize("case", SALTS)
def test_a_salt_is_learned_as_its_prepared_molecule_is_without_preparation(case: str, tmp_path: Path) -> None:
    salt, preparation, alone = SALTS[case]
    prepared = trained_on(tmp_path / "salt.smi", salt, preparation)
    free = trained_on(tmp_path / "free.smi", alone, NO_PREPARATION)
    assert (prepared.identity, prepared.group) == (free.identity, free.group)
    assert prepared.fingerprint == free.fingerprint
    assert sorted(prepared.graph.codes.tolist()) == sorted(free.graph.codes.tolist())


@pytest.mark.parametrize("case", SALTS)
def test_a_molecule_has_the_graph_in_training_that_it_has_when_it_is_predicted(case: str, tmp_path: Path) -> None:
    salt, preparation, _ = SALTS[case]
    path = tmp_path / "salt.smi"
    learned = trained_on(path, salt, preparation).graph
    with open_library(path) as library:
        read = read_molecule_at(library.source, library.span(0))
        assert not isinstance(read, Rejected)
        predicted = as_graph(read, library.span(0), preparation)
    assert not isinstance(predicted, Rejected)
    assert np.array_equal(learned.codes, predicted.graph.codes)
    assert np.array_equal(learned.edges, predicted.graph.edges)
