"""Renames and describes the user's own models; those of the program stay what they are. Imports no torch."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from ... import paths
from ...errors import BundleError, GcxError, OutputError, UsageError
from ...gcn.bundles.catalogue import model_folders
from ...gcn.bundles.several import endpoint_folders, has_endpoints
from ...gcn.cards.card import CARD_FILE, read_card, read_card_values
from ...gcn.cards.card_entries import MAX_CARD_TEXT, check_entries
from ...library.writing.output import whole_file
from ...wording import counted, visible
from ..explaining.models import FEATURE_SETS
from .listed_models import is_own_model

MAX_MODEL_NAME = 80
_MAX_NAME_BYTES = 200
_NO_NAME = re.compile(r'[<>:"/\\|?*]')
"""Characters that a folder's name cannot have on one of the systems."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices."""


def name_problem(name: str, folder: Path | None = None) -> str:
    """Why a model of the user's own cannot have that name, a clause; "" if it can.

    :param folder: of the model that is to be renamed
    """
    if not name:
        return "it is empty"
    if visible(name) != name:
        return "it has characters that cannot be seen"
    if found := _NO_NAME.search(name):
        return f"it has a {found[0]}"
    if len(name) > MAX_MODEL_NAME or len(name.encode()) > _MAX_NAME_BYTES:
        return f"it has more than {MAX_MODEL_NAME} characters"
    if name != name.strip(" .") or _DEVICES.fullmatch(name):
        return "systems keep such names for themselves"
    others = {other.casefold() for other, at in model_folders().items() if at != folder}
    target = paths.user_models() / name
    if name.casefold() in others or (target.exists() and (folder is None or not target.samefile(folder))):
        return "another model has that name"
    return ""


def check_model_name(name: str, folder: Path | None = None) -> None:
    """:raises UsageError: see :func:`name_problem`"""
    if problem := name_problem(name, folder):
        raise UsageError(f"a model cannot be called '{name}': {problem}")


def free_model_name(wanted: str) -> str:
    """A name like the wanted one that a model can have and none has: signs that cannot be in it are left out, and a
    number is added if need be."""
    plain = _NO_NAME.sub("-", "".join(sign for sign in wanted if visible(sign) == sign)).strip(" .")
    plain = plain[: MAX_MODEL_NAME - 8].strip(" .") or "model"
    if _DEVICES.fullmatch(plain):
        plain = f"model {plain}"
    name, number = plain, 2
    while name_problem(name):
        name, number = f"{plain}-{number}", number + 1
    return name


def rename_model(folder: Path, name: str) -> Path:
    """Gives a model of the user's own another name. Projects know it by the name under which it was trained.

    :return: its new folder
    :raises UsageError: if it is not the user's own, or cannot have that name
    :raises BundleError: if its card does not fit
    :raises OutputError: if the system does not allow it, and nothing was changed
    """
    _check_own(folder)
    check_model_name(name, folder)
    before = _check_cards(folder)
    target = folder.with_name(name)
    _move(folder, target)
    try:
        name_card(target, name)
    except BaseException:
        with suppress(GcxError):
            name_card(target, before)
        _move(target, folder)
        raise
    return target


def describe_model(folder: Path, description: str) -> None:
    """Writes the user's words about a model of their own into its card; "" removes them.

    :raises UsageError: if it is not the user's own, or they are too long
    :raises BundleError: if its card does not fit
    :raises OutputError: if the card cannot be written
    """
    _check_own(folder)
    if problem := description_problem(description):
        raise UsageError(f"the description of '{folder.name}' cannot be kept: {problem}")
    _check_cards(folder)
    for each in _bundles(folder):
        _change_card(each, description=description)


def description_problem(description: str) -> str:
    """Why a model cannot be described so, a clause; "" if it can."""
    long = len(description) > MAX_CARD_TEXT
    return f"it has {counted(len(description), 'character')}, more than {MAX_CARD_TEXT:,}" if long else ""


def name_card(folder: Path, name: str) -> None:
    """Writes another name into the card of a model, or the cards of its endpoints, and keeps the one under which it was
    trained.

    :raises BundleError: if a card does not fit
    :raises OutputError: if a card cannot be written
    """
    for each in _bundles(folder):
        values = read_card_values(each / CARD_FILE)
        trained_as = values.get("trained_as") or values.get("name")
        _change_card(each, name=name, trained_as="" if trained_as == name else str(trained_as))


def _bundles(folder: Path) -> list[Path]:
    """The folders with the cards of a model, one for each endpoint.

    :raises BundleError: if the list of its endpoints does not fit
    """
    return list(endpoint_folders(folder).values()) if has_endpoints(folder) else [folder]


def _check_cards(folder: Path) -> str:
    """:return: the name of the model
    :raises BundleError: if a card does not fit
    """
    names = [read_card(each, FEATURE_SETS).name for each in _bundles(folder)]
    return names[0]


def _change_card(folder: Path, **entries: str) -> None:
    """Changes entries of a card, "" removes one; those that this version does not know stay."""
    path = folder / CARD_FILE
    values = {key: value for key, value in (read_card_values(path) | entries).items() if entries.get(key) != ""}
    try:
        check_entries(values)
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise BundleError(path, f"the card cannot be changed ({error})") from error
    with whole_file(path) as file:
        file.write(f"{text}\n")


def _check_own(folder: Path) -> None:
    if not is_own_model(folder):
        raise UsageError(f"{folder}: only your own models can be changed, those in {paths.user_models()}")


def _move(folder: Path, target: Path) -> None:
    try:
        folder.rename(target)
    except OSError as error:
        raise OutputError(target, f"the model cannot be renamed ({error.strerror or error})") from error
