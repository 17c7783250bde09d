"""The model bundles that exist: those that come with the program and the user's own. Imports no torch."""

from __future__ import annotations

from pathlib import Path

from ... import paths
from ...errors import BundleError, UnknownNameError

DEFAULT_MODEL = "bbbp"


def bundle_folders() -> dict[str, Path]:
    """Name → folder of every bundle, those of the program first; a user's bundle does not hide one of the program with
    the same name."""
    found: dict[str, Path] = {}
    for root in (paths.bundled_models(), paths.user_models()):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / "card.json").is_file():
                    found.setdefault(folder.name, folder)
    return found


def find_bundle(name_or_folder: str) -> Path:
    """The folder of a bundle, given by its name or as a folder.

    :raises UnknownNameError: if it is neither a known name nor a path
    :raises BundleError: if it is a path but no model folder
    """
    known = bundle_folders()
    if name_or_folder in known:
        return known[name_or_folder]
    folder = Path(name_or_folder)
    if folder.exists():
        if not (folder / "card.json").is_file():
            raise BundleError(folder, "not a model folder (a folder with card.json and weights.safetensors)")
        return folder
    raise UnknownNameError("model", name_or_folder, tuple(known))
