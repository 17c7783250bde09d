"""The same molecule in several notations is one molecule: bonds without order, and metal ions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.molecules.reader import ReadMolecule, as_graph
from gcx_desktop.library.molecules.molecule import Molecule, read_molecule
from gcx_desktop.library.record import Format, RawRecord, Rejected, Source, Span

SDF = Source(Path("x.sdf"), Path("x.sdf"), Format.SDF)
SMI = Source(Path("x.smi"), Path("x.smi"), Format.SMILES)


def read(source: Source, text: str) -> ReadMolecule | Rejected:
    molecule = read_molecule(source, RawRecord(0, 1, text))
    return molecule if isinstance(molecule, Rejected) else as_graph(molecule, Span(0, 0, 0))


def graph_of(source: Source, text: str) -> tuple[list[int], int]:
    """The codes of the atoms, in any order, and the number of edges."""
    result = read(source, text)
    assert isinstance(result, ReadMolecule), result
    return sorted(result.graph.codes.tolist()), len(result.graph.edges)


def reading_back(result: ReadMolecule | Rejected) -> tuple[list[int], int]:
    """As :func:`graph_of`, of the SMILES that is written of a record."""
    assert isinstance(result, ReadMolecule), result
    return graph_of(SMI, result.text)


def block(symbols: list[str], bonds: str = "", more: str = "", *, charge: int = 0, valence: int = 0) -> str:
    """:param charge: the code of the first atom's
    :param valence: of the first atom"""
    lines = "".join(
        f"{2 * i:10.4f}{0:10.4f}{0:10.4f} {symbol:<3} 0{0 if i else charge:3d}  0  0  0{0 if i else valence:3d}  0\n"
        for i, symbol in enumerate(symbols)
    )
    counts = f"{len(symbols):3d}{bonds.count(chr(10)):3d}  0  0  0  0  0  0  0  0999 V2000"
    return f"title\n\n\n{counts}\n{lines}{bonds}{more}M  END\n"


IONS = [("Cu", 2), ("Sn", 2), ("Fe", 3), ("Na", 1), ("Gd", 3), ("Bi", 3), ("Sb", 3), ("As", 3), ("Mn", 2), ("Pb", 2)]


@pytest.mark.parametrize(("symbol", "charge"), IONS)
def test_a_metal_ion_is_one_however_it_was_written(symbol: str, charge: int) -> None:
    written = f"M  CHG  1   1 {charge:3d}\n"
    blocks = [
        block([symbol], charge=4 - charge),
        block([symbol], more=written),
        block([symbol], more=written, valence=15),
        block([symbol], charge=4 - charge, valence=15),
    ]
    smiles = f"[{symbol}+{charge}]"
    assert {str(graph_of(SDF, each)) for each in blocks} == {str(graph_of(SMI, smiles))}
    assert graph_of(SMI, f"{smiles} |^1:0|") == graph_of(SMI, smiles)


def test_radicals_that_a_block_gives_a_metal_ion_are_not_heard() -> None:
    radical = block(["Cu", "Cl"], more="M  CHG  2   1   1   2  -1\nM  RAD  1   1   2\n")
    assert graph_of(SDF, radical) == graph_of(SMI, "[Cu+].[Cl-]")


@pytest.mark.parametrize("radical", ["C[CH]C", "C[O]", "CN(C)[O]", "[CH2]"])
def test_radicals_of_other_atoms_stay(radical: str) -> None:
    assert graph_of(SMI, radical) != graph_of(
        SMI, radical.replace("[CH]", "C").replace("[O]", "O").replace("[CH2]", "C")
    )


BOND_0 = "  1  2  0  0\n"


@pytest.mark.parametrize("symbols", [["O", "Zn"], ["N", "Pt"], ["O", "N"]])
def test_a_bond_of_order_0_is_written_so_that_it_is_read_back(symbols: list[str]) -> None:
    result = read(SDF, block(symbols, BOND_0))
    assert isinstance(result, ReadMolecule)
    assert len(result.graph.edges) == 1
    assert "~" in result.text
    assert reading_back(result) == graph_of(SDF, block(symbols, BOND_0))


def test_bonds_without_order_are_one_in_all_notations() -> None:
    wanted = graph_of(SMI, "[OH2]~[Zn] |Z:0|")
    assert graph_of(SDF, block(["O", "Zn"], BOND_0)) == wanted
    for smiles in ("O[Zn] |Z:0|", "O~[Zn]", "[Zn]~O"):
        assert graph_of(SMI, smiles) == wanted
    assert graph_of(SMI, "O~O |H:0.0|") == graph_of(SMI, "O~O |Z:0|")


def test_a_bond_that_is_taken_for_one_without_order_is_said() -> None:
    read_as, known = (read_molecule(SMI, RawRecord(0, 1, smiles)) for smiles in ("O~[Zn]", "O~[Zn] |Z:0|"))
    assert isinstance(read_as, Molecule)
    assert isinstance(known, Molecule)
    assert read_as.text.warnings == ("its SMILES has bonds written '~', which are read as bonds of order zero",)
    assert known.text.warnings == ()


def test_a_bond_of_any_order_between_other_atoms_stays_a_query() -> None:
    result = read(SMI, "C~C")
    assert isinstance(result, Rejected)
    assert "query bond (any bond)" in result.reason
    for kind in (5, 6, 7, 8):
        assert isinstance(read(SDF, block(["O", "Zn"], f"  1  2{kind:3d}  0\n")), Rejected)


@pytest.mark.parametrize("smiles", ["[NH3]->[Pt](Cl)Cl", "N[Pt] |C:0.0|", "[Zn]<-O"])
def test_dative_bonds_are_read_back(smiles: str) -> None:
    assert reading_back(read(SMI, smiles)) == graph_of(SMI, smiles)
    assert reading_back(read(SDF, block(["O", "Zn"], "  1  2  9  0\n"))) == graph_of(SMI, "O->[Zn]")


def test_a_map_of_number_0_is_not_written() -> None:
    mapped = block(["C", "O"], "  1  2  1  0\n").replace("0  0  0  0  0  0  0\n", "0  0  0  0  0  0  0  0  0   0\n")
    result = read(SDF, mapped)
    assert isinstance(result, ReadMolecule)
    assert result.text == "CO"
    assert graph_of(SMI, "[CH3:0][OH:0]") == graph_of(SMI, "CO")


@pytest.mark.parametrize("feature_set", MOLECULES.featurizers)
def test_a_model_of_any_feature_set_makes_one_prediction_of_an_ion(feature_set: str) -> None:
    decode = MOLECULES.featurizers[feature_set].decode({}, SMI)
    for symbol, charge in IONS:
        written = (
            read(SMI, f"[{symbol}+{charge}]"),
            read(SDF, block([symbol], charge=4 - charge)),
            read(SDF, block([symbol], more=f"M  CHG  1   1 {charge:3d}\n", valence=15)),
        )
        rows = [decode(each.graph.codes) for each in written if isinstance(each, ReadMolecule)]
        assert len(rows) == 3
        np.testing.assert_array_equal(rows[0], rows[1])
        np.testing.assert_array_equal(rows[0], rows[2])


ROUND_TRIPS = [
    *("CCO", "c1ccccc1O", "C[C@H](N)C(=O)O", "F/C=C/F", "C[N+](=O)[O-]", "c1cc[n+]([O-])cc1", "[nH]1cccc1", "[13CH3]C"),
    *("[CH3:7][OH:2]", "[H]O[H]", "[H]/N=C/C", "[2H]C([2H])Cl", "[Cl-].CN.[H+]", "[H-].[Na+]", "[H][C@](F)(Cl)Br"),
    *(
        "[Cu+2].[Cl-].[Cl-]",
        "[Sn+2]",
        "[Fe+3]",
        "Cl[Sn]Cl",
        "C[Mg]Br",
        "[Na]",
        "C[Hg]C",
        "[As+3]",
        "O=[Mn](=O)(=O)[O-]",
    ),
    *("[NH3]->[Pt](Cl)Cl", "N[Pt](N)(Cl)Cl", "[Fe+2].c1cc[cH-]c1.c1cc[cH-]c1", "O~[Zn] |Z:0|", "O~N |Z:0|", "C[CH]C"),
    *("CC[O]", "[CH2]", "[O][O]", "F[P-](F)(F)(F)(F)F", "OS(=O)(=O)O", "[BH4-].[Na+]", "O[Si](O)(O)O", "[C-]#[O+]"),
]


@pytest.mark.parametrize("smiles", ROUND_TRIPS)
def test_what_is_written_of_a_molecule_is_read_back_as_the_same_graph(smiles: str) -> None:
    molecule = read_molecule(SMI, RawRecord(0, 1, smiles))
    assert isinstance(molecule, Molecule), molecule
    first = graph_of(SMI, smiles)
    with_hydrogens = Chem.AddHs(molecule.mol)
    for mol in (molecule.mol, with_hydrogens):
        for block in (Chem.MolToMolBlock(mol), Chem.MolToV3KMolBlock(mol)):
            written = read(SDF, block)
            assert isinstance(written, ReadMolecule), written
            assert graph_of(SDF, block) == first
            assert reading_back(written) == first
            order = written.text_order
            assert order is not None
            assert len(order) == Chem.MolFromSmiles(written.text).GetNumAtoms()
