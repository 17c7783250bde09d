from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.app.libraries.find_substructure import find_substructure, query_of_text
from gcx_desktop.app.sketching.sketch import (
    BENZENE,
    MAX_ATOMS,
    RINGS,
    BondOrder,
    Sketch,
    SketchError,
    add_atom,
    add_ring,
    grow_bond,
    molblock,
    set_order,
    set_symbol,
)
from gcx_desktop.app.sketching.sketch_query import (
    MAX_TEXT,
    query_of_molblock,
    query_of_sketch,
    sketch_of_record,
    sketch_of_text,
)
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerFailure, WorkerPool, sole_result
from gcx_desktop.work import Work

SMILES = [
    "OC(=O)c1ccccc1 benzoic acid",
    "c1ccncc1 pyridine",
    "CN1C=CC=C1 N-methylpyrrole",
    "c1cc[nH]c1 pyrrole",
    "ClCCBr halides",
    "C[N+](C)(C)C ammonium",
    "not-a-molecule broken",
    "CC(=O)OC ester",
]
BENZENE_SMARTS = "[#6]1:[#6]:[#6]:[#6]:[#6]:[#6]:1"


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.smi"
    path.write_text("\n".join([*SMILES, "C" * (MAX_ATOMS + 1) + " long"]) + "\n")
    with open_library(path) as opened:
        yield opened


def matches(query: str, *smiles: str) -> list[bool]:
    return [Chem.MolFromSmiles(each).HasSubstructMatch(Chem.MolFromSmarts(query)) for each in smiles]


@pytest.mark.parametrize(
    ("sketch", "smiles"),
    [
        *zip([add_ring(Sketch(), ring) for ring in RINGS], ["c1ccccc1", "C1CCCCC1", "C1CCCC1"], strict=True),
        (set_symbol(add_ring(Sketch(), BENZENE), 0, "N"), "n1ccccc1"),
        (add_ring(add_ring(Sketch(), BENZENE), BENZENE, bond=3), "c12ccccc1cccc2"),
    ],
)
def test_a_template_is_the_query_that_its_smiles_is(sketch: Sketch, smiles: str) -> None:
    query, expected = (
        Chem.MolFromSmarts(query_of_sketch(sketch)),
        Chem.MolFromSmarts(Chem.MolToSmarts(Chem.MolFromSmiles(smiles))),
    )
    assert Chem.MolToSmiles(query) == Chem.MolToSmiles(expected)
    assert {bond.GetSmarts() for bond in query.GetBonds()} == {bond.GetSmarts() for bond in expected.GetBonds()}


def test_benzene_drawn_with_double_bonds_is_aromatic_and_no_pyridine() -> None:
    query = query_of_sketch(add_ring(Sketch(), BENZENE))
    assert query == BENZENE_SMARTS
    assert matches(query, "Cc1ccccc1", "c1ccncc1", "C1CCCCC1", "C1=CCC=CC1") == [True, False, False, False]


def test_hydrogens_are_not_required() -> None:
    pyrrole = sketch_of_text("c1cc[nH]c1")
    assert matches(query_of_sketch(pyrrole), "Cn1cccc1", "c1cc[nH]c1", "c1ccoc1") == [True, True, False]
    written = Chem.MolToMolBlock(Chem.AddHs(Chem.MolFromSmiles("CO")))
    assert query_of_molblock(written) == "[#6]-[#8]"


@pytest.mark.parametrize("symbol", ["R#", "R", "*", "A"])
def test_a_group_of_a_pasted_molblock_stands_for_anything(symbol: str) -> None:
    sketch, _ = grow_bond(add_ring(Sketch(), BENZENE), 0)
    lines = molblock(sketch).split("\n")
    lines[4 + 6] = lines[4 + 6].replace(" C  ", f" {symbol:<3}")
    block = "\n".join(lines)
    for query in (query_of_molblock(block), query_of_sketch(sketch_of_text(block))):
        assert matches(query, "Clc1ccccc1", "Cc1ccccc1", "c1ccccc1") == [True, True, False]


