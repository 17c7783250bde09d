"""The forest's map stands beside those of the network, of the same atoms, and is not mistaken for one of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rdkit import Chem

from gcx_desktop.app.explaining import second_opinion
from gcx_desktop.app.explaining.compare_methods import compare
from gcx_desktop.app.explaining.explain_library import ExplainedRecord, InvalidRecord, explain_library
from gcx_desktop.app.explaining.method_names import FOREST_METHOD, METHOD_NAMES, is_signed, names_with_forest
from gcx_desktop.app.explaining.read_records import read_environments
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.explaining.second_opinion import FOREST, available_methods, chosen_methods
from gcx_desktop.app.explaining.show_record import explain_record
from gcx_desktop.app.explaining.trust import ask_forest, assess_trust, load_model_under_test
from gcx_desktop.app.projects.explain_project import explain_into_project
from gcx_desktop.errors import UnknownNameError, UsageError
from gcx_desktop.explain.forward_pass import Method
from gcx_desktop.explain.measures import rank_correlation
from gcx_desktop.explain.method import method, methods
from gcx_desktop.gcn.bundles.bundle import Bundle, load_bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.forest import FOREST_FILE, Forest, fit_forest
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_counts, morgan_environments
from gcx_desktop.kinds.registry import feature_sets
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool
from gcx_desktop.project.store import create_project
from gcx_desktop.work import Work

KNOWN = [f"{'C' * (i % 5 + 1)}{'N' if i % 2 else 'O'}{'c1ccccc1' if i % 3 else ''}" for i in range(40)]
SMILES = ["CCO", "[H]OC([H])CN", "broken", "[Na+].CC[O-]", "NCc1ccccc1"]


@pytest.fixture(scope="module")
def forest() -> Forest:
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in KNOWN]
    return fit_forest(counts, np.array(["N" in smiles for smiles in KNOWN], dtype=np.int64), seed=0)


@pytest.fixture(scope="module")
def bundle(forest: Forest) -> Bundle:
    card = Card("tiny", "whether it is an amine", ("no", "yes"), (8, 6), FEATURE_SET, N_FEATURES)
    network = initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(1))
    return Bundle(card, network, Path("tiny"), forest)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.csv"
    path.write_text("smiles\n" + "".join(f"{smiles}\n" for smiles in SMILES))
    with open_library(path) as library:
        yield library


def explained(request: ExplanationRequest, pool: WorkerPool) -> list[ExplainedRecord]:
    results = list(explain_library(request, Work(pool)))
    assert [each.position for each in results if isinstance(each, Rejected)] == [2]
    return [each for each in results if isinstance(each, ExplainedRecord)]


def expected(forest: Forest, smiles: str) -> np.ndarray:
    return forest.explain(morgan_environments(Chem.MolFromSmiles(smiles)))[1]


def test_the_map_of_a_record_is_the_forests_map_of_its_heavy_atoms(
    bundle: Bundle, forest: Forest, library: Library, pool: WorkerPool
) -> None:
    found = explained(ExplanationRequest(library, bundle, [FOREST]), pool)
    for record, smiles in zip(found, ["CCO", "OCCN", "[Na+].CC[O-]", "NCc1ccccc1"], strict=True):
        np.testing.assert_array_equal(record.explanation.maps["forest"], expected(forest, smiles))
    with_hydrogens = found[1].record_maps("forest")
    assert np.isnan(with_hydrogens[[0, 3]]).all()
    np.testing.assert_array_equal(with_hydrogens[[1, 2, 4, 5]], expected(forest, "OCCN"))
    assert found[3].explanation.maps["forest"][0, 1] > 0, "the nitrogen speaks for an amine"


def test_the_map_is_of_the_molecule_as_it_is_prepared(
    bundle: Bundle, forest: Forest, library: Library, pool: WorkerPool
) -> None:
    prepared = Preparation(largest_fragment=True, neutralise=True)
    found = explained(ExplanationRequest(library, bundle, [FOREST], preparation=prepared), pool)[2]
    np.testing.assert_array_equal(found.explanation.maps["forest"], expected(forest, "CCO"))
    assert np.isnan(found.record_maps("forest")[0]).all()


def test_predictions_and_maps_of_the_network_are_the_same_with_the_forest_beside_it(
    bundle: Bundle, library: Library, pool: WorkerPool
) -> None:
    alone = explained(ExplanationRequest(library, bundle, [method("eb"), method("cam")]), pool)
    both = explained(ExplanationRequest(library, bundle, [method("eb"), FOREST, method("cam")]), pool)
    for one, other in zip(alone, both, strict=True):
        np.testing.assert_array_equal(one.explanation.probabilities, other.explanation.probabilities)
        for id_ in ("eb", "cam"):
            np.testing.assert_array_equal(one.explanation.maps[id_], other.explanation.maps[id_])


def test_a_model_without_a_forest_refuses_its_map_with_a_sentence(
    bundle: Bundle, library: Library, pool: WorkerPool
) -> None:
    without = replace(bundle, forest=None)
    refusal = "tiny: the map 'forest' cannot be shown: no random forest was kept beside the network"
    with pytest.raises(UsageError, match=refusal):
        chosen_methods(without, ["eb", "forest"])
    with pytest.raises(UsageError, match=refusal):
        list(explain_library(ExplanationRequest(library, without, [FOREST]), Work(pool)))
    assert available_methods(without) == methods()
    assert available_methods(bundle) == (*methods(), FOREST)
    assert [each.id for each in chosen_methods(bundle, ["forest", "eb"])] == ["forest", "eb"]
    with pytest.raises(UnknownNameError):
        chosen_methods(bundle, ["trees"])


def test_a_damaged_forest_costs_the_second_opinion_only(bundle: Bundle, tmp_path: Path) -> None:
    save_bundle(replace(bundle, path=tmp_path / "model"), forest=bundle.forest)
    assert not second_opinion.why_no_forest(load_bundle(tmp_path / "model", feature_sets()))
    (tmp_path / "model" / FOREST_FILE).write_bytes(b"nonsense")
    damaged = load_bundle(tmp_path / "model", feature_sets())
    with pytest.raises(UsageError, match=r"forest\.safetensors: not a safetensors file"):
        chosen_methods(damaged, ["forest"])


def test_a_model_of_a_kind_that_counts_nothing_has_no_second_opinion(bundle: Bundle) -> None:
    scenes = replace(bundle, card=replace(bundle.card, feature_set="scene-objects-1"))
    assert second_opinion.why_no_forest(scenes) == "nothing in images is counted for a forest"


def test_a_record_whose_environments_cannot_be_counted_is_rejected_and_others_are_not(
    bundle: Bundle, library: Library, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def losing(*args: object, **options: object) -> Iterator[object]:
        for number, each in enumerate(read_environments(*args, **options)):  # type: ignore[arg-type]
            yield Rejected(1, 3, "", "counting hung") if number == 1 else each

    monkeypatch.setattr(second_opinion, "read_environments", losing)
    request = ExplanationRequest(library, bundle, [method("eb"), FOREST])
    results = list(explain_library(request, Work(pool)))
    assert [isinstance(each, Rejected) for each in results] == [False, True, True, False, False]
    with create_project(tmp_path / "work.gcx") as project:
        stored = list(explain_into_project(request, Work(pool), project))
        assert [isinstance(each, Rejected) for each in stored] == [False, True, True, False, False]
        monkeypatch.undo()
        again = list(explain_into_project(request, Work(pool), project))
    assert [isinstance(each, Rejected) for each in again] == [False, False, True, False, False]


def test_a_project_keeps_the_map_and_adds_it_to_what_it_holds(
    bundle: Bundle, library: Library, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    eb, both = (ExplanationRequest(library, bundle, wanted) for wanted in ([method("eb")], [FOREST, method("eb")]))
    computed = iter(explained(ExplanationRequest(library, bundle, [FOREST]), pool))
    with create_project(tmp_path / "work.gcx") as project:
        first = list(explain_into_project(eb, Work(pool), project))
        added = list(explain_into_project(both, Work(pool), project))
        monkeypatch.setattr(second_opinion, "read_environments", None)  # is not called again
        stored = list(explain_into_project(both, Work(pool), project))
    for one, two, three in zip(first, added, stored, strict=True):
        if isinstance(one, ExplainedRecord):
            assert isinstance(two, ExplainedRecord)
            assert isinstance(three, ExplainedRecord)
            forest = next(computed).explanation.maps["forest"]
            assert list(two.explanation.maps) == list(three.explanation.maps) == ["forest", "eb"]
            for each in (two, three):
                np.testing.assert_array_equal(each.explanation.maps["forest"], forest)
                np.testing.assert_array_equal(each.explanation.maps["eb"], one.explanation.maps["eb"])


def test_an_invalid_prediction_has_no_map(bundle: Bundle, library: Library, pool: WorkerPool) -> None:
    network = initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(1))
    for _, tensor in network.tensors():
        tensor[...] = torch.nan
    broken = replace(bundle, network=network)
    for each in explain_library(ExplanationRequest(library, broken, [FOREST]), Work(pool)):
        if isinstance(each, InvalidRecord):
            assert each.explained is not None
            assert np.isnan(each.explained.explanation.maps["forest"]).all()
        else:
            assert isinstance(each, Rejected)


@pytest.fixture
def shown(bundle: Bundle, library: Library, pool: WorkerPool) -> ExplainedRecord:
    """Benzylamine by all methods and the forest."""
    (read,) = explained_reads(library, bundle, pool, 4)
    environments = morgan_environments(Chem.MolFromSmiles(SMILES[4]))
    return explain_record(bundle, library.source, read.read, environments=environments)


def explained_reads(library: Library, bundle: Bundle, pool: WorkerPool, position: int) -> list[ExplainedRecord]:
    results = explain_library(ExplanationRequest(library, bundle, [], [position]), Work(pool))
    return [each for each in results if isinstance(each, ExplainedRecord)]


def test_a_record_that_is_shown_has_the_map_last_and_alone_where_only_it_is_wanted(
    shown: ExplainedRecord, bundle: Bundle, forest: Forest, library: Library
) -> None:
    assert list(shown.explanation.maps) == [*METHOD_NAMES, "forest"]
    environments = morgan_environments(Chem.MolFromSmiles(SMILES[4]))
    alone = explain_record(bundle, library.source, shown.read, "forest", environments=environments)
    assert list(alone.explanation.maps) == ["forest"]
    np.testing.assert_array_equal(alone.explanation.maps["forest"], expected(forest, SMILES[4]))
    assert list(explain_record(bundle, library.source, shown.read).explanation.maps) == list(METHOD_NAMES)


def test_the_forest_is_compared_but_has_no_part_in_what_is_said_of_the_networks_methods(
    shown: ExplainedRecord,
) -> None:
    maps = {id_: values for id_, values in shown.explanation.maps.items() if id_ != "forest"}
    alone = compare(ExplainedRecord(shown.read, replace(shown.explanation, maps=maps)), 1)
    beside = compare(shown, 1)
    assert list(beside.maps) == [*METHOD_NAMES, "forest"]
    np.testing.assert_array_equal(beside.consensus, alone.consensus)
    np.testing.assert_array_equal(beside.spread, alone.spread)
    assert beside.disagreement == alone.disagreement
    assert {id_: beside.agreement[id_] for id_ in METHOD_NAMES} == alone.agreement
    assert -1 <= beside.agreement["forest"] <= 1


def test_trust_has_the_forests_probability_and_how_far_its_map_agrees(
    shown: ExplainedRecord, bundle: Bundle, forest: Forest, library: Library
) -> None:
    environments = morgan_environments(Chem.MolFromSmiles(SMILES[4]))
    model = load_model_under_test(bundle, library.source)
    places = np.arange(shown.read.n_places) < 2

    def opinion(id_: str, **options: object) -> object:
        return assess_trust(model, shown, b"", id_, 1, places, **options).second_opinion  # type: ignore[arg-type]

    found = opinion("eb", environments=environments)
    probabilities, values = forest.explain(environments)
    assert found == ask_forest(forest, environments, shown.explanation.maps["eb"][:, 1], 1)
    assert found is not None
    assert found.probability == probabilities[1]  # type: ignore[attr-defined]
    assert found.agreement == rank_correlation(shown.explanation.maps["eb"][:, 1], values[:, 1])  # type: ignore[attr-defined]
    assert opinion("forest", environments=environments) is None
    assert opinion("eb") is None
    without = assess_trust(load_model_under_test(replace(bundle, forest=None), library.source), shown, b"", "eb", 1,
                           places, environments)  # fmt: skip
    assert without.second_opinion is None
    alone = replace(shown.explanation, maps={id_: shown.explanation.maps[id_] for id_ in METHOD_NAMES})
    of_network = assess_trust(model, ExplainedRecord(shown.read, alone), b"", "eb", 1, places, environments)
    assert of_network.agreement == assess_trust(model, shown, b"", "eb", 1, places, environments).agreement


def test_agreement_is_one_for_the_forests_own_map_and_minus_one_for_its_reverse(forest: Forest) -> None:
    environments = morgan_environments(Chem.MolFromSmiles(SMILES[4]))
    own = forest.explain(environments)[1][:, 1]
    assert ask_forest(forest, environments, own, 1).agreement == pytest.approx(1)
    assert ask_forest(forest, environments, -own, 1).agreement == pytest.approx(-1)
    assert math.isnan(ask_forest(forest, environments, np.ones_like(own), 1).agreement)


def test_it_is_listed_after_the_networks_methods_and_is_none_of_them() -> None:
    assert list(names_with_forest()) == [*METHOD_NAMES, FOREST_METHOD]
    assert is_signed(FOREST_METHOD) == FOREST.signed
    assert FOREST_METHOD not in {each.id for each in methods()}
    assert isinstance(FOREST, Method)
    with pytest.raises(UsageError, match="explains a forest, not a network"):
        FOREST.compute(None)  # type: ignore[arg-type]
