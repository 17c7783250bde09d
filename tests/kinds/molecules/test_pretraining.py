"""What a network learns of a molecule without labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import Crippen, Descriptors

from gcx_desktop.graph.molgraph import molecule_graph
from gcx_desktop.graph.morgan_fingerprint import morgan_counts
from gcx_desktop.kinds.kind import CountedTarget, PretrainingGraph
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.molecules.pretraining import (
    descriptor_names,
    descriptor_values,
    identify_molecule,
    read_pretraining_molecule,
)
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from gcx_desktop.library.record import Rejected

COUNTED = (CountedTarget("two", 2, 2048, 9), CountedTarget("one", 1, 1024, 9))
LARGEST = Preparation(largest_fragment=True)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path = tmp_path_factory.mktemp("molecules") / "library.smi"
    path.write_text("OCC ethanol\nCCO.Cl salt\nC1CC broken\nC[*] dummy\n[O-]CC ion\n")
    with open_library(path) as library:
        yield library


def test_molecules_that_are_equal_after_the_preparation_are_the_same_thing(library: Library) -> None:
    def identity(position: int, preparation: Preparation) -> str | Rejected:
        return identify_molecule(library.source, preparation, library.span(position))

    assert identity(0, LARGEST) == identity(1, LARGEST) == "CCO"
    assert identity(1, NO_PREPARATION) == "CCO.Cl"
    assert identity(4, LARGEST) == "CC[O-]"


@pytest.mark.parametrize(("position", "reason"), [(2, "ring"), (3, "not predictable")])
def test_a_record_that_cannot_be_predicted_is_not_learned(library: Library, position: int, reason: str) -> None:
    span = library.span(position)
    for found in (
        identify_molecule(library.source, LARGEST, span),
        read_pretraining_molecule(library.source, LARGEST, COUNTED, span),
    ):
        assert isinstance(found, Rejected)
        assert reason in found.reason


def test_graph_descriptors_and_counts_are_those_of_the_prepared_molecule(library: Library) -> None:
    found = read_pretraining_molecule(library.source, LARGEST, COUNTED, library.span(1))
    assert isinstance(found, PretrainingGraph)
    mol = Chem.MolFromSmiles("CCO")
    assert np.array_equal(found.graph.codes, molecule_graph(mol).graph.codes)
    named = dict(zip(descriptor_names(), found.values.tolist(), strict=True))
    assert named["MolLogP"] == pytest.approx(Crippen.MolLogP(mol), rel=1e-6)
    assert named["MolWt"] == pytest.approx(Descriptors.MolWt(mol), rel=1e-6)
    assert [each.tolist() for each in found.counts] == [
        morgan_counts(mol, 2, 2048).tolist(),
        morgan_counts(mol, 1, 1024).tolist(),
    ]


def test_counts_of_radius_1_are_fewer_than_those_of_radius_2() -> None:
    mol = Chem.MolFromSmiles("CC(C)Cc1ccc(cc1)C(C)C(=O)O")
    one, two = morgan_counts(mol, 1, 1024), morgan_counts(mol, 2, 2048)
    assert len(one) < len(two)
    assert one[:, 0].max() < 1024


def test_a_descriptor_that_a_molecule_has_not_is_not_a_number() -> None:
    values = dict(zip(descriptor_names(), descriptor_values(Chem.MolFromSmiles("CCC[Se]C")), strict=True))
    assert np.isnan(values["MaxPartialCharge"])
    assert np.isfinite(values["MolWt"])


def test_the_kind_names_as_many_values_as_it_gives() -> None:
    assert MOLECULES.pretraining is not None
    names = MOLECULES.pretraining.value_names()
    assert len(names) == len(descriptor_values(Chem.MolFromSmiles("C"))) > 200
    assert len(set(names)) == len(names)
