"""What was found is the same after it was in a project; what is not of the kind is as if it were not there."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gcx_desktop.app.mining.substructure_search import MiningResult, SearchFailures
from gcx_desktop.app.mining.value_cut import ValueCut
from gcx_desktop.app.projects import stored_substructures as module
from gcx_desktop.app.projects.stored_substructures import (
    StoredMiningResult,
    stored_substructures,
    substructure_settings,
)
from gcx_desktop.kinds.registry import DEFAULT_KIND, kind_of_format
from gcx_desktop.library.labels.label_meaning import LabelMeaning, LabelValue
from gcx_desktop.library.labels.measurements import ValueMeaning
from gcx_desktop.library.labels.value_scale import Transform, ValueScale
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Format, Rejected
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.substructure.labelled_graph import LabelledGraph, atom_label
from gcx_desktop.substructure.patterns import Pattern
from gcx_desktop.substructure.pieces import Piece
from gcx_desktop.substructure.statistics import OddsRatio

CARBON, OXYGEN = atom_label(6, False, 0), atom_label(8, False, 0)


def finding(class_index: int, part_of: tuple[int, ...] = ()) -> Finding:
    return Finding(
        pattern=Pattern("[#6]-[#8]", "CO", LabelledGraph((CARBON, OXYGEN), ((0, 1, 1),))),
        attached="*CO",
        class_index=class_index,
        shown_in=np.array([2, 5]),
        held_by=np.array([0, 2, 5, 7]),
        n_positive=3,
        n_negative=1,
        odds=OddsRatio(math.inf, 0.5, math.inf),
        p_value=0.25,
        q_value=0.5,
        mean_saliency=0.75,
        sd_saliency=math.nan,
        sum_saliency=1.5,
        prevalence=0.5,
        random_prevalence=0.25,
        n_scaffolds=2,
        part_of=part_of,
    )


def found() -> StoredMiningResult:
    meaning = LabelMeaning(
        "active", ("no", "yes"), ((LabelValue("0", 4), 0), (LabelValue("1", 3), 1)), 1, ("a note",), True, "yes"
    )
    mined = MiningResult(
        DEFAULT_KIND,
        (finding(0, (1,)), finding(1)),
        ("no", "yes"),
        (4, 3),
        (2, 2),
        7,
        (Rejected(3, 4, "x", "why"),),
        meaning,
        "are the labels swapped?",
        SearchFailures(1, 2, 3),
    )
    return StoredMiningResult(mined, "Fragments are rings.", "f" * 64, Preparation(neutralise=True))


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def test_what_was_found_is_the_same_after_it_was_stored() -> None:
    before = found()
    settings = through_json(substructure_settings(before))
    after = stored_substructures(settings, DEFAULT_KIND, 8)
    assert after is not None
    assert through_json(substructure_settings(after)) == settings
    assert (after.description, after.model_hash, after.preparation) == (
        before.description,
        before.model_hash,
        before.preparation,
    )
    assert after.result.labels == before.result.labels
    assert after.result.suspicion == before.result.suspicion
    assert after.result.rejected == before.result.rejected
    assert after.result.failures == before.result.failures
    first, was = after.result.findings[0], before.result.findings[0]
    assert first.pattern == was.pattern
    assert first.odds == was.odds
    assert first.part_of == (1,)
    assert math.isnan(first.sd_saliency)
    np.testing.assert_array_equal(first.held_by, [0, 2, 5, 7])


def test_the_cut_of_values_and_what_the_measurements_are_taken_for_are_the_same_after_they_were_stored() -> None:
    scale = ValueScale("nM", Transform.NEGATIVE_LOG10)
    meaning = ValueMeaning("IC50", scale, 30, 1, 2, 0, 4.5, 9.25, ("a note",))
    cut = ValueCut("pIC50", 6.5, is_median=True, of_measured=True)
    kept = found()
    kept = replace(kept, result=replace(kept.result, labels=meaning, cut=cut))
    read = stored_substructures(through_json(substructure_settings(kept)), DEFAULT_KIND, 10)
    assert read is not None
    assert (read.result.labels, read.result.cut) == (meaning, cut)
    for change in ({"limit": "high"}, {"endpoint": 3}):
        settings = through_json(substructure_settings(kept))
        settings["cut"] |= change
        assert stored_substructures(settings, DEFAULT_KIND, 10) is None


def test_what_was_stored_before_labels_were_doubted_is_read() -> None:
    settings = through_json(substructure_settings(found()))
    del settings["suspicion"]
    after = stored_substructures(settings, DEFAULT_KIND, 8)
    assert after is not None
    assert after.result.suspicion == ""


def test_what_was_stored_before_failures_were_counted_is_still_read() -> None:
    after = stored_substructures(damaged(lambda settings: settings.pop("failures")), DEFAULT_KIND, 8)
    assert after is not None
    assert after.result.failures == SearchFailures()


def damaged(change: Callable[[dict[str, Any]], object]) -> Any:
    settings = through_json(substructure_settings(found()))
    change(settings)
    return settings


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        damaged(lambda s: s.pop("findings")),
        damaged(lambda s: s.update(classes=[])),
        damaged(lambda s: s.update(n_records=[1])),
        damaged(lambda s: s["findings"][0].update({"class": 2})),
        damaged(lambda s: s["findings"][0].update(part_of=[2])),
        damaged(lambda s: s["findings"][0].update(held_by=[0, 8])),
        damaged(lambda s: s["findings"][0].update(held_by=[-1, 2])),
        damaged(lambda s: s["findings"][0].update(held_by=[])),
        damaged(lambda s: s["findings"][0].update(held_by=[True])),
        damaged(lambda s: s["findings"][0].update(held_by=[1 << 80])),
        damaged(lambda s: s["findings"][0].update(p_value="NaN(payload)")),
        damaged(lambda s: s["findings"][0].update(p_value=True)),
        damaged(lambda s: s["findings"][0].update(n_positive=9)),
        damaged(lambda s: s["findings"][0]["pattern"].update(bonds=[[0, 2, 1]])),
        damaged(lambda s: s["findings"][0]["pattern"].update(atoms=[])),
        damaged(lambda s: s["findings"][0]["pattern"].update(smarts="C" * 20_000)),
        damaged(lambda s: s.update(rejected=[[8, 1, "x", "why", False]])),
        damaged(lambda s: s.update(rejected=[[1]])),
        damaged(lambda s: s["labels"].update(classes=["one"])),
        damaged(lambda s: s.update(preparation=7)),
    ],
)
def test_what_is_not_of_the_kind_is_as_if_it_were_not_there(value: Any) -> None:
    assert stored_substructures(value, DEFAULT_KIND, 8) is None


def test_what_would_be_too_much_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_POSITIONS", 11)
    assert substructure_settings(found()) is None


def test_pieces_that_a_kind_names_are_the_same_after_they_were_stored() -> None:
    scenes = kind_of_format(Format.SCENES)
    piece = Piece(("man riding horse",), ("man", "horse"))
    mined = MiningResult(
        scenes, (replace(finding(0), pattern=piece, n_scaffolds=None),), ("no", "yes"), (4, 3), (2, 2), 0, ()
    )
    settings = substructure_settings(StoredMiningResult(mined, "", "", Preparation()))
    after = stored_substructures(through_json(settings), scenes, 8)
    assert after is not None
    assert after.result.findings[0].pattern == piece
    assert stored_substructures(through_json(settings), DEFAULT_KIND, 8) is None
