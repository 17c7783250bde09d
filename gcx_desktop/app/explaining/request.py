"""What is to be predicted and explained. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...kinds.kind import ReadRecord
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.record import Rejected
from ...work import Work
from .read_records import read_library

if TYPE_CHECKING:
    from ...explain.forward_pass import Method
    from ...gcn.bundle import Bundle


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationRequest:
    """Some records of a library, and by which model and methods they are explained, for all classes."""

    library: Library
    bundle: Bundle
    methods: Sequence[Method] = ()
    """None for prediction alone."""
    positions: Sequence[int] | None = None
    """Of the records, in the order in which they are wanted; ``None`` for all, in the file's."""
    preparation: Preparation = AS_RECORDED
    """What is done to molecules first."""
    with_molblocks: bool = False
    """Whether records that hold a SMILES also get a molblock, for structure files."""
    whole_records: bool = False
    """Whether each record is wanted as its file has it: a project holds no more than graphs, titles and texts, so that
    a record from there is then read again."""

    @property
    def wanted(self) -> Sequence[int]:
        """The positions of the records, in the order in which they are wanted."""
        return range(len(self.library)) if self.positions is None else self.positions

    def with_positions(self, positions: Sequence[int]) -> ExplanationRequest:
        """The same of other records."""
        return replace(self, positions=positions)

    def with_methods(self, methods: Sequence[Method]) -> ExplanationRequest:
        """The same by other methods."""
        return replace(self, methods=methods)


def read_requested(request: ExplanationRequest, work: Work) -> Iterator[ReadRecord | Rejected]:
    """Every record that is to be explained, as :func:`read_library` reads it."""
    return read_library(
        request.library,
        work.pool,
        positions=request.wanted,
        with_molblocks=request.with_molblocks,
        preparation=request.preparation,
        features=request.bundle.card.features,
        cancel=work.cancel,
    )
