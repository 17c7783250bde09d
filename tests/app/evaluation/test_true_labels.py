"""The true classes or values of records: where a cut makes classes of numbers, and what contradicts the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.evaluation.true_labels import LabelOptions, TrueLabels, true_labels
from gcx_desktop.errors import UsageError
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card
from gcx_desktop.graph.features import FEATURE_SET
from gcx_desktop.library.labels.value_scale import Transform
from gcx_desktop.library.library import open_library

CUT = Card("m", "task", ("inactive", "active"), (1,), FEATURE_SET, 1, cut=">= 5.05")
VALUE = replace(CUT, class_names=DIRECTIONS, cut="", endpoint="pIC50", scale={"unit": ""})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """pIC50 4.0, 4.1 … 6.9; of the last record a bound; "active" is 1 for every second record."""
    path = tmp_path / "t.csv"
    lines = [f"{'C' * (n + 1)},{4 + n / 10:.1f},{n % 2}" for n in range(30)]
    path.write_text("\n".join(["smiles,pIC50,active", *lines, "CCO,>6,"]) + "\n")
    return path


def labels(table: Path, column: str, card: Card, said: LabelOptions | None = None) -> TrueLabels:
    with open_library(table) as library:
        return true_labels(library, column, card, said=said or LabelOptions())


def test_a_model_of_a_cut_takes_numbers_as_its_training_did_and_says_so(table: Path) -> None:
    found = labels(table, "pIC50", CUT)
    assert found.labels.tolist() == [0] * 11 + [1] * 20  # the bound lies above the cut, too
    assert found.meaning.sentences.endswith("active: pIC50 >= 5.05, as in training")


def test_classes_beside_the_numbers_stay_classes(table: Path) -> None:
    assert labels(table, "active", CUT).labels.tolist() == [*([0, 1] * 15), -1]


def test_the_user_may_cut_elsewhere_and_for_a_model_without_a_cut(table: Path) -> None:
    said = LabelOptions(cut="< 4.15")
    assert int((labels(table, "pIC50", CUT, said).labels == 1).sum()) == 2
    known = replace(CUT, class_names=("active", "inactive"), cut="")
    found = labels(table, "pIC50", known, said)
    assert int((found.labels == 0).sum()) == 2  # "active" is the first class
    assert found.meaning.sentences.endswith("active: pIC50 < 4.15")


def test_values_are_read_for_a_model_of_values(table: Path) -> None:
    found = labels(table, "pIC50", VALUE)
    np.testing.assert_allclose(found.labels, [*(4 + n / 10 for n in range(30)), np.nan])


@pytest.mark.parametrize(
    ("card", "said", "sentence"),
    [
        (VALUE, LabelOptions(cut=">= 5"), "values have no classes"),
        (VALUE, LabelOptions(class_of={"4.0": "raises"}), "values have no classes"),
        (CUT, LabelOptions(unit="nM"), "--unit and --transform are of values"),
        (CUT, LabelOptions(transform=Transform.NONE), "--unit and --transform are of values"),
        (CUT, LabelOptions(cut=">= 5", class_of={"4.0": "active"}), "--class-of says no more"),
        (replace(CUT, cut="", class_names=("a", "b")), LabelOptions(cut=">= 5"), "which of the classes a and b"),
        (replace(CUT, cut="", class_names=("a", "b", "c")), LabelOptions(cut=">= 5"), "a cut makes two classes"),
        (CUT, LabelOptions(cut="many"), "t.csv: ‘many’ is no cut"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(table: Path, card: Card, said: LabelOptions, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        labels(table, "pIC50", card, said)


def test_a_cell_that_is_no_number_is_refused_with_file_column_and_record(table: Path) -> None:
    table.write_text(table.read_text() + "CCCO,soluble\n")
    with pytest.raises(UsageError, match=r"t\.csv: column ‘pIC50’, record 32, holds ‘soluble’"):
        labels(table, "pIC50", VALUE)
