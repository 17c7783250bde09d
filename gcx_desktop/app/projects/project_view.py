"""Converts what a window shows to settings of the project and back.

A project may come from somebody else: values of an unexpected type are treated as missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...substructure.query import MAX_CHARACTERS
from ..explaining.decision import DECISION_WORDS
from ..explaining.method_names import names_with_forest
from ..libraries.library_rows import Column
from ..libraries.library_view_order import View
from ..libraries.marks import MARK_COLOURS
from ..libraries.row_filters import WITH_NOTE, Filters, Range, RecordSubset, TextFilter, TextRule
from ..libraries.shown_class import PREDICTED

_MAX_TEXT = 1000
_MAX_RANGES = 50
_RULES = [rule.value for rule in TextRule]
_MAX_CHOSEN = 10_000
"""Largest number of records in a stored filter; the filter is saved with every change of the view."""
_OWN = {
    Column.NUMBER: "record",
    Column.TITLE: "title",
    Column.PREDICTION: "prediction",
    Column.PROBABILITY: "probability",
    Column.MARK: "mark",
}


@dataclass(frozen=True, slots=True)
class WantedModel:
    """The model whose results a window showed."""

    name: str = ""
    hash: str = ""
    """Hash of card and weights; "" if they were not loaded."""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ProjectView:
    """What a window shows."""

    model: WantedModel = field(default_factory=WantedModel)
    method: str = ""
    """Id of the method that the user chose, "" for the one that the model shows first."""
    class_name: str = ""
    """"" for the predicted class."""
    preparation: Preparation | None = None
    """``None`` for that of the model's training."""
    steps: Preparation = NO_PREPARATION
    """What was done to the records."""
    colour_threshold: float | None = None
    scale: str = ""
    """"library" or "molecule", "" if unknown."""
    gallery: bool = False
    position: int = 0
    """0-based position of the record that is shown."""


def view_settings(shown: ProjectView, view: View, field_names: Sequence[str], classes: Sequence[str]) -> dict[str, Any]:
    """The settings as plain values by key.

    :param field_names: of the library; its columns are stored under these names
    :param classes: names of the model's classes
    """
    filters = view.filters
    ranges = [
        {
            "column": _name(each.column, field_names),
            "class": classes[each.of_class] if 0 <= each.of_class < len(classes) else "",
            "from": _finite(each.low),
            "to": _finite(each.high),
        }
        for each in filters.ranges
    ]
    predicted = filters.predicted
    # The disagreement of the methods is computed on demand and not stored.
    sorted_by = View() if view.column == Column.DISAGREEMENT else view
    return {
        "model": asdict(shown.model),
        "method": shown.method,
        "class": shown.class_name,
        "preparation": {**asdict(shown.steps), "as_trained": shown.preparation is None},
        "threshold": shown.colour_threshold,
        "scale": shown.scale,
        "view": "gallery" if shown.gallery else "table",
        "record": shown.position + 1,
        "sort": {"column": _name(sorted_by.column, field_names), "descending": sorted_by.descending},
        "filters": {
            "text": filters.text,
            "ranges": ranges,
            "texts": [
                {"column": _name(each.column, field_names), "rule": each.rule.value, "text": each.text}
                for each in filters.texts
            ],
            "predicted": None
            if predicted is None
            else [classes[i] for i in sorted(predicted) if 0 <= i < len(classes)],
            "no_one_class": [words for decided, words in DECISION_WORDS.items() if decided in (predicted or ())],
            "substructure": filters.substructure,
            "substructure_as_smarts": filters.substructure_as_smarts,
            "marked": None if filters.marked is None else sorted(filters.marked),
            "chosen": _chosen_settings(filters.chosen),
        },
    }


def stored_project_view(settings: Mapping[str, Any]) -> ProjectView:
    """Reads the :class:`ProjectView` from what :func:`view_settings` gave."""
    model = _dict(settings.get("model"))
    colour_threshold = _number(settings.get("threshold"))
    steps, as_trained = _preparation(_dict(settings.get("preparation")))
    position = settings.get("record")
    return ProjectView(
        WantedModel(_text(model.get("name")), _text(model.get("hash")), _text(model.get("folder"))),
        method if (method := _text(settings.get("method"))) in names_with_forest() else "",
        _text(settings.get("class")),
        None if as_trained else steps,
        steps,
        colour_threshold if colour_threshold is not None and 0 <= colour_threshold <= 1 else None,
        scale if (scale := _text(settings.get("scale"))) in ("library", "molecule") else "",
        settings.get("view") == "gallery",
        position - 1 if type(position) is int and position >= 1 else 0,
    )


