"""What masking the atoms of one map does, and whether other methods agree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.app.explaining.trust import (
    RANDOM_MASKS,
    MaskingTest,
    ModelUnderTest,
    agreement,
    assess_trust,
    attributed_share,
    completeness_error,
    consensus,
    disagreement,
    load_model_under_test,
    run_masking_test,
)
from gcx_desktop.explain.engine import Explanation
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, make_domain, save_domain
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.masked_graph import masked
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.graph.morgan_fingerprint import N_BYTES
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.library.record import Format, Source
from tests.explain.test_masking import RING
from tests.explain.test_methods import decode, network

LIBRARY = Source(Path("x.sdf"), Path("x.sdf"), Format.SDF)


def test_masking_some_atoms_is_compared_with_masking_as_many_random_ones() -> None:
    predictor = MaskedPredictor(network(2), decode)
    mask = np.array([True, False, False, True, False])
    found = run_masking_test(predictor, RING, mask, 1)
    without = predictor.without(RING, [np.zeros(5, dtype=bool), mask])
    assert (found.before, found.after) == pytest.approx((without[0, 1], without[1, 1]))
    assert found.change == pytest.approx(found.after - found.before)
    assert (found.n_masked, found.share) == (2, 0.4)
    assert math.isfinite(found.random_mean)
    assert RANDOM_MASKS > 1
    assert found == run_masking_test(predictor, RING, mask, 1)


def test_masking_nothing_or_everything_leaves_nothing_to_compare_with() -> None:
    predictor = MaskedPredictor(network(2), decode)
    nothing = run_masking_test(predictor, RING, np.zeros(5, dtype=bool), 0)
    assert nothing.change == 0.0
    assert math.isnan(nothing.random_mean)
    assert math.isnan(run_masking_test(predictor, RING, np.ones(5, dtype=bool), 0).random_mean)


def test_maps_that_rank_the_atoms_alike_count_once_in_the_agreement() -> None:
    map_ = np.array([[1.0], [2.0], [3.0]])
    assert agreement({"cam": map_, "grad-cam": map_ / 3, "eb": -map_}, "cam", 0) == pytest.approx(-1)
    assert math.isnan(agreement({"cam": map_, "grad-cam": map_ / 3}, "cam", 0))


def test_the_consensus_is_the_mean_share_and_atoms_on_which_methods_differ_stand_out() -> None:
    maps = {"one": np.array([[4.0], [0.0], [-2.0]]), "other": np.array([[1.0], [1.0], [0.0]])}
    np.testing.assert_allclose(consensus(maps, 0), [1.0, 0.5, 0.0])
    np.testing.assert_allclose(disagreement(maps, 0), [0.0, 0.5, 0.0])


def test_better_than_random_is_further_down_than_chance_and_than_two_decimals_show() -> None:
    def test(change: float, mean: float, sd: float) -> MaskingTest:
        return MaskingTest(2, 5, before=0.9, after=0.9 + change, random_mean=mean, random_sd=sd)

    assert test(-0.4, -0.1, 0.1).better_than_random
    assert not test(-0.19, -0.1, 0.1).better_than_random
    assert not test(0.4, -0.1, 0.1).better_than_random
    assert not test(-0.009, 0.0, 0.0).better_than_random
    assert not test(-0.4, math.nan, math.nan).better_than_random


def test_the_attributed_share_is_of_all_that_speaks_for_the_class() -> None:
    mask = np.array([True, False, True])
    assert attributed_share(np.array([3.0, 1.0, -2.0]), mask) == 0.75
    assert math.isnan(attributed_share(np.array([0.0, -1.0, 0.0]), mask))


def test_a_map_that_sums_to_what_the_score_gained_is_complete() -> None:
    predictor = MaskedPredictor(network(2), decode)
    whole, none = predictor.scores([RING, masked(RING, np.ones(5, dtype=bool))])
    values = np.full(5, ((whole - none)[1] - (whole - none)[0]) / 5)
    assert completeness_error(predictor, RING, values, 1) == pytest.approx(0.0, abs=1e-6)
    assert completeness_error(predictor, RING, 1.1 * values, 1) == pytest.approx(0.1 / 1.1)


def test_what_is_incomplete_is_told_as_a_share_of_all_values_also_where_the_score_gains_next_to_nothing() -> None:
    predictor = MaskedPredictor(network(2), decode)
    whole, none = predictor.scores([RING, masked(RING, np.ones(5, dtype=bool))])
    gained = (whole - none)[1] - (whole - none)[0]
    for_and_against = np.array([50.0, -50.0, 30.0, -30.0, gained + 1.0])
    expected = 1.0 / (160 + abs(gained + 1.0))
    assert completeness_error(predictor, RING, for_and_against, 1) == pytest.approx(expected, rel=1e-4)
    assert math.isnan(completeness_error(predictor, RING, np.zeros(5), 1))


def test_of_a_record_only_atoms_that_have_a_node_are_masked() -> None:
    maps = {"cam": np.arange(10, dtype=np.float32).reshape(5, 2), "integrated-gradients": np.ones((5, 2), np.float32)}
    molecule = MolGraph(RING, np.array([0, 2, 3, 4, 6], dtype=np.int32), 7, "", None)
    explained = ExplainedRecord(
        ReadMolecule(0, "", molecule), Explanation(0, np.array([0.5, 0.5], dtype=np.float32), maps)
    )
    model = ModelUnderTest(MaskedPredictor(network(2), decode), None, "it does not say")
    atoms = np.array([True, True, False, True, False, True, False])
    found = assess_trust(model, explained, b"", "cam", 1, atoms)
    assert found.masking == run_masking_test(model.predictor, RING, np.array([True, False, True, False, False]), 1)
    assert found.attributed == pytest.approx(6 / 25)
    assert found.nearness is None
    assert found.completeness_error is None
    assert assess_trust(model, explained, b"", "integrated-gradients", 1, atoms).completeness_error is not None


def test_a_model_is_loaded_with_its_domain_or_the_reason_why_it_has_none(tmp_path: Path) -> None:
    card = Card("tiny", "a task", ("no", "yes"), (8, 8), FEATURE_SET, N_FEATURES)
    weights = initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(0))
    bundle = Bundle(card, weights, tmp_path)
    without = load_model_under_test(bundle, LIBRARY)
    assert (without.domain, without.why_no_domain) == (
        None,
        "this model does not say which molecules it was trained on",
    )
    save_domain(make_domain([b"\x01" * N_BYTES, b"\x03" * N_BYTES]), tmp_path / DOMAIN_FILE)
    known = load_model_under_test(bundle, LIBRARY)
    assert known.domain is not None
    assert known.why_no_domain == ""
    (tmp_path / DOMAIN_FILE).write_bytes(b"damaged")
    assert "not a safetensors file" in load_model_under_test(bundle, LIBRARY).why_no_domain
