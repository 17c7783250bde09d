"""A model's card as Model ▸ About This Model and Model ▸ Models show it, as HTML."""

from __future__ import annotations

from html import escape

from ...app.explaining.method_evidence import evidence_in_words, why_first
from ...app.explaining.model_preparation import trained_preparation
from ...app.explaining.value_words import value_words
from ...app.models.listed_models import ListedEndpoint, ListedModel, main_figure
from ...gcn.cards.baseline import baseline_warning
from ...gcn.cards.card import Card, Metrics
from ...kinds.registry import kind_of_model
from ...library.labels.value_scale import Transform, ValueScale
from ...wording import capitalised

_METRIC_WORDS = {
    "auc_roc": "AUC-ROC",
    "auc_pr": "AUC-PR",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "calibration_error": "calibration error",
    "brier_score": "Brier score",
    "coverage_90": "share of 90 % sets that hold the right class",
    "rmse": "RMSE",
    "mae": "mean absolute error",
    "r2": "R²",
    "spearman": "Spearman's ρ",
}
"""What the figures of a card are called; others have their names as words."""
_OF_INTERVALS = {"coverage_90": "share of 90 % intervals that hold the measured value"}
"""The same, of values."""
_LEAST_MEAN_LARGEST = 3


def card_html(card: Card) -> str:
    """What is known about a model, for a reader who must judge how far to trust it."""
    words = kind_of_model(card).words
    rows = [("Description", card.description)] if card.description else []
    rows += [("Task", card.task), _predicted(card)]
    data = card.training_data
    if data is not None:
        counts = ", ".join(f"{count:,} {name}" for name, count in data.class_counts.items())
        of_each = f" ({counts})" if counts else ""
        rows.append(("Trained on", f"{data.source}: {data.n_used:,} of {words.counted(data.n_records)}{of_each}"))
        if data.label_values:
            rows.append(("Labels", f"{data.label}: {data.labels_in_words}"))
        if card.preparation:
            rows.append(("Preparation", f"{trained_preparation(card).words}, in training and before every prediction"))
        if left_out := ", ".join(f"{count:,} {reason}" for reason, count in data.dropped.items() if count):
            rows.append(("Left out", left_out))
    rows += [(f"Held out, {metrics.split}", _figures(metrics, card)) for metrics in card.metrics]
    rows += [(f"Random forest, {metrics.split}", _figures(metrics, card)) for metrics in card.baseline]
    if warning := baseline_warning(card):
        rows.append(("Baseline", f"{capitalised(warning)}."))
    if why := why_first(card):
        rows.append(("First method", f"{why}."))
    if figures := evidence_in_words(card):
        rows.append(("Methods", f"{capitalised(figures)}."))
    rows.append(("Network", f"{card.architecture}, {card.n_features} {words.node} features"))
    for name, value in (
        ("Made", card.date),
        ("Trained as", card.trained_as),
        ("Command", card.command),
        ("Licence", card.licence),
    ):
        if value:
            rows.append((name, value))
    rows += [("Known limit", limit) for limit in card.known_limits]
    body = "".join(
        f'<tr><td style="padding: 3px 14px 3px 0"><b>{escape(name).replace(", ", ",<br>")}</b></td>'
        f'<td style="padding: 3px 0">{_lines(value)}</td></tr>'
        for name, value in rows
    )
    return f"<h2>{escape(card.title)}</h2><table>{body}</table>"


def model_html(model: ListedModel) -> str:
    """What is known about a model that can be used: its card, or its endpoints with their cards."""
    if not model.endpoints:
        return card_html(model.card) if isinstance(model.card, Card) else ""
    rows = "".join(
        f'<tr><td style="padding: 3px 14px 3px 0"><b>{escape(each.name)}</b></td>'
        f'<td style="padding: 3px 0">{escape(_of_endpoint(each))}</td></tr>'
        for each in model.endpoints
    )
    cards = "".join(card_html(each.card) for each in model.endpoints if isinstance(each.card, Card))
    return f"<h2>{escape(model.name)}</h2><p>{escape(model.task.split(':')[0])}</p><table>{rows}</table>{cards}"


def _of_endpoint(endpoint: ListedEndpoint) -> str:
    if not isinstance(endpoint.card, Card):
        return f"cannot be used: {endpoint.card}"
    return main_figure(endpoint.card) or endpoint.card.task


def _unit(figure: str, card: Card) -> str:
    of_value = value_words(card)
    return f" {of_value.unit}".rstrip() if of_value is not None and figure in ("rmse", "mae") else ""


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _predicted(card: Card) -> tuple[str, str]:
    """The classes, or the value with its unit and the range of what was learned."""
    of_value = value_words(card)
    if of_value is None:
        return "Classes", ", ".join(card.class_names)
    transform = Transform(card.scale["transform"]) if card.scale.get("transform") in list(Transform) else Transform.NONE
    scale = ValueScale(card.scale.get("unit", ""), transform)
    said = [f"{of_value.name}, {scale.in_words}"]
    if len(card.value_range) == _LEAST_MEAN_LARGEST:
        least, mean, largest = map(of_value.text, card.value_range)
        said.append(f"training values {least} to {largest}, mean {mean}")
    return "Value", "; ".join(said)


def _figures(metrics: Metrics, card: Card) -> str:
    named = _METRIC_WORDS | (_OF_INTERVALS if card.of_value else {})
    values = "; ".join(
        f"{named.get(name) or name.replace('_', ' ')} {metrics.in_words(name)}{_unit(name, card)}"
        for name in metrics.values
    )
    values = values.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")
    over = f"mean ± SD over {metrics.runs}" if metrics.have_sd else metrics.runs
    return f"{values} ({over})"
