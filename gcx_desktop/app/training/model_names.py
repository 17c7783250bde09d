"""Names for models that are trained. Imports no torch."""

from __future__ import annotations

from ... import paths
from ...gcn.bundles.catalogue import model_folders

_MOST_CHARACTERS = 60


def free_name(wanted: str) -> str:
    """A name for a model that none has yet: as wanted, or with a number behind it."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in wanted)
    base = plain.strip("-.")[:_MOST_CHARACTERS] or "model"
    taken = {name.casefold() for name in model_folders()}
    if paths.user_models().is_dir():
        taken |= {each.name.casefold() for each in paths.user_models().iterdir()}
    number = 1
    name = base
    while name.casefold() in taken:
        number += 1
        name = f"{base}-{number}"
    return name
