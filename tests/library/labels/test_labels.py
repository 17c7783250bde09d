"""Which column of a library a user means by a label, and what records have in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.errors import UnknownNameError, UsageError
from gcx_desktop.library.labels.labels import column_words, find_column
from gcx_desktop.library.library import Library, open_library


def table(folder: Path, text: str) -> Library:
    path = folder / "table.csv"
    path.write_text(text)
    return open_library(path)


def test_a_column_is_found_by_its_name_in_any_letter_case_or_its_number(tmp_path: Path) -> None:
    with table(tmp_path, "name,smiles,IC50 < 1 uM,x\na,CC,yes,1\nb,CCO,no,2\n") as library:
        for wanted in ("IC50 < 1 uM", "ic50 <  1 um", "column 3", " Column 3"):
            assert find_column(library, wanted) == "IC50 < 1 uM"
            assert column_words(library, wanted, 2) == ["yes", "no"]
        assert column_words(library, "NAME", 2) == ["a", "b"]
        for wanted in ("column 2", "column 9", "smiles", "IC50"):
            with pytest.raises(UnknownNameError, match=rf"table\.csv: unknown column '{wanted}'; known: name, IC50"):
                find_column(library, wanted)


def test_an_exact_name_goes_before_one_in_other_letters_and_before_a_number(tmp_path: Path) -> None:
    with table(tmp_path, "smiles,Y,y,column 2\nCC,1,2,3\n") as library:
        assert [column_words(library, wanted, 1) for wanted in ("Y", "y", "column 2", "column 3")] == [
            *(["1"], ["2"], ["3"], ["2"])
        ]


def test_columns_that_a_name_may_mean_alike_are_asked_about_by_number(tmp_path: Path) -> None:
    with table(tmp_path, "smiles,Act,act,hit,hit\nCC,1,2,3,4\n") as library:
        for wanted, numbers in (("ACT", ("column 2", "column 3")), ("hit", ("column 4", "column 5"))):
            with pytest.raises(UsageError, match=f"{numbers[0]}.*{numbers[1]}"):
                find_column(library, wanted)
        assert find_column(library, "column 5") == "column 5"
        assert column_words(library, "column 5", 1) == ["4"]


def test_fields_of_an_sdf_are_counted_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "two.sdf"
    block = "a\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0 0.0 C   0  0\nM  END\n"
    path.write_text("".join(f"{block}> <id>\n{i}\n\n> <Hit>\n{word}\n\n$$$$\n" for i, word in enumerate(("yes", "no"))))
    with open_library(path) as library:
        assert find_column(library, "hit") == find_column(library, "column 2") == "Hit"
        assert column_words(library, "HIT", 2) == ["yes", "no"]
