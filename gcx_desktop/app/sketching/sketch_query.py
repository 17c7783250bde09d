"""Converts sketches to queries, and texts and records to sketches. All functions run in worker processes.

Queries follow chemists' conventions: a ring drawn with alternating bonds is aromatic, hydrogens are not required, an
atom may have more neighbours than are drawn, and stereochemistry is ignored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ...kinds.molecules.reader import read_molecule_at
from ...library.record import Rejected, Source, Span
from ...substructure.query import MAX_CHARACTERS, encodable, quoted
from .sketch import (
    ANY_ATOM,
    HALOGEN,
    HETERO_ATOM,
    MAX_ATOMS,
    QUERY_ATOMS,
    Atom,
    Bond,
    BondOrder,
    Sketch,
    SketchError,
    molblock,
    with_standard_bonds,
)

if TYPE_CHECKING:
    from rdkit import Chem

MAX_TEXT = 100_000
"""Largest number of characters of a text to draw."""
_QUERY_ATOMS = {
    "*": ANY_ATOM,
    "[#0]": ANY_ATOM,
    "[!#1]": ANY_ATOM,
    "[!#6&!#1]": HETERO_ATOM,
    "[!#1&!#6]": HETERO_ATOM,
    "[F,Cl,Br,I]": HALOGEN,
    "[#9,#17,#35,#53]": HALOGEN,
    "[#9,#17,#35,#53,#85]": HALOGEN,
}
_PLAIN_ATOM = re.compile(r"[A-Z][a-z]?|[cnops]|\[(#\d+|[A-Z][a-z]?|[cnops]|se|as|te)(&[+-][1-9]?)?\]")
_QUERY_BONDS = {
    "-": BondOrder.SINGLE,
    "=": BondOrder.DOUBLE,
    "#": BondOrder.TRIPLE,
    ":": BondOrder.AROMATIC,
    "-,=": BondOrder.SINGLE_OR_DOUBLE,
    "=,-": BondOrder.SINGLE_OR_DOUBLE,
    "~": BondOrder.ANY,
}


def is_molblock(text: str) -> bool:
    """Whether a text is a connection table rather than a line of SMILES or SMARTS."""
    return any(sign in text for sign in ("M  END", "V2000", "V3000"))


def query_of_sketch(sketch: Sketch) -> str:
    """The SMARTS of a sketch, "" for an empty one.

    :raises SketchError: if no molecule can match it
    """
    return query_of_molblock(molblock(sketch)) if sketch.atoms else ""


def query_of_molblock(block: str) -> str:
    """The SMARTS of a connection table with or without query features.

    :raises SketchError: if it cannot be read, or no molecule can match it
    """
    from rdkit import Chem

    mol = Chem.RWMol(_from_molblock(block))
    Chem.RemoveStereochemistry(mol)
    for atom in list(mol.GetAtoms()):
        if atom.HasQuery():
            continue
        if atom.GetAtomicNum() == 0:  # a placeholder for any group: R# of ChemDraw and Ketcher
            mol.ReplaceAtom(atom.GetIdx(), Chem.AtomFromSmarts("[!#1]"))
        else:
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(False)
            atom.SetAtomMapNum(0)
    smarts: str = Chem.MolToSmarts(mol)
    if len(smarts) > MAX_CHARACTERS:
        raise SketchError(f"as SMARTS it has more than {MAX_CHARACTERS:,} characters; take atoms away")
    return smarts


def text_of_sketch(sketch: Sketch) -> str:
    """The SMILES of a sketch, or its SMARTS if atoms or bonds are queries.

    :raises SketchError: if no molecule can match it
    """
    from rdkit import Chem

    queries = any(atom.symbol in QUERY_ATOMS for atom in sketch.atoms)
    if queries or any(bond.order > BondOrder.TRIPLE for bond in sketch.bonds) or not sketch.atoms:
        return query_of_sketch(sketch)
    smiles: str = Chem.MolToSmiles(_from_molblock(molblock(sketch)))
    return smiles


def sketch_of_text(text: str) -> Sketch:
    """A molblock, SMILES or SMARTS as a drawing.

    :raises SketchError: if it is none of them, or has conditions that cannot be drawn
    """
    from rdkit import Chem, rdBase

    if len(text) > MAX_TEXT:
        raise SketchError(f"a text to draw may have {MAX_TEXT:,} characters; this has {len(text):,}")
    if is_molblock(text):
        return _sketch(_from_molblock(text))
    line = encodable(text.strip())
    if not line:
        return Sketch()
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(line.split()[0])
        if mol is not None and not any(bond.HasQuery() for bond in mol.GetBonds()):
            return _sketch(mol)
        query = Chem.MolFromSmarts(line)
    if query is None or query.GetNumAtoms() == 0:
        raise SketchError(f"{quoted(line)} is no SMILES, SMARTS or molblock; correct it and try again")
    _check_size(query)
    return _kekulised(_drawn(query))


def sketch_of_record(source: Source, span: Span) -> Sketch:
    """A record's molecule as a drawing.

    :raises SketchError: if it cannot be read or is too large
    """
    read = read_molecule_at(source, span, stereo=False)
    if isinstance(read, Rejected):
        raise SketchError(f"record {span.position + 1} cannot be drawn: {read.reason}")
    return _sketch(read.mol)


def _from_molblock(block: str) -> Chem.Mol:
    from rdkit import Chem, rdBase

    if len(block) > MAX_TEXT:
        raise SketchError(f"a molblock to draw may have {MAX_TEXT:,} characters; this has {len(block):,}")
    block = encodable(block)
    with rdBase.BlockLogs():
        mol = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
        if mol is None or mol.GetNumAtoms() == 0:
            raise SketchError("the molblock cannot be read or has no atom; copy the structure again")
        _check_size(mol)
        problems = Chem.DetectChemistryProblems(mol)
        for problem in problems:
            if problem.GetType() == "AtomValenceException":
                atom = mol.GetAtomWithIdx(problem.GetAtomIdx())
                where = f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()})"
                raise SketchError(f"{where} has more bonds than it can have; take one away")
        sanitised = Chem.MolFromMolBlock(block)
    if sanitised is None:
        raise SketchError("the aromatic bonds cannot be given alternating ones; draw the ring with double bonds")
    return sanitised


def _sketch(mol: Chem.Mol) -> Sketch:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        if mol.GetNumHeavyAtoms() > MAX_ATOMS:
            raise _too_large(mol.GetNumHeavyAtoms())
        mol = Chem.RemoveHs(mol, sanitize=False)
        _check_size(mol)
        mol = Chem.Mol(mol)
        try:
            Chem.Kekulize(mol, clearAromaticFlags=True)
        except ValueError:  # its aromatic bonds stay
            return _drawn(mol)
    return _drawn(mol)


def _drawn(mol: Chem.Mol) -> Sketch:
    """Atoms and bonds unchanged, in the molecule's own layout if it has one."""
    from rdkit.Chem import rdDepictor

    if not _has_layout(mol):
        rdDepictor.Compute2DCoords(mol, clearConfs=True)
    xy = mol.GetConformer().GetPositions()[:, :2].tolist()
    atoms = [Atom(_symbol(a), x, y, a.GetFormalCharge()) for a, (x, y) in zip(mol.GetAtoms(), xy, strict=True)]
    bonds = [Bond(b.GetBeginAtomIdx(), b.GetEndAtomIdx(), _order(b)) for b in mol.GetBonds()]
    return with_standard_bonds(Sketch(tuple(atoms), tuple(bonds)))


