"""The texts of the windows about the model's card, the keys and the program, as HTML."""

from __future__ import annotations

from html import escape

from ... import __version__
from ...gcn.card import Card
from ...kinds.registry import kind_of_model
from ..actions import KEYS
from .diagnostics import versions

_METRIC_WORDS = {
    "auc_roc": "AUC-ROC",
    "auc_pr": "AUC-PR",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
}


def card_html(card: Card) -> str:
    """What is known about a model, for a reader who must judge how far to trust it."""
    words = kind_of_model(card).words
    rows: list[tuple[str, str]] = [("Task", card.task), ("Classes", ", ".join(card.class_names))]
    data = card.training_data
    if data is not None:
        counts = ", ".join(f"{count:,} {name}" for name, count in data.class_counts.items())
        rows.append(("Trained on", f"{data.source}: {data.n_used:,} of {words.counted(data.n_records)} ({counts})"))
        if data.label_values:
            rows.append(("Labels", f"{data.label}: {data.labels_in_words}"))
        for reason, count in data.dropped.items():
            rows.append(("Left out", f"{count:,}: {reason}"))
    for metrics in card.metrics:
        values = "; ".join(f"{_METRIC_WORDS.get(name, name)} {metrics.in_words(name)}" for name in metrics.values)
        over = f"mean ± SD over {metrics.runs}" if metrics.have_sd else metrics.runs
        rows.append((f"Held out, {metrics.split}", f"{values} ({over})"))
    widths = "-".join(map(str, card.widths))
    rows.append(("Network", f"GCN, widths {widths}, {card.n_features} {words.node} features"))
    for name, value in (("Made", card.date), ("Command", card.command), ("Licence", card.licence)):
        if value:
            rows.append((name, value))
    rows += [("Known limit", limit) for limit in card.known_limits]
    body = "".join(
        f'<tr><td style="padding: 3px 14px 3px 0"><b>{escape(name)}</b></td>'
        f'<td style="padding: 3px 0">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f"<h2>{escape(card.name)}</h2><table>{body}</table>"


def keys_html() -> str:
    """The keyboard shortcuts, as a table."""
    pairs = (line.split("\t") for line in KEYS.splitlines())
    body = "".join(
        f'<tr><td style="padding: 3px 18px 3px 0"><b>{escape(keys)}</b></td>'
        f'<td style="padding: 3px 0">{escape(words)}</td></tr>'
        for keys, words in pairs
    )
    return f"<table>{body}</table>"


def about_html() -> str:
    """What the program is, and the versions of the libraries that it uses."""
    carried = " · ".join(f"{escape(name)} {escape(number)}" for name, number in versions().items())
    return (
        f"<h2>gcx-desktop {escape(__version__)}</h2>"
        "<p>Shows why a graph convolutional network predicts what it does of a molecule, atom by atom, after "
        "Pope, Kolouri, Rostami, Martin and Hoffmann, <i>Explainability Methods for Graph Convolutional Neural "
        "Networks</i>, CVPR 2019.</p>"
        "<p>A prediction is a statistical guess about molecules like those that the network was trained on; see "
        "Model ▸ About This Model. Saliency says which atoms counted for it, not why nature behaves so.</p>"
        "<p>BSD-3-Clause. Uses PyTorch, RDKit, Qt for Python (LGPL), NumPy, safetensors and Typst.</p>"
        f"<p>{carried}</p>"
    )


def crash_html(log: str) -> str:
    """The log of a session that crashed."""
    return (
        "<p>This is what was written when it happened. It stays on this computer; look through it for names of files "
        "before you give it to anybody. Help ▸ Copy Diagnostics has the versions that belong to it.</p>"
        f"<pre>{escape(log)}</pre>"
    )
