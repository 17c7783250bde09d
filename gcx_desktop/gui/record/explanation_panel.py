"""The right half of the window: one record, its prediction, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ...app.explaining.method_names import METHOD_NAMES
from ...app.explaining.value_words import LOWERS, RAISES, ValueWords
from ...app.state import SCALES
from ...depict.colour import ColourScale, Paper
from ...depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD, is_highlighted
from ...depict.drawing import Depiction
from ...depict.halos import Halo, halos, saliency_svg
from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ...library.molecules.predictability import NOT_PREDICTABLE
from ...library.record import Rejected
from ...wording import capitalised
from ..pictures.picture import render_image
from ..widgets.plain_labels import MOST_CHARACTERS, ElidedLabel, PlainLabel, TitleLine
from .atom_readings import AtomReadings
from .legend import map_caption, sides_of, value_map_caption
from .molecule_view import MoleculeView
from .prediction_line import PredictionLine
from .record_mark import RecordMark
from .record_notice import RecordNotice
from .saliency_controls import SaliencyControls
from .trust_strip import TrustStrip

NOTHING_SELECTED = "Select {} to see why"
WAITS_FOR_SCALE = "The colours follow as soon as the library's scale is known."
_PATIENCE_MS = 250
"""Time before "loading" is shown: a text that flashes up only disturbs."""


class ExplanationPanel(QWidget):
    """Shows one record at a time; it is given what it shows, and computes only colours.

    Attributes: ``view`` (MoleculeView), ``controls`` (SaliencyControls), ``prediction`` (PredictionLine), ``notice``
    (RecordNotice), ``mark`` (RecordMark), ``trust`` (TrustStrip).

    Signals of the user's choices: ``class_wanted`` (index of the class to explain, or ``PREDICTED``),
    ``colour_threshold_wanted`` (share of the scale), ``scale_wanted`` (one of ``SCALES``); and ``recoloured()``: other
    atoms may be highlighted.
    """

    class_wanted = Signal(int)
    colour_threshold_wanted = Signal(float)
    scale_wanted = Signal(str)
    recoloured = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper = Paper.WHITE
        self._names: Sequence[str] = ()
        self._folded: frozenset[int] = frozenset()
        self._words = DEFAULT_KIND.words
        self._predictable = True
        self._preparation = ""
        self._values: npt.NDArray[np.float64] | None = None
        self._spread: npt.NDArray[np.float64] | None = None
        self._n_members = 1
        self._library_maximum: float | None = None
        self._colour_threshold, self._scale_wanted = DEFAULT_COLOUR_THRESHOLD, SCALES[0]
        self._scale_awaited = False
        self._method_name = self._class_name = ""
        self._signed = False
        self._of_value: ValueWords | None = None
        self._depiction: Depiction | None = None
        self._halos: list[Halo] = []
        self._readings = AtomReadings()
        self._shown: tuple[str, int, int] | None = None
        self._listed = True
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self.show_nothing()

    # Settings

    def show_settings(self, colour_threshold: float, scale: str) -> None:
        """Sets how maps are coloured.

        :param colour_threshold: share of the scale below which an atom has no colour
        :param scale: the user's choice, one of ``SCALES``; each record has its own while the library's is not known
        """
        if (colour_threshold, scale) != (self._colour_threshold, self._scale_wanted):
            self._colour_threshold, self._scale_wanted = colour_threshold, scale
            self.controls.show_colour_threshold(colour_threshold)
            self.controls.show_scale(scale)
            self._recolour()

    @property
    def highlighted(self) -> npt.NDArray[np.bool_] | None:
        """[n_record_atoms]: which atoms are coloured for the class, or by a signed map of a value in either colour;
        ``None`` while there is no map."""
        if self._values is None or self._waits_for_scale:
            return None
        scale = self._scale()
        values = np.abs(self._values) if self._signed and self._of_value is not None else self._values
        return is_highlighted(values, np.inf if scale.is_empty else self._colour_threshold * scale.maximum)

    def set_paper(self, paper: Paper) -> None:
        """Sets the paper of later drawings; a depiction keeps the paper for which it was drawn."""
        self._paper = paper
        self.view.set_paper(paper)
        self.mark.set_paper(paper)
        self._recolour()

    def set_kind(self, kind: Kind) -> None:
        """Sets the words for a record and its parts, and the groups that can be picked."""
        self._words = words = kind.words
        self._empty.setText(NOTHING_SELECTED.format(words.a_record))
        self.title.setAccessibleName(f"Title of the {words.record}")
        self.controls.set_words(words)
        self.view.set_kind(kind)
        self._read_atoms()
        self._recolour()

    def set_classes(self, names: Sequence[str], of_value: ValueWords | None = None) -> None:
        """Sets the model's classes. If they have changed, the predicted class is explained again, without a signal.

        :param of_value: ``None`` of a model of classes
        """
        self.controls.set_classes(names, of_value)
        self.prediction.set_names(names)

    # What is shown

    def show_nothing(self) -> None:
        self._forget()
        self._shown = None
        self._pages.setCurrentWidget(self._empty)

    def show_loading(self, title: str, record: int, total: int) -> None:
        """A record was selected; its contents follow."""
        self._forget()
        self._show_header(title, record, total)
        self._show_picture()
        self._patience.start()

    def show_record(self, title: str, record: int, total: int) -> None:
        """Shows the record that was read; if it is the one already loading or shown, its contents stay."""
        if self._shown is None or self._shown[1:] != (record, total):
            self._forget()
        self._show_header(title, record, total)
        self._show_picture()

    def set_total(self, total: int) -> None:
        """Sets how many records the library has so far."""
        if self._shown is not None:
            self._shown = (*self._shown[:2], total)
        self._say_place()

    def set_listed(self, listed: bool) -> None:
        """Sets whether the record is among those in the table."""
        self._listed = listed
        self._say_place()

    def show_atoms(self, names: Sequence[str], folded: frozenset[int] = frozenset()) -> None:
        """Sets the names of the atoms, [n_places], for the sentences about them.

        :param folded: places that never have a value of their own
        """
        self._names, self._folded = names, folded
        self._read_atoms()

    def show_depiction(self, depiction: Depiction | None, message: str = "") -> None:
        """Shows the structure, or the reason why there is none."""
        self._patience.stop()
        self._depiction = depiction
        if depiction is None:
            self.view.set_message(capitalised(message))
        else:
            self.view.set_depiction(depiction)
        self._recolour()

    def show_preparation(self, done: str | None) -> None:
        """Shows how the molecule was prepared, "" if it was unchanged; ``None`` if no molecule is prepared."""
        self._preparation = done or ""
        self.preparation.setVisible(done is not None)
        self.preparation.set_full_text(f"Preparation: {done or 'nothing to be done'}", quiet=True)

    def set_scale_awaited(self, awaited: bool) -> None:
        """Sets whether the library's scale is being computed: until it is known, maps that use it have no colours,
        since these would change a moment later."""
        self._scale_awaited = awaited

    @property
    def _waits_for_scale(self) -> bool:
        return self._scale_awaited and self._library_maximum is None and self._scale_wanted == "library"

    def show_saliency(
        self,
        values: npt.ArrayLike,
        scale_maximum_library: float | None,
        method_name: str,
        class_name: str,
        signed: bool = False,
        of_value: ValueWords | None = None,
    ) -> None:
        """Shows one map: ``values`` [n_record_atoms], NaN at hydrogens folded into their heavy atom.

        :param class_name: the class, or what is explained of a value, such as "raises pIC50"
        :param of_value: ``None`` of a model of classes
        :param scale_maximum_library: value of the strongest colour in the whole library; ``None`` while unknown
        """
        self._values = np.asarray(values, dtype=np.float64).ravel()
        self._library_maximum = scale_maximum_library
        self._method_name, self._class_name, self._signed = method_name, class_name, signed
        self._of_value = of_value
        self.controls.legend.set_sides(sides_of(of_value))
        self.controls.classes.show_value_itself(signed)
        self.controls.set_library_scale_known(scale_maximum_library is not None)
        self._read_atoms()
        self._recolour()

    def show_spread(self, spread: npt.ArrayLike | None, n_members: int) -> None:
        """Shows how much the members of the model differ in the map that is shown, until another record follows.

        :param spread: [n_places], standard deviation; ``None`` while it is not known
        """
        self._spread = None if spread is None else np.asarray(spread, dtype=np.float64)
        self._n_members = n_members
        self._read_atoms()

    def show_unpredictable(self, reason: str) -> None:
        """Shows why a structure has no prediction, in place of one. Its atoms and depiction follow."""
        self._forget()
        self._predictable = False
        reason = reason.removeprefix(NOT_PREDICTABLE)
        self.why.setText(f"This record cannot be predicted: {reason[:MOST_CHARACTERS]}")
        self._show_picture()

    def show_rejected(self, rejected: Rejected, text: str) -> None:
        """Shows why a record could not be read or predicted, its line in the file, and its first lines."""
        self._forget()
        self.notice.show_reason(rejected.reason, rejected.line, text)
        self._body.setCurrentWidget(self.notice)
        self._pages.setCurrentWidget(self._record)

    # The picture for export

    def svg(self) -> str | None:
        """The molecule as shown, as a standalone SVG, with its preparation below; ``None`` if no molecule is shown."""
        if self._depiction is None:
            return None
        return saliency_svg(self._depiction, self._halos, caption=self._preparation)

    def image(self, scale: float = 4.0) -> QImage | None:
        """As :meth:`svg`, with ``scale`` pixels per unit of the depiction; ``None`` if no molecule is shown."""
        return render_image(self._depiction, self._halos, scale, self._preparation) if self._depiction else None

    # Inside

    def _make_widgets(self) -> None:
        self.title = TitleLine(self)
        self.place = PlainLabel(quiet=True, parent=self)
        self.mark = RecordMark(self)
        self.prediction = PredictionLine(self)
        self.why = PlainLabel(parent=self)
        self.why.setWordWrap(True)
        self.preparation = ElidedLabel(quiet=True, parent=self)
        self.preparation.hide()
        self.view = MoleculeView(self)
        self.atom_line = ElidedLabel(parent=self)
        self.controls = SaliencyControls(self)
        self.trust = TrustStrip(self)
        self.controls.add_row("Trust", self.trust.button, self.trust)
        self.notice = RecordNotice(self)
        self._empty = PlainLabel(NOTHING_SELECTED.format(self._words.a_record), quiet=True, parent=self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(16)
        header.addWidget(self.title, 1)
        header.addWidget(self.place)

        picture = QWidget(self)
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.prediction)
        column.addWidget(self.why)
        column.addWidget(self.preparation)
        column.addWidget(self.view, 1)
        column.addWidget(self.atom_line)
        column.addSpacing(2)
        column.addWidget(self.controls)
        self._picture = picture

        self._body = QStackedWidget(self)
        self._body.addWidget(picture)
        self._body.addWidget(self.notice)
        self._record = QWidget(self)
        whole = QVBoxLayout(self._record)
        whole.setContentsMargins(16, 12, 16, 14)
        whole.setSpacing(8)
        whole.addLayout(header)
        whole.addWidget(self.mark)
        whole.addWidget(self._body, 1)

        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._record)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self.controls.classes.chosen.connect(self.class_wanted)
        self.controls.colour_threshold_wanted.connect(self.colour_threshold_wanted)
        self.controls.scale_wanted.connect(self.scale_wanted)
        self.view.atom_hovered.connect(self._say_atom)
        self._patience.timeout.connect(self._ask_for_patience)

    def _ask_for_patience(self) -> None:
        self.view.set_message(f"Reading and drawing the {self._words.record}…")

    def _forget(self) -> None:
        """Clears everything that belongs to the previous record."""
        self._patience.stop()
        self._names, self._values, self._spread, self._depiction = (), None, None, None
        self._predictable, self._preparation = True, ""
        self.preparation.set_full_text("", quiet=True)
        self.prediction.forget()
        self.view.set_message("")
        self._read_atoms()
        self._recolour()

    def _show_header(self, title: str, record: int, total: int) -> None:
        self._shown = (title, record, total)
        self.title.set_title(title or "untitled")
        self._say_place()
        self.view.set_title(title)

    def _say_place(self) -> None:
        if self._shown is not None:
            hidden = "" if self._listed else "not in the list  ·  "
            self.place.setText(f"{hidden}record {self._shown[1]:,} of {self._shown[2]:,}")

    def _show_picture(self) -> None:
        for widget in (self.prediction, self.controls):
            widget.setVisible(self._predictable)
        self.why.setVisible(not self._predictable)
        self._body.setCurrentWidget(self._picture)
        self._pages.setCurrentWidget(self._record)

    def _read_atoms(self) -> None:
        self._readings = AtomReadings(
            self._names,
            self._values,
            self._predictable,
            self._signed,
            self._folded,
            self._words,
            self._spread,
            self._n_members,
            self._of_value,
        )
        self.view.set_readings(self._readings)
        self._say_atom(self.view.current_atom)

    def _scale(self) -> ColourScale:
        paper = self._depiction.paper if self._depiction else self._paper
        maximum = 0.0 if self._waits_for_scale else self._readings.maximum
        if self._scale_wanted == "library" and self._library_maximum is not None:
            maximum = self._library_maximum
        return ColourScale(maximum, signed=self._signed, paper=paper)

    def _recolour(self) -> None:
        """Updates colours, legend and texts; fast enough for every step of the slider."""
        scale = self._scale()
        caption = self._caption()
        clipped = self._readings.maximum > scale.maximum * (1 + 1e-9)
        known = self._values is not None and not self._waits_for_scale
        self.controls.legend.show_scale(scale, caption, clipped=clipped, known=known)
        self.controls.legend_changed()
        drawable = self._depiction is not None and known
        if drawable and len(self._values) == len(self._depiction.atom_xy):  # type: ignore[arg-type, union-attr]
            self._halos = halos(self._depiction, self._values, scale, self._colour_threshold)  # type: ignore[arg-type]
        else:
            self._halos = []
        self.view.set_halos(self._halos)
        shown = self.highlighted
        self.view.picking.highlighted = frozenset(() if shown is None else np.flatnonzero(shown).tolist())
        self.recoloured.emit()
        self._say_atom(self.view.current_atom)

    def _caption(self) -> str:
        of_value = self._of_value
        if of_value is None or self._values is None:
            return map_caption(self._words.node, self._method_name, self._class_name)
        lowers = self._class_name == of_value.direction(LOWERS)
        direction = None if self._signed else LOWERS if lowers else RAISES
        return value_map_caption(self._words, self._method_name, of_value, direction)

    def _say_atom(self, atom: int) -> None:
        if atom >= 0:
            self.atom_line.set_full_text(self._readings.sentence(atom))
        else:
            self.atom_line.set_full_text(self._summary(), quiet=True)

    def _summary(self) -> str:
        """The sentence shown when no atom is pointed at."""
        readings, node, nodes = self._readings, self._words.node, self._words.nodes
        if readings.values is None or not readings.order:
            return ""
        if self._waits_for_scale:
            return WAITS_FOR_SCALE
        if readings.silent and self._method_name == METHOD_NAMES["c-eb"]:
            other = "the other class explains" if self._of_value is None else "the other direction explains"
            return f"No salient {nodes}: {other} as much of every {node}."
        if readings.silent and self._signed:
            score = f"the score of “{self._class_name}”" if self._of_value is None else self._of_value.name
            return f"No salient {nodes}: {score} depends on none of them."
        if readings.silent:
            return f"No salient {nodes}: the network's units for “{self._class_name}” are silent."
        strongest = readings.sentence(readings.order[0])
        maximum = self.controls.legend.scale.maximum
        if (
            self._scale_wanted == "library"
            and self._library_maximum is not None
            and readings.maximum < DEFAULT_COLOUR_THRESHOLD * maximum
        ):
            return f"Far below the library's scale; choose “this {self._words.record}”."
        if readings.maximum < self._colour_threshold * maximum:
            return f"No {node} reaches the colour threshold; the strongest is {strongest}"
        return f"Strongest: {readings.value_sentence(readings.order[0])}"
