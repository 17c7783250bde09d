"""The user's choices for label columns: which value is which class of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...library.labels.label_meaning import MAX_VALUES

MAX_CHOICES = 50
_MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """The choice for one column and a model with these classes."""

    column: str
    class_names: tuple[str, ...]
    class_of: Mapping[str, str]
    """Value → class; "" leaves its rows out."""


def classes_chosen_for(
    choices: tuple[LabelChoice, ...], column: str, class_names: tuple[str, ...]
) -> Mapping[str, str]:
    """The choice for a column, empty if there is none."""
    return next((c.class_of for c in choices if (c.column, c.class_names) == (column, class_names)), {})


def with_choice(choices: tuple[LabelChoice, ...], made: LabelChoice) -> tuple[LabelChoice, ...]:
    """The choices with another one added as the latest; an empty one removes the earlier choice for its column."""
    others = [c for c in choices if (c.column, c.class_names) != (made.column, made.class_names)]
    return tuple([*others, made] if made.class_of else others)[-MAX_CHOICES:]


def choice_settings(choices: tuple[LabelChoice, ...]) -> list[dict[str, Any]]:
    """The choices as plain values, for a project or the settings of a recent file."""
    return [asdict(choice) for choice in choices]


def stored_choices(value: Any) -> tuple[LabelChoice, ...]:
    """Reads what :func:`choice_settings` gave; invalid entries are left out."""
    found = []
    for each in value[:MAX_CHOICES] if isinstance(value, list) else ():
        stored = each if isinstance(each, dict) else {}
        column, names, classes = stored.get("column"), stored.get("class_names"), stored.get("class_of")
        if not isinstance(column, str) or not isinstance(names, list) or not isinstance(classes, dict):
            continue
        words = all(map(_is_text, (column, *names, *classes, *classes.values())))
        if words and 0 < len(classes) <= 10 * MAX_VALUES and all(name in ("", *names) for name in classes.values()):
            found.append(LabelChoice(column, tuple(names), classes))
    return tuple(found)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT
