"""Reads the label of each record of a library as a class of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...kinds.registry import kind_of_library
from ...library.labels.label_meaning import (
    NO_LABEL,
    LabelMeaning,
    UnsettledLabelsError,
    is_missing,
    label_meaning,
)
from ...library.library import Library

__all__ = ["NO_LABEL", "ClassLabels", "class_labels", "class_labels_of", "words_of_column"]


@dataclass(frozen=True, slots=True, eq=False)
class ClassLabels:
    """The labels of records and their meaning."""

    meaning: LabelMeaning
    labels: NDArray[np.int64]
    """[n_records], class indices, or ``NO_LABEL``."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """[n_records], whether a record has a label."""
        there: NDArray[np.bool_] = self.labels != NO_LABEL
        return there

    def only(self, chosen: NDArray[np.bool_]) -> ClassLabels:
        """The same without the labels of other records than these, [n_records]."""
        return replace(self, labels=np.where(chosen, self.labels, NO_LABEL))


def class_labels(
    library: Library,
    column: str,
    class_names: Sequence[str],
    n_records: int | None = None,
    tasks: Path | None = None,
    *,
    positive: str | None = None,
    class_of: Mapping[str, str] = {},
) -> ClassLabels:
    """The class of each record according to a column; see :func:`.label_meaning`.

    :param column: its name in any letter case, or ``column 3``
    :param n_records: number of first records to read; ``None`` for all
    :param tasks: file of labels, for a kind of graph that has them in a file; ``column`` is the name of one of them
    :param positive: the class that "yes" means, from the model's card
    :param class_of: value → class, chosen by the user
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown which classes its values mean
    :raises UsageError: if it holds no label, or ``class_of`` does not fit
    """
    name, words = words_of_column(library, column, n_records, tasks)
    return class_labels_of(library, words, name, class_names, positive=positive, class_of=class_of)


def words_of_column(
    library: Library, column: str, n_records: int | None = None, tasks: Path | None = None
) -> tuple[str, Sequence[str]]:
    """The column that is meant, and its cells, [n_records]; the parameters are those of :func:`class_labels`.

    :raises UnknownNameError: if there is no such column
    :raises UsageError: if no record of a kind with named labels has this one
    """
    n_records = len(library) if n_records is None else n_records
    kind = kind_of_library(library)
    name = column if kind.labels.name is None else kind.labels.name(library, column, tasks)
    words = kind.labels.words(library, name, n_records, tasks)
    if kind.labels.names is not None and all(map(is_missing, words)):
        record = kind.words.record
        raise UsageError(f"{library.path}: no {record} has a label of ‘{name}’; choose another label")
    return name, words


def class_labels_of(
    library: Library,
    words: Sequence[str],
    column: str,
    class_names: Sequence[str],
    *,
    positive: str | None = None,
    class_of: Mapping[str, str] = {},
) -> ClassLabels:
    """As :func:`class_labels`, of words that are known, [n_records].

    :param library: named by errors
    :raises UnsettledLabelsError: if it is unknown which classes the words mean
    :raises UsageError: if none is a label, or ``class_of`` does not fit
    """
    try:
        meaning = label_meaning(words, column, class_names, positive=positive, class_of=class_of)
    except UnsettledLabelsError as error:
        if kind_of_library(library).labels.names is None:
            raise error.of_file(library.path) from None
        are, should_be = (", ".join(each) for each in ([value.shown for value in error.values], class_names))
        reason = f"the labels of ‘{column}’ are {are}, and the classes of the model {should_be}"
        raise error.of_file(library.path, reason) from None
    except UsageError as error:
        raise UsageError(f"{library.path}: {error}") from None
    return ClassLabels(meaning, np.array(meaning.classes_of(words), dtype=np.int64))
