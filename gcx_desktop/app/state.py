"""What the window is about, as one value that knows no window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..gcn.card import Card
from ..kinds.kind import Kind, Part
from ..kinds.registry import CUSTOMARY, kind_of_library
from ..library.library import Library
from ..library.molecules.preparation import AS_RECORDED, Preparation
from .explaining.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from .explaining.method_names import DEFAULT_METHOD
from .libraries.shown_class import PREDICTED, probability_class

SCALES = ("library", "molecule")
"""One colour scale for all records, or each record its own."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelOnDisk:
    """A model whose card was read. The same folder chosen anew is another one, since its files may have changed."""

    folder: Path
    card: Card


@dataclass(frozen=True, slots=True)
class WindowState:
    """What the window is about, replaced as a whole by its one owner (``gui.session.state_owner``)."""

    library: Library | None = None
    """Of which records are shown, be they all or only the first ones that were found."""
    model: ModelOnDisk | None = None
    preparation: Preparation = AS_RECORDED
    """What the user wants done to molecules first; see :attr:`steps`."""
    method: str = DEFAULT_METHOD
    """Id of the method whose map is shown."""
    class_index: int = PREDICTED
    """The class that is explained, or ``PREDICTED``: of each record the one that is predicted."""
    colour_threshold: float = DEFAULT_COLOUR_THRESHOLD
    """Share of the colour scale below which a node has no colour, 0 to 1."""
    scale: str = SCALES[0]
    """One of :data:`SCALES`."""
    position: int = -1
    """0-based, of the selected record in the file; −1 if none is selected."""

    @property
    def kind(self) -> Kind:
        """What kind of graph the window is about."""
        return CUSTOMARY if self.library is None else kind_of_library(self.library)

    @property
    def steps(self) -> Preparation:
        """What is done to records first: nothing to those of a kind that knows no preparation."""
        return self.preparation if Part.PREPARATION in self.kind.parts else AS_RECORDED

    @property
    def card(self) -> Card | None:
        return None if self.model is None else self.model.card

    @property
    def class_names(self) -> Sequence[str]:
        """Of the model; none while there is none."""
        return () if self.model is None else self.model.card.class_names

    @property
    def class_name(self) -> str:
        """As commands call the class that is explained: ``predicted``, or its name."""
        if self.class_index == PREDICTED or self.model is None:
            return "predicted"
        return self.model.card.class_names[self.class_index]

    @property
    def probability_class(self) -> int:
        """Index of the class whose probability the table shows, or ``PREDICTED``."""
        return probability_class(
            self.class_names, None if self.card is None else self.card.positive_class, self.class_index
        )

    def class_shown(self, predicted: int) -> int:
        """The class whose map is shown of a record that is predicted so."""
        return predicted if self.class_index == PREDICTED else self.class_index
