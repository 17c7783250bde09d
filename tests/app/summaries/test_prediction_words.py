"""What a number of a prediction means is said with how often it came true."""

from __future__ import annotations

from gcx_desktop.app.summaries.prediction_words import (
    distance_in_full,
    observed_in_full,
    observed_in_short,
)
from gcx_desktop.gcn.reliability.out_of_fold import ObservedShare
from gcx_desktop.kinds.registry import DEFAULT_KIND

WORDS = DEFAULT_KIND.words
FOUND = ObservedShare(112, 143, 0.65, 0.75)


def test_a_probability_says_how_many_of_the_training_molecules_like_it_were_of_the_class() -> None:
    assert observed_in_short(FOUND, "permeable", WORDS) == (
        "of training molecules predicted like this, 78 % were permeable"
    )
    assert observed_in_full(FOUND, "permeable", WORDS) == (
        "143 molecules of the training data had a probability of “permeable” from 0.65 to 0.75, predicted by a network "
        "that had not seen them: 112 of them, 78 %, were measured to be so (95 % interval 71 to 84 %)."
    )


def test_a_distance_says_how_many_of_the_training_molecules_as_far_away_were_predicted_rightly() -> None:
    assert distance_in_full(FOUND, WORDS) == (
        "143 molecules of the training data had a similarity from 0.65 to 0.75 to the nearest one that the network had "
        "seen: it predicted 112 of them, 78 %, rightly (95 % interval 71 to 84 %)."
    )
