"""The statistics of what recurs in explanations of graphs that name their pieces, on libraries worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gcx_desktop.app.mining.count_pieces import count_pieces
from gcx_desktop.app.mining.piece_collection import PieceCollection
from gcx_desktop.app.mining.substructure_search import MiningRequest
from gcx_desktop.substructure.findings import Finding, flags

ALL = MiningRequest(min_records=0)


def hand() -> PieceCollection:
    """Three records of class 0, of which two are evidence, and one of class 1."""
    made = PieceCollection(cutoff=0.4, seed=0)
    made.add(3, 0, {"cat": [(0,)], "mat": [(1,)], "(cat, on, mat)": [(0, 1)]}, np.array([1.0, 0.5]))
    made.add(5, 0, {"cat": [(0,), (1,)], "mat": [(2,)]}, np.array([0.2, 0.6, 0.8]))
    made.add(6, 1, {"cat": [(0,)], "dog": [(1,)]}, np.array([0.1, 1.0]))
    made.add(8, 0, {"mat": [(0,)]}, None)
    return made


@pytest.fixture
def findings() -> dict[str, Finding]:
    return {each.pattern.text: each for each in count_pieces(hand(), ALL, [0, 1], 2).findings}


def test_records_are_counted_by_class_and_those_that_show_a_piece_among_the_evidence() -> None:
    counted = count_pieces(hand(), ALL, [0, 1], 2)
    assert (counted.n_records, counted.n_explained, counted.n_left_out) == ((3, 1), (2, 1), 0)
    assert [(each.pattern.text, each.class_index, each.pattern.n_nodes) for each in counted.findings] == [
        ("mat", 0, 1),
        ("{cat, mat}", 0, 2),
        ("cat", 0, 1),
        ("(cat, on, mat)", 0, 2),
        ("dog", 1, 1),
    ]


def test_a_piece_has_the_statistics_of_a_substructure(findings: dict[str, Finding]) -> None:
    cat, mat = findings["cat"], findings["mat"]
    assert (cat.shown_in.tolist(), cat.held_by.tolist()) == ([3, 5], [3, 5, 6])
    assert (cat.n_positive, cat.n_negative, cat.odds.value, cat.p_value) == (2, 1, 0.0, pytest.approx(1.0))
    assert (mat.n_positive, mat.n_negative, mat.odds.value) == (3, 0, math.inf)
    assert (mat.p_value, mat.q_value) == (pytest.approx(0.25), pytest.approx(0.25 * 5 / 2))
    assert (cat.mean_saliency, cat.sd_saliency) == (pytest.approx(0.8), pytest.approx(0.4 / math.sqrt(2)))
    assert (cat.prevalence, cat.random_prevalence) == (1.0, 1.0)
    assert flags(cat, few=2, records="images") == ("no more than at random",)


def test_a_relation_and_a_set_are_counted_where_all_of_them_is_salient(findings: dict[str, Finding]) -> None:
    relation, both = findings["(cat, on, mat)"], findings["{cat, mat}"]
    assert (relation.shown_in.tolist(), relation.held_by.tolist()) == ([3], [3])
    assert (relation.mean_saliency, relation.sum_saliency) == (0.75, 1.5)
    assert math.isnan(relation.sd_saliency)
    assert (both.shown_in.tolist(), both.held_by.tolist()) == ([3, 5], [3, 5])
    assert (both.mean_saliency, both.sum_saliency) == (pytest.approx(0.725), pytest.approx(1.45))


def test_a_category_is_part_of_the_sets_and_a_set_of_the_relations_that_have_it() -> None:
    found = count_pieces(hand(), ALL, [0, 1], 2).findings
    wholes = {each.pattern.text: [found[whole].pattern.text for whole in each.part_of] for each in found}
    assert wholes == {
        "cat": ["{cat, mat}"],
        "mat": ["{cat, mat}"],
        "{cat, mat}": ["(cat, on, mat)"],
        "(cat, on, mat)": [],
        "dog": [],
    }


@pytest.mark.parametrize(
    ("request_", "classes", "expected"),
    [
        (MiningRequest(min_records=2), [0, 1], ["mat", "cat"]),
        (MiningRequest(min_records=0, min_explained=2), [0, 1], ["mat", "{cat, mat}", "cat"]),
        (MiningRequest(min_records=0, min_support=1.0), [1], ["dog"]),
        (MiningRequest(min_records=0, max_patterns=1), [0, 1], ["{cat, mat}"]),
    ],
)
def test_what_few_records_contain_or_show_is_not_listed(
    request_: MiningRequest, classes: list[int], expected: list[str]
) -> None:
    counted = count_pieces(hand(), request_, classes, 2)
    assert [each.pattern.text for each in counted.findings] == expected
    assert counted.n_left_out == (4 if request_.max_patterns == 1 else 0)


def test_the_prevalence_at_random_is_that_of_as_many_random_nodes() -> None:
    def random_prevalence(seed: int) -> float:
        made = PieceCollection(cutoff=0.5, seed=seed)
        for position in range(300):
            made.add(position, 0, {"one": [(0,)], "other": [(1,), (2,), (3,)]}, np.array([0.9, 0.1, 0.1, 0.1]))
        (found,) = count_pieces(made, ALL, [0], 1).findings
        assert found.prevalence == 1.0
        return found.random_prevalence

    assert random_prevalence(1) == pytest.approx(0.25, abs=0.04)
    assert random_prevalence(1) == random_prevalence(1) != random_prevalence(2)
