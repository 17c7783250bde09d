"""The order of columns in libraries that have some of them in common."""

from __future__ import annotations

from collections.abc import Sequence


def merged_order(before: Sequence[str], now: Sequence[str], most: int) -> tuple[str, ...]:
    """One order for all libraries, in which the columns of this one stand as they do now and the others as before.

    :param before: keys of the columns of all libraries of which the user ordered some
    :param now: keys of all columns of one library, in its order
    :param most: so many are kept, of other libraries the last ones first left out
    """
    now, before = list(dict.fromkeys(now)), list(dict.fromkeys(before))  # two fields of one name stand side by side
    here, known = set(now), set(before)
    reordered = iter([key for key in now if key in known])
    merged = [next(reordered) if key in here else key for key in before]
    for place, key in enumerate(now):
        if key not in known:
            merged.insert(merged.index(now[place - 1]) + 1 if place else 0, key)
    others = max(most - len(here), 0)
    kept = here | set([key for key in merged if key not in here][:others])
    return tuple(key for key in merged if key in kept)
