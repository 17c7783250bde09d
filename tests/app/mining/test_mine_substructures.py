"""Substructures of a library, on molecules and a network worked by hand, and a pattern that was planted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from rdkit import Chem

from gcx_desktop.app.evaluation.labelled_records import class_labels
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.mining.cut_records import cut_record, match_patterns, name_graph, write_form
from gcx_desktop.app.mining.mine_recurring import mine
from gcx_desktop.app.mining.substructure_search import (
    MiningRequest,
    MiningResult,
    SearchFailures,
    search_description,
)
from gcx_desktop.errors import Cancelled, LibraryError, UnknownNameError, UsageError
from gcx_desktop.explain.method import method
from gcx_desktop.explain.saliency_cutoff import PAPER_CUTOFF
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import Layer, Network
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from gcx_desktop.pool import WorkerFailure, WorkerPool
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.substructure.patterns import parts_of
from gcx_desktop.substructure.scheme import Scheme
from gcx_desktop.work import Work


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def nitrogen_network() -> Bundle:
    """Calls a molecule an amine if it has a nitrogen; CAM shows N and its neighbours, for that class alone."""
    weight = torch.zeros(N_FEATURES, 1)
    weight[FEATURE_NAMES.index("symbol: N")] = 1.0
    head = Layer(torch.tensor([[-10.0, 10.0]]), torch.tensor([0.1, 0.0]))
    card = Card("amines", "has a nitrogen", ("other", "amine"), (1,), FEATURE_SET, N_FEATURES)
    return Bundle(card, Network((Layer(weight, torch.zeros(1)),), head), Path("amines"))


HAND = (
    ("CCCC#N", "1"),  # right, shows C#N
    ("CC#N", "1"),  # right, shows C#N
    ("CCN", "1"),  # right, shows C-N
    ("N#CCC#N", "0"),  # wrong: no evidence, yet it contains C#N
    ("CCO", "0"),  # right as "other", shows nothing
    ("CC(C)O", "0"),
    ("nonsense", "1"),
    ("NCC#N", ""),  # without a label it does not count
    ("CCCN", "1"),  # right, shows C-N
)


def written(folder: Path, records: tuple[tuple[str, str], ...]) -> Path:
    path = folder / "library.csv"
    path.write_text("smiles,amine\n" + "".join(f"{smiles},{label}\n" for smiles, label in records))
    return path


def mined(
    path: Path,
    pool: WorkerPool,
    request: MiningRequest,
    *,
    labelled: bool = True,
    preparation: Preparation = NO_PREPARATION,
    **more: object,
) -> MiningResult:
    bundle = nitrogen_network()
    with open_library(path) as library:
        labels = class_labels(library, "amine", bundle.card.class_names) if labelled else None
        explanation = ExplanationRequest(library, bundle, [method("cam")], preparation=preparation)
        return mine(request, explanation, explain_library, Work(pool, **more), labels)  # type: ignore[arg-type]


def by_smiles(found: MiningResult) -> dict[str, Finding]:
    return {each.pattern.text: each for each in found.findings}


ALL = MiningRequest(min_records=0)


def test_counts_of_molecules_worked_by_hand(tmp_path: Path, pool: WorkerPool) -> None:
    found = mined(written(tmp_path, HAND), pool, ALL)
    assert (found.n_records, found.n_explained) == ((3, 4), (2, 4))
    assert [each.position for each in found.rejected] == [6]
    nitrile, amine = by_smiles(found)["C#N"], by_smiles(found)["CN"]
    assert nitrile.shown_in.tolist() == [0, 1]
    assert nitrile.held_by.tolist() == [0, 1, 3]
    assert (nitrile.n_explained, nitrile.n_positive, nitrile.n_negative) == (2, 2, 1)
    assert (nitrile.r_explained, nitrile.r_class) == (2 / 3, 2 / 3)
    assert nitrile.odds.value == pytest.approx(2 * 2 / (1 * 2))
    assert nitrile.p_value == 1.0
    assert nitrile.prevalence == 0.5
    assert amine.held_by.tolist() == [2, 8]
    assert (amine.attached, amine.class_index) == ("*CN", 1)
    assert math.isnan(amine.q_value) is False


def test_without_labels_the_predictions_are_the_classes(tmp_path: Path, pool: WorkerPool) -> None:
    found = mined(written(tmp_path, HAND), pool, ALL, labelled=False)
    assert (found.n_records, found.n_explained) == ((2, 6), (2, 6))
    nitrile = by_smiles(found)["C#N"]
    assert nitrile.shown_in.tolist() == [0, 1, 3]  # all of NCC#N is salient, which is another fragment
    assert (nitrile.n_positive, nitrile.n_negative) == (4, 0)
    assert nitrile.odds.value == math.inf


def test_saliency_is_relative_and_its_spread_is_over_molecules(tmp_path: Path, pool: WorkerPool) -> None:
    found = by_smiles(mined(written(tmp_path, HAND), pool, ALL))["C#N"]
    # Â of C–C#N: N keeps 1/2, its neighbour gets 1/√(2·3); relative to N the mean is (1 + 2/√6) / 2 in both molecules.
    assert found.mean_saliency == pytest.approx((1 + 2 / math.sqrt(6)) / 2, rel=1e-6)
    assert found.sum_saliency == pytest.approx(1 + 2 / math.sqrt(6), rel=1e-6)
    assert found.sd_saliency == pytest.approx(0.0, abs=1e-6)


def test_what_few_molecules_contain_or_give_is_not_listed(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, HAND)
    assert set(by_smiles(mined(path, pool, MiningRequest(min_records=2)))) == {"C#N"}
    assert mined(path, pool, MiningRequest(min_records=3)).findings == ()
    assert mined(path, pool, MiningRequest(min_records=0, min_explained=3)).findings == ()
    capped = mined(path, pool, MiningRequest(min_records=0, max_patterns=1))
    assert (len(capped.findings), capped.n_left_out) == (1, 1)


def planted(n: int = 30) -> tuple[tuple[str, str], ...]:
    """Nitriles and tertiary amines of class 1 among molecules of class 0, a few of which are amines, too."""
    chains = [f"{'C' * (1 + i % 7)}{'O' * (i % 2)}C(C{'C' * (i % 5)})" for i in range(n)]
    others = [f"{chain}C{'C' * (i % 4)}O" for i, chain in enumerate(chains)]
    nitriles = [f"{chain}CC#N" for chain in chains]
    amines = [f"{chain}CN" for chain in chains[: n // 5]]
    return (
        *((smiles, "1") for smiles in nitriles),
        *((smiles, "0") for smiles in others),
        *((smiles, str(i % 2)) for i, smiles in enumerate(amines)),
    )


@pytest.mark.parametrize("scheme", [Scheme.SALIENT, Scheme.FREQUENT, Scheme.GROUPS])
def test_a_planted_pattern_is_at_the_top(scheme: Scheme, tmp_path: Path, pool: WorkerPool) -> None:
    most = 2 if scheme is Scheme.FREQUENT else 20
    found = mined(written(tmp_path, planted()), pool, MiningRequest(scheme=scheme, max_atoms=most, cutoff=0.1))
    top = next(each for each in found.findings if each.class_index == 1)
    assert top.pattern.text == "C#N"
    assert top.n_explained == top.n_positive == 30
    assert top.q_value < 1e-10
    assert top.random_prevalence < 0.3 < top.prevalence
    assert top.n_scaffolds == 1


def test_counts_are_those_of_a_naive_loop(tmp_path: Path, pool: WorkerPool) -> None:
    records = planted()
    mols = [Chem.MolFromSmiles(smiles) for smiles, _ in records]
    found = mined(written(tmp_path, records), pool, ALL, labelled=False)
    assert len(found.findings) > 1
    for each in found.findings:
        query = Chem.MolFromSmarts(each.pattern.key)
        assert each.held_by.tolist() == [i for i, mol in enumerate(mols) if mol.HasSubstructMatch(query)]
        assert set(each.shown_in.tolist()) <= set(each.held_by.tolist())


def test_a_larger_fragment_is_known_to_hold_a_smaller_one(tmp_path: Path, pool: WorkerPool) -> None:
    found = mined(written(tmp_path, (("CCN", "1"), ("CNC", "1"), ("CN(C)C", "1"), ("CC", "0"))), pool, ALL)
    place = {each.pattern.text: i for i, each in enumerate(found.findings)}
    assert found.findings[place["CN"]].part_of == (place["CNC"],)
    assert found.findings[place["CNC"]].part_of == (place["CN(C)C"],)
    assert found.findings[place["CN(C)C"]].part_of == ()


def test_parts_are_completed_to_whole_rings_on_request(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, (("c1ccncc1", "1"), ("Cc1ccncc1", "1"), ("CC", "0")))
    assert set(by_smiles(mined(path, pool, ALL))) == {"cnc"}
    assert set(by_smiles(mined(path, pool, MiningRequest(min_records=0, complete=True)))) == {"c1ccncc1"}


def test_atoms_that_were_prepared_away_are_in_no_fragment(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, (("CCN.NC", "1"), ("CC", "0")))
    prepared = mined(path, pool, ALL, preparation=Preparation(True))
    assert [each.attached for each in prepared.findings] == ["*CN"]


def test_a_single_class_is_explained_on_request(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, HAND)
    found = mined(path, pool, MiningRequest(min_records=0, classes=("amine",)))
    assert (found.n_records, found.n_explained) == ((3, 4), (0, 4))
    with pytest.raises(UnknownNameError, match="known: other, amine"):
        mined(path, pool, MiningRequest(classes=("acid",)))


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (MiningRequest(cutoff=1.5), "the cutoff must lie between 0 and 1, not be 1.5"),
        (MiningRequest(max_patterns=5001), "the number of patterns must lie between 1 and 5,000, not be 5,001"),
        (MiningRequest(min_atoms=9, max_atoms=8), "the minimum number of atoms must lie between 1 and 8, not be 9"),
        (MiningRequest(scheme=Scheme.FREQUENT), "a frequent pattern may have 1 to 12 atoms, not 50"),
    ],
)
def test_numbers_out_of_bounds_are_refused(
    request_: MiningRequest, sentence: str, tmp_path: Path, pool: WorkerPool
) -> None:
    with pytest.raises(UsageError, match=sentence):
        mined(written(tmp_path, HAND), pool, request_)


def test_a_library_without_evidence_is_refused(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, (("CCN", "0"), ("CCO", "1")))
    with pytest.raises(UsageError, match="no molecule is predicted rightly as other or amine"):
        mined(path, pool, ALL)


@pytest.mark.parametrize("step", ["Explaining", "Taking molecules apart", "Counting patterns"])
def test_each_step_reports_progress_and_can_be_stopped(step: str, tmp_path: Path, pool: WorkerPool) -> None:
    cancel = CancelToken()
    reported: list[str] = []

    def hear(progress: Progress) -> None:
        reported.append(progress.what)
        if progress.what == step:
            cancel.cancel()

    with pytest.raises(Cancelled):
        mined(written(tmp_path, planted(60)), pool, ALL, report=hear, cancel=cancel)
    assert reported[-1] == step


def test_the_default_cutoff_is_the_papers() -> None:
    assert MiningRequest().cutoff == PAPER_CUTOFF == 0.01


def test_a_library_that_changes_meanwhile_is_reported(tmp_path: Path, pool: WorkerPool) -> None:
    path = written(tmp_path, HAND)

    def hear(progress: Progress) -> None:
        if progress.what == "Explaining" and progress.done == progress.total:
            path.write_text("smiles,amine\n")

    with pytest.raises(LibraryError, match="it was changed since it was opened"):
        mined(path, pool, ALL, report=hear)


@dataclass
class LosingPool:
    """A pool that loses the first item of each job of one function."""

    pool: WorkerPool
    function: Callable[..., object]

    @property
    def n_workers(self) -> int:
        return self.pool.n_workers

    def map(self, task: Any, chunks: Any, **more: Any) -> Iterator[list[Any]]:
        lost = getattr(task, "func", task) is self.function
        for results in self.pool.map(task, chunks, **more):
            yield [WorkerFailure("took longer than 10 s"), *results[1:]] if lost else results
            lost = False


@pytest.mark.parametrize("function", [cut_record, match_patterns])
def test_a_record_that_hangs_is_rejected_and_costs_itself_only(
    function: Callable[..., object], tmp_path: Path, pool: WorkerPool
) -> None:
    found = mined(written(tmp_path, HAND), LosingPool(pool, function), MiningRequest(min_records=0, complete=True))
    nitrile = by_smiles(found)["C#N"]
    assert (nitrile.shown_in.tolist(), nitrile.held_by.tolist()) == ([1], [1, 3])
    assert found.n_records == (3, 3)
    assert [each.reason for each in found.rejected if each.position == 0] == [
        "finding its substructures took longer than 10 s"
    ]
    assert found.failures == SearchFailures(n_records=1)
    assert search_description("Asked.", found) == (
        "Asked. Unknown in 1 molecule, whose search took too long or failed; rejected, and counted nowhere."
    )


FREQUENT = MiningRequest(scheme=Scheme.FREQUENT, min_records=0, max_atoms=3)


@pytest.mark.parametrize("function", [name_graph, write_form])
def test_a_pattern_that_cannot_be_written_is_missed_by_number(
    function: Callable[..., object], tmp_path: Path, pool: WorkerPool
) -> None:
    path = written(tmp_path, HAND)
    whole, found = mined(path, pool, FREQUENT), mined(path, LosingPool(pool, function), FREQUENT)
    assert len(found.findings) == len(whole.findings) - 1
    assert found.failures == SearchFailures(n_patterns=1)
    assert "1 pattern could not be written in time and is not listed" in found.failures.in_words(found.kind.words)


def test_a_failed_comparison_is_reported_instead_of_counting_as_no_parts(tmp_path: Path, pool: WorkerPool) -> None:
    found = mined(written(tmp_path, HAND), LosingPool(pool, parts_of), ALL)
    assert found.failures == SearchFailures(n_comparisons=1)
