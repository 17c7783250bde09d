"""How networks are trained, from what the user chose, a foundation and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import UsageError
from ...gcn.bundles.foundation import Foundation
from ...gcn.fitting.training import FitPlan
from ...gcn.fitting.training_settings import ENSEMBLE_SETTINGS, SINGLE_SETTINGS, VALUE_SETTINGS, TrainingSettings
from ...graph.graph import Decode
from ...wording import counted

FROZEN_LAYERS = 2
"""Layers of a foundation that stay as they are by default: what the members share is computed once, and on inner splits
of BBBP and BACE they predicted as well as members of which all layers were trained."""


@dataclass(frozen=True, slots=True)
class FitChoices:
    """What a user may choose of training."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings that are not the default, by name."""
    n_frozen: int | None = None
    """How many layers of the foundation stay as they are, shared by all members; ``None`` for the default."""
    seed: int = 0


def plan_fit(
    n_outputs: int,
    decode: Decode,
    choices: FitChoices,
    *,
    n_folds: int,
    foundation: Foundation | None,
    of_value: bool = False,
) -> FitPlan:
    """The plan of a network, or of the members of an ensemble.

    :param n_outputs: classes, of a value 1
    :param n_folds: members of the ensemble; 1: a single network
    :param foundation: ``None`` to start at random
    :raises UsageError: if the foundation has not the layers that are to stay as they are
    """
    several = VALUE_SETTINGS if of_value else ENSEMBLE_SETTINGS
    settings = SINGLE_SETTINGS if n_folds == 1 else several
    if foundation is not None:
        settings = replace(settings, widths=foundation.network.widths)
    settings = replace(settings, **choices.settings)
    start = None if foundation is None else foundation.network
    n_frozen = _n_frozen(choices.n_frozen, settings, foundation)
    return FitPlan(n_outputs, decode, settings, choices.seed, start, n_frozen, of_value=of_value)


def _n_frozen(wanted: int | None, settings: TrainingSettings, foundation: Foundation | None) -> int:
    """:raises UsageError: if there are no such layers, or nothing would be left to train"""
    if foundation is None:
        if wanted:
            raise UsageError("layers that stay as they are (--frozen) come from a foundation; give one")
        return 0
    fitting = [own == given for own, given in zip(settings.widths, foundation.network.widths, strict=False)]
    most = min([*fitting, False].index(False), len(settings.widths) - 1)
    if wanted is None:
        return min(FROZEN_LAYERS, most)
    if wanted > most:
        raise UsageError(f"of this foundation at most {counted(most, 'layer')} can stay as they are (--frozen)")
    return wanted
