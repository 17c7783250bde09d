"""Molecules are prepared for a prediction as they were for the model's training, unless the user says otherwise."""

from __future__ import annotations

from ...gcn.cards.card import Card
from ...library.molecules.preparation import Preparation, preparation_of_steps

_FLAGS = (("largest_fragment", "keep-largest-fragment"), ("neutralise", "neutralise"))
"""Step of :class:`Preparation`, and the option of commands that chooses it."""


def trained_preparation(card: Card) -> Preparation:
    """The preparation of the records that a model was trained on; none if its card does not say."""
    return preparation_of_steps(card.preparation)


def preparation_in_words(preparation: Preparation, card: Card) -> str:
    """A preparation, and whether the model was trained with the same.

    :return: such as "largest fragment, as the model was trained" or "as they are, unlike the model's training (largest
        fragment)"; "" if nothing is done and the model was trained so
    """
    trained = trained_preparation(card)
    if preparation == trained:
        return f"{trained.words}, as the model was trained" if trained else ""
    done = f"{preparation.words or 'as they are'}, unlike the model's training"
    return f"{done} ({trained.words})" if trained else done


def preparation_arguments(preparation: Preparation, card: Card) -> list[str]:
    """The options of a command that give this preparation with this model: those that differ from its training."""
    trained = trained_preparation(card)
    return [
        f"--{flag}" if getattr(preparation, step) else f"--no-{flag}"
        for step, flag in _FLAGS
        if getattr(preparation, step) != getattr(trained, step)
    ]
