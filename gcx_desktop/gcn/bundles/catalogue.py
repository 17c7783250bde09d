"""The model bundles that exist: those that come with the program and the user's own. Imports no torch."""

from __future__ import annotations

from pathlib import Path

from ... import paths
from ...errors import BundleError, UnknownNameError
from ..cards.card import CARD_FILE

DEFAULT_MODEL = "bbbp"


def bundle_folders() -> dict[str, Path]:
    """Name → folder of every bundle, those of the program first; a user's bundle does not hide one of the program with
    the same name."""
    found: dict[str, Path] = {}
    for root in (paths.bundled_models(), paths.user_models()):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / CARD_FILE).is_file():
                    found.setdefault(folder.name, folder)
    return found


def find_bundle(name_or_path: str) -> Path:
    """The folder of a bundle, given by its name, as a folder, or as a model file, which is unpacked.

    :raises UnknownNameError: if it is neither a known name nor a path
    :raises BundleError: if it is a path but no model folder or model file
    """
    known = bundle_folders()
    if name_or_path in known:
        return known[name_or_path]
    folder = Path(name_or_path)
    if folder.is_file():
        from .model_file import unpacked_model  # loads NumPy, for which --help does not wait

        return unpacked_model(folder)
    if folder.exists():
        if not (folder / CARD_FILE).is_file():
            raise BundleError(folder, "not a model folder (a folder with card.json and weights.safetensors)")
        return folder
    raise UnknownNameError("model", name_or_path, tuple(known))
