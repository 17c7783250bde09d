"""Makes explained records from the results in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...work import Work
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest, read_requested
from .library_rows import LibraryRows

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle
    from ..explaining.explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True, eq=False)
class TableHolder:
    """An :class:`~..explaining.explanation_source.ExplanationHolder`: the table of a window. Any thread may use it.

    It holds all wanted records or none. Records that were explained one by one when the user viewed them may differ in
    the last digit from those that are computed in batches; a file that is written before the library was explained
    must equal the output of the command byte for byte. A table has no spread, so that an ensemble's predictions alone
    are not held.
    """

    rows: LibraryRows
    library: Library
    bundle: Bundle
    preparation: Preparation
    """The preparation by which the rows' results were computed."""
    maps: Mapping[str, Mapping[int, NDArray[np.float32]]]
    """Method id → position → [n_places, n_classes]."""

    @staticmethod
    def of(rows: LibraryRows, library: Library, bundle: Bundle, preparation: Preparation) -> TableHolder:
        """A holder of the rows' current and later results of this model and preparation; nothing is copied."""
        return TableHolder(rows.snapshot(), library, bundle, preparation, dict(rows.maps))

    def holds(self, request: ExplanationRequest) -> NDArray[np.bool_]:
        """[n_wanted]; false for rejected records, which are always read again."""
        n_wanted, n_rejected = len(request.wanted), len(self.rows.rejected)
        same = request.library is self.library and request.bundle is self.bundle
        some_lack = any(len(self.maps.get(method.id, ())) + n_rejected < n_wanted for method in request.methods)
        lacks_spread = self.bundle.card.n_members > 1 and not request.methods
        if not same or lacks_spread or request.preparation != self.preparation or some_lack:
            return np.zeros(n_wanted, dtype=np.bool_)
        wanted = np.asarray(request.wanted, dtype=np.int64)
        known = self.rows.predicted >= 0
        for index in range(len(self.bundle.card.class_names)):
            known &= ~np.isnan(self.rows.probabilities(index))
        for method in request.methods:
            known &= self._mask(list(self.maps.get(method.id, ())))
        rejected = self._mask(list(self.rows.rejected))
        known &= ~rejected
        held: NDArray[np.bool_] = known[wanted] & bool((known | rejected)[wanted].all())
        return held

    def records(
        self, request: ExplanationRequest, work: Work, fallback: ExplanationSource
    ) -> Iterator[ExplainedRecord | Rejected]:
        """The records, read again from the file and combined with the table's results."""
        from ...explain.engine import Explanation
        from ..explaining.explain_library import ExplainedRecord

        classes = range(len(self.bundle.card.class_names))
        for read in read_requested(request, work):
            if isinstance(read, Rejected):
                yield read
                continue
            maps = {method.id: self.maps[method.id][read.position] for method in request.methods}
            if read.node_index is not None:
                maps = {id_: values[read.node_index] for id_, values in maps.items()}
            probabilities = [self.rows.probability(read.position, index) for index in classes]
            explanation = Explanation(
                self.rows.predicted_at(read.position), np.array(probabilities, dtype=np.float32), maps
            )
            yield ExplainedRecord(read, explanation)

    def _mask(self, positions: list[int]) -> NDArray[np.bool_]:
        """[n_records], true at the positions."""
        mask = np.zeros(len(self.rows), dtype=np.bool_)
        mask[[position for position in positions if position < len(mask)]] = True
        return mask