def test_an_atom_list_of_a_pasted_molblock_is_searched_for() -> None:
    sketch, _ = grow_bond(add_ring(Sketch(), BENZENE), 0)
    block = molblock(sketch).replace("M  END", "M  ALS   7  2 F N   O   \nM  END")
    assert matches(query_of_molblock(block), "Oc1ccccc1", "Nc1ccccc1", "Cc1ccccc1") == [True, True, False]


def test_a_drawn_chain_is_found_in_a_ring_and_single_bonds_are_not_aromatic() -> None:
    chain, _ = grow_bond(add_atom(Sketch(), "C", 0.0, 0.0), 0)
    assert matches(query_of_sketch(chain), "C1CCCC1", "c1ccccc1", "C=C", "Cc1ccccc1") == [True, False, False, True]


@pytest.mark.parametrize(
    ("symbol", "order", "expected"),
    [
        ("A", BondOrder.SINGLE, [True, True, True, False, False]),
        ("Q", BondOrder.SINGLE, [False, True, True, False, False]),
        ("X", BondOrder.SINGLE, [False, False, True, False, False]),
        ("O", BondOrder.SINGLE, [False, True, False, False, False]),
        ("O", BondOrder.DOUBLE, [False, False, False, True, False]),
        ("O", BondOrder.SINGLE_OR_DOUBLE, [False, True, False, True, False]),
        ("N", BondOrder.ANY, [False, False, False, False, True]),
        ("A", BondOrder.ANY, [True, True, True, True, True]),
        ("A", BondOrder.AROMATIC, [False, False, False, False, True]),
    ],
)
def test_query_atoms_and_bonds_mean_what_they_say(symbol: str, order: BondOrder, expected: list[bool]) -> None:
    sketch, end = grow_bond(add_atom(Sketch(), "C", 0.0, 0.0), 0)
    query = query_of_sketch(set_order(set_symbol(sketch, end, symbol), 0, order))
    assert matches(query, "CC", "CO", "CCl", "C=O", "c1ccncc1") == expected


def test_a_ring_with_a_query_atom_is_still_aromatic() -> None:
    query = query_of_sketch(set_symbol(add_ring(Sketch(), BENZENE), 2, "Q"))
    assert matches(query, "c1ccncc1", "c1ccccc1") == [True, False]


def test_nothing_drawn_is_no_query() -> None:
    assert query_of_sketch(Sketch()) == ""


def test_an_atom_with_too_many_bonds_is_named() -> None:
    sketch = add_atom(Sketch(), "O", 0.0, 0.0)
    for _ in range(3):
        sketch, _ = grow_bond(sketch, 0)
    with pytest.raises(SketchError, match=r"^atom 1 \(O\) has more bonds than it can have; take one away$"):
        query_of_sketch(sketch)


@pytest.mark.parametrize(
    "smiles",
    ["CC(=O)Oc1ccccc1C(=O)O", "CN1CCC[C@H]1c1cccnc1", "O=[N+]([O-])c1ccc2[nH]ccc2c1", "CC.O", "C#N", "c1ccc2ccccc2c1"],
)
def test_smiles_and_its_molblock_are_drawn_as_the_same_query(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    for text in (smiles, f"  {smiles} a name\n", Chem.MolToMolBlock(mol), Chem.MolToV3KMolBlock(mol)):
        sketch = sketch_of_text(text)
        query = Chem.MolFromSmarts(query_of_sketch(sketch))
        assert query.GetNumAtoms() == mol.GetNumAtoms()
        assert mol.HasSubstructMatch(query)
        assert BondOrder.AROMATIC not in {bond.order for bond in sketch.bonds}


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: ring.name)
def test_the_query_of_a_drawing_is_drawn_as_it_was(ring: object) -> None:
    assert isinstance(ring, type(BENZENE))
    sketch = set_symbol(add_ring(Sketch(), ring), 1, "Q")
    query = query_of_sketch(sketch)
    assert query_of_sketch(sketch_of_text(query)) == query


