"""Keeps a model that was trained into a temporary folder: among the user's own, or anywhere else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from ... import paths
from ...errors import OutputError
from ...gcn.bundles.bundle import check_folder
from ...gcn.bundles.model_folder import save_card, written_folder
from ...gcn.cards.card import CARD_FILE, read_card
from ...kinds.registry import feature_sets
from ...wording import visible
from .training_choices import TrainingChoices


def keep_model(trained: Path, target: Path, choices: TrainingChoices) -> None:
    """Copies a model's folder, whole or not at all; its card gets the new folder's name and command.

    :param trained: the folder that was trained into
    :raises BundleError: if that is damaged
    :raises OutputError: if the target cannot be written, or exists and is no model folder
    """
    card = read_card(trained, feature_sets())
    if target.parent == paths.user_models():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(target.parent, f"cannot be made ({error.strerror or error})") from error
    check_folder(target)
    named = replace(card, name=visible(target.name), command=choices.command(target, shown=True))
    with written_folder(target) as fresh:
        for file in trained.iterdir():
            if file.name != CARD_FILE:
                shutil.copyfile(file, fresh / file.name)
        save_card(named.as_dict(), fresh / CARD_FILE)
