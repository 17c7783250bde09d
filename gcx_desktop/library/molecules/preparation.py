"""The preparation of molecules before they are trained on or predicted: largest fragment of a salt, no charges.

RDKit's MolStandardize removes charges. As with all of RDKit, this runs in worker processes; the main process, which
knows the steps only, does not wait for RDKit to be imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize

LARGEST_FRAGMENT, NEUTRALISE = "largest-fragment", "neutralise"
STEP_NAMES = (LARGEST_FRAGMENT, NEUTRALISE)
"""The steps as model cards and stored settings name them."""
_RECORD_ATOM = "_gcx_record_atom"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The steps of the preparation; false if there are none."""

    largest_fragment: bool = False
    """Keep only the fragment with the most heavy atoms, preferably with carbon; of equal ones the heaviest, and of
    those the first."""
    neutralise: bool = False
    """Add or remove hydrogens until no charge is left that they can remove."""

    def __bool__(self) -> bool:
        return self.largest_fragment or self.neutralise

    @property
    def step_names(self) -> tuple[str, ...]:
        """Those of :data:`STEP_NAMES` that are done."""
        done = {LARGEST_FRAGMENT: self.largest_fragment, NEUTRALISE: self.neutralise}
        return tuple(name for name in STEP_NAMES if done[name])

    @property
    def words(self) -> str:
        """The steps in words; "" if there are none."""
        chosen = {"largest fragment": self.largest_fragment, "neutralised": self.neutralise}
        return ", ".join(words for words, wanted in chosen.items() if wanted)


NO_PREPARATION = Preparation()
"""Salts and mixtures are predicted as they are."""


def preparation_of_steps(names: Iterable[str]) -> Preparation:
    """The preparation with these steps; names other than :data:`STEP_NAMES` are ignored."""
    wanted = set(names)
    return Preparation(LARGEST_FRAGMENT in wanted, NEUTRALISE in wanted)


@dataclass(frozen=True, slots=True)
class PreparedMolecule:
    """A molecule after its preparation."""

    mol: Chem.Mol
    """Sanitised. Explicit hydrogens of the record may have been folded into their heavy atoms."""
    atom_index: list[int]
    """[n_atoms], for each atom of ``mol`` its index in the record."""
    done: str
    """The steps that were applied, in words; "" if there were none, and the molecule is that of the record."""


def prepare_molecule(mol: Chem.Mol, preparation: Preparation) -> PreparedMolecule:
    """Prepares a molecule. ``mol`` is not changed.

    :param mol: sanitised, atoms in the record's order
    """
    from rdkit import Chem

    prepared = Chem.Mol(mol)
    for atom in prepared.GetAtoms():
        atom.SetIntProp(_RECORD_ATOM, atom.GetIdx())
    done = []
    fragments = Chem.GetMolFrags(prepared, asMols=True) if preparation.largest_fragment else ()
    if len(fragments) > 1:
        prepared = max(fragments, key=_size)
        done.append(f"largest fragment of {len(fragments):,} predicted")
    if preparation.neutralise and _charges(prepared):
        prepared, how = _neutralised(prepared)
        done += [how] if how else []
    if not done:
        return PreparedMolecule(mol, list(range(mol.GetNumAtoms())), "")
    return PreparedMolecule(prepared, [atom.GetIntProp(_RECORD_ATOM) for atom in prepared.GetAtoms()], "; ".join(done))


def _size(fragment: Chem.Mol) -> tuple[bool, int, float]:
    """Sort key: fragments with carbon first, then those with more heavy atoms, then heavier ones.

    RDKit's own chooser counts hydrogens, too, so that an amine with long chains is preferred to a chlorinated drug.
    """
    from rdkit.Chem.rdMolDescriptors import CalcExactMolWt

    has_carbon = any(atom.GetAtomicNum() == 6 for atom in fragment.GetAtoms())
    return has_carbon, fragment.GetNumHeavyAtoms(), CalcExactMolWt(fragment)


def _neutralised(mol: Chem.Mol) -> tuple[Chem.Mol, str]:
    """The neutralised molecule and what was done; ``mol`` itself and "" if hydrogens can remove no charge."""
    from rdkit import Chem

    try:
        # RDKit does not remove explicit hydrogens.
        neutral = _uncharger().uncharge(Chem.RemoveHs(mol, _all_hydrogens()))
        Chem.SanitizeMol(neutral)
    except (ValueError, RuntimeError):
        return mol, "could not be neutralised"
    left = _charges(neutral)
    if left == _charges(mol):
        return mol, ""
    return neutral, "neutralised as far as possible" if sum(left.values()) else "neutralised"


def _charges(mol: Chem.Mol) -> dict[int, int]:
    """Record atom → charge, for charged atoms."""
    charges = ((atom, atom.GetFormalCharge()) for atom in mol.GetAtoms())
    return {atom.GetIntProp(_RECORD_ATOM): charge for atom, charge in charges if charge}


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    from rdkit.Chem.MolStandardize import rdMolStandardize

    return rdMolStandardize.Uncharger(canonicalOrder=True)


@cache
def _all_hydrogens() -> Chem.RemoveHsParameters:
    from rdkit import Chem

    rules = Chem.RemoveHsParameters()
    rules.showWarnings = False
    rules.removeIsotopes = True
    rules.removeMapped = True
    return rules
