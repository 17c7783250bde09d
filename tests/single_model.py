"""A model that is no ensemble and of which nothing is known beside its weights, for tests of what needs no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gcx_desktop.app.explaining.models import load_model
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import SAYS_NOTHING


def single_model(folder: Path) -> Bundle:
    """The first member of the bundled model ``bbbp``, written to a folder."""
    bundle = load_model("bbbp")
    kept = {name: value for name, value in SAYS_NOTHING.items() if name not in ("positive_class", "features")}
    alone = Bundle(replace(bundle.card, **kept), bundle.network.member(0), folder)
    save_bundle(alone)
    return alone
