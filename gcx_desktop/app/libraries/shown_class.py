"""Of which class a table of a library shows the probability."""

from __future__ import annotations

from collections.abc import Sequence

PREDICTED = -1
"""In the place of a class: of each record the one that is predicted."""


def probability_class(class_names: Sequence[str], positive: str | None, chosen: int) -> int:
    """The index of the class whose probability is shown, or ``PREDICTED``.

    It is the class that the user has explained; else the one that the model calls positive. Of two classes neither of
    which is called so the last one is taken, since the other's probability says the same; of more none is preferred.

    :param chosen: index of the class that the user has explained, or ``PREDICTED``
    """
    if chosen != PREDICTED:
        return chosen
    if positive is not None and positive in class_names:
        return list(class_names).index(positive)
    return len(class_names) - 1 if len(class_names) == 2 else PREDICTED


def probability_name(class_names: Sequence[str], index: int) -> str:
    """What a column or a filter of the probability of a class is called, such as "P(permeable)"."""
    return f"P({class_names[index]})" if 0 <= index < len(class_names) else "P(predicted)"
