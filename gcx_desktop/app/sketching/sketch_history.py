"""Undo and redo of the drawing of a substructure."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sketch import Sketch

MAX_UNDONE_STEPS = 200
"""Number of steps that can be undone."""


@dataclass(frozen=True, slots=True)
class SketchHistory:
    """The current sketch, the earlier ones and the undone ones."""

    now: Sketch = field(default_factory=Sketch)
    past: tuple[Sketch, ...] = ()
    future: tuple[Sketch, ...] = ()

    def then(self, sketch: Sketch) -> SketchHistory:
        """The history with a further sketch; an equal one is ignored."""
        return self if sketch == self.now else SketchHistory(sketch, (*self.past, self.now)[-MAX_UNDONE_STEPS:])

    def undone(self) -> SketchHistory:
        if not self.past:
            return self
        return SketchHistory(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redone(self) -> SketchHistory:
        if not self.future:
            return self
        return SketchHistory(self.future[0], (*self.past, self.now), self.future[1:])
