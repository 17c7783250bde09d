"""The random forest beside a network: it gives what scikit-learn gives, and no file can make it walk for ever."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from safetensors.numpy import load_file, save_file
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.forest import FOREST_FILE, N_TREES, Forest, fit_forest, load_forest, save_forest
from gcx_desktop.graph.counted_environments import COUNTING, N_KEYS, CountedEnvironments, KeyCounts
from gcx_desktop.graph.morgan_fingerprint import morgan_counts, morgan_environments

SMILES = [
    *("CCO", "CCN", "CCC", "CC(=O)O", "c1ccccc1O", "c1ccccc1N", "CC(C)C", "C1CCCCC1", "OC1CCCCC1", "NC1CCCCC1"),
    *("CCCCCC", "CCCCCO", "CCOCC", "c1ccncc1", "Cc1ccccc1", "Clc1ccccc1", "CC(=O)N", "OCCO", "NCCN", "CC#N"),
    *("OC(=O)c1ccccc1", "CNC", "CN(C)C", "c1ccc2ccccc2c1", "C1CC1", "OCC(O)CO", "CS(=O)C", "FC(F)F", "BrCC", "CI"),
]
SEED = 3


@cache
def grown(n_classes: int = 2) -> tuple[Forest, RandomForestClassifier, list[KeyCounts]]:
    """A forest, that of scikit-learn, and the counts that both were grown on."""
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in SMILES]
    labels = np.random.default_rng(0).permutation(len(SMILES)) % n_classes
    theirs = RandomForestClassifier(N_TREES, random_state=SEED).fit(table(counts), labels)
    return fit_forest(counts, labels, SEED, n_threads=2), theirs, counts


def table(counts: list[KeyCounts]) -> np.ndarray:
    rows = np.zeros((len(counts), N_KEYS), dtype=np.float32)
    for row, each in zip(rows, counts, strict=True):
        row[each[:, 0].astype(int)] = each[:, 1]
    return rows


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_those_of_scikit_learn(n_classes: int) -> None:
    forest, theirs, counts = grown(n_classes)
    others = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in ("OCCc1ccccc1", "C", "CC(=O)Oc1ccccc1C(=O)O")]
    found = forest.probabilities([*counts, *others])
    np.testing.assert_allclose(found, theirs.predict_proba(table([*counts, *others])), rtol=0, atol=1e-12)
    assert found.shape == (len(SMILES) + 3, n_classes)


def test_any_counts_lead_to_the_leaves_of_scikit_learn() -> None:
    forest, theirs, _ = grown()
    random = np.random.default_rng(1)
    counts = [
        np.stack([np.sort(random.permutation(N_KEYS)[:2000]), random.integers(1, 60, 2000)], axis=1).astype(np.uint16)
        for _ in range(20)
    ]
    np.testing.assert_allclose(forest.probabilities(counts), theirs.predict_proba(table(counts)), rtol=0, atol=1e-12)


def test_a_forest_grown_of_one_leaf_each_gives_the_share_of_the_classes() -> None:
    same = [morgan_counts(Chem.MolFromSmiles("CCO"))] * 4
    forest = fit_forest(same, np.array([0, 1, 1, 1]), 0)
    assert (forest.roots < 0).all()
    assert forest.probabilities(same)[0, 1] == pytest.approx(0.75, abs=0.05)


def slow_map(theirs: RandomForestClassifier, smiles: str) -> np.ndarray:
    """[n_atoms, n_classes]: atom for atom, with the environments counted anew and the trees walked by scikit-learn.

    The atoms of an environment are those that its bonds join, as RDKit lists them.
    """
    mol = Chem.MolFromSmiles(smiles)
    generator = Chem.rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=N_KEYS)
    output = Chem.rdFingerprintGenerator.AdditionalOutput()
    output.AllocateBitInfoMap()
    whole = generator.GetCountFingerprintAsNumPy(mol, additionalOutput=output).astype(np.float32)
    environments = []
    for key, places in output.GetBitInfoMap().items():
        for atom, radius in places:
            bonds = Chem.FindAtomEnvironmentOfRadiusN(mol, radius, atom, enforceSize=False) if radius else ()
            ends = {end for bond in bonds for end in _ends(mol.GetBondWithIdx(bond))}
            environments.append((key, ends | {atom}))
    rows = []
    for atom in range(mol.GetNumAtoms()):
        without = whole.copy()
        for key, atoms in environments:
            without[key] -= atom in atoms
        rows.append(theirs.predict_proba(whole[None])[0] - theirs.predict_proba(without[None])[0])
    return np.array(rows)


def _ends(bond: Chem.Bond) -> tuple[int, int]:
    return bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()


@pytest.mark.parametrize("smiles", ["OCCc1ccccc1N", "C", "CC(=O)[O-].[Na+]", "C1CC2CCC1C2", "c1ccccc1-c1ccccc1"])
def test_a_map_is_what_the_probability_loses_without_the_environments_of_each_atom(smiles: str) -> None:
    forest, theirs, _ = grown()
    environments = morgan_environments(Chem.MolFromSmiles(smiles))
    probabilities, values = forest.explain(environments)
    np.testing.assert_allclose(values, slow_map(theirs, smiles), rtol=0, atol=1e-7)
    np.testing.assert_allclose(probabilities, forest.probabilities([environments.counts])[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(values.sum(axis=1), 0, atol=1e-6)
    assert values.any() == (len(values) > 1)  # the forest never saw methane


def test_a_forest_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    forest, _, counts = grown(3)
    save_forest(forest, tmp_path / FOREST_FILE)
    back = load_forest(tmp_path, 3)
    assert back is not None
    np.testing.assert_array_equal(back.probabilities(counts), forest.probabilities(counts))


def test_a_folder_without_a_forest_has_none(tmp_path: Path) -> None:
    assert load_forest(tmp_path, 2) is None


def small() -> dict[str, np.ndarray]:
    """Two trees: an inner node that leads to another, and a leaf."""
    return {
        "roots": np.array([0, -1], np.int32),
        "keys": np.array([5, 9], np.uint16),
        "limits": np.array([0, 2], np.uint16),
        "children": np.array([[-1, 1], [-2, -1]], np.int32),
        "leaves": np.array([[1.0, 0.0], [0.25, 0.75]]),
    }


def saved(folder: Path, arrays: dict[str, np.ndarray], counting: str = COUNTING) -> Path:
    save_file(arrays, folder / FOREST_FILE, metadata={"counting": counting})
    return folder


def test_trees_are_walked_as_their_arrays_say(tmp_path: Path) -> None:
    forest = load_forest(saved(tmp_path, small()), 2)
    assert forest is not None
    counts = [np.array(each, np.uint16).reshape(-1, 2) for each in ([], [[5, 1]], [[5, 1], [9, 3]])]
    np.testing.assert_array_equal(forest.probabilities(counts)[:, 1], [0.0, 0.375, 0.0])


def chain(n: int) -> dict[str, np.ndarray]:
    """A tree as deep as it has nodes."""
    after = np.arange(1, n + 1)
    after[-1] = -1
    return small() | {
        "roots": np.array([0], np.int32),
        "keys": np.zeros(n, np.uint16),
        "limits": np.zeros(n, np.uint16),
        "children": np.stack([after, np.full(n, -1)], axis=1).astype(np.int32),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"children": np.array([[-1, 0], [-2, -1]], np.int32)}, "two parents or none"),
        ({"roots": np.array([1, -1], np.int32), "children": np.array([[-1, -1], [-2, 0]], np.int32)}, "before its"),
        ({"children": np.array([[-1, 7], [-2, -1]], np.int32)}, "does not exist"),
        ({"children": np.array([[-1, 1], [-9, -1]], np.int32)}, "does not exist"),
        ({"roots": np.array([0, 1], np.int32)}, "two parents or none"),
        ({"roots": np.zeros(0, np.int32)}, "0 trees"),
        ({"roots": np.full(10_001, -1, np.int32)}, "10,001 trees"),
        ({"keys": np.array([5, N_KEYS], np.uint16)}, "a key is not below"),
        ({"limits": np.array([0], np.uint16)}, "not of the same length"),
        ({"children": np.array([[-1, 1, -1], [-2, -1, -1]], np.int32)}, "not of the same length"),
        ({"leaves": np.array([[1.0, 0.0], [np.nan, 0.75]])}, "not a finite number"),
        ({"leaves": np.array([[1.0, 0.0], [1.25, -0.25]])}, "negative"),
        ({"leaves": np.array([[1.0, 0.0], [0.5, 0.75]])}, "add up to 1"),
        ({"leaves": np.array([[1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])}, "3 classes, not 2"),
        ({"leaves": np.array([[1.0, 0.0], [0.25, 0.75]], np.float32)}, "another type or shape"),
        ({"keys": np.array([5, 9], np.int64)}, "another type or shape"),
        (chain(10_001), "deeper than 10,000"),
    ],
)
def test_trees_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, np.ndarray], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        load_forest(saved(tmp_path, small() | changes), 2)


def test_a_tree_may_be_as_deep_as_the_limit(tmp_path: Path) -> None:
    assert load_forest(saved(tmp_path, chain(10_000)), 2) is not None


def test_an_array_that_is_missing_is_named(tmp_path: Path) -> None:
    arrays = small()
    del arrays["limits"]
    with pytest.raises(BundleError, match="an array is missing: expected limits"):
        load_forest(saved(tmp_path, arrays), 2)


def test_trees_of_other_counts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="the trees are of other counts"):
        load_forest(saved(tmp_path, small(), "older"), 2)


@pytest.mark.parametrize("damage", [lambda data: b"nonsense", lambda data: data[:-8], lambda data: b""])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = saved(tmp_path, small()) / FOREST_FILE
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match="not a safetensors file"):
        load_forest(tmp_path, 2)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FOREST_FILE).mkdir()
    with pytest.raises(BundleError, match="not a file"):
        load_forest(tmp_path, 2)


def test_a_saved_forest_is_small(tmp_path: Path) -> None:
    forest, _, _ = grown()
    save_forest(forest, tmp_path / FOREST_FILE)
    assert (tmp_path / FOREST_FILE).stat().st_size < 2_000 + 16 * (len(forest.keys) + len(forest.roots))
    assert len(load_file(tmp_path / FOREST_FILE)["leaves"]) == len(np.unique(forest.leaves, axis=0))


def test_predicting_imports_neither_scikit_learn_nor_torch(tmp_path: Path) -> None:
    saved(tmp_path, small())
    script = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from gcx_desktop.gcn.forest import load_forest\n"
        f"load_forest(Path({str(tmp_path)!r}), 2).probabilities([np.zeros((0, 2), np.uint16)])\n"
        "assert not {'sklearn', 'scipy', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_values_are_those_of_scikit_learn_with_their_opposites(tmp_path: Path) -> None:
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in SMILES]
    values = np.random.default_rng(2).normal(-3, 2, len(SMILES))
    forest = fit_forest(counts, values, SEED, n_threads=2)
    theirs = (
        RandomForestRegressor(N_TREES, random_state=SEED, max_features=1 / 3)
        .fit(table(counts), values)
        .predict(table(counts))
    )
    np.testing.assert_allclose(forest.probabilities(counts), np.stack([theirs, -theirs], axis=1), rtol=0, atol=1e-12)
    save_forest(forest, tmp_path / FOREST_FILE)
    assert load_forest(tmp_path, 2, of_value=True) is not None
    with pytest.raises(BundleError, match="a probability is negative"):
        load_forest(tmp_path, 2)


def test_the_map_of_a_value_is_its_change_without_the_environments_of_an_atom() -> None:
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in SMILES]
    forest = fit_forest(counts, np.arange(float(len(SMILES))), SEED)
    environments = morgan_environments(Chem.MolFromSmiles("OC(=O)c1ccccc1"))
    value, found = forest.explain(environments)
    without = [forest.probabilities([as_counts(environments, row)])[0] for row in environments.counts_without_nodes()]
    np.testing.assert_allclose(found, value - np.array(without), atol=1e-5)


def as_counts(environments: CountedEnvironments, row: np.ndarray) -> KeyCounts:
    kept = np.stack([environments.counts[:, 0], row], axis=1)
    return kept[kept[:, 1] > 0]
