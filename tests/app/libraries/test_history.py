"""Steps that are taken back and done again."""

from __future__ import annotations

from functools import partial

import pytest

from gcx_desktop.app.libraries import history as history_module
from gcx_desktop.app.libraries.history import MAX_STEPS, History, Step


class Written:
    """A list that steps are written into."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.history = History()

    def write(self, word: str, *, subject: str = "", size: int = 1, continued: bool = False) -> None:
        step = Step(
            word, partial(self.words.append, f"un{word}"), partial(self.words.append, f"re{word}"), subject, size
        )
        self.history.add(step, continued=continued)


@pytest.fixture
def written() -> Written:
    return Written()


def test_steps_are_undone_last_first_and_redone_first_first(written: Written) -> None:
    written.write("a")
    written.write("b")
    for act in ("undo", "undo", "undo", "redo", "redo", "redo"):
        getattr(written.history, act)()
    assert written.words == ["unb", "una", "rea", "reb"]


def test_the_next_steps_have_names(written: Written) -> None:
    assert (written.history.undo_words, written.history.redo_words) == ("", "")
    written.write("a")
    written.write("b")
    written.history.undo()
    assert (written.history.undo_words, written.history.redo_words) == ("a", "b")


def test_a_new_step_leaves_nothing_to_do_again(written: Written) -> None:
    written.write("a")
    written.history.undo()
    written.write("b")
    assert written.history.redo_words == ""


def test_what_goes_on_with_the_same_subject_is_one_step(written: Written) -> None:
    written.write("a", subject="note")
    written.write("b", subject="note", continued=True)
    written.history.undo()
    written.history.redo()
    assert written.words == ["una", "reb"]
    assert written.history.redo_words == ""


def test_what_goes_on_with_another_subject_is_a_step_of_its_own(written: Written) -> None:
    written.write("a", subject="note")
    written.write("b", subject="search", continued=True)
    written.history.undo()
    assert written.history.undo_words == "a"


def test_the_oldest_steps_are_forgotten(written: Written) -> None:
    for _ in range(MAX_STEPS + 5):
        written.write("a")
    for _ in range(MAX_STEPS + 5):
        written.history.undo()
    assert len(written.words) == MAX_STEPS


def test_large_steps_are_forgotten_sooner_but_for_the_newest(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MAX_SIZE", 10)
    written.write("a", size=6)
    written.write("b", size=6)
    written.write("c", size=20)
    for _ in range(3):
        written.history.undo()
    assert written.words == ["unc"]


def test_who_listens_hears_of_every_change(written: Written) -> None:
    heard: list[str] = []
    written.history.listen(lambda: heard.append(written.history.undo_words))
    written.write("a")
    written.history.undo()
    written.history.redo()
    written.history.clear()
    assert heard == ["a", "", "a", ""]
