"""The type and the largest length or value of each entry of a card. Imports no torch.

A card comes from a file that anybody may have written: showing it must neither fail nor take long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

MAX_CARD_NAME = 200
"""Most characters of a name: of a model, a class, a split, a metric."""
MAX_CARD_TEXT = 10_000
"""Most characters of a sentence or a command line."""
MAX_SENTENCES = 50
MAX_PREPARATION_STEPS = 20
"""Most steps of a preparation."""
MAX_SEEDS = 10_000
MAX_METRICS = 100
MAX_CLASSES = 1_000
MAX_TABLES = 1_000
MAX_LAYERS = 64
MAX_MEMBERS = 64
MAX_COUNT = 10**15
"""Largest number of records and the like."""
MAX_ITEMS = 100_000
"""Most items of a list in the settings of features or training."""
MAX_DEPTH = 8
"""Most levels of nested lists and objects."""

Check = Callable[[str, Any], None]
"""Checks an entry, given its name and value. Raises ValueError, naming the entry."""


def check_entries(values: Mapping[str, Any], entries: Mapping[str, Check] | None = None) -> None:
    """Checks the types and sizes of a card's entries, each by itself.

    :param entries: name → check; ``None``: :data:`ENTRIES`, those of a model's card
    :raises ValueError: naming the first entry that is not
    """
    for name, check in (ENTRIES if entries is None else entries).items():
        if name in values:
            check(name, values[name])


def _text(most: int) -> Check:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, str):
            raise ValueError(f"'{name}' is {_kind(value)}")
        if len(value) > most:
            raise ValueError(f"'{name}' has {len(value):,} characters, more than {most:,}")

    return check


def _named(name: str, value: Any) -> None:
    """Text that is not blank."""
    _NAME(name, value)
    if not value.strip():
        raise ValueError(f"'{name}' is blank")


def _whole(least: int, most: int) -> Check:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"'{name}' is {_kind(value)}")
        if not least <= value <= most:
            raise ValueError(f"'{name}' is not from {least:,} to {most:,}")

    return check


def _flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"'{name}' is {_kind(value)}")


def _number(name: str, value: Any) -> None:
    """Finite; ``None`` where it is not known."""
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"'{name}' is {_kind(value)}")
    if not math.isfinite(value):
        raise ValueError(f"'{name}' is not a finite number")


def _list(item: Check, most: int, of: str) -> Check:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, list | tuple):
            raise ValueError(f"'{name}' is not a list of {of}")
        if len(value) > most:
            raise ValueError(f"'{name}' has {len(value):,} items, more than {most:,}")
        for each in value:
            try:
                item(name, each)
            except ValueError as error:
                raise ValueError(f"'{name}' is not a list of {of}: an item of {error}") from None

    return check


def _table(item: Check, most: int) -> Check:
    """An object with any names."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"'{name}' is {_kind(value)}")
        if len(value) > most:
            raise ValueError(f"'{name}' has {len(value):,} entries, more than {most:,}")
        for key, each in value.items():
            _NAME(f"a name in {name}", key)
            item(f"{name}: {key[:40]}", each)

    return check


