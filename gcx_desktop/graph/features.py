"""Atom features: the usual ConvMol set, made non-negative and independent of how hydrogens are written, and more.

Excitation Backprop assumes that every response of the network is ≥ 0, its input included (Zhang et al.,
ECCV 2016, assumption A1). The ConvMol set (Altae-Tran et al., ACS Cent. Sci. 2017; Duvenaud et al., 2015)
holds the formal charge as a signed number; here it is one-hot. Hydrogens are folded into their heavy
atom, so a record with explicit hydrogens and one without give the same features.

Beside that set stand the sizes of an atom's rings, its bonds to heavy atoms by order, its neighbours that are neither
carbon nor hydrogen, whether it is a tetrahedral stereo centre whose configuration is given, and whether it is a donor
or acceptor of hydrogen bonds.

An atom is first **one integer**, its code, in mixed radix; :func:`atom_features` turns codes into feature rows.
Few distinct codes exist in a library, so most of the work is done once for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
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

_CONVMOL = (
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

RING_SIZES = ("3", "4", "5", "6", "7", "8 or more")
BOND_ORDERS = (1.0, 2.0, 3.0, 1.5)
"""Of single, double, triple and aromatic bonds, as RDKit counts them."""
MAX_BONDS = (4, 2, 1, 3)
"""Up to how many bonds of each of these orders are told apart."""
MAX_HETEROATOMS = 4

_ADDED = (
    Block(
        "rings",
        1 << len(RING_SIZES),
        (np.arange(1 << len(RING_SIZES))[:, None] >> np.arange(len(RING_SIZES)) & 1).astype(np.float32),
        tuple(f"ring of {size}" for size in RING_SIZES),
    ),
    *(
        _one_hot(f"{order} bonds", tuple(str(n) for n in range(most + 1)))
        for order, most in zip(("single", "double", "triple", "aromatic"), MAX_BONDS, strict=True)
    ),
    _one_hot("heteroatom neighbours", tuple(str(n) for n in range(MAX_HETEROATOMS + 1))),
    Block("stereo centre", 2, np.array([[0.0], [1.0]], dtype=np.float32), ("stereo centre",)),
)
"""The digits of the code that the older feature sets do not have."""
_DIGITS = (*_ADDED, *_CONVMOL)
"""All digits of the code, the highest first, so that the older codes are what its lower digits say."""

FEATURE_SET = "convmol-nonnegative-3"
"""Name of this feature set in a model's card. Any change to the features needs a new name."""
FEATURE_SET_2 = "convmol-nonnegative-2"
"""The feature set of older models: the ConvMol set alone."""
FEATURE_SET_1 = "convmol-nonnegative-1"
"""The one before it, in which a metal atom without neighbours has radical electrons as a feature."""
_CONVMOL_NAMES = tuple(f"{block.name}: {label}" for block in _CONVMOL for label in block.labels)
FEATURE_NAMES: tuple[str, ...] = (
    *_CONVMOL_NAMES,
    *(f"{block.name}: {label}" for block in _ADDED for label in block.labels),
    "hydrogen bonds: donor",
    "hydrogen bonds: acceptor",
)
"""Those of the older sets come first, in their order."""
N_FEATURES = len(FEATURE_NAMES)
N_OLDER_FEATURES = len(_CONVMOL_NAMES)
"""Of :data:`FEATURE_SET_1` and :data:`FEATURE_SET_2`."""

PLACES: Mapping[str, int] = {
    block.name: int(np.prod([lower.base for lower in _DIGITS[i + 1 :]], dtype=np.int64))
    for i, block in enumerate(_DIGITS)
}
"""The place value of each digit of the code."""
N_CODES = int(np.prod([block.base for block in _DIGITS], dtype=np.int64))
N_OLDER_CODES = int(np.prod([block.base for block in _CONVMOL], dtype=np.int64))
"""How many codes the older feature sets have."""
_METAL = np.array([symbol not in _NONMETALS for symbol in SYMBOLS])
"""[n_symbols], whether an atom of that symbol counts as a metal; semimetals and "other" do."""
_RADICALS = FEATURE_NAMES.index("radical electrons: radical electrons")


