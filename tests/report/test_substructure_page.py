"""The page of substructures: its cells, its bars, and what stands where a picture cannot be drawn."""

from __future__ import annotations

from html.parser import HTMLParser

from rdkit import Chem

from gcx_desktop.depict.drawing import depict
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


class Elements(HTMLParser):
    """The elements of a page; fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_runs_nothing_and_fetches_nothing() -> None:
    drawn = depict(Chem.MolFromSmiles("CCO"))
    elements = Elements()
    elements.feed(text(PageRow(drawn, {"smiles": "<script>x</script>", "r_class": 0.1, "n_explained": 1})))
    assert elements.open == []
    names = {name for name, _ in elements.seen}
    assert "svg" in names
    assert not names & {"script", "link", "img", "iframe", "object", "a"}
    attributes = {attribute for _, attributes in elements.seen for attribute in attributes}
    assert not {each for each in attributes if each.startswith("on") or each in ("src", "href", "xlink:href")}


def test_structures_stay_on_white_in_a_dark_scheme() -> None:
    found = text()
    assert "prefers-color-scheme: dark" in found
    assert "td svg { max-width: 200px; max-height: 150px; height: auto; background: #fff;" in found
