"""Lists, loads and refuses model bundles for the window and the commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BundleError
from ...gcn.bundles.catalogue import bundle_folders, find_bundle
from ...gcn.runtime import prepare_torch
from ...kinds.registry import feature_sets

if TYPE_CHECKING:
    import torch

    from ...gcn.bundles.bundle import Bundle
    from ...gcn.cards.card import Card

FEATURE_SETS = feature_sets()
"""The feature sets of this program."""


def list_models() -> list[tuple[str, Path, Card | BundleError]]:
    """Name, folder and card of every model, bundled or the user's own; the error instead of the card of an invalid
    one."""
    from ...gcn.cards.card import read_card

    found: list[tuple[str, Path, Card | BundleError]] = []
    for name, folder in bundle_folders().items():
        try:
            found.append((name, folder, read_card(folder, FEATURE_SETS)))
        except BundleError as error:
            found.append((name, folder, error))
    return found


def load_model(name_or_folder: str) -> Bundle:
    """Loads the bundle of that name or folder.

    :raises UnknownNameError: if it is neither a known name nor a path
    :raises BundleError: if it is invalid
    """
    return load_bundle_at(find_bundle(name_or_folder))


def load_bundle_at(folder: Path, device: torch.device | None = None) -> Bundle:
    """Loads the bundle in a folder, with its weights on a device (by default the CPU).

    :raises BundleError: if it is invalid
    """
    prepare_torch()
    from ...gcn.bundles.bundle import load_bundle

    bundle = load_bundle(folder, FEATURE_SETS)
    return bundle if device is None else replace(bundle, network=bundle.network.to(device=device))


def load_endpoints_at(folders: Sequence[Path], device: torch.device | None = None) -> tuple[Bundle, ...]:
    """Loads the bundles of the endpoints of one model, as :func:`load_bundle_at` does one.

    :raises BundleError: if one is invalid, or does not belong to the others
    """
    prepare_torch()
    from ...gcn.bundles.bundle import load_endpoints

    bundles = load_endpoints(folders, FEATURE_SETS)
    if device is None:
        return bundles
    return tuple(replace(bundle, network=bundle.network.to(device=device)) for bundle in bundles)


def choose_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is CUDA if a CUDA device works, else the CPU.

    :raises UsageError: for ``cuda`` if no CUDA device works
    """
    prepare_torch()  # before torch is imported, which sets up its threads
    import torch

    from ...errors import UsageError

    works = name != "cpu" and _cuda_works()
    if name == "cuda" and not works:
        raise UsageError("no CUDA device that works was found; use --device cpu")
    return torch.device("cuda" if works else "cpu")


def device_words(device: torch.device) -> str:
    """The device that ``auto`` chose, in words: "cuda (NVIDIA H200)"."""
    import torch

    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return "cpu (no CUDA device that works was found)"


def _cuda_works() -> bool:
    """Whether a CUDA device works: a driver may list one that torch does not support or whose memory is full."""
    import torch

    if not torch.cuda.is_available():
        return False
    try:
        return bool((torch.ones(2, device="cuda") @ torch.ones(2, device="cuda")).item() == 2)
    except RuntimeError:
        return False
