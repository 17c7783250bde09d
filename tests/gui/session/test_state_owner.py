"""The window's state is one value: followers are called on changes, and late answers are dropped."""

from __future__ import annotations

import pytest

from gcx_desktop.app.state import WindowState
from gcx_desktop.gui.session.state_owner import StateOwner


@pytest.fixture
def state() -> StateOwner:
    return StateOwner()


def test_a_change_is_told_with_what_was_before(state: StateOwner) -> None:
    heard: list[tuple[WindowState, WindowState]] = []
    state.changed.connect(lambda before, now: heard.append((before, now)))
    state.replace(colour_threshold=0.4, scale="molecule")
    assert [(before.colour_threshold, now.colour_threshold, now.scale) for before, now in heard] == [
        (0.1, 0.4, "molecule")
    ]


def test_the_same_values_are_no_change(state: StateOwner) -> None:
    heard: list[WindowState] = []
    state.changed.connect(lambda _, now: heard.append(now))
    state.replace(colour_threshold=0.1, position=-1)
    assert heard == []


def test_a_follower_hears_only_of_what_it_uses(state: StateOwner) -> None:
    heard: list[str] = []
    state.follow(lambda: heard.append("colours"), "colour_threshold", "scale")
    state.follow(lambda: heard.append("record"), "position")
    state.replace(position=3)
    state.replace(scale="molecule")
    assert heard == ["record", "colours"]


def test_what_is_no_field_of_the_state_is_refused(state: StateOwner) -> None:
    with pytest.raises(TypeError):
        state.replace(colour="red")


def test_an_answer_comes_to_nothing_once_what_it_was_asked_for_has_changed(state: StateOwner) -> None:
    answers: list[str] = []
    of_method = state.while_same(answers.append, "method")
    of_record = state.while_same(answers.append, "position")
    state.replace(chosen_method="eb")
    of_method("late")
    of_record("in time")
    assert answers == ["in time"]
