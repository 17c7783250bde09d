"""The state of the window as one value without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from ..gcn.cards.card import Card
from ..kinds.kind import Capability, Kind
from ..kinds.registry import DEFAULT_KIND, kind_of_library
from ..library.library import Library
from ..library.molecules.preparation import NO_PREPARATION, Preparation
from .explaining.method_evidence import first_method
from .explaining.method_names import is_signed
from .explaining.model_preparation import preparation_in_words, trained_preparation
from .explaining.value_words import RAISES
from .libraries.shown_class import PREDICTED, probability_class

SCALES = ("library", "molecule")
"""One colour scale for all records, or one for each record."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelOnDisk:
    """A model whose card was read. Choosing the same folder again gives a different one, since its files may have
    changed."""

    folder: Path
    """Of one of several endpoints its own."""
    card: Card

    @property
    def whole(self) -> Path:
        """The folder of the whole model, which may have several endpoints."""
        return self.folder.parent if self.card.shares_layers else self.folder


@dataclass(frozen=True, slots=True)
class WindowState:
    """The state of the window, replaced as a whole by its only owner (``gui.session.state_owner``)."""

    library: Library | None = None
    """The library whose records are shown, complete or with the records found so far."""
    model: ModelOnDisk | None = None
    preparation: Preparation | None = None
    """How the user wants molecules prepared, ``None`` as the model was trained; see :attr:`steps`."""
    chosen_method: str | None = None
    """Id of the method that the user chose, ``None`` for the one that each model shows first; see :attr:`method`."""
    class_index: int = PREDICTED
    """The class that is explained, or ``PREDICTED`` for the predicted class of each record."""
    colour_threshold: float = DEFAULT_COLOUR_THRESHOLD
    """Share of the colour scale below which a node has no colour, 0 to 1."""
    scale: str = SCALES[0]
    """One of :data:`SCALES`."""
    position: int = -1
    """0-based position of the selected record in the file; −1 if none is selected."""

    @property
    def kind(self) -> Kind:
        """The kind of graph in the library; the default kind without a library."""
        return DEFAULT_KIND if self.library is None else kind_of_library(self.library)

    @property
    def method(self) -> str:
        """Id of the method whose map is shown."""
        return first_method(self.card) if self.chosen_method is None else self.chosen_method

    @property
    def steps(self) -> Preparation:
        """The preparation that is applied: none for a kind without preparation."""
        if Capability.PREPARATION not in self.kind.capabilities:
            return NO_PREPARATION
        if self.preparation is not None:
            return self.preparation
        return NO_PREPARATION if self.card is None else trained_preparation(self.card)

    @property
    def steps_in_words(self) -> str:
        """:attr:`steps`, and whether the model was trained with the same; "" if there is nothing to be said."""
        if self.card is None or Capability.PREPARATION not in self.kind.capabilities:
            return self.steps.words
        return preparation_in_words(self.steps, self.card)

    @property
    def card(self) -> Card | None:
        return None if self.model is None else self.model.card

    @property
    def class_names(self) -> Sequence[str]:
        """The model's classes; empty without a model."""
        return () if self.model is None else self.model.card.class_names

    @property
    def class_name(self) -> str:
        """The explained class as in commands: ``predicted``, or its name."""
        if self.class_index == PREDICTED or self.model is None:
            return "predicted"
        return self.model.card.class_names[self.class_index]

    @property
    def probability_class(self) -> int:
        """Index of the class whose probability the table shows, or ``PREDICTED``; of a value that of the value."""
        if self.card is not None and self.card.of_value:
            return RAISES
        return probability_class(
            self.class_names, None if self.card is None else self.card.positive_class, self.class_index
        )

    @property
    def explains_value(self) -> bool:
        """Whether the map that is shown explains a value itself, as signed methods do, not what raises or lowers it."""
        return self.card is not None and self.card.of_value and is_signed(self.method)

    def class_shown(self, predicted: int) -> int:
        """The class whose map is shown for a record with this predicted class."""
        if self.explains_value:
            return RAISES
        return predicted if self.class_index == PREDICTED else self.class_index
