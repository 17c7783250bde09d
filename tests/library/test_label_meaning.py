"""What the words of a label column mean."""

from __future__ import annotations

import pytest

from gcx_desktop.errors import UsageError
from gcx_desktop.library.label_meaning import NO_LABEL, UnsettledLabelsError, label_meaning, training_meaning

PERMEABLE = ("not permeable", "permeable")


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        *(("Active", "Inactive"), ("active ", "INACTIVE"), ("BBB+", "BBB-"), ("BBB+", "BBB−"), ("yes", "no")),
        *(("TRUE", "false"), ("y", "N"), ("pos", "neg"), ("+", "-"), ("1", "-1"), ("1.0", "0.0"), ("+ve", "-ve")),
        *(("penetrant", "non-penetrant"), ("penetrant", "not penetrant"), ("Permeable", "im-permeable")),
        *(("crosses", "does not cross"), ("PERMEABLE", "Not_Permeable"), ("not inactive", "inactive")),
    ],
)
def test_opposites_names_and_numbers_are_known_in_any_order(yes: str, no: str) -> None:
    for words in ([yes, no, no], [no, no, yes]):
        found = label_meaning(words, "BBB", PERMEABLE, positive=None)
        assert [found.of(word) for word in words] == [int(word == yes) for word in words]


@pytest.mark.parametrize(
    "words",
    [
        *(["high", "low"], ["pass", "fail"], ["M", "F"], ["P", "N"], ["safe", "unsafe"], ["1", "2"], ["-1", "0", "1"]),
        *(["weakly active", "active", "inactive"], ["Na+", "K+"], ["+", "-", "++"], ["red", "blue"], ["toxic", "safe"]),
    ],
)
def test_what_cannot_be_known_is_refused_with_the_option_that_settles_it(words: list[str]) -> None:
    with pytest.raises(UnsettledLabelsError, match="--class-of") as caught:
        label_meaning(words, "BBB", PERMEABLE, positive=None)
    assert {value.shown for value in caught.value.values} == set(words)


def test_opposites_mean_nothing_for_classes_without_a_positive_one() -> None:
    with pytest.raises(UsageError):
        label_meaning(["yes", "no"], "colour", ("red", "blue"), positive=None)
    assert label_meaning(["yes", "no"], "colour", ("red", "blue"), positive="red").of("yes") == 0


def test_what_the_user_says_goes_before_every_rule() -> None:
    said = {"weak": "Not Permeable", "n.a.": "permeable", "odd": ""}
    found = label_meaning(["weak", "n.a.", "odd", "yes", ""], "x", PERMEABLE, positive=None, class_of=said)
    assert [found.of(word) for word in ("weak", "n.a.", "odd", "yes", "")] == [0, 1, NO_LABEL, 1, NO_LABEL]
    assert found.chosen


def test_the_sentence_says_each_value_its_class_and_its_rows() -> None:
    words = ["Active", "active ", "Inactive", "#N/A", "n.d.", "Active"]
    found = label_meaning(words, "x", ("no inhibitor", "inhibitor"), positive=None)
    assert found.sentence == "labels: Active = inhibitor (3), Inactive = no inhibitor (1), no label (2)"


def test_classes_to_be_trained_are_negative_then_positive() -> None:
    for words in (["Active", "Inactive"], ["Inactive", "Active"]):
        assert training_meaning(words, "x").class_names == ("Inactive", "Active")
        named = training_meaning(words, "x", class_names=("inactive", "active"))
        assert (named.class_names, named.of("Active"), named.positive) == (("inactive", "active"), 1, "active")


def test_censored_measurements_are_no_classes() -> None:
    with pytest.raises(UsageError, match=r"‘>5’ \(1\), ‘<5’ \(1\), which are censored measurements"):
        training_meaning([">5", "<5", "4.2", "nd"], "x")
