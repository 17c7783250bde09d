"""Which method is shown first, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcx_desktop.app.explaining.method_evidence import (
    SIMPLEST_FIRST,
    MethodEvidence,
    best_method,
    evidence_entry,
    evidence_in,
    first_method,
    why_first,
)
from gcx_desktop.app.explaining.method_names import DEFAULT_METHOD, METHOD_NAMES
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.cards.card import Card, read_card
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES

CARD = Card("tiny", "nothing real", ("no", "yes"), (4, 3), FEATURE_SET, N_FEATURES)


def evidence(method: str, gain: float, *, error: float = 0.1, behind_error: float = 0.05) -> MethodEvidence:
    """Of the methods in one test the best has a gain of 1."""
    behind = round(1 - gain, 4)
    return MethodEvidence(method, 300, round(gain + 0.2, 4), 0.2, error, 0.812, behind, behind_error if behind else 0.0)


OCCLUSION, CAM = evidence("occlusion", 1.0), evidence("cam", 0.1)

WITH_EVIDENCE = replace(CARD, default_method="occlusion", method_evidence=evidence_entry((OCCLUSION, CAM)))
WHY = (
    "Occlusion is shown first: masking the atoms that it marks lowered the score of the predicted class further than "
    "masking random ones in 81 % of 300 held-out molecules"
)


def written(folder: Path, entries: dict[str, Any]) -> Path:
    (folder / "card.json").write_text(json.dumps(CARD.as_dict() | entries))
    return folder


def test_the_order_of_simplicity_holds_every_method() -> None:
    assert sorted(SIMPLEST_FIRST) == sorted(METHOD_NAMES)


def test_the_method_that_beats_random_nodes_by_most_is_shown_first() -> None:
    assert best_method([CAM, OCCLUSION, evidence("eb", 0.9)]) == "occlusion"


def test_of_methods_within_the_error_of_the_best_the_simplest_is_shown_first() -> None:
    assert best_method([OCCLUSION, evidence("integrated-gradients", 0.97), evidence("contribution", 0.96)]) == (
        "contribution"
    )
    assert best_method([OCCLUSION, evidence("contribution", 0.96, behind_error=0.03)]) == "occlusion"


def test_a_difference_from_random_nodes_within_chance_decides_nothing() -> None:
    assert best_method([replace(OCCLUSION, error=0.6), replace(CAM, error=0.6)]) == ""
    assert best_method([]) == ""


def test_the_method_of_the_card_is_the_first_if_the_program_has_it() -> None:
    assert first_method(replace(CARD, default_method="occlusion")) == "occlusion"
    assert first_method(replace(CARD, default_method="of another program")) == DEFAULT_METHOD
    assert first_method(CARD) == first_method(None) == DEFAULT_METHOD


def test_a_card_keeps_the_evidence(tmp_path: Path) -> None:
    found = (OCCLUSION, CAM)
    entries = {"default_method": "occlusion", "method_evidence": evidence_entry(found)}
    card = read_card(written(tmp_path, entries), FEATURE_SETS)
    assert (card.default_method, evidence_in(card)) == ("occlusion", found)


def test_a_card_without_evidence_stays_as_it_was() -> None:
    assert evidence_entry(()) == {}
    assert not {"default_method", "method_evidence"} & set(CARD.as_dict())
    assert evidence_in(CARD) == ()
    assert why_first(CARD) == ""


def test_of_methods_that_the_program_lacks_and_figures_that_are_missing_nothing_is_read() -> None:
    entry = evidence_entry((OCCLUSION, CAM))
    entry["methods"]["of another program"] = entry["methods"]["cam"]
    del entry["methods"]["cam"]["fall"]
    assert evidence_in(replace(CARD, method_evidence=entry)) == (OCCLUSION,)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ({"default_method": 3}, "'default_method' is int"),
        ({"default_method": "x" * 201}, "'default_method' has 201 characters, more than 200"),
        ({"method_evidence": {"methods": {}}}, "'method_evidence' has no 'n_records'"),
        ({"method_evidence": {"n_records": 3, "methods": {"cam": 1}}}, "'method_evidence: methods: cam' is int"),
        (
            {"method_evidence": {"n_records": 3, "methods": {"cam": {"fall": "far"}}}},
            "'method_evidence: methods: cam: fall' is str",
        ),
        (
            {"method_evidence": {"n_records": 3, "methods": {str(i): {} for i in range(101)}}},
            "'method_evidence: methods' has 101 entries, more than 100",
        ),
    ],
)
def test_what_a_card_says_of_methods_has_a_kind_and_a_bound(
    entries: dict[str, Any], found: str, tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match=found):
        read_card(written(tmp_path, entries), FEATURE_SETS)


def test_the_reason_is_said_in_one_sentence() -> None:
    assert why_first(WITH_EVIDENCE) == WHY
    assert why_first(replace(CARD, default_method="cam")) == "CAM is shown first, as the model's card says"


def test_a_first_method_that_does_no_better_than_random_atoms_is_said_to_be_so() -> None:
    noise = [replace(evidence(id_, gain), error=1.0) for id_, gain in (("occlusion", 1.0), ("grad-cam", 0.5))]
    assert why_first(replace(CARD, method_evidence=evidence_entry(noise))) == (
        "Grad-CAM is shown first, though masking the atoms that it marks lowered the score of the predicted class no "
        "further than masking random ones, beyond chance, in 300 held-out molecules, and no method did better"
    )
    # Of a card whose method is not the best.
    entry = evidence_entry((OCCLUSION, replace(CAM, error=1.0)))
    assert why_first(replace(CARD, default_method="cam", method_evidence=entry)).endswith("in 300 held-out molecules")