def _kekulised(sketch: Sketch) -> Sketch:
    """Replaces aromatic bonds by alternating ones, if that is possible."""
    if all(bond.order != BondOrder.AROMATIC for bond in sketch.bonds):
        return sketch
    try:
        return _sketch(_from_molblock(molblock(sketch)))
    except SketchError:  # part of a ring, or a pyrrole without its hydrogen
        return sketch


def _symbol(atom: Chem.Atom) -> str:
    if not atom.HasQuery():
        return ANY_ATOM if atom.GetAtomicNum() == 0 else str(atom.GetSymbol())
    smarts = atom.GetSmarts()
    symbol = _QUERY_ATOMS.get(smarts)
    if symbol is None and atom.GetAtomicNum() and _PLAIN_ATOM.fullmatch(smarts):
        symbol = atom.GetSymbol()
    if symbol is None:
        raise SketchError(f"the condition {quoted(smarts)} cannot be drawn; it is searched for as it is written")
    return symbol


def _order(bond: Chem.Bond) -> BondOrder:
    from rdkit.Chem import BondType

    if bond.HasQuery() and (smarts := bond.GetSmarts()):
        if smarts not in _QUERY_BONDS:
            raise SketchError(f"the bond {quoted(smarts)} cannot be drawn; it is searched for as it is written")
        return _QUERY_BONDS[smarts]
    if bond.HasQuery() and bond.GetBeginAtom().GetIsAromatic() and bond.GetEndAtom().GetIsAromatic():
        return BondOrder.AROMATIC
    orders = {
        BondType.DOUBLE: BondOrder.DOUBLE,
        BondType.TRIPLE: BondOrder.TRIPLE,
        BondType.AROMATIC: BondOrder.AROMATIC,
        BondType.ZERO: BondOrder.ANY,
    }
    return BondOrder.SINGLE if bond.HasQuery() else orders.get(bond.GetBondType(), BondOrder.SINGLE)


def _has_layout(mol: Chem.Mol) -> bool:
    if mol.GetNumConformers() == 0:
        return False
    xyz = mol.GetConformer().GetPositions()
    flat = bool(np.isfinite(xyz).all() and np.abs(xyz[:, 2]).max(initial=0.0) < 1e-3)
    return flat and len(np.unique(xyz.round(3), axis=0)) == len(xyz)


def _check_size(mol: Chem.Mol) -> None:
    hydrogens = sum(atom.GetAtomicNum() == 1 for atom in mol.GetAtoms())
    if mol.GetNumAtoms() - hydrogens > MAX_ATOMS:
        raise _too_large(mol.GetNumAtoms() - hydrogens)


def _too_large(n_atoms: int) -> SketchError:
    return SketchError(f"a drawing may have {MAX_ATOMS} atoms; this has {n_atoms:,}")