def _object(entries: Mapping[str, Check], *required: str) -> Check:
    """An object with these names, of which only the ``required`` ones must be there; other names are ignored."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"'{name}' is {_kind(value)}")
        for key in required:
            if key not in value:
                raise ValueError(f"'{name}' has no '{key}'")
        for key, entry in entries.items():
            if key in value:
                entry(f"{name}: {key}", value[key])

    return check


def _or_none(of: Check) -> Check:
    return lambda name, value: None if value is None else of(name, value)


def _mean_and_sd(name: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"'{name}' is not a mean and a standard deviation")
    for each in value:
        _number(name, each)


def _class_and_count(name: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"'{name}' is not a class and a number of rows")
    _NAME(name, value[0])
    _COUNT(name, value[1])


def _plain_data(name: str, value: Any, depth: int = 0) -> None:
    """Any JSON of finite numbers, names and texts that is not nested too deep."""
    if depth > MAX_DEPTH:
        raise ValueError(f"'{name}' is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _text(MAX_CARD_TEXT)(name, value)
    elif isinstance(value, dict):
        _table(lambda key, each: _plain_data(key[:MAX_CARD_NAME], each, depth + 1), MAX_ITEMS)(name, value)
    elif isinstance(value, list | tuple):
        if len(value) > MAX_ITEMS:
            raise ValueError(f"'{name}' has {len(value):,} items, more than {MAX_ITEMS:,}")
        for each in value:
            _plain_data(name, each, depth + 1)
    elif not isinstance(value, bool):
        _number(name, value)


def _plain_object(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"'{name}' is {_kind(value)}")
    _plain_data(name, value)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


_NAME, _TEXT = _text(MAX_CARD_NAME), _text(MAX_CARD_TEXT)
_COUNT = _whole(0, MAX_COUNT)
_SEEDS = _list(_whole(-(2**63), 2**63 - 1), MAX_SEEDS, "int")

_TRAINING_DATA = {
    "source": _TEXT,
    "label": _TEXT,
    "n_records": _COUNT,
    "n_used": _COUNT,
    "class_counts": _table(_COUNT, MAX_CLASSES),
    "sha256": _NAME,
    "dropped": _table(_COUNT, MAX_CLASSES),
    "label_values": _table(_class_and_count, MAX_CLASSES),
}
_METHOD_EVIDENCE = {
    "n_records": _COUNT,
    "shares": _list(_number, MAX_METRICS, "numbers"),
    "methods": _table(_table(_number, MAX_METRICS), MAX_METRICS),
}
_METRICS = {"split": _NAME, "seeds": _SEEDS, "values": _table(_mean_and_sd, MAX_METRICS)}

ENTRIES: Mapping[str, Check] = {
    "name": _named,
    "task": _text(MAX_CARD_TEXT),
    "class_names": _list(_named, 10 * MAX_CLASSES, "str"),
    "positive_class": _or_none(_named),
    "endpoint": _text(MAX_CARD_NAME),
    "shares_layers": _flag,
    "cut": _NAME,
    "scale": _table(_NAME, 10),
    "value_range": _list(_number, 3, "numbers"),
    "widths": _list(_whole(-MAX_COUNT, MAX_COUNT), 10 * MAX_LAYERS, "int"),
    "readout": _NAME,
    "n_members": _whole(1, MAX_MEMBERS),
    "n_shared": _whole(0, MAX_LAYERS),
    "calibration": _plain_object,
    "foundation": _table(_NAME, 2),
    "default_method": _NAME,
    "description": _TEXT,
    "trained_as": _NAME,
    "method_evidence": _object(_METHOD_EVIDENCE, "n_records", "methods"),
    "feature_set": _NAME,
    "n_features": _whole(1, MAX_COUNT),
    "features": _plain_object,
    "split_protocol": _TEXT,
    "seeds": _SEEDS,
    "metrics": _list(_object(_METRICS, *_METRICS), MAX_METRICS, "objects"),
    "baseline": _list(_object(_METRICS, *_METRICS), MAX_METRICS, "objects"),
    "training_data": _or_none(
        _object(_TRAINING_DATA, "source", "label", "n_records", "n_used", "class_counts", "sha256")
    ),
    "training": _plain_object,
    "command": _TEXT,
    "date": _NAME,
    "library_versions": _table(_NAME, MAX_METRICS),
    "licence": _TEXT,
    "known_limits": _list(_TEXT, MAX_SENTENCES, "str"),
    "preparation": _list(_NAME, MAX_PREPARATION_STEPS, "str"),
}
"""Entry name → check, of a model's card."""

_TABLE = {"source": _NAME, "sha256": _NAME, "n_records": _COUNT}
_TABLES = _list(_object(_TABLE, *_TABLE), MAX_TABLES, "objects")

FOUNDATION_ENTRIES: Mapping[str, Check] = {
    **{name: ENTRIES[name] for name in ("name", "widths", "feature_set", "n_features")},
    **{name: ENTRIES[name] for name in ("training", "command", "date", "library_versions", "licence")},
    "kind": _NAME,
    "preparation": _list(_NAME, MAX_METRICS, "str"),
    "tables": _TABLES,
    "excluded_tables": _TABLES,
    "n_molecules": _COUNT,
    "n_held_out": _COUNT,
    "dropped": _table(_COUNT, MAX_CLASSES),
    "descriptors": _list(_NAME, MAX_ITEMS, "str"),
    "fingerprints": _table(_COUNT, MAX_METRICS),
    "r2": _table(_number, MAX_METRICS),
    "epochs": _list(_table(_number, MAX_METRICS), MAX_ITEMS, "objects"),
}
"""Entry name → check, of a foundation's card."""
