"""Weights in a safetensors file. Nothing is unpickled, and sizes are checked before anything is read.

Imports no torch before a file is read or written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BundleError

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS_FILE = "weights.safetensors"

MAX_HEADER_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 1 << 30


def read_tensors(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """The tensors of a file, finite and of type float32.

    :param shapes: name → shape of those that must be there
    :raises BundleError: naming what does not fit, what was expected and what was found
    """
    import torch

    tensors = _read(path)
    missing = sorted(shapes.keys() - tensors.keys())
    if missing:
        raise BundleError(path, "a tensor is missing", expected=missing[0], got=", ".join(sorted(tensors))[:200])
    for name, shape in shapes.items():
        got = tensors[name]
        if tuple(got.shape) != shape:
            raise BundleError(
                path, f"'{name}' has another shape than the card says", expected=shape, got=tuple(got.shape)
            )
        if got.dtype != torch.float32:
            raise BundleError(path, f"'{name}' has another number type", expected="float32", got=got.dtype)
        if not torch.isfinite(got).all():
            raise BundleError(
                path, f"'{name}' holds a NaN or infinite number", expected="finite weights", got="NaN or ∞"
            )
    return {name: tensors[name] for name in shapes}


def _read(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        size = path.stat().st_size
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        with path.open("rb") as file:
            header = int.from_bytes(file.read(8), "little")
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from error
    if size > MAX_WEIGHTS_BYTES:
        raise BundleError(path, "the weights are too large", expected=f"at most {MAX_WEIGHTS_BYTES} bytes", got=size)
    if header > MAX_HEADER_BYTES:
        raise BundleError(path, "the header is too large", expected=f"at most {MAX_HEADER_BYTES} bytes", got=header)
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise BundleError(path, f"not a safetensors file ({error})") from error
    return tensors


def save_tensors(tensors: Iterable[tuple[str, Tensor]], path: Path) -> None:
    """:raises OSError: or SafetensorError, if they cannot be written"""
    from safetensors.torch import save_file

    save_file({name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors}, path)