def older_codes(codes: NDArray[np.integer]) -> NDArray[np.int32]:
    """The codes that the atoms have in the older feature sets.

    :param codes: [n], each in ``range(N_CODES)``
    :return: [n], each in ``range(N_OLDER_CODES)``
    """
    return (np.asarray(codes) % N_OLDER_CODES).astype(np.int32)


def atom_features(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Feature rows of atom codes, in :data:`FEATURE_SET`.

    :param codes: [n], each in ``range(N_CODES)``
    :return: [n, N_FEATURES], every entry ≥ 0
    :raises ValueError: for a code that no atom has
    """
    older = decode_2(codes)
    added = [block.rows[_digit(codes, block)] for block in _ADDED]
    return np.hstack([older, *added, _donors_and_acceptors(codes)])


def decode_2(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Feature rows of atom codes, in :data:`FEATURE_SET_2`.

    A metal atom with neither neighbours nor hydrogens has no radical electrons here: their number depends on how its
    charge was written, not on the ion.

    :param codes: [n], each in ``range(N_CODES)``, of which only the older part counts
    :return: [n, N_OLDER_FEATURES], every entry ≥ 0
    :raises ValueError: for a code that no atom has
    """
    rows = decode_1(codes)
    symbol, degree, hydrogens = (_digit(codes, block) for block in _CONVMOL[:3])
    rows[(degree == 0) & (hydrogens == 0) & _METAL[symbol], _RADICALS] = 0
    return rows


def decode_1(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Feature rows of atom codes, in :data:`FEATURE_SET_1`.

    :param codes: [n], each in ``range(N_CODES)``, of which only the older part counts
    :return: [n, N_OLDER_FEATURES], every entry ≥ 0
    :raises ValueError: for a code that no atom has
    """
    codes = np.asarray(codes)
    if codes.size and (codes.min() < 0 or codes.max() >= N_CODES):
        raise ValueError(f"atom codes must lie in 0 … {N_CODES - 1}")
    return np.hstack([block.rows[_digit(codes, block)] for block in _CONVMOL])


def _digit(codes: NDArray[np.integer], block: Block) -> NDArray[np.int64]:
    return np.asarray(codes, dtype=np.int64) // PLACES[block.name] % block.base


_BLOCK_NAMED = {block.name: block for block in _DIGITS}


def _donors_and_acceptors(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Whether atoms give hydrogens to hydrogen bonds, and whether they take them, by what else the code says.

    A donor is N, O or S with a hydrogen. An acceptor is O or N that has no positive charge and, of N, a free lone
    pair: it lies neither in an aromatic ring's sextet (pyrrole: aromatic, with a hydrogen or a third neighbour) nor
    beside a double bond (amide, aniline: sp2 and not aromatic, without a double bond of its own).

    :return: [n, 2]
    """

    def digit(name: str) -> NDArray[np.int64]:
        return _digit(codes, _BLOCK_NAMED[name])

    symbol, hydrogens, aromatic = digit("symbol"), digit("hydrogens"), digit("aromatic") > 0
    nitrogen, oxygen, sulphur = (symbol == SYMBOLS.index(element) for element in "NOS")
    donor = (nitrogen | oxygen | sulphur) & (hydrogens > 0)
    in_sextet = aromatic & ((hydrogens > 0) | (digit("degree") >= 3))
    conjugated = ~aromatic & (digit("hybridisation") == HYBRIDISATIONS.index("SP2")) & (digit("double bonds") == 0)
    acceptor = (oxygen | nitrogen & ~in_sextet & ~conjugated) & (digit("charge") <= MAX_CHARGE)
    return np.stack([donor, acceptor], axis=1).astype(np.float32)
