"""The user's marks and notes of a library's records, with undo. Uses neither Qt nor files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from ...depict.colour import Paper
from ...project.store import Mark
from .history import History, Step

MAX_NOTE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class MarkColour:
    """A colour for marking records. It is always shown with its number, so that nobody must distinguish colours."""

    number: int
    name: str
    on_white: str
    """As ``"#rrggbb"``; the number is written on it in the colour of the paper."""
    on_dark: str

    def on(self, paper: Paper) -> str:
        return self.on_white if paper is Paper.WHITE else self.on_dark


MARK_COLOURS = (
    MarkColour(1, "Red", "#c8454e", "#f8395d"),
    MarkColour(2, "Green", "#115101", "#7be743"),
    MarkColour(3, "Violet", "#8242c6", "#b171fe"),
    MarkColour(4, "Teal", "#08838c", "#17989e"),
    MarkColour(5, "Magenta", "#841172", "#f6a9dd"),
)
"""Distinct for every colour vision, mostly by lightness, and distinct from the halos' amber and blue."""


class Marks:
    """Marks and notes by position. Any thread may read them; positions need not exist yet.

    Attribute ``history``: undoes changes of marks and notes, and other steps that are added to it.
    """

    def __init__(self) -> None:
        self._colours: dict[int, int] = {}
        self._notes: dict[int, str] = {}
        self.history = History()
        self._listeners: list[Callable[[Sequence[int]], None]] = []

    def listen(self, listener: Callable[[Sequence[int]], None]) -> None:
        """Calls ``listener`` after each change, with the positions whose mark or note changed."""
        self._listeners.append(listener)

    # Reading

    @property
    def none(self) -> bool:
        """Whether no record has a mark or a note."""
        return not (self._colours or self._notes)

    def colour(self, position: int) -> int:
        """Number of the record's colour, 0 for none."""
        return self._colours.get(position, 0)

    def note(self, position: int) -> str:
        return self._notes.get(position, "")

    def at(self, position: int) -> Mark:
        """The mark of a record; without colour and note if there is none."""
        return Mark(position, self.colour(position), self.note(position))

    def all(self) -> dict[int, Mark]:
        """Position → mark, for the records that have a mark or a note."""
        return {position: self.at(position) for position in {*self.colours(), *self.notes()}}

    def colours(self) -> dict[int, int]:
        """Position → colour, a copy, for the records that have one."""
        return self._colours.copy()

    def notes(self) -> dict[int, str]:
        """Position → note, a copy, for the records that have one."""
        return self._notes.copy()

    # Changing

    def replace(self, marks: Mapping[int, Mark]) -> None:
        """Replaces all marks by those of an opened project; the history is emptied."""
        changed = {*self._colours, *self._notes, *marks}
        known = range(1, len(MARK_COLOURS) + 1)
        kept = {position: mark for position, mark in marks.items() if position >= 0}
        self._colours = {position: mark.colour for position, mark in kept.items() if mark.colour in known}
        notes = {position: cleaned_note(mark.note) for position, mark in kept.items() if mark.note}
        self._notes = {position: note for position, note in notes.items() if note}
        self.history.clear()
        self._notify(sorted(changed))

    def set_colour(self, positions: Iterable[int], colour: int) -> None:
        """Marks records; 0 removes their mark.

        :raises ValueError: if there is no such colour
        """
        if not 0 <= colour <= len(MARK_COLOURS):
            raise ValueError(f"there is no mark colour {colour}")
        listed = list(positions)
        requested = np.array(listed, dtype=np.int64)
        before = np.fromiter(map(self._colours.get, listed, repeat(0)), dtype=np.uint8, count=len(listed))
        changed = before != colour
        if changed.any():
            self._change_colours(requested[changed], before[changed], colour)

    def set_note(self, position: int, text: str, *, continued: bool = False) -> None:
        """Sets the note of a record, one line of at most ``MAX_NOTE_CHARACTERS``; "" removes it.

        :param continued: whether this continues the last edit, so that both are undone together
        """
        before, after = self.note(position), cleaned_note(text)
        if after == before:
            return
        undo, redo = (partial(self._write_note, position, note) for note in (before, after))
        redo()
        self.history.add(Step("Note", undo, redo, f"note on record {position + 1}"), continued=continued)

    # Inside

    def _change_colours(self, positions: NDArray[np.int64], before: NDArray[np.uint8], colour: int) -> None:
        def undo() -> None:
            for number in np.unique(before).tolist():
                self._write_colour(positions[before == number].tolist(), number)
            self._notify(positions.tolist())

        def redo() -> None:
            listed = positions.tolist()
            self._write_colour(listed, colour)
            self._notify(listed)

        words = f"Mark {MARK_COLOURS[colour - 1].name.lower() if colour else 'none'}"
        if len(positions) > 1:
            words += f" on {len(positions):,} Records"
        redo()
        self.history.add(Step(words, undo, redo, size=len(positions)))

    def _write_colour(self, positions: Sequence[int], colour: int) -> None:
        if colour:
            self._colours.update(dict.fromkeys(positions, colour))
        else:
            for position in positions:
                self._colours.pop(position, None)

    def _write_note(self, position: int, note: str) -> None:
        if note:
            self._notes[position] = note
        else:
            self._notes.pop(position, None)
        self._notify([position])

    def _notify(self, positions: Sequence[int]) -> None:
        for listener in self._listeners:
            listener(positions)


def cleaned_note(note: str) -> str:
    """A note in its stored form: one line of at most ``MAX_NOTE_CHARACTERS``, with characters that any file can
    hold."""
    line = " ".join(note[: 2 * MAX_NOTE_CHARACTERS].split())[:MAX_NOTE_CHARACTERS]
    return line.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
