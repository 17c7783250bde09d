"""Several endpoints in one model: a folder in which each endpoint has a bundle of its own, a folder in it.

What they have in common is in the folder around them: the hidden layers in ``weights.safetensors``, the fingerprints of
all training records in ``domain.safetensors``, and in ``endpoints.json`` the names of the endpoints and their folders.
Imports no torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ...errors import BundleError
from ..cards.card import CARD_FILE
from ..cards.card_entries import MAX_CARD_NAME

ENDPOINTS_FILE = "endpoints.json"
MAX_ENDPOINTS = 200
MAX_ENDPOINTS_BYTES = 1 << 18
_FORMAT_VERSION = 1
FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
"""Of the folder of an endpoint, within that of its model."""


def has_endpoints(folder: Path) -> bool:
    """Whether a folder holds several endpoints."""
    return (folder / ENDPOINTS_FILE).is_file()


def endpoint_folders(folder: Path) -> dict[str, Path]:
    """Name → bundle of each endpoint of a folder that has several.

    :raises BundleError: if its list of endpoints does not fit
    """
    path = folder / ENDPOINTS_FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ENDPOINTS_BYTES + 1)
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from error
    if len(data) > MAX_ENDPOINTS_BYTES:
        raise BundleError(path, "too large", expected=f"at most {MAX_ENDPOINTS_BYTES} bytes", got="more")
    try:
        values = json.loads(data)
        if values["format_version"] != _FORMAT_VERSION:
            raise BundleError(path, "unknown format version", expected=_FORMAT_VERSION, got=values["format_version"])
        listed = [(each["name"], each["folder"]) for each in values["endpoints"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(path, f"not a list of endpoints ({str(error)[:80]})") from error
    if not 1 <= len(listed) <= MAX_ENDPOINTS:
        raise BundleError(path, "too many endpoints, or none", expected=f"1 to {MAX_ENDPOINTS}", got=len(listed))
    found: dict[str, Path] = {}
    for name, place in listed:
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_CARD_NAME or name in found:
            raise BundleError(path, "an endpoint's name is missing, too long or there twice", got=repr(name)[:80])
        if not isinstance(place, str) or not FOLDER_NAME.fullmatch(place):
            raise BundleError(path, "an endpoint's folder has an impossible name", got=repr(place)[:80])
        if not (folder / place / CARD_FILE).is_file():
            raise BundleError(folder / place, f"not a model folder: it has no {CARD_FILE}")
        found[name] = folder / place
    return found


def folder_names(endpoints: Sequence[str]) -> list[str]:
    """A folder's name for each endpoint, like its own, none twice even where letter case does not count."""
    names: list[str] = []
    for number, endpoint in enumerate(endpoints, start=1):
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", endpoint).strip("-.")[:60] or f"endpoint-{number}"
        taken = {name.casefold() for name in names}
        names.append(
            plain if plain.casefold() not in taken and plain[0] not in "_-." else f"{number}-{plain.lstrip('_-.')}"
        )
    return names


def endpoints_text(names: Sequence[str], folders: Sequence[str]) -> str:
    """The content of ``endpoints.json``."""
    listed = [{"name": name, "folder": folder} for name, folder in zip(names, folders, strict=True)]
    values = {"format_version": _FORMAT_VERSION, "endpoints": listed}
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
