"""What the words of a label column mean."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pytest

from gcx_desktop.errors import UsageError
from gcx_desktop.library.labels.label_meaning import (
    NO_LABEL,
    UnsettledLabelsError,
    is_censored,
    is_missing,
    label_meaning,
    split_class_of,
    training_meaning,
)

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
        *(["BBB+"], ["true positive", "false positive"], ["+", "-", "1"], ["active", "negative control"]),
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


@pytest.mark.parametrize(
    ("names", "positive", "words", "unsettled"),
    [
        (PERMEABLE, None, ["permeable", "not permeable", "not tested"], ["not tested"]),
        (PERMEABLE, None, ["1", "0", "not measured"], ["not measured"]),
        (PERMEABLE, None, ["1", "0", "yes"], ["yes"]),
        (PERMEABLE, None, ["active", "inactive", "inconclusive"], ["inconclusive"]),
        (("agonist", "antagonist"), None, ["agonist", "non-agonist"], ["non-agonist"]),
        (("toxic", "safe"), "safe", ["toxic", "nontoxic"], ["nontoxic"]),
        (("safe", "toxic"), "toxic", ["safe", "unsafe"], ["unsafe"]),
        (("a", "b", "c"), None, ["0", "1", "3"], ["0", "1", "3"]),
        (("inactive", "active"), None, ["active", "active*"], ["active*"]),
    ],
)
def test_only_what_cannot_be_known_is_asked_for(
    names: Sequence[str], positive: str | None, words: list[str], unsettled: list[str]
) -> None:
    with pytest.raises(UnsettledLabelsError) as caught:
        label_meaning(words, "x", names, positive=positive)
    assert [value.shown for value in caught.value.unsettled] == unsettled


def test_what_a_name_denies_is_the_other_class_wherever_the_positive_one_stands() -> None:
    found = label_meaning(["soluble", "not soluble"], "x", ("soluble", "insoluble"), positive="insoluble")
    assert (found.of("soluble"), found.of("not soluble")) == (0, 1)
    found = label_meaning(["inhibitor", "non-inhibitor"], "x", ("inhibitor", "other"), positive="inhibitor")
    assert (found.of("inhibitor"), found.of("non-inhibitor")) == (0, 1)
    found = label_meaning(["yes", "no"], "x", ("positive", "negative"))
    assert (found.of("yes"), found.of("no")) == (0, 1)


def test_numbers_are_those_of_the_classes_whatever_these_are_called() -> None:
    found = label_meaning(["0", "1.0", "1"], "x", ("active", "inactive"))
    assert found.sentence == "labels: 0 = active (1), 1.0 = inactive (2)"


@pytest.mark.parametrize("values", [["low", "it's $5"], [">5", "<5"], ["-1", "2"], ["a=b", "`c`"], ["x y", 'a "b"']])
def test_the_option_in_the_sentence_can_be_copied(values: list[str]) -> None:
    with pytest.raises(UnsettledLabelsError) as caught:
        label_meaning(values, "x", PERMEABLE)
    first, _ = caught.value.remedy.removeprefix("say which is which: ").split(", or ")
    said = [word.removeprefix("--class-of=") for word in shlex.split(first) if word != "--class-of"]
    found = label_meaning(values, "x", PERMEABLE, class_of=dict(split_class_of(word, PERMEABLE) for word in said))
    assert [found.of(value) for value in values] == [0, 1]


def test_of_three_values_and_more_the_classes_that_they_may_be_are_named_ready_to_copy() -> None:
    with pytest.raises(UnsettledLabelsError) as caught:
        label_meaning(["low", "mid", "high"], "y", ("not permeable", "permeable"))
    told = 'CLASS being one of: "not permeable", permeable; VALUE= leaves a value out'
    assert caught.value.remedy.endswith(told)
    assert "--class-of low=CLASS --class-of mid=CLASS --class-of high=CLASS" in caught.value.remedy
    assert label_meaning(
        ["low", "mid", "high"],
        "y",
        ("not permeable", "permeable"),
        class_of=dict(split_class_of(word) for word in shlex.split('low="not permeable" mid=permeable high=')),
    ).classes_of(["low", "mid", "high"]) == [0, 1, NO_LABEL]


def test_a_choice_that_contradicts_the_rule_for_the_others_asks_for_them_too() -> None:
    with pytest.raises(UnsettledLabelsError) as caught:
        label_meaning(["1", "0"], "x", PERMEABLE, class_of={"1": "not permeable"})
    assert [value.shown for value in caught.value.unsettled] == ["0"]


@pytest.mark.parametrize(
    ("class_of", "sentence"),
    [
        ({"weak": "active"}, "holds no ‘weak’; there are: ‘1’"),
        ({"1": "blue"}, "there is no class ‘blue’; the classes are not permeable, permeable"),
        ({"1": "permeable", "1.0": "not permeable"}, "says of ‘1.0’ both"),
        ({"": "permeable"}, "names no value"),
    ],
)
def test_choices_that_fit_nothing_are_refused(class_of: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        label_meaning(["1", "0"], "x", PERMEABLE, class_of=class_of)


def test_missing_values_are_known_in_any_letter_case() -> None:
    words = [" ", "#N/A", "#n/a n/a", "NULL", "None", "<NA>", "NaN", "-nan", "1.#IND", "N.D.", "nd", "?", "-", "–"]
    assert all(map(is_missing, words))
    assert not any(map(is_missing, ("0", "no", "negative", "+", "none of them")))
    found = label_meaning(["1", "0", *words], "x", PERMEABLE)
    assert (found.n_missing, [value.shown for value, _ in found.values]) == (len(words), ["0", "1"])


def test_a_dash_is_the_negative_class_beside_a_plus_and_nothing_else() -> None:
    found = label_meaning(["+", "-", "-", "NA"], "x", PERMEABLE)
    assert found.sentence == "labels: + = permeable (1), - = not permeable (2), no label (1)"
    assert label_meaning(["positive", "-"], "x", PERMEABLE).n_missing == 1


def test_a_limit_beyond_which_was_measured_is_censored() -> None:
    assert all(map(is_censored, (">5", "< 5 uM", "≥10", ">=10", "~5", "> -4.5", "5 <", "more than 10")))
    assert not any(map(is_censored, ("5", "active", "-1", "a>b", "+")))


def test_a_rare_class_is_told_and_a_rare_third_number_is_asked_about() -> None:
    found = training_meaning(["0"] * 250 + ["1"], "x")
    assert found.notes == ("only 1 of 251 rows with a label are 1: is that right?",)
    with pytest.raises(UnsettledLabelsError, match=r"‘2’ .* in under 1 %"):
        training_meaning([*["0", "1"] * 100, "2"], "x")
    named = training_meaning([*["0", "1"] * 100, "2"], "x", class_of={"2": ""})
    assert (named.class_names, named.of("2")) == (("0", "1"), NO_LABEL)


def test_the_user_names_the_classes_that_are_trained() -> None:
    words = ["Active", "Inactive", "Weak"]
    named = training_meaning(words, "x", class_of={"Active": "hit", "Weak": "hit", "Inactive": "no hit"})
    assert (named.class_names, named.positive, [named.of(word) for word in words]) == (
        ("no hit", "hit"),
        "hit",
        [1, 0, 1],
    )
    left = training_meaning(words, "x", class_of={"Weak": ""})
    assert (left.class_names, left.of("Weak")) == (("Inactive", "Active"), NO_LABEL)
    assert left.sentence == "labels: Active = Active (1), Inactive = Inactive (1), Weak left out (1)"
    colours = training_meaning(["red", "blue"], "x", class_of={"red": "red", "blue": "blue"})
    assert (colours.class_names, colours.positive) == (("red", "blue"), None)
    with pytest.raises(UnsettledLabelsError):
        training_meaning(words, "x", class_of={"Weak": "weak"})


def test_names_of_classes_are_never_given_by_position_to_words() -> None:
    for names in (("low", "high"), ("inhibitor", "binder")):
        with pytest.raises(UnsettledLabelsError):
            training_meaning(["Active", "Inactive"], "x", class_names=names)
    numbered = training_meaning(["1", "0"], "x", class_names=("low", "high"))
    assert (numbered.of("0"), numbered.of("1"), numbered.positive) == (0, 1, "high")


def test_a_value_of_equals_signs_is_divided_where_a_class_is_left() -> None:
    assert split_class_of("a=b=active", ("active",)) == ("a=b", "active")
    assert split_class_of("big=>=5", ("<5", ">=5")) == ("big", ">=5")
    assert split_class_of(">=5=active") == (">=5", "active")
    assert split_class_of("odd=") == ("odd", "")
    for text in ("active", "=active"):
        with pytest.raises(ValueError, match="VALUE=CLASS"):
            split_class_of(text)


def test_more_numbers_than_classes_can_have_are_a_measurement() -> None:
    with pytest.raises(UsageError, match=r"21 different values; a classifier needs 2 to 20 classes \(is it a meas"):
        training_meaning(map(str, range(21)), "x")
    assert len(training_meaning(map(str, range(20)), "x").class_names) == 20


def test_names_that_call_the_number_one_the_denied_class_are_refused() -> None:
    with pytest.raises(UsageError, match=r"affirms; say which is which: --class-of"):
        training_meaning(["0", "1"], "x", class_names=("active", "inactive"))
    said = training_meaning(
        ["0", "1"], "x", class_names=("active", "inactive"), class_of={"0": "active", "1": "inactive"}
    )
    assert said.of("1") == said.class_names.index("inactive")
