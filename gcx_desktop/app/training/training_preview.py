"""What would become of the records of a table if it were trained on: read as for training, but nothing is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import UsageError
from ...kinds.kind import Words
from ...wording import capitalised, counted
from ...work import Work
from .held_out import make_splits
from .train_model import TrainingRequest, chosen_protocols
from .training_table import TrainingTable, read_training_table

FATES: Mapping[str, str] = {
    "no label": "without a usable label",
    "unreadable": "that cannot be read or predicted",
    "duplicate": "the same structure as another (one of them is kept, of values their mean)",
    "contradictory labels": "the same structure with another label (none of them is kept)",
}
"""Why records are left out, as tables count it → in words after "3 molecules"."""


@dataclass(frozen=True, slots=True)
class TrainingPreview:
    """What would be learned, and what would be left out."""

    taken: str
    """What the cells of the column are taken for, as the command prints it."""
    n_records: int
    n_used: int
    dropped: Mapping[str, int]
    """Reason → records that would be left out."""
    trouble: str = ""
    """Why the training could not begin, a sentence; "" if it could."""

    def sentences(self, words: Words) -> list[str]:
        """What would be learned, and each reason for which records would be left out, none of them silently."""
        left_out = [f"{count:,} {FATES.get(reason, reason)}" for reason, count in self.dropped.items() if count]
        return [
            f"{capitalised(self.taken)}.",
            f"{words.counted(self.n_used)} of {counted(self.n_records, 'record')} would be learned.",
            f"Left out: {'; '.join(left_out)}." if left_out else "None is left out.",
        ]


def preview_training(request: TrainingRequest, work: Work) -> TrainingPreview:
    """Reads the table and tries the splits.

    :raises LibraryError: if the file cannot be read
    :raises UnsettledLabelsError: if it is unknown what the labels mean
    :raises UsageError: if the column cannot be learned
    :raises Cancelled: if the user stopped it
    """
    table = read_training_table(request.reading, work)
    return TrainingPreview(
        table.meaning.sentences, table.n_records, len(table.labels), table.dropped, _trouble(request, table)
    )


def _trouble(request: TrainingRequest, table: TrainingTable) -> str:
    try:
        make_splits(chosen_protocols(request, table), table, range(request.n_seeds))
    except UsageError as error:
        return str(error)
    return ""
