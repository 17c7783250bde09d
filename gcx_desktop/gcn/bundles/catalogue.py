"""The model bundles that exist: those that come with the program and the user's own. Imports no torch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ... import paths
from ...errors import BundleError, UnknownNameError, UsageError
from ..cards.card import CARD_FILE
from .several import endpoint_folders, has_endpoints

DEFAULT_MODEL = "bbbp"


def bundle_folders() -> dict[str, Path]:
    """Name → folder of every bundle, those of the program first; a user's bundle does not hide one of the program with
    the same name. An endpoint of a model that has several is called ``model/endpoint``."""
    found: dict[str, Path] = {}
    for name, folder in model_folders().items():
        if has_endpoints(folder):
            with suppress(BundleError):  # it is said when the model is asked for
                found |= {f"{name}/{endpoint}": each for endpoint, each in endpoint_folders(folder).items()}
        else:
            found[name] = folder
    return found


def model_folders() -> dict[str, Path]:
    """Name → folder of every model, as :func:`bundle_folders`, but one that has several endpoints once."""
    found: dict[str, Path] = {}
    for root in (paths.bundled_models(), paths.user_models()):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / CARD_FILE).is_file() or has_endpoints(folder):
                    found.setdefault(folder.name, folder)
    return found


def find_bundle(name_or_path: str, endpoint: str = "") -> Path:
    """The bundle of one endpoint.

    :param name_or_path: as for :func:`find_endpoints`, or ``model/endpoint``
    :param endpoint: its name; "" if the model has one only
    :raises UsageError: if it has several, and none is named, or another one is named than it has
    :raises UnknownNameError: if there is no such model or endpoint
    :raises BundleError: if it is a path but no model folder or model file
    """
    named = bundle_folders()
    if not endpoint and name_or_path in named:
        return named[name_or_path]
    found = find_endpoints(name_or_path)
    if not endpoint:
        if len(found) > 1:
            names = ", ".join(found)
            raise UsageError(f"the model {name_or_path} has several endpoints; choose one with --endpoint: {names}")
        return next(iter(found.values()))
    if tuple(found) == ("",):
        raise UsageError(f"the model {name_or_path} has one endpoint only; leave --endpoint out")
    same = [name for name in found if name.casefold() == endpoint.casefold()]
    if not same:
        raise UnknownNameError("endpoint", endpoint, tuple(found))
    return found[endpoint if endpoint in found else same[0]]


def find_endpoints(name_or_path: str) -> dict[str, Path]:
    """Name → bundle of each endpoint of a model; the name is "" in a model of one.

    :param name_or_path: the name of a model, its folder, or a model file, which is unpacked
    :raises UnknownNameError: if it is neither a known name nor a path
    :raises BundleError: if it is a path but no model folder or model file
    """
    folder = find_model(name_or_path)
    return endpoint_folders(folder) if has_endpoints(folder) else {"": folder}


def find_model(name_or_path: str) -> Path:
    """The folder of a model, which may have several endpoints; see :func:`find_endpoints`."""
    known = {**bundle_folders(), **model_folders()}
    if name_or_path in known:
        return known[name_or_path]
    folder = Path(name_or_path)
    if folder.is_file():
        from .model_file import unpacked_model  # loads NumPy, for which --help does not wait

        return unpacked_model(folder)
    if folder.exists():
        if not (folder / CARD_FILE).is_file() and not has_endpoints(folder):
            raise BundleError(folder, "not a model folder (a folder with card.json and weights.safetensors)")
        return folder
    raise UnknownNameError("model", name_or_path, tuple(model_folders()))
