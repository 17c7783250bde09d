"""The page of substructures: its cells, its bars, and what stands where a picture cannot be drawn."""

from __future__ import annotations

from gcx_desktop.report.substructure_page import PageRow, page


def text(*rows: PageRow) -> str:
    return "".join(page("a.csv", "10 molecules.", ("smiles", "r_class", "n_explained"), ("smiles",), rows))


def test_cells_hold_words_counts_and_three_digits() -> None:
    found = text(PageRow(None, {"smiles": "C<C", "r_class": 0.123456, "n_explained": 12}))
    assert '<td class="text">C&lt;C</td>' in found
    assert ">0.123<" in found
    assert "width:12%" in found
    assert "<td>12</td>" in found
    assert "<td>cannot be drawn</td>" in found


def test_a_value_that_is_missing_leaves_its_cell_empty() -> None:
    assert "<td></td>" in text(PageRow(None, {"smiles": "C", "r_class": None, "n_explained": 1}))


def test_a_page_without_rows_is_whole() -> None:
    found = text()
    assert found.startswith("<!DOCTYPE html>")
    assert found.endswith("</html>\n")
    assert "10 molecules." in found
