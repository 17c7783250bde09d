"""What a bundle says of its training molecules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.bundles import training_records
from gcx_desktop.gcn.bundles.training_records import (
    TRAINING_FILE,
    TrainingRecords,
    load_training_records,
    save_training_records,
)

RECORDS = TrainingRecords("smiles", ["CCO", "c1ccccc1", "C"], ["ethanol", "", "=1+1"], ["yes", "no", "yes"])


def save(folder: Path) -> None:
    predicted = {"probability_no": [0.1, 0.8, 0.5], "probability_yes": [0.9, 0.2, 0.5]}
    save_training_records(RECORDS, folder / TRAINING_FILE, predicted)


def test_training_records_come_back_as_they_were_saved(tmp_path: Path) -> None:
    save(tmp_path)
    assert load_training_records(tmp_path, "smiles", 3) == RECORDS
    assert pq.read_table(tmp_path / TRAINING_FILE).column("probability_yes").to_pylist() == pytest.approx(
        [0.9, 0.2, 0.5]
    )


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_training_records(tmp_path, "smiles", 3) is None


def test_a_file_of_other_molecules_is_refused(tmp_path: Path) -> None:
    save(tmp_path)
    with pytest.raises(BundleError, match="its rows are not those of the domain: expected 4, got 3"):
        load_training_records(tmp_path, "smiles", 4)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, damage: bytes | None) -> None:
    save(tmp_path)
    path = tmp_path / TRAINING_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    with pytest.raises(BundleError, match=r"training\.parquet: not a Parquet file"):
        load_training_records(tmp_path, "smiles", 3)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"smiles": ["C"], "title": ["a"]}, "no column 'measured'"),
        ({"smiles": ["C"], "title": ["a"], "measured": [1]}, "no column 'measured' of text"),
        ({"smiles": ["C"], "title": ["a"], "measured": pa.array([None], pa.string())}, "a cell is empty"),
    ],
)
def test_columns_that_do_not_fit_are_refused(tmp_path: Path, columns: dict[str, object], words: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / TRAINING_FILE)
    with pytest.raises(BundleError, match=words):
        load_training_records(tmp_path, "smiles", 1)


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = ["".join(map(chr, np.random.default_rng(i).integers(97, 123, 2000))) for i in range(50)]
    table = pa.table({"smiles": text, "title": text, "measured": text})
    pq.write_table(table, tmp_path / TRAINING_FILE, compression="zstd")
    monkeypatch.setattr(training_records, "MAX_TRAINING_BYTES", 250_000)
    assert (tmp_path / TRAINING_FILE).stat().st_size < 250_000
    with pytest.raises(BundleError, match=r"too large.*unpacked"):
        load_training_records(tmp_path, "smiles", 50)
