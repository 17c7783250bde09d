"""Decides which class's probability a table of a library shows."""

from __future__ import annotations

from collections.abc import Sequence

PREDICTED = -1
"""Stands for the predicted class of each record."""


def probability_class(class_names: Sequence[str], positive: str | None, chosen: int) -> int:
    """The index of the class whose probability is shown, or ``PREDICTED``.

    It is the class that the user chose to explain, else the model's positive class. Without one, it is the last of two
    classes, and ``PREDICTED`` for more.

    :param chosen: index of the class that the user chose to explain, or ``PREDICTED``
    """
    if chosen != PREDICTED:
        return chosen
    if positive is not None and positive in class_names:
        return list(class_names).index(positive)
    return len(class_names) - 1 if len(class_names) == 2 else PREDICTED


def probability_name(class_names: Sequence[str], index: int) -> str:
    """The name of a column or filter of a class's probability, such as "P(permeable)"."""
    return f"P({class_names[index]})" if 0 <= index < len(class_names) else "P(predicted)"
