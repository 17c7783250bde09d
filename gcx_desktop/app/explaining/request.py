"""The request for predictions and explanations. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...gcn.reliability.domain import DomainFile
from ...kinds.kind import ReadRecord
from ...kinds.registry import reading_parameters
from ...library.library import Library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.record import Rejected
from ...work import Work
from .read_records import read_library

if TYPE_CHECKING:
    from ...explain.forward_pass import Method
    from ...gcn.bundles.bundle import Bundle


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationRequest:
    """Some records of a library, with the model and the methods that explain them, for all classes."""

    library: Library
    bundle: Bundle
    methods: Sequence[Method] = ()
    """Empty for predictions only."""
    positions: Sequence[int] | None = None
    """Positions of the records, in the order of the results; ``None`` for all in the file's order."""
    preparation: Preparation = NO_PREPARATION
    """How molecules are changed before they are predicted."""
    with_molblocks: bool = False
    """Whether SMILES records also get a molblock, for structure files."""
    nearest_in: DomainFile | None = None
    """The domain of the model, if each record's nearest training record is wanted."""
    endpoints: Sequence[Bundle] = ()
    """Of several endpoints that are predicted at once, ``bundle`` the first of them; there are no methods then."""
    whole_records: bool = False
    """Whether each record is wanted with all that its file holds. A project stores graphs, titles and texts only, so
    that its records are then read again."""

    @property
    def wanted(self) -> Sequence[int]:
        """The positions of the records, in the order of the results."""
        return range(len(self.library)) if self.positions is None else self.positions

    def with_positions(self, positions: Sequence[int]) -> ExplanationRequest:
        """The same request for other records."""
        return replace(self, positions=positions)

    def with_methods(self, methods: Sequence[Method]) -> ExplanationRequest:
        """The same request with other methods."""
        return replace(self, methods=methods)


def read_requested(request: ExplanationRequest, work: Work) -> Iterator[ReadRecord | Rejected]:
    """Reads the records of a request by :func:`read_library`."""
    return read_library(
        request.library,
        work.pool,
        positions=request.wanted,
        with_molblocks=request.with_molblocks,
        preparation=request.preparation,
        features=reading_parameters(request.bundle.card),
        nearest_in=request.nearest_in,
        cancel=work.cancel,
    )
