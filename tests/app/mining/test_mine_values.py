"""Substructures of a model of values: high and low records by a cut, on molecules and a network worked by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from gcx_desktop.app.evaluation.true_labels import true_labels
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.mining.mine_recurring import mine
from gcx_desktop.app.mining.substructure_search import MiningRequest, MiningResult
from gcx_desktop.app.mining.write_substructures import write_substructures
from gcx_desktop.errors import UnknownNameError, UsageError
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.work import Work

RECORDS = (
    ("CCN", "9"),  # predicted high, measured high: shows C-N
    ("CCCN", "8"),  # likewise
    ("CCCCN", "1"),  # predicted high, measured low: with measured values no evidence
    ("CO", "-2"),  # predicted and measured low: shows C-O
    ("CCO", "0"),  # likewise
    ("CCCO", "7"),  # predicted low, measured high
    ("nonsense", "5"),
    ("NCC", ""),  # predicted high, not measured
)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,pKa\n" + "".join(f"{smiles},{value}\n" for smiles, value in RECORDS))
    return path


def bundle() -> Bundle:
    """2 for a carbon chain; nitrogen raises it, oxygen lowers it. CAM shows them and their neighbours."""
    weight = torch.zeros(N_FEATURES, 2)
    weight[FEATURE_NAMES.index("symbol: N"), 0] = weight[FEATURE_NAMES.index("symbol: O"), 1] = 1.0
    head = Layer(torch.tensor([[12.0, -12.0], [-12.0, 12.0]]), torch.tensor([2.0, -2.0]))
    card = Card(
        "basicity", "task", DIRECTIONS, (2,), FEATURE_SET, N_FEATURES, endpoint="pKa", scale={"transform": "none"}
    )
    return Bundle(card, Network((Layer(weight, torch.zeros(2)),), head, of_value=True), Path("basicity"))


def mined(
    table: Path, pool: WorkerPool, request: MiningRequest, *, measured: bool = True, by: str = "cam"
) -> MiningResult:
    model = bundle()
    with open_library(table) as library:
        labels = true_labels(library, "pKa", model.card) if measured else None
        explanation = ExplanationRequest(library, model, [method(by)])
        return mine(request, explanation, explain_library, Work(pool), labels)


def of(found: MiningResult) -> dict[tuple[str, str], Finding]:
    return {(found.class_names[each.class_index], each.pattern.text): each for each in found.findings}


ALL = MiningRequest(min_records=0)


def test_what_raises_is_found_in_high_records_and_what_lowers_in_low_ones(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, ALL)
    assert found.cut is not None
    assert found.cut.sentence == "high: measured pKa ≥ 4 (the median), low: below"  # of 9, 8, 1, −2, 0 and 7
    assert (found.n_records, found.n_explained) == ((3, 3), (2, 2))
    amine, ether = of(found)["raises", "CN"], of(found)["lowers", "CO"]
    assert amine.shown_in.tolist() == [0, 1]
    assert (amine.held_by.tolist(), amine.n_positive, amine.n_negative) == ([0, 1, 2], 2, 1)
    assert ether.shown_in.tolist() == [3, 4]
    assert (ether.held_by.tolist(), ether.n_positive, ether.n_negative) == ([3, 4, 5], 2, 1)
    assert (found.group_name(0), found.group_name(1)) == ("high", "low")
    assert found.labels_in_words.startswith("pKa from -2 to 9 (7)")


def test_a_method_with_a_sign_gives_the_same_groups(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, ALL, by="contribution")
    assert {key: each.shown_in.tolist() for key, each in of(found).items()} == {
        ("raises", "CN"): [0, 1],
        ("lowers", "CO"): [3, 4],
    }


def test_without_measured_values_the_predicted_ones_are_divided_at_their_median(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, ALL, measured=False)
    assert found.cut is not None
    assert found.cut.sentence.startswith("high: predicted pKa ≥ ")
    assert found.n_records == found.n_explained == (4, 3)
    assert of(found)["raises", "CN"].shown_in.tolist() == [0, 1, 2, 7]


def test_the_cut_can_be_chosen_and_one_that_leaves_a_group_empty_is_refused(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, MiningRequest(min_records=0, cut=8.5))
    assert found.cut is not None
    assert found.cut.sentence == "high: measured pKa ≥ 8.5, low: below"
    assert found.n_records == (1, 5)
    said = "all records are low, measured pKa < 10; their values reach from -2 to 9"
    with pytest.raises(UsageError, match=said):
        mined(table, pool, MiningRequest(cut=10))
    with pytest.raises(UsageError, match="all records are high, measured pKa ≥ −5"):
        mined(table, pool, MiningRequest(cut=-5))


def test_one_direction_alone_can_be_asked_for(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, MiningRequest(min_records=0, classes=("lowers",)))
    assert list(of(found)) == [("lowers", "CO")]
    with pytest.raises(UnknownNameError):
        mined(table, pool, MiningRequest(classes=("high",)))


def test_values_that_run_against_the_predictions_are_suspected(tmp_path: Path, pool: WorkerPool) -> None:
    path = tmp_path / "swapped.csv"
    rows = [f"{'C' * n}{end},{value}" for n in range(1, 13) for end, value in (("N", 1), ("O", 2))]
    path.write_text("\n".join(["smiles,pKa", *rows, "CCCCCCCCCCCCCN,3"]) + "\n")
    found = mined(path, pool, ALL)
    assert "measured and predicted values run in opposite directions" in found.suspicion


def test_a_table_says_which_records_count_for_each_direction(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_substructures(str(out), mined(table, pool, ALL), Work(pool))
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["class"], row["group"]) for row in rows] == [
        ("raises", "measured pKa ≥ 4"),
        ("lowers", "measured pKa < 4"),
    ]
    page = tmp_path / "out.html"
    write_substructures(str(page), mined(table, pool, ALL), Work(pool))
    assert "High: measured pKa ≥ 4 (the median), low: below." in page.read_text()


def test_how_records_were_explained_is_said_with_the_cut(table: Path, pool: WorkerPool) -> None:
    found = mined(table, pool, ALL)
    said = ALL.in_words(found.kind, labelled=True, cut=found.cut)
    assert said.endswith(
        "What raises pKa is looked for among the molecules that are predicted and measured high, what lowers it among "
        "those predicted and measured low (high: measured pKa ≥ 4 (the median), low: below)."
    )
