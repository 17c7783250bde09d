"""What the Help menu shows of the keys, the program and a crash, as HTML."""

from __future__ import annotations

from html import escape

from ... import __version__
from ..actions import KEYS
from .diagnostics import versions


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