@pytest.mark.parametrize(
    "smarts",
    ["[!#1]~[#6]-,=[#7+]", "[!#6&!#1]-[#9,#17,#35,#53,#85]", "[#6]-[#6]:[#7]", BENZENE_SMARTS, "[F,Cl,Br,I]-[#6]#[#6]"],
)
def test_simple_smarts_is_drawn(smarts: str) -> None:
    query = query_of_sketch(sketch_of_text(smarts))
    assert query == smarts.replace("[F,Cl,Br,I]", "[#9,#17,#35,#53,#85]")


@pytest.mark.parametrize("smarts", ["[CX3](=O)[OX2H1]", "[$(CO)]N", "C!@C", "[N,O]C~C", "[R]~C"])
def test_what_a_drawing_cannot_say_is_refused_in_a_sentence(smarts: str) -> None:
    with pytest.raises(SketchError, match="cannot be drawn; it is searched for as it is written"):
        sketch_of_text(smarts)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CC\ud800", "‘CC\\?’ is no SMILES, SMARTS or molblock"),
        ("c1cc(", "‘c1cc\\(’ is no SMILES, SMARTS or molblock"),
        ("C" * (MAX_ATOMS + 1), "200 atoms; this has 201"),
        ("[#6]~" * MAX_ATOMS + "C", "200 atoms; this has 201"),
        ("C" * (MAX_TEXT + 1), "100,000 characters"),
        ("\n\n\nnonsense V2000\nM  END\n", "the molblock cannot be read"),
        ("\n\n\n  0  0  0     0            999 V2000\nM  END\n", "the molblock cannot be read or has no atom"),
    ],
)
def test_what_is_no_structure_or_too_large_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(SketchError, match=reason):
        sketch_of_text(text)


def test_a_pasted_drawing_keeps_its_places() -> None:
    sketch = add_ring(Sketch(), BENZENE, x=5.0, y=1.0)
    again = sketch_of_text(molblock(sketch))
    assert [atom.x for atom in again.atoms] == pytest.approx([atom.x - 5.0 for atom in sketch.atoms], abs=1e-3)


def test_a_molblock_without_places_is_laid_out() -> None:
    flat = molblock(Sketch(tuple(add_ring(Sketch(), BENZENE).atoms[:1] * 3)))
    assert len({(atom.x, atom.y) for atom in sketch_of_text(flat).atoms}) == 3


def test_a_record_is_drawn_unless_it_is_large_or_none(library: Library, pool: WorkerPool) -> None:
    sketch = sketch_of_record(library.source, library.span(0))
    assert query_of_sketch(sketch) == query_of_sketch(sketch_of_text("OC(=O)c1ccccc1"))
    with pytest.raises(SketchError, match="record 7 cannot be drawn"):
        sketch_of_record(library.source, library.span(6))
    with pytest.raises(SketchError, match="this has 201"):
        sketch_of_record(library.source, library.span(8))


def test_a_worker_draws_a_text_or_gives_the_reason_why_it_cannot(pool: WorkerPool) -> None:
    sketch = sole_result(pool.submit(sketch_of_text, ["c1ccccc1"]))
    assert pickle.loads(pickle.dumps(sketch)) == sketch
    assert sole_result(pool.submit(query_of_sketch, [sketch])) == BENZENE_SMARTS
    lost = sole_result(pool.submit(sketch_of_text, ["c1cc("]))
    assert lost == WorkerFailure("‘c1cc(’ is no SMILES, SMARTS or molblock; correct it and try again")


@pytest.mark.parametrize("text", ["c1ccccc1", "C(=O)O", "c1cccn1C", "[#6]-[#9,#17,#35,#53,#85]", "[N+]"])
def test_a_drawing_finds_the_records_that_its_text_finds(library: Library, pool: WorkerPool, text: str) -> None:
    drawn = query_of_sketch(sketch_of_text(text))
    of_text, of_drawing = (
        np.flatnonzero(np.concatenate([each.containing for each in find_substructure(library, smarts, Work(pool))]))
        for smarts in (query_of_text(text, as_smarts=False, pool=pool).smarts, drawn)
    )
    assert of_drawing.tolist() == of_text.tolist()
    assert len(of_text) > 0
