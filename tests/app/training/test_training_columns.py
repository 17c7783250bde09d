"""What the columns of a table could teach, and the sentences for those that cannot be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.training_columns import (
    TrainingColumn,
    columns_in_words,
    describe_column,
    read_training_columns,
)
from gcx_desktop.errors import Cancelled
from gcx_desktop.progress import CancelToken

N = 60
NUMBERS = [f"{5 + i / 7:.3f}" for i in range(N)]


def with_cell(cells: list[str], row: int, cell: str) -> list[str]:
    return [*cells[:row], cell, *cells[row + 1 :]]


def test_classes_are_found_with_their_counts_and_meaning() -> None:
    found = describe_column("Outcome", ["Active"] * 20 + ["Inactive"] * 37 + ["", "n.d.", "NA"])
    assert (found.task, found.learnable, found.likely) == (LearnedTask.CLASSES, True, True)
    assert {value.shown: value.n for value in found.values} == {"Active": 20, "Inactive": 37}
    assert found.meaning is not None
    assert found.meaning.class_names == ("Inactive", "Active")
    assert (found.n_records, found.n_missing, found.n_labelled) == (60, 3, 57)


def test_numbers_are_values_and_their_bounds_and_blanks_are_counted() -> None:
    found = describe_column("pIC50", [*NUMBERS, ">9", "<4.5", "", "n.d."])
    assert found.task is LearnedTask.VALUE
    np.testing.assert_array_equal(found.numbers, [float(number) for number in NUMBERS])
    assert (found.n_censored, found.n_missing) == (2, 2)
    assert found.summary == "60 numbers from 5 to 13.429, 2 bounds such as >5, 2 empty"


def test_few_different_numbers_are_classes_that_may_be_learned_as_values_too() -> None:
    found = describe_column("grade", ["1", "2", "3"] * 20)
    assert found.task is LearnedTask.CLASSES
    assert found.measured is not None
    assert not found.likely  # which class is which only the user knows
    assert "grade" in found.reason


def test_words_whose_meaning_is_not_known_can_be_learned_after_the_user_has_named_them() -> None:
    found = describe_column("set", ["train"] * 50 + ["test"] * 10)
    assert (found.learnable, found.likely, found.meaning) == (True, False, None)
    assert [value.shown for value in found.values] == ["train", "test"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (with_cell(NUMBERS, 17, "see note"), ("record 18", "see note")),
        (with_cell([each.replace(".", ",") for each in NUMBERS], 4, "5.2"), ("comma", "decimal point")),
        ([f"{each} nM" for each in NUMBERS], ("record 1", "nM", "--unit")),
        (with_cell(NUMBERS, 30, "inf"), ("record 31", "no finite number")),
        (["6.5"] * N, ("6.5",)),
        (NUMBERS[:10], ("10 labels", "at least 20")),
        ([""] * N, ("no label",)),
        ([str(i + 1) for i in range(N)], ("identifier",)),
        ([f"CHEMBL-{i}" for i in range(N)], ("60 different texts", "names")),
        ([f"compound {i} of the series" for i in range(300)], ("300 different texts", "names")),
    ],
)
def test_what_cannot_be_learned_is_refused_with_column_and_reason(cells: list[str], said: tuple[str, ...]) -> None:
    found = describe_column("assay 7", cells)
    assert (found.task, found.learnable) == (None, False)
    assert "assay 7" in found.reason
    for words in said:
        assert words in found.reason


def test_decimal_commas_alone_are_read() -> None:
    found = describe_column("pIC50", [f"{5 + i / 10:.1f}".replace(".", ",") for i in range(N)])
    np.testing.assert_array_equal(found.numbers, [round(5 + i / 10, 1) for i in range(N)])


def test_whole_numbers_of_which_each_occurs_once_are_doubted() -> None:
    found = describe_column("registry", [str(100_000 + 37 * i) for i in range(N)])
    assert found.learnable
    assert not found.likely
    assert "identifier?" in found.doubt


def write(folder: Path) -> Path:
    path = folder / "table.csv"
    lines = [f"CC{'C' * i},mol{i},{i % 2},{NUMBERS[i]},{i + 1},same" for i in range(N)]
    path.write_text("\n".join(["smiles,name,active,pIC50,number,batch", *lines]) + "\n")
    return path


def by_name(columns: list[TrainingColumn]) -> dict[str, TrainingColumn]:
    return {column.name: column for column in columns}


def test_the_columns_of_a_file_are_described_but_not_its_structures_and_titles(tmp_path: Path) -> None:
    found = by_name(read_training_columns(write(tmp_path)))
    assert set(found) == {"active", "pIC50", "number", "batch"}
    assert [name for name, column in found.items() if column.likely] == ["active", "pIC50"]


def test_those_that_look_like_labels_are_said_first(tmp_path: Path) -> None:
    lines = columns_in_words(read_training_columns(write(tmp_path)))
    assert lines[0] == "active: classes; 0 (30), 1 (30)"
    assert lines[1].startswith("pIC50: value; 60 numbers")
    assert "identifier" in " ".join(lines[2:])


def test_fields_of_an_sdf_are_columns_too(tmp_path: Path) -> None:
    block = "\n     gcx\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"
    path = tmp_path / "library.sdf"
    path.write_text("".join(f"m{i}{block}> <hit>\n{'yes' if i % 3 else 'no'}\n\n$$$$\n" for i in range(30)))
    (found,) = read_training_columns(path)
    assert (found.name, found.task) == ("hit", LearnedTask.CLASSES)
    assert {value.shown: value.n for value in found.values} == {"no": 10, "yes": 20}


def test_looking_at_a_file_can_be_stopped(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        read_training_columns(write(tmp_path), cancel=cancel)
