"""The order of columns in libraries that share some of them."""

from __future__ import annotations

from collections.abc import Sequence


def merged_order(before: Sequence[str], now: Sequence[str], most: int) -> tuple[str, ...]:
    """One order for all libraries: the columns of this one are ordered as now, the others as before.

    :param before: keys of the columns of all libraries in which the user ordered columns
    :param now: keys of all columns of one library, in its order
    :param most: number of keys kept; those of other libraries are dropped first, from the end
    """
    now, before = list(dict.fromkeys(now)), list(dict.fromkeys(before))  # two fields of the same name share a key
    here, known = set(now), set(before)
    reordered = iter([key for key in now if key in known])
    merged = [next(reordered) if key in here else key for key in before]
    for place, key in enumerate(now):
        if key not in known:
            merged.insert(merged.index(now[place - 1]) + 1 if place else 0, key)
    others = max(most - len(here), 0)
    kept = here | set([key for key in merged if key not in here][:others])
    return tuple(key for key in merged if key in kept)
