"""The applicability domain of a model: whether a new molecule is similar to those that it was trained on.

A bundle carries the fingerprints of its training molecules, not their structures, in ``domain.safetensors``. A new
molecule's similarity to the nearest of them is compared with the similarities among the training molecules. The file
also says of each training molecule what was measured, and what the member that had not seen it predicted. Imports no
torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError
from ...paths import real_path
from .out_of_fold import MAX_FOLDS, OutOfFold

DOMAIN_FILE = "domain.safetensors"
MAX_DOMAIN_BYTES = 1 << 28
_BITS, _NEAREST, _ROWS = "fingerprints", "nearest", "rows"
_MEASURED, _FOLDS, _PROBABILITIES, _OTHER_FOLDS = "measured", "fold", "out_of_fold", "nearest_in_other_fold"
_AT_ONCE = 256
OUTSIDE_RANK = 0.05
"""One in twenty training molecules is as far from the others: the customary limit of significance."""
EDGE_RANK = 0.25
"""One in four training molecules is as far from the others."""


class DomainMembership(StrEnum):
    """Whether a record lies within a model's applicability domain, the records like its training data."""

    INSIDE = "inside"
    EDGE = "edge"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a molecule is to the training molecules of a model."""

    similarity: float
    """Tanimoto similarity to the nearest training molecule, in [0, 1]."""
    rank: float
    """The share of the training molecules that are no nearer to another training molecule, in [0, 1]; small: far
    away."""


@dataclass(frozen=True, slots=True)
class DomainFile:
    """Where the domain of a bundle is, for worker processes, which load it again once it has changed."""

    folder: Path
    modified_ns: int
    endpoints: tuple[str, ...] = ()
    """Names of folders in it: of the endpoints of which each has a domain, among the fingerprints in ``folder``; empty
    if ``folder`` is itself a bundle."""

    @staticmethod
    def of(folder: Path, endpoints: tuple[str, ...] = ()) -> DomainFile:
        """:raises OSError: if there is none"""
        files = (folder / DOMAIN_FILE, *(folder / each / DOMAIN_FILE for each in endpoints))
        return DomainFile(folder, max(file.stat().st_mtime_ns for file in files), endpoints)


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
        return self.nearness_at(similarity)

    def nearness_at(self, similarity: float) -> Nearness:
        """The nearness of a molecule with this similarity to the nearest training molecule."""
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


def domain_membership(nearness: Nearness) -> DomainMembership:
    """Compares with :data:`OUTSIDE_RANK` and :data:`EDGE_RANK`."""
    if nearness.rank < OUTSIDE_RANK:
        return DomainMembership.OUTSIDE
    return DomainMembership.EDGE if nearness.rank < EDGE_RANK else DomainMembership.INSIDE


def similarity_to_other_folds(fingerprints: Sequence[bytes], folds: NDArray[np.integer]) -> NDArray[np.float32]:
    """[n_molecules]: the similarity of each molecule to the nearest one of another fold, 0 if there is none; so far was
    it from those that the member had seen that predicted it.

    :param folds: [n_molecules]
    """
    bits = np.frombuffer(b"".join(fingerprints), dtype=np.uint8).reshape(len(fingerprints), -1)
    nearest = np.zeros(len(bits), dtype=np.float32)
    for start in range(0, len(bits), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        similar = _similarities(bits[some], bits)
        similar[folds[some, None] == folds[None, :]] = 0.0
        nearest[some] = similar.max(axis=1)
    return nearest


def save_domain(
    domain: Domain | None,
    path: Path,
    out_of_fold: OutOfFold | None = None,
    *,
    shared_rows: NDArray[np.int64] | None = None,
) -> None:
    """:param domain: ``None`` for records without fingerprints
    :param out_of_fold: of the same molecules in the same order
    :param shared_rows: [n_molecules], places of the fingerprints among those in the folder above, if they are there
    :raises OSError: if it cannot be written
    """
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[Any]] = {}
    if domain is not None:
        own = {_BITS: np.ascontiguousarray(domain.fingerprints)} if shared_rows is None else {_ROWS: shared_rows}
        arrays |= own | {_NEAREST: domain.nearest}
    if out_of_fold is not None:
        arrays[_MEASURED] = out_of_fold.measured
        arrays[_FOLDS] = out_of_fold.folds.astype(np.int64)
        arrays[_PROBABILITIES] = np.ascontiguousarray(out_of_fold.probabilities, dtype=np.float32)
        if out_of_fold.similarity is not None:
            arrays[_OTHER_FOLDS] = out_of_fold.similarity.astype(np.float32)
    save_file(arrays, path)


def load_domain(folder: Path, n_bytes: int) -> Domain | None:
    """The domain of a bundle; ``None`` if it has none.

    :param n_bytes: length of a fingerprint
    :raises BundleError: if it does not fit
    """
    path = folder / DOMAIN_FILE
    arrays = _read_arrays(path)
    if _ROWS in arrays:
        arrays[_BITS] = _shared_fingerprints(folder, arrays[_ROWS])
    bits, nearest = arrays.get(_BITS), arrays.get(_NEAREST)
    if (bits is None and nearest is None) and (not arrays or _MEASURED in arrays):
        return None
    if bits is None or nearest is None:
        raise BundleError(path, "an array is missing", expected=f"{_BITS} and {_NEAREST}", got=", ".join(arrays)[:200])
    if bits.dtype != np.uint8 or bits.ndim != 2 or bits.shape[1] != n_bytes or not len(bits):
        raise BundleError(path, "the fingerprints do not fit", expected=f"bytes, n × {n_bytes}", got=bits.shape)
    if nearest.dtype != np.float32 or nearest.shape != bits.shape[:1] or not np.isfinite(nearest).all():
        raise BundleError(path, "the similarities do not fit", expected=bits.shape[:1], got=nearest.shape)
    return Domain(bits, np.sort(nearest))


def _shared_fingerprints(folder: Path, rows: NDArray[Any]) -> NDArray[Any]:
    """The fingerprints of an endpoint's molecules, among those of all endpoints in the folder above.

    :param rows: their places there
    :raises BundleError: if these do not fit
    """
    bits = _fingerprints_above(real_path(folder).parent)
    _check_rows(folder, rows, bits)
    own: NDArray[Any] = bits[rows]
    return own


def load_joint_fingerprints(file: DomainFile, n_bytes: int) -> tuple[NDArray[np.uint8], tuple[NDArray[np.int64], ...]]:
    """The fingerprints that several endpoints share, and for each endpoint the rows of its training molecules, in the
    order of its domain.

    :param n_bytes: length of a fingerprint
    :raises BundleError: if they do not fit
    """
    bits = _fingerprints_above(file.folder)
    if bits.dtype != np.uint8 or bits.shape[1] != n_bytes:
        path = file.folder / DOMAIN_FILE
        raise BundleError(path, "the fingerprints do not fit", expected=f"bytes, n × {n_bytes}", got=bits.shape)
    found = []
    for endpoint in file.endpoints:
        folder = file.folder / endpoint
        rows = _read_arrays(folder / DOMAIN_FILE).get(_ROWS)
        if rows is None:
            raise BundleError(folder / DOMAIN_FILE, "an array is missing", expected=_ROWS)
        _check_rows(folder, rows, bits)
        found.append(rows)
    return bits, tuple(found)


def _fingerprints_above(folder: Path) -> NDArray[Any]:
    """Those of all endpoints.

    :raises BundleError: if there are none
    """
    bits = _read_arrays(folder / DOMAIN_FILE).get(_BITS)
    if bits is None or bits.ndim != 2:
        raise BundleError(folder / DOMAIN_FILE, "an array is missing", expected=_BITS)
    return bits


def _check_rows(folder: Path, rows: NDArray[Any], bits: NDArray[Any]) -> None:
    """:raises BundleError: if these are not places among the fingerprints"""
    if rows.dtype != np.int64 or rows.ndim != 1 or not len(rows) or rows.min() < 0 or rows.max() >= len(bits):
        raise BundleError(folder / DOMAIN_FILE, f"'{_ROWS}' does not fit", expected=f"whole numbers below {len(bits)}")


def save_fingerprints(fingerprints: Sequence[bytes], path: Path) -> None:
    """Those of all molecules of several endpoints, which share them.

    :raises OSError: if it cannot be written
    """
    from safetensors.numpy import save_file

    bits = np.frombuffer(b"".join(fingerprints), dtype=np.uint8).reshape(len(fingerprints), -1)
    save_file({_BITS: np.ascontiguousarray(bits)}, path)


def load_out_of_fold(folder: Path, n_classes: int, *, of_value: bool = False) -> OutOfFold | None:
    """What the members of a bundle predicted of the training molecules that they had not seen; ``None`` if it does not
    say, as models of before.

    :param of_value: whether values were measured, of which the second class is the opposite
    :raises BundleError: if it does not fit
    """
    path = folder / DOMAIN_FILE
    arrays = _read_arrays(path)
    names = (_MEASURED, _FOLDS, _PROBABILITIES)
    if not any(name in arrays for name in names):
        return None
    for name in names:
        if name not in arrays:
            raise BundleError(path, "an array is missing", expected=name, got=", ".join(arrays)[:200])
    measured, folds, probabilities = (arrays[name] for name in names)
    n, labels = len(measured) if measured.ndim else 0, "values" if of_value else "classes"
    if not n or any(name in arrays and arrays[name].shape[:1] != (n,) for name in (_BITS, _ROWS)):
        raise BundleError(path, f"there are not as many measured {labels} as molecules", got=measured.shape)
    if of_value and (measured.dtype != np.float64 or measured.shape != (n,) or not np.isfinite(measured).all()):
        raise BundleError(path, f"'{_MEASURED}' does not fit", expected=f"{n} finite numbers")
    wholes = ((_FOLDS, folds, MAX_FOLDS), *(() if of_value else ((_MEASURED, measured, n_classes),)))
    for name, values, end in wholes:
        if values.dtype != np.int64 or values.shape != (n,) or values.min() < 0 or values.max() >= end:
            raise BundleError(path, f"'{name}' does not fit", expected=f"{n} whole numbers below {end}")
    make_sense = _are_opposite if of_value else _are_shares
    if probabilities.dtype != np.float32 or probabilities.shape != (n, n_classes) or not make_sense(probabilities):
        what = "values and their opposites" if of_value else "probabilities"
        raise BundleError(path, f"'{_PROBABILITIES}' does not fit", expected=f"{what}, {n} × {n_classes}")
    similarity = arrays.get(_OTHER_FOLDS)
    if similarity is not None and (
        similarity.dtype != np.float32 or similarity.shape != (n,) or not _are_shares(similarity)
    ):
        raise BundleError(path, f"'{_OTHER_FOLDS}' does not fit", expected=f"{n} similarities from 0 to 1")
    return OutOfFold(measured, folds, probabilities, similarity)


def _are_shares(values: NDArray[np.float32]) -> bool:
    """Whether all lie in [0, 1], which NaN does not."""
    return bool(((values >= 0) & (values <= 1)).all())


def _are_opposite(values: NDArray[np.float32]) -> bool:
    """Whether these are finite values, [n, 2], each with its opposite."""
    return bool(np.isfinite(values).all() and (values[:, 0] == -values[:, 1]).all())


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name; none if there is no file.

    :raises BundleError: if it cannot be read
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        if not path.exists():
            return {}
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        if path.stat().st_size > MAX_DOMAIN_BYTES:
            raise BundleError(path, "too large", expected=f"at most {MAX_DOMAIN_BYTES} bytes", got=path.stat().st_size)
        arrays: dict[str, NDArray[Any]] = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise BundleError(path, f"not a safetensors file ({error})") from error
    return arrays


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
