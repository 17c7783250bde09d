"""Marks and notes: set, taken back, done again, bounded."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from gcx_desktop.app import marks as marks_module
from gcx_desktop.app.marks import MARK_COLOURS, MAX_NOTE_CHARACTERS, MAX_STEPS, Marks
from gcx_desktop.project.store import Mark


def test_a_record_has_the_colour_and_the_note_that_it_was_given() -> None:
    marks = Marks()
    marks.set_colour([3, 5], 2)
    marks.set_note(5, "ask about  the\nsalt ")
    assert marks.at(3) == Mark(3, 2, "")
    assert marks.at(5) == Mark(5, 2, "ask about the salt")
    assert marks.at(4) == Mark(4)
    assert marks.all() == {3: marks.at(3), 5: marks.at(5)}


def test_what_is_taken_away_is_no_longer_among_all() -> None:
    marks = Marks()
    marks.set_colour([1], 1)
    marks.set_note(2, "here")
    marks.set_colour([1], 0)
    marks.set_note(2, "  ")
    assert marks.none
    assert marks.all() == {}


def test_a_colour_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="no mark colour 7"):
        Marks().set_colour([0], len(MARK_COLOURS) + 1)


def test_every_record_gets_back_the_colour_that_it_had() -> None:
    marks = Marks()
    marks.set_colour([0, 1], 1)
    marks.set_colour([2], 2)
    marks.set_colour(range(4), 3)
    marks.undo()
    assert marks.colours() == {0: 1, 1: 1, 2: 2}
    marks.redo()
    assert marks.colours() == dict.fromkeys(range(4), 3)


def test_marks_and_notes_are_taken_back_in_the_reverse_order_and_said_in_words() -> None:
    marks = Marks()
    marks.set_colour([0, 1], 1)
    marks.set_note(0, "first")
    assert marks.undo_words == "Note"
    marks.undo()
    assert (marks.note(0), marks.undo_words, marks.redo_words) == ("", "Mark red on 2 Records", "Note")
    marks.undo()
    assert marks.none
    assert marks.undo_words == ""
    marks.undo()
    marks.redo()
    marks.redo()
    marks.redo()
    assert marks.at(0) == Mark(0, 1, "first")


def test_another_change_leaves_nothing_to_do_again() -> None:
    marks = Marks()
    marks.set_colour([0], 1)
    marks.undo()
    marks.set_colour([1], 1)
    assert marks.redo_words == ""


def test_what_changes_nothing_is_no_step() -> None:
    marks = Marks()
    marks.set_colour([0], 0)
    marks.set_colour([], 1)
    marks.set_note(0, " ")
    assert marks.undo_words == ""


def test_the_pauses_of_one_edit_are_one_step() -> None:
    marks = Marks()
    marks.set_note(0, "old")
    marks.set_note(0, "older")
    marks.set_note(0, "older still", continued=True)
    marks.undo()
    assert marks.note(0) == "old"
    marks.redo()
    assert marks.note(0) == "older still"


def test_an_edit_that_takes_itself_back_is_no_step() -> None:
    marks = Marks()
    marks.set_note(0, "a")
    marks.set_note(0, "", continued=True)
    assert marks.undo_words == ""
    assert marks.none


def test_who_listens_hears_which_records_changed() -> None:
    marks, heard = Marks(), list[Sequence[int]]()
    marks.set_colour([1], 1)
    marks.listen(heard.append)
    marks.set_colour([1, 2], 1)
    marks.set_note(7, "seven")
    marks.undo()
    marks.replace({4: Mark(4, 1)})
    assert heard == [[2], [7], [7], [1, 2, 4]]


def test_the_marks_of_a_project_replace_those_before_and_cannot_be_taken_back() -> None:
    marks = Marks()
    marks.set_colour([0], 1)
    marks.replace({4: Mark(4, 2, "four"), 5: Mark(5, 0, "five")})
    assert marks.all() == {4: Mark(4, 2, "four"), 5: Mark(5, 0, "five")}
    assert (marks.undo_words, marks.redo_words) == ("", "")


def test_a_project_with_impossible_marks_does_no_harm() -> None:
    marks = Marks()
    marks.replace({-1: Mark(-1, 1), 2: Mark(2, 99, "x" * 10_000), 3: Mark(3, -1), 10**15: Mark(10**15, 1)})
    assert marks.all() == {2: Mark(2, 0, "x" * MAX_NOTE_CHARACTERS), 10**15: Mark(10**15, 1)}


def test_a_note_can_be_stored_whatever_was_pasted() -> None:
    marks = Marks()
    marks.set_note(0, "half \ud83d a\0b")
    assert marks.note(0) == "half ? ab"


def test_steps_are_bounded_in_number_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = Marks()
    for i in range(MAX_STEPS + 5):
        marks.set_note(0, str(i))
    for _ in range(MAX_STEPS + 5):
        marks.undo()
    assert marks.note(0) == "4"
    monkeypatch.setattr(marks_module, "MAX_STEP_RECORDS", 10)
    marks.set_colour(range(8), 1)
    marks.set_colour(range(8), 2)
    marks.undo()
    marks.undo()
    assert marks.colour(0) == 1
    marks.set_colour(range(20), 3)
    marks.undo()
    assert marks.colour(0) == 1


def test_a_hundred_thousand_records_are_marked_at_once() -> None:
    marks = Marks()
    positions = np.random.default_rng(0).permutation(1_000_000)[:100_000].tolist()
    marks.set_colour(positions[::2], 1)
    start = time.process_time()
    marks.set_colour(positions, 2)
    assert time.process_time() - start < 0.5  # about 0.03 s; the bound only forbids another order of magnitude
    marks.undo()
    assert len(marks.colours()) == 50_000