def stored_table_view(settings: Mapping[str, Any], field_names: Sequence[str], classes: Sequence[str]) -> View:
    """Reads order and filters from what :func:`view_settings` gave; columns and classes that do not exist are left
    out."""
    sort, filters = _dict(settings.get("sort")), _dict(settings.get("filters"))
    column = _column(sort.get("column"), field_names)
    predicted = filters.get("predicted")
    wanted = [name for name in predicted if isinstance(name, str)] if isinstance(predicted, list) else None
    known = wanted is not None and all(name in classes for name in wanted)
    unclear = filters.get("no_one_class")
    others = [i for i, words in DECISION_WORDS.items() if isinstance(unclear, list) and words in unclear]
    return View(
        Column.NUMBER if column is None else column,
        sort.get("descending") is True,
        Filters(
            _text(filters.get("text")),
            tuple(_ranges(filters.get("ranges"), field_names, classes)),
            frozenset([*map(classes.index, wanted), *others]) if known and wanted is not None else None,
            text if len(text := _text(filters.get("substructure"))) <= MAX_CHARACTERS else "",
            _marked(filters.get("marked")),
            _chosen(filters.get("chosen")),
            substructure_as_smarts=filters.get("substructure_as_smarts") is True,
            texts=tuple(_texts(filters.get("texts"), field_names)),
        ),
    )


def _preparation(value: dict[str, Any]) -> tuple[Preparation, bool]:
    """What was done to the records, and whether because the model was trained so.

    Projects of versions in which models had no preparation do not say why: nothing was done as with those models.
    """
    steps = Preparation(value.get("largest_fragment") is True, value.get("neutralise") is True)
    said = value.get("as_trained")
    return steps, said if isinstance(said, bool) else not steps


def _ranges(values: Any, field_names: Sequence[str], classes: Sequence[str]) -> list[Range]:
    found = []
    for each in map(_dict, values[:_MAX_RANGES] if isinstance(values, list) else ()):
        column = _column(each.get("column"), field_names)
        low, high = _number(each.get("from")), _number(each.get("to"))
        of_class = _text(each.get("class"))
        if column is None or (low is None and high is None) or (of_class and of_class not in classes):
            continue
        index = classes.index(of_class) if of_class else PREDICTED
        found.append(Range(column, -math.inf if low is None else low, math.inf if high is None else high, index))
    return found


def _texts(values: Any, field_names: Sequence[str]) -> list[TextFilter]:
    found = []
    for each in map(_dict, values[:_MAX_RANGES] if isinstance(values, list) else ()):
        column, rule = _column(each.get("column"), field_names), each.get("rule")
        if column is not None and (column == Column.TITLE or column >= Column.FIRST_FIELD) and rule in _RULES:
            found.append(TextFilter(column, TextRule(rule), _text(each.get("text"))))
    return found


def _marked(values: Any) -> frozenset[int] | None:
    known = range(WITH_NOTE, len(MARK_COLOURS) + 1)
    return frozenset(v for v in values if type(v) is int and v in known) if isinstance(values, list) else None


def _chosen_settings(chosen: RecordSubset | None) -> dict[str, Any] | None:
    if chosen is None or len(chosen.positions) > _MAX_CHOSEN:
        return None
    records = [position + 1 for position in sorted(chosen.positions)]
    return {"words": chosen.words, "records": records, "smarts": chosen.pattern}


def _chosen(value: Any) -> RecordSubset | None:
    records = _dict(value).get("records")
    if not isinstance(records, list) or len(records) > _MAX_CHOSEN:
        return None
    positions = frozenset(record - 1 for record in records if type(record) is int and record >= 1)
    return RecordSubset(_text(value.get("words")), positions, _text(value.get("smarts")))


def _name(column: int, field_names: Sequence[str]) -> str | list[str]:
    """A word for one of the program's own columns; for a field its name in a list, so that the two stay distinct."""
    if column >= Column.FIRST_FIELD:
        return [field_names[column - Column.FIRST_FIELD]]
    return _OWN.get(Column(column), _OWN[Column.NUMBER])


def _column(name: Any, field_names: Sequence[str]) -> int | None:
    if isinstance(name, list) and len(name) == 1 and name[0] in field_names:
        return Column.FIRST_FIELD + field_names.index(name[0])
    return next((int(column) for column, word in _OWN.items() if word == name), None)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= _MAX_TEXT else ""


def _number(value: Any) -> float | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
