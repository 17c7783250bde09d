"""Atom features: the usual ConvMol set, made non-negative and independent of how hydrogens are written.

Excitation Backprop assumes that every response of the network is ≥ 0, its input included (Zhang et al.,
ECCV 2016, assumption A1). The ConvMol set (Altae-Tran et al., ACS Cent. Sci. 2017; Duvenaud et al., 2015)
holds the formal charge as a signed number; here it is one-hot. Hydrogens are folded into their heavy
atom, so a record with explicit hydrogens and one without give the same features.

An atom is first **one integer**, its code, in mixed radix; :func:`atom_features` turns codes into feature rows.
Few distinct codes exist in a library, so most of the work is done once for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# fmt: off
SYMBOLS = (
    "C", "N", "O", "S", "F", "Si", "P", "Cl", "Br", "Mg", "Na", "Ca", "Fe", "As", "Al", "I", "B", "V", "K", "Tl", "Yb",
    "Sb", "Sn", "Ag", "Pd", "Co", "Se", "Ti", "Zn", "H", "Li", "Ge", "Cu", "Au", "Ni", "Cd", "In", "Mn", "Zr", "Cr",
    "Pt", "Hg", "Pb", "other",
)
# fmt: on
_NONMETALS = frozenset(("C", "N", "O", "S", "F", "P", "Cl", "Br", "I", "Se", "H"))
HYBRIDISATIONS = ("SP", "SP2", "SP3", "SP3D", "SP3D2")


@dataclass(frozen=True, slots=True)
class Block:
    """One property of an atom: how many values its digit of the code has, and the features of each value."""

    name: str
    base: int
    rows: NDArray[np.float32]
    """[base, width], ≥ 0: the features of each value of the digit."""
    labels: tuple[str, ...]
    """[width]"""


def _one_hot(name: str, labels: tuple[str, ...], *, base: int | None = None) -> Block:
    """Value i sets feature i; values from ``len(labels)`` to ``base`` set none."""
    base = base or len(labels)
    return Block(name, base, np.eye(base, len(labels), dtype=np.float32), labels)


N_HYDROGENS = 7
MAX_DEGREE = 10
MAX_CHARGE = 3
MAX_RADICALS = 4

_BLOCKS = (
    _one_hot("symbol", SYMBOLS),
    _one_hot("degree", tuple(str(n) for n in range(MAX_DEGREE + 1))),
    # RDKit's implicit valence depends on whether a record wrote "[nH]" or left the hydrogen out. If every
    # hydrogen is counted as implicit, it is the number of hydrogens, which the ConvMol set has a second time, up to 4.
    Block(
        "hydrogens",
        N_HYDROGENS,
        np.hstack(
            [
                np.eye(N_HYDROGENS, dtype=np.float32),
                np.eye(5, dtype=np.float32)[np.minimum(np.arange(N_HYDROGENS), 4)],
            ]
        ),
        tuple(f"implicit valence {n}" for n in range(N_HYDROGENS)) + tuple(f"hydrogens {n}" for n in range(5)),
    ),
    _one_hot("charge", tuple(f"{n:+d}" for n in range(-MAX_CHARGE, MAX_CHARGE + 1))),
    Block(
        "radical electrons",
        MAX_RADICALS + 1,
        np.arange(MAX_RADICALS + 1, dtype=np.float32)[:, None],
        ("radical electrons",),
    ),
    _one_hot("hybridisation", HYBRIDISATIONS, base=len(HYBRIDISATIONS) + 1),
    Block("aromatic", 2, np.array([[0.0], [1.0]], dtype=np.float32), ("aromatic",)),
)

FEATURE_SET = "convmol-nonnegative-2"
"""Name of this feature set in a model's card. Any change to the features needs a new name."""
FEATURE_SET_1 = "convmol-nonnegative-1"
"""The feature set of older models, in which a metal atom without neighbours has radical electrons as a feature."""
FEATURE_NAMES: tuple[str, ...] = tuple(f"{block.name}: {label}" for block in _BLOCKS for label in block.labels)
N_FEATURES = len(FEATURE_NAMES)

_BASES = tuple(block.base for block in _BLOCKS)
WEIGHTS = tuple(int(np.prod(_BASES[i + 1 :], dtype=np.int64)) for i in range(len(_BASES)))
"""The place value of each digit of the code, in the order symbol, degree, hydrogens, charge, radicals,
hybridisation, aromatic."""
N_CODES = int(np.prod(_BASES, dtype=np.int64))
_METAL = np.array([symbol not in _NONMETALS for symbol in SYMBOLS])
"""[n_symbols], whether an atom of that symbol counts as a metal; semimetals and "other" do."""
_RADICALS = FEATURE_NAMES.index("radical electrons: radical electrons")


def atom_features(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Feature rows of atom codes, in :data:`FEATURE_SET`.

    A metal atom with neither neighbours nor hydrogens has no radical electrons here: their number depends on how its
    charge was written, not on the ion.

    :param codes: [n], each in ``range(N_CODES)``
    :return: [n, N_FEATURES], every entry ≥ 0
    :raises ValueError: for a code that no atom has
    """
    rows = decode_1(codes)
    codes = np.asarray(codes, dtype=np.int64)
    symbol, degree, hydrogens = (codes // weight % base for weight, base in zip(WEIGHTS[:3], _BASES[:3], strict=True))
    rows[(degree == 0) & (hydrogens == 0) & _METAL[symbol], _RADICALS] = 0
    return rows


def decode_1(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Feature rows of atom codes, in :data:`FEATURE_SET_1`.

    :param codes: [n], each in ``range(N_CODES)``
    :return: [n, N_FEATURES], every entry ≥ 0
    :raises ValueError: for a code that no atom has
    """
    codes = np.asarray(codes, dtype=np.int64)
    if codes.size and (codes.min() < 0 or codes.max() >= N_CODES):
        raise ValueError(f"atom codes must lie in 0 … {N_CODES - 1}")
    columns = [block.rows[(codes // weight) % block.base] for block, weight in zip(_BLOCKS, WEIGHTS, strict=True)]
    return np.hstack(columns)
