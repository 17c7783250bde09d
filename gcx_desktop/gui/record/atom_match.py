"""The atoms of the shown molecule that match a substructure, and the line around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPainter, QPolygonF

from ...depict.drawing import Depiction
from ..pictures.atom_outline import match_colour, match_edges, paint_edges

if TYPE_CHECKING:
    from .molecule_view import MoleculeView

LINE = 1.6
"""Logical pixels."""


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
