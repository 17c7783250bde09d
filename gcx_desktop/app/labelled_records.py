"""The label of each record of a library, as a class of a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..library.library import Library
from .training_table import column_words, distinct_values

NO_LABEL = -1


def class_labels(
    library: Library, column: str, class_names: Sequence[str], n_records: int | None = None
) -> NDArray[np.int64]:
    """[n_records], the class that a column gives each record; ``NO_LABEL`` where it is blank.

    A column may hold the names of the model's classes, or as many values as the model has classes, which then stand
    for them in their order: numbers ascending, else words in alphabetical order, as when a model is trained. A column
    of the numbers 0, 1, … need not hold all of them.

    :raises UnknownNameError: if there is no such column
    :raises UsageError: if its values cannot be the model's classes
    """
    words = column_words(library, column, len(library) if n_records is None else n_records)
    present = {word for word in words if word}
    numbers = tuple(str(i) for i in range(len(class_names)))
    if not present:
        raise UsageError(f"{library.path}: column ‘{column}’ holds no label")
    if present <= set(class_names):
        order: Sequence[str] = class_names
    elif present <= set(numbers):
        order = numbers
    else:
        order = distinct_values(words, column)
        if len(order) != len(class_names):
            raise UsageError(
                f"{library.path}: column ‘{column}’ holds {len(order)} values ({', '.join(order)}), and the model has "
                f"{len(class_names)} classes ({', '.join(class_names)})"
            )
    place = {word: i for i, word in enumerate(order)}
    return np.array([place.get(word, NO_LABEL) for word in words], dtype=np.int64)
