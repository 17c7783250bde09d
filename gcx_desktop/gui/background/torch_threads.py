"""How torch is imported and computes in the threads of the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


def load_weights(folder: Path) -> Bundle:
    """Loads the model in a folder. Imports torch, which takes a second or two.

    :raises BundleError: if the folder holds no usable model
    """
    prepare_threads()
    from ...app.explaining.models import load_bundle_at

    return load_bundle_at(folder)


def prepare_threads() -> None:
    """Imports torch, which takes a second or two, for a thread that uses one core."""
    from .torch_preload import import_torch

    import_torch()
    use_one_thread()


def use_one_thread() -> None:
    """Limits torch to one thread here: more would compete with the worker processes for the cores."""
    import torch

    torch.set_num_threads(1)
