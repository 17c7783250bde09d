"""What a user may have done to molecules before they are predicted: salts to their largest fragment, ions to neutral.

RDKit's MolStandardize removes charges. As with all of RDKit, this runs in worker processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize
from rdkit.Chem.rdMolDescriptors import CalcExactMolWt

_RECORD_ATOM = "_gcx_record_atom"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is to be done; false if nothing is."""

    largest_fragment: bool = False
    """Keep only the fragment with the most heavy atoms, one with carbon if there is any; of equal ones the heaviest,
    and of those the first."""
    neutralise: bool = False
    """Add or take away hydrogens until no charge is left that they can remove."""

    def __bool__(self) -> bool:
        return self.largest_fragment or self.neutralise

    @property
    def words(self) -> str:
        """What is to be done, for a reader; "" if nothing is."""
        chosen = {"largest fragment kept": self.largest_fragment, "neutralised": self.neutralise}
        return ", ".join(words for words, wanted in chosen.items() if wanted)


AS_RECORDED = Preparation()
"""Salts and mixtures are predicted as they are."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A molecule after its preparation."""

    mol: Chem.Mol
    """Sanitised. Hydrogens that the record writes out may have been folded into their atoms."""
    atom_index: list[int]
    """[n_atoms], the record's atom that each of ``mol`` is."""
    done: str
    """What was done, in words; "" if the molecule needed nothing, and then it is the record's own."""


def prepare(mol: Chem.Mol, preparation: Preparation) -> Prepared:
    """The molecule as the user wants it predicted. ``mol`` stays as it is.

    :param mol: sanitised, atoms in the record's order
    """
    prepared = Chem.Mol(mol)
    for atom in prepared.GetAtoms():
        atom.SetIntProp(_RECORD_ATOM, atom.GetIdx())
    done = []
    fragments = Chem.GetMolFrags(prepared, asMols=True) if preparation.largest_fragment else ()
    if len(fragments) > 1:
        prepared = max(fragments, key=_size)
        done.append(f"kept the largest of {len(fragments):,} fragments")
    if preparation.neutralise and _charges(prepared):
        prepared, how = _neutralised(prepared)
        done += [how] if how else []
    if not done:
        return Prepared(mol, list(range(mol.GetNumAtoms())), "")
    return Prepared(prepared, [atom.GetIntProp(_RECORD_ATOM) for atom in prepared.GetAtoms()], "; ".join(done))


def _size(fragment: Chem.Mol) -> tuple[bool, int, float]:
    """What is larger: of two fragments that with carbon, then that with more heavy atoms, then the heavier one.

    RDKit's own chooser counts hydrogens, too, so that an amine's long chains win over a chlorinated drug.
    """
    has_carbon = any(atom.GetAtomicNum() == 6 for atom in fragment.GetAtoms())
    return has_carbon, fragment.GetNumHeavyAtoms(), CalcExactMolWt(fragment)


def _neutralised(mol: Chem.Mol) -> tuple[Chem.Mol, str]:
    """The molecule and how it was done; ``mol`` itself and "" if it has no charge that hydrogens can remove."""
    try:
        # RDKit takes no hydrogen away that is an atom of its own.
        neutral = _uncharger().uncharge(Chem.RemoveHs(mol, _all_hydrogens()))
        Chem.SanitizeMol(neutral)
    except (ValueError, RuntimeError):
        return mol, "could not be neutralised"
    left = _charges(neutral)
    if left == _charges(mol):
        return mol, ""
    return neutral, "neutralised as far as possible" if sum(left.values()) else "neutralised"


def _charges(mol: Chem.Mol) -> dict[int, int]:
    """By record atom, where there is one."""
    charges = ((atom, atom.GetFormalCharge()) for atom in mol.GetAtoms())
    return {atom.GetIntProp(_RECORD_ATOM): charge for atom, charge in charges if charge}


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    return rdMolStandardize.Uncharger(canonicalOrder=True)


@cache
def _all_hydrogens() -> Chem.RemoveHsParameters:
    rules = Chem.RemoveHsParameters()
    rules.showWarnings = False
    rules.removeIsotopes = True
    rules.removeMapped = True
    return rules
