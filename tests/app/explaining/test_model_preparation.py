"""What is said of a preparation beside that of a model's training, and the options that give it again."""

from __future__ import annotations

import argparse
from itertools import product

import pytest

from gcx_desktop.app.explaining.model_preparation import (
    preparation_arguments,
    preparation_in_words,
    trained_preparation,
)
from gcx_desktop.cli import options
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation

LARGEST = Preparation(largest_fragment=True)
BOTH = Preparation(largest_fragment=True, neutralise=True)
ALL = [Preparation(*steps) for steps in product((False, True), repeat=2)]


def trained_on(preparation: Preparation) -> Card:
    return Card("m", "", ("no", "yes"), (4,), FEATURE_SET, N_FEATURES, preparation=preparation.step_names)


@pytest.mark.parametrize(
    ("preparation", "trained", "words"),
    [
        (NO_PREPARATION, NO_PREPARATION, ""),
        (LARGEST, LARGEST, "largest fragment, as the model was trained"),
        (BOTH, BOTH, "largest fragment, neutralised, as the model was trained"),
        (LARGEST, NO_PREPARATION, "largest fragment, unlike the model's training"),
        (NO_PREPARATION, LARGEST, "as they are, unlike the model's training (largest fragment)"),
        (BOTH, LARGEST, "largest fragment, neutralised, unlike the model's training (largest fragment)"),
    ],
)
def test_it_is_said_whether_a_model_was_trained_with_the_same_preparation(
    preparation: Preparation, trained: Preparation, words: str
) -> None:
    assert preparation_in_words(preparation, trained_on(trained)) == words


@pytest.mark.parametrize("trained", ALL)
@pytest.mark.parametrize("preparation", ALL)
def test_the_options_of_a_preparation_give_it_again_with_the_same_model(
    preparation: Preparation, trained: Preparation
) -> None:
    card, command = trained_on(trained), argparse.ArgumentParser()
    options.add_preparation_options(command)
    assert trained_preparation(card) == trained
    given = preparation_arguments(preparation, card)
    assert options.preparation_for(command.parse_args(given), card) == preparation
    assert (given == []) == (preparation == trained)
