"""What all methods say of one record, side by side."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.app.explaining.compare_methods import Comparison, compare
from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.explain.engine import Explanation
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from tests.explain.test_masking import RING

ONE = np.array([[4, 0], [2, 0], [0, 0], [0, 8], [1, 0]], dtype=np.float32)
OTHER = np.array([[-5, 0], [2, 0], [1, 0], [1, 0], [1, 0]], dtype=np.float32)


@pytest.fixture
def compared() -> Comparison:
    """For class 0. The second and the sixth atom of the record are hydrogens without a node."""
    molecule = MolGraph(RING, np.array([0, 2, 3, 4, 6], dtype=np.int32), 7, "", None)
    probabilities = np.array([0.5, 0.5], dtype=np.float32)
    explanation = Explanation(0, probabilities, {"eb": ONE, "occlusion": OTHER})
    return compare(ExplainedRecord(ReadMolecule(0, "", molecule), explanation), 0)


def test_maps_are_in_the_records_order_and_their_largest_value_is_of_all_classes(compared: Comparison) -> None:
    np.testing.assert_array_equal(compared.maps["occlusion"], [-5, np.nan, 2, 1, 1, np.nan, 1])
    assert compared.largest == {"eb": 8, "occlusion": 5}


def test_consensus_and_spread_are_of_the_shares_of_what_speaks_for_the_class(compared: Comparison) -> None:
    np.testing.assert_allclose(compared.consensus, [0.5, np.nan, 0.75, 0.25, 0.25, np.nan, 0.375])
    np.testing.assert_allclose(compared.spread, [0.5, np.nan, 0.25, 0.25, 0.25, np.nan, 0.125])


def test_the_most_disputed_atoms_are_named_as_the_record_counts_them(compared: Comparison) -> None:
    assert compared.disputed == (0, 2, 3)


def test_two_methods_agree_as_their_ranks_correlate(compared: Comparison) -> None:
    # Ranks 5 4 1.5 1.5 3 and 1 5 3 3 3: their correlation is −2 / √(9.5 · 8).
    expected = -2 / math.sqrt(9.5 * 8)
    assert compared.agreement == pytest.approx({"eb": expected, "occlusion": expected})
    assert compared.disagreement == pytest.approx(1 - expected)
