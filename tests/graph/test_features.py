from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from gcx_desktop.graph.features import (
    FEATURE_NAMES,
    N_CODES,
    N_FEATURES,
    N_OLDER_CODES,
    N_OLDER_FEATURES,
    SYMBOLS,
    atom_features,
    decode_1,
    decode_2,
    older_codes,
)
from gcx_desktop.graph.graph import Decode
from gcx_desktop.graph.molgraph import molecule_graph


def features(smiles: str, atom: int = 0, decode: Decode = atom_features) -> set[str]:
    """The names of an atom's features that are not zero."""
    molecule = molecule_graph(Chem.MolFromSmiles(smiles), smiles)
    row = decode(molecule.graph.codes)[atom]
    return {FEATURE_NAMES[i] for i in np.flatnonzero(row)}


def test_an_atom_has_the_convmol_properties() -> None:
    assert features("c1ccccc1", decode=decode_2) == {
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


def test_an_atom_has_rings_bonds_and_heteroatoms_beside_them() -> None:
    assert features("c1ccc2[nH]ccc2c1", 3) - features("c1ccc2[nH]ccc2c1", 3, decode_2) == {
        "rings: ring of 5",
        "rings: ring of 6",
        "single bonds: 0",
        "double bonds: 0",
        "triple bonds: 0",
        "aromatic bonds: 3",
        "heteroatom neighbours: 1",
    }


def donors_and_acceptors(smiles: str, atom: int) -> set[str]:
    return {name.partition(": ")[2] for name in features(smiles, atom) if name.startswith("hydrogen bonds")}


@pytest.mark.parametrize(
    ("smiles", "atom", "expected"),
    [
        ("CO", 1, {"donor", "acceptor"}),
        ("COC", 1, {"acceptor"}),
        ("CC=O", 2, {"acceptor"}),
        ("CS", 1, {"donor"}),
        ("CN", 1, {"donor", "acceptor"}),
        ("C[NH3+]", 1, {"donor"}),
        ("CN(C)C", 1, {"acceptor"}),
        ("CC(=O)N", 3, {"donor"}),  # amide
        ("Nc1ccccc1", 0, {"donor"}),  # aniline
        ("C=NC", 1, {"acceptor"}),
        ("CC#N", 2, {"acceptor"}),
        ("c1ccncc1", 3, {"acceptor"}),
        ("c1cc[nH]c1", 3, {"donor"}),
        ("Cn1cccc1", 1, set()),
        ("C[N+](=O)[O-]", 1, set()),
        ("C[N+](=O)[O-]", 3, {"acceptor"}),
        ("CF", 1, set()),
    ],
)
def test_donors_and_acceptors_are_what_a_chemist_calls_so(smiles: str, atom: int, expected: set[str]) -> None:
    assert donors_and_acceptors(smiles, atom) == expected


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
    codes = np.array([a, b])
    rows = np.hstack([decode_1(codes), atom_features(codes)[:, N_OLDER_FEATURES:]])
    assert (rows[0] == rows[1]).all() == (a == b)


@given(st.lists(st.integers(0, N_CODES - 1), max_size=50))
def test_the_older_features_are_the_first_of_the_new_ones_and_follow_from_the_older_codes(codes: list[int]) -> None:
    given = np.array(codes, dtype=np.int64)
    older = older_codes(given)
    assert older.dtype == np.int32
    assert ((older >= 0) & (older < N_OLDER_CODES)).all()
    np.testing.assert_array_equal(decode_2(older), atom_features(given)[:, :N_OLDER_FEATURES])
    np.testing.assert_array_equal(decode_1(older), decode_1(given))


def test_codes_leave_room_for_a_hash_of_the_degree() -> None:
    assert N_CODES < 2**44


RADICALS = FEATURE_NAMES.index("radical electrons: radical electrons")


@given(st.integers(0, N_OLDER_CODES - 1))
def test_the_oldest_features_differ_in_nothing_but_the_radicals_of_bare_metals(code: int) -> None:
    new, old = decode_2(np.array([code]))[0], decode_1(np.array([code]))[0]
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
    assert len(set(FEATURE_NAMES)) == N_FEATURES == 109
    assert N_OLDER_FEATURES == 81
