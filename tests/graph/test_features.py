from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from gcx_desktop.graph.features import FEATURE_NAMES, N_CODES, N_FEATURES, SYMBOLS, atom_features, decode_1
from gcx_desktop.graph.graph import Decode
from gcx_desktop.graph.molgraph import molecule_graph


def features(smiles: str, atom: int = 0, decode: Decode = atom_features) -> set[str]:
    """The names of an atom's features that are not zero."""
    molecule = molecule_graph(Chem.MolFromSmiles(smiles), smiles)
    row = decode(molecule.graph.codes)[atom]
    return {FEATURE_NAMES[i] for i in np.flatnonzero(row)}


def test_an_atom_has_the_convmol_properties() -> None:
    assert features("c1ccccc1") == {
        "symbol: C",
        "degree: 2",
        "hydrogens: implicit valence 1",
        "hydrogens: hydrogens 1",
        "charge: +0",
        "hybridisation: SP2",
        "aromatic: aromatic",
    }
    assert "charge: +1" in features("[NH4+]")
    assert {"charge: -1", "symbol: O"} <= features("[O-]C")
    assert "radical electrons: radical electrons" in features("[CH3]")
    assert "hybridisation: SP" in features("C#N")


def test_an_element_without_a_symbol_of_its_own_is_other() -> None:
    for symbol in ("U", "Xe", "*"):
        assert "symbol: other" in features(f"[{symbol}]" if symbol != "*" else "*")
    assert SYMBOLS[-1] == "other"


def test_extreme_charges_degrees_and_hydrogens_share_the_last_feature() -> None:
    assert "charge: +3" in features("[Ti+4]")
    assert "charge: -3" in features("[Fe-4]")
    assert "hydrogens: hydrogens 4" in features("C")


@given(st.lists(st.integers(0, N_CODES - 1), max_size=50))
def test_every_feature_of_every_code_is_non_negative(codes: list[int]) -> None:
    rows = atom_features(np.array(codes, dtype=np.int64))
    assert rows.shape == (len(codes), N_FEATURES)
    assert (rows >= 0).all()


@given(st.integers(0, N_CODES - 1), st.integers(0, N_CODES - 1))
def test_two_codes_have_the_same_features_only_if_they_are_the_same(a: int, b: int) -> None:
    rows = decode_1(np.array([a, b]))
    assert (rows[0] == rows[1]).all() == (a == b)


RADICALS = FEATURE_NAMES.index("radical electrons: radical electrons")


@given(st.integers(0, N_CODES - 1))
def test_the_older_features_differ_in_nothing_but_the_radicals_of_bare_metals(code: int) -> None:
    new, old = atom_features(np.array([code]))[0], decode_1(np.array([code]))[0]
    if not (new == old).all():
        assert np.flatnonzero(new != old).tolist() == [RADICALS]
        names = {FEATURE_NAMES[i] for i in np.flatnonzero(new)}
        assert {"degree: 0", "hydrogens: hydrogens 0"} <= names
        assert names.isdisjoint({f"symbol: {symbol}" for symbol in ("C", "N", "O", "S", "P", "F", "Cl", "Br", "I")})


@pytest.mark.parametrize("ion", ["[Sn+2]", "[Cu+2]", "[Fe+3]", "[Gd+3]", "[Sb+3]", "[Na]"])
def test_radicals_of_bare_metal_atoms_are_no_feature(ion: str) -> None:
    radicals = "radical electrons: radical electrons"
    assert radicals in features(ion, decode=decode_1)
    assert radicals not in features(ion)
    assert radicals in features("[CH3]") & features("C[Sn]C", 1) & features("[O]")


def test_a_code_that_no_atom_has_is_refused() -> None:
    with pytest.raises(ValueError, match="atom codes must lie in"):
        atom_features(np.array([N_CODES]))
    with pytest.raises(ValueError, match="atom codes must lie in"):
        atom_features(np.array([-1]))


def test_feature_names_are_distinct() -> None:
    assert len(set(FEATURE_NAMES)) == N_FEATURES == 81
