"""Marks and notes: set, taken back, done again, bounded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from gcx_desktop.app.libraries.marks import MARK_COLOURS, MAX_NOTE_CHARACTERS, Marks
from gcx_desktop.depict.colour import ColourScale, Paper, contrast, rgb
from gcx_desktop.project.store import Mark


def test_a_record_has_the_colour_and_the_note_that_it_was_given() -> None:
    marks = Marks()
    marks.set_colour([3, 5], 2)
    marks.set_note(5, "ask about  the\nsalt ")
    assert marks.at(3) == Mark(3, 2, "")
    assert marks.at(5) == Mark(5, 2, "ask about the salt")
    assert marks.at(4) == Mark(4)
    assert marks.all() == {3: marks.at(3), 5: marks.at(5)}


def test_a_removed_mark_is_no_longer_listed() -> None:
    marks = Marks()
    marks.set_colour([1], 1)
    marks.set_note(2, "here")
    marks.set_colour([1], 0)
    marks.set_note(2, "  ")
    assert marks.none
    assert marks.all() == {}


def test_a_colour_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="no mark colour 6"):
        Marks().set_colour([0], len(MARK_COLOURS) + 1)


def test_every_record_gets_back_the_colour_that_it_had() -> None:
    marks = Marks()
    marks.set_colour([0, 1], 1)
    marks.set_colour([2], 2)
    marks.set_colour(range(4), 3)
    marks.history.undo()
    assert marks.colours() == {0: 1, 1: 1, 2: 2}
    marks.history.redo()
    assert marks.colours() == dict.fromkeys(range(4), 3)


def test_marks_and_notes_are_undone_in_reverse_order_and_named() -> None:
    marks = Marks()
    marks.set_colour([0, 1], 1)
    marks.set_note(0, "first")
    assert marks.history.undo_words == "Note"
    marks.history.undo()
    assert (marks.note(0), marks.history.undo_words, marks.history.redo_words) == ("", "Mark red on 2 Records", "Note")
    marks.history.undo()
    assert marks.none
    assert marks.history.undo_words == ""
    marks.history.undo()
    marks.history.redo()
    marks.history.redo()
    marks.history.redo()
    assert marks.at(0) == Mark(0, 1, "first")


def test_another_change_leaves_nothing_to_do_again() -> None:
    marks = Marks()
    marks.set_colour([0], 1)
    marks.history.undo()
    marks.set_colour([1], 1)
    assert marks.history.redo_words == ""


def test_what_changes_nothing_is_no_step() -> None:
    marks = Marks()
    marks.set_colour([0], 0)
    marks.set_colour([], 1)
    marks.set_note(0, " ")
    assert marks.history.undo_words == ""


def test_the_pauses_of_one_edit_are_one_step() -> None:
    marks = Marks()
    marks.set_note(0, "old")
    marks.set_note(0, "older")
    marks.set_note(0, "older still", continued=True)
    marks.history.undo()
    assert marks.note(0) == "old"
    marks.history.redo()
    assert marks.note(0) == "older still"


def test_who_listens_hears_which_records_changed() -> None:
    marks, heard = Marks(), list[Sequence[int]]()
    marks.set_colour([1], 1)
    marks.listen(heard.append)
    marks.set_colour([1, 2], 1)
    marks.set_note(7, "seven")
    marks.history.undo()
    marks.replace({4: Mark(4, 1)})
    assert heard == [[2], [7], [7], [1, 2, 4]]


def test_the_marks_of_a_project_replace_earlier_ones_and_cannot_be_undone() -> None:
    marks = Marks()
    marks.set_colour([0], 1)
    marks.replace({4: Mark(4, 2, "four"), 5: Mark(5, 0, "five")})
    assert marks.all() == {4: Mark(4, 2, "four"), 5: Mark(5, 0, "five")}
    assert (marks.history.undo_words, marks.history.redo_words) == ("", "")


def test_a_project_with_impossible_marks_does_no_harm() -> None:
    marks = Marks()
    marks.replace({-1: Mark(-1, 1), 2: Mark(2, 99, "x" * 10_000), 3: Mark(3, -1), 10**15: Mark(10**15, 1)})
    assert marks.all() == {2: Mark(2, 0, "x" * MAX_NOTE_CHARACTERS), 10**15: Mark(10**15, 1)}


def test_a_note_can_be_stored_whatever_was_pasted() -> None:
    marks = Marks()
    marks.set_note(0, "half \ud83d a\0b")
    assert marks.note(0) == "half ? ab"


def test_a_hundred_thousand_records_are_marked_at_once() -> None:
    marks = Marks()
    positions = np.random.default_rng(0).permutation(1_000_000)[:100_000].tolist()
    marks.set_colour(positions[::2], 1)
    start = time.process_time()
    marks.set_colour(positions, 2)
    assert time.process_time() - start < 0.5  # about 0.03 s; the bound only forbids another order of magnitude
    marks.history.undo()
    assert len(marks.colours()) == 50_000


_VISIONS = {
    "ordinary": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Machado, Oliveira and Fernandes, 2009, at full severity; of linear RGB."""


def _oklab(colour: str, vision: str) -> np.ndarray:
    values = np.array(rgb(colour)) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(to_cones) @ np.clip(_VISIONS[vision] @ linear, 0, 1))


@pytest.mark.parametrize("vision", _VISIONS)
@pytest.mark.parametrize("paper", Paper)
def test_mark_colours_are_distinct_for_every_colour_vision(paper: Paper, vision: str) -> None:
    seen = [_oklab(colour.on(paper), vision) for colour in MARK_COLOURS]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 0.1


@pytest.mark.parametrize("paper", Paper)
def test_a_marks_number_can_be_read_on_its_colour_and_the_colour_on_the_paper(paper: Paper) -> None:
    assert all(contrast(colour.on(paper), paper.background) >= 4.5 for colour in MARK_COLOURS)


@pytest.mark.parametrize("paper", Paper)
def test_no_mark_has_the_colour_of_a_halo(paper: Paper) -> None:
    scale = ColourScale(1.0, signed=True, paper=paper)
    halos = [_oklab(scale.colour(value), "ordinary") for value in (-1.0, -0.7, 0.7, 1.0)]
    marks = [_oklab(colour.on(paper), "ordinary") for colour in MARK_COLOURS]
    assert min(np.linalg.norm(mark - halo) for mark in marks for halo in halos) > 0.1


def test_marks_are_numbered_as_they_stand() -> None:
    assert [colour.number for colour in MARK_COLOURS] == list(range(1, len(MARK_COLOURS) + 1))
