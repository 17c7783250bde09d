"""The applicability domain of a model: whether a new molecule is similar to those that it was trained on.

A bundle carries the fingerprints of its training molecules, not their structures, in ``domain.safetensors``. A new
molecule's similarity to the nearest of them is compared with the similarities among the training molecules. Imports
no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import BundleError

DOMAIN_FILE = "domain.safetensors"
MAX_DOMAIN_BYTES = 1 << 28
_BITS, _NEAREST = "fingerprints", "nearest"
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a molecule is to the training molecules of a model."""

    similarity: float
    """Tanimoto similarity to the nearest training molecule, in [0, 1]."""
    rank: float
    """The share of the training molecules that are no nearer to another training molecule, in [0, 1]; small: far
    away."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The training molecules of a model."""

    fingerprints: NDArray[np.uint8]
    """[n_molecules, n_bytes], packed bits"""
    nearest: NDArray[np.float32]
    """[n_molecules], ascending: the similarity of each molecule to the nearest other one"""

    def nearness(self, fingerprint: bytes) -> Nearness:
        """The nearness of a molecule; one that is itself a training molecule has the similarity 1."""
        bits = np.frombuffer(fingerprint, dtype=np.uint8)
        similarity = float(_similarities(bits[None, :], self.fingerprints).max())
        rank = np.searchsorted(self.nearest, np.float32(similarity), side="right") / len(self.nearest)
        return Nearness(similarity, float(rank))


def make_domain(fingerprints: Sequence[bytes]) -> Domain:
    """The domain of some molecules; takes time that grows with the square of their number (6,000: seconds)."""
    bits = np.frombuffer(b"".join(fingerprints), dtype=np.uint8).reshape(len(fingerprints), -1)
    nearest = np.zeros(len(bits), dtype=np.float32)
    for start in range(0, len(bits), _AT_ONCE):
        similar = _similarities(bits[start : start + _AT_ONCE], bits)
        similar[np.arange(len(similar)), start + np.arange(len(similar))] = 0.0
        nearest[start : start + _AT_ONCE] = similar.max(axis=1)
    return Domain(bits, np.sort(nearest))


def save_domain(domain: Domain, path: Path) -> None:
    """:raises OSError: if it cannot be written"""
    from safetensors.numpy import save_file

    save_file({_BITS: np.ascontiguousarray(domain.fingerprints), _NEAREST: domain.nearest}, path)


def load_domain(folder: Path, n_bytes: int) -> Domain | None:
    """The domain of a bundle; ``None`` if it has none.

    :param n_bytes: length of a fingerprint
    :raises BundleError: if it does not fit
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder / DOMAIN_FILE
    try:
        if not path.exists():
            return None
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        if path.stat().st_size > MAX_DOMAIN_BYTES:
            raise BundleError(path, "too large", expected=f"at most {MAX_DOMAIN_BYTES} bytes", got=path.stat().st_size)
        arrays = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise BundleError(path, f"not a safetensors file ({error})") from error
    bits, nearest = arrays.get(_BITS), arrays.get(_NEAREST)
    if bits is None or nearest is None:
        raise BundleError(path, "an array is missing", expected=f"{_BITS} and {_NEAREST}", got=", ".join(arrays)[:200])
    if bits.dtype != np.uint8 or bits.ndim != 2 or bits.shape[1] != n_bytes or not len(bits):
        raise BundleError(path, "the fingerprints do not fit", expected=f"bytes, n × {n_bytes}", got=bits.shape)
    if nearest.dtype != np.float32 or nearest.shape != bits.shape[:1] or not np.isfinite(nearest).all():
        raise BundleError(path, "the similarities do not fit", expected=bits.shape[:1], got=nearest.shape)
    return Domain(bits, np.sort(nearest))


def _similarities(some: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Tanimoto similarities, [n_some, n_others]; 0 for two empty fingerprints."""
    a, b = _words(some), _words(others)
    shared = np.zeros((len(a), len(b)), dtype=np.int64)
    for column in range(a.shape[1]):
        shared += np.bitwise_count(a[:, column, None] & b[None, :, column])
    either = np.bitwise_count(a).sum(axis=1)[:, None] + np.bitwise_count(b).sum(axis=1)[None, :] - shared
    similarities: NDArray[np.float64] = shared / np.maximum(either, 1)
    return similarities


def _words(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    spare = -bits.shape[1] % 8
    return np.ascontiguousarray(np.pad(bits, ((0, 0), (0, spare)))).view(np.uint64)
