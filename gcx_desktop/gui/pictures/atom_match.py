"""The atoms of the shown molecule that match a substructure, and the line around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPainter, QPolygonF

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ..widgets.theme import mixed
from .atom_outline import outline, paint_edges

if TYPE_CHECKING:
    from ..record.molecule_view import MoleculeView

LINE = 1.6
"""Logical pixels."""


def match_colour(paper: Paper) -> QColor:
    """Quieter than the line around atoms that the user picks."""
    return mixed(QColor(paper.ink), QColor(paper.background), 0.62)


def match_edges(depiction: Depiction, atoms: frozenset[int]) -> list[QPolygonF]:
    """The line around those of the atoms that are drawn."""
    drawn = {atom for atom in atoms if atom < len(depiction.atom_xy) and depiction.atom_xy[atom, 0] >= 0}
    return outline(depiction, drawn)


class AtomMatch:
    """What is outlined in a :class:`MoleculeView`. Attribute ``atoms`` (record indices)."""

    def __init__(self, view: MoleculeView) -> None:
        self._view = view
        self._depiction: Depiction | None = None
        self._edges: list[QPolygonF] = []
        self.atoms: frozenset[int] = frozenset()

    def show(self, depiction: Depiction | None, atoms: frozenset[int]) -> None:
        """:param depiction: whose atoms these are; beside another one nothing is outlined"""
        self._depiction, self.atoms = depiction, atoms
        self._edges = [] if depiction is None else match_edges(depiction, atoms)
        self._view.update()

    def paint_outline(self, painter: QPainter) -> None:
        """As :meth:`AtomPicking.paint_outline`, which goes over it."""
        if self._edges and self._view.depiction is self._depiction:
            paper = self._view.paper
            ratio = self._view.devicePixelRatioF()
            paint_edges(painter, self._edges, match_colour(paper), QColor(paper.background), LINE, ratio)
