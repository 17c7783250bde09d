"""Salts and ions before prediction: what is kept, what is neutral, and which atom is which."""

from __future__ import annotations

import pytest
from rdkit import Chem

from gcx_desktop.library.molecules.preparation import (
    NO_PREPARATION,
    Preparation,
    PreparedMolecule,
    preparation_of_steps,
    prepare_molecule,
)

LARGEST = Preparation(largest_fragment=True)
NEUTRAL = Preparation(neutralise=True)
BOTH = Preparation(largest_fragment=True, neutralise=True)


def mol_of(smiles: str) -> Chem.Mol:
    settings = Chem.SmilesParserParams()
    settings.removeHs = False
    return Chem.MolFromSmiles(smiles, settings)


def prepared(smiles: str, preparation: Preparation) -> PreparedMolecule:
    return prepare_molecule(mol_of(smiles), preparation)


@pytest.mark.parametrize(
    ("smiles", "preparation", "result", "done"),
    [
        ("[Na+].CC(=O)[O-]", LARGEST, "CC(=O)[O-]", "largest fragment of 2 predicted"),
        ("[Na+].CC(=O)[O-]", BOTH, "CC(=O)O", "largest fragment of 2 predicted; neutralised"),
        ("[Na+].CC(=O)[O-]", NEUTRAL, "CC(=O)[O-].[Na+]", ""),
        ("Cl.CCN", LARGEST, "CCN", "largest fragment of 2 predicted"),
        ("[Cl-].CC[NH3+]", NEUTRAL, "CCN.Cl", "neutralised"),
        ("O.O.[Cl-].CC[NH3+]", BOTH, "CCN", "largest fragment of 4 predicted; neutralised"),
        ("CCO.CCO", LARGEST, "CCO", "largest fragment of 2 predicted"),
        ("F[P-](F)(F)(F)(F)F.CC[NH3+]", LARGEST, "CC[NH3+]", "largest fragment of 2 predicted"),
        ("[NH3+]CC(=O)[O-]", BOTH, "NCC(=O)O", "neutralised"),
        ("[H][N+]([H])([H])CC(=O)[O-]", NEUTRAL, "NCC(=O)O", "neutralised"),
        ("[2H][N+]([2H])([2H])C", NEUTRAL, "CN", "neutralised"),
        ("CC[N+](C)(C)C", BOTH, "CC[N+](C)(C)C", ""),
        ("C[N+](C)(C)CCC[NH3+]", NEUTRAL, "C[N+](C)(C)CCCN", "neutralised as far as possible"),
        ("C[N+](=O)[O-]", BOTH, "C[N+](=O)[O-]", ""),
        ("[Cl-].[Cl-].[NH3][Pt+2][NH3]", LARGEST, "[NH3]->[Pt+2]<-[NH3]", "largest fragment of 3 predicted"),
        ("[SbH6+3]", NEUTRAL, "[SbH6+3]", "could not be neutralised"),
        ("c1ccccc1O", BOTH, "Oc1ccccc1", ""),
        # the most heavy atoms, however many hydrogens the other has
        (
            "OCC(O)C(O)CNC.Clc1cc(Cl)c(Cl)c(Cl)c1Cl",
            LARGEST,
            "Clc1cc(Cl)c(Cl)c(Cl)c1Cl",
            "largest fragment of 2 predicted",
        ),
        (
            "CCCCN(CCCC)CCCC.OC(=O)c1c(F)c(F)cc(F)c1Cl",
            LARGEST,
            "O=C(O)c1c(F)c(F)cc(F)c1Cl",
            "largest fragment of 2 predicted",
        ),
        ("[H]C([H])([H])C([H])([H])[H].FC(F)F", LARGEST, "FC(F)F", "largest fragment of 2 predicted"),
        # an organic one, however large the other is
        ("C[NH3+].[O-][Cl](=O)(=O)=O", LARGEST, "C[NH3+]", "largest fragment of 2 predicted"),
        ("O=S(=O)(O)OS(=O)(=O)O.[Cl-]", LARGEST, "O=S(=O)(O)OS(=O)(=O)O", "largest fragment of 2 predicted"),
        # of equal ones the heavier, then the first
        ("CCCC.CCCBr.CCCCl", LARGEST, "CCCBr", "largest fragment of 3 predicted"),
        ("CCO.CCCC.CC(C)C", LARGEST, "CCCC", "largest fragment of 3 predicted"),
    ],
)
def test_what_was_asked_for_is_done_and_said(smiles: str, preparation: Preparation, result: str, done: str) -> None:
    made = prepared(smiles, preparation)
    assert Chem.MolToSmiles(made.mol) == result
    assert made.done == done


@pytest.mark.parametrize("smiles", ["[Na+].CC(=O)[O-].O", "[H][N+]([H])([H])CC(=O)[O-].[Cl-]", "[Br-].c1cc[nH+]cc1C"])
@pytest.mark.parametrize("preparation", [LARGEST, NEUTRAL, BOTH])
def test_each_atom_is_that_of_the_record_which_the_index_names(smiles: str, preparation: Preparation) -> None:
    mol = mol_of(smiles)
    made = prepare_molecule(mol, preparation)
    assert len(made.atom_index) == made.mol.GetNumAtoms()
    for atom, index in zip(made.mol.GetAtoms(), made.atom_index, strict=True):
        assert atom.GetAtomicNum() == mol.GetAtomWithIdx(index).GetAtomicNum()
    place = {index: atom for atom, index in enumerate(made.atom_index)}
    bonds = {(place.get(b.GetBeginAtomIdx()), place.get(b.GetEndAtomIdx())) for b in mol.GetBonds()}
    kept = {pair for pair in bonds if None not in pair}
    assert {(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in made.mol.GetBonds()} == kept


def test_the_molecule_given_stays_as_it_is() -> None:
    mol = mol_of("[Na+].CC(=O)[O-]")
    prepare_molecule(mol, BOTH)
    assert Chem.MolToSmiles(mol) == "CC(=O)[O-].[Na+]"
    assert not any(atom.HasProp("_gcx_record_atom") for atom in mol.GetAtoms())


def test_nothing_is_done_unless_it_is_asked_for() -> None:
    assert not NO_PREPARATION
    assert prepared("[Na+].CC(=O)[O-]", NO_PREPARATION).done == ""
    assert BOTH.words == "largest fragment, neutralised"


@pytest.mark.parametrize("preparation", [NO_PREPARATION, LARGEST, NEUTRAL, BOTH])
def test_a_preparation_comes_back_from_the_names_of_its_steps(preparation: Preparation) -> None:
    assert preparation_of_steps(preparation.step_names) == preparation
    assert preparation_of_steps(["a later step", *preparation.step_names]) == preparation
