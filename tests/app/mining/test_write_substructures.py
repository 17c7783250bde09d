"""Files of substructures: what was promised is in them, whole, and their text is harmless."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from rdkit import Chem

from gcx_desktop.app.mining.draw_patterns import pattern_molblock
from gcx_desktop.app.mining.substructure_search import MiningResult
from gcx_desktop.app.mining.write_substructures import COLUMNS, row, write_substructures
from gcx_desktop.depict.colour import Paper
from gcx_desktop.errors import Cancelled, OutputError, UsageError
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.molecules.pattern_drawing import draw_pattern
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.substructure.fragments import labelled_graph
from gcx_desktop.substructure.patterns import Pattern, write_pattern
from gcx_desktop.substructure.pieces import Piece
from gcx_desktop.substructure.statistics import odds_ratio
from gcx_desktop.work import Work

CONVENTION = (
    *("substructure", "smiles", "class", "n_explained", "n_positive", "n_negative", "r_explained", "r_class"),
    *("odds_ratio", "p_value", "q_value", "mean_saliency"),
)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def pattern(smiles: str, *atoms: int) -> Pattern:
    mol = Chem.MolFromSmiles(smiles)
    return write_pattern(labelled_graph(mol, atoms or range(mol.GetNumAtoms()))[0])


def finding(of: Pattern, n_positive: int, n_negative: int, part_of: tuple[int, ...] = ()) -> Finding:
    return Finding(
        pattern=of,
        attached="*C(F)(F)F",
        class_index=1,
        shown_in=np.arange(4),
        held_by=np.arange(n_positive + n_negative),
        n_positive=n_positive,
        n_negative=n_negative,
        odds=odds_ratio(n_positive, n_negative, 10, 20),
        p_value=1e-5,
        q_value=2e-5,
        mean_saliency=0.25,
        sd_saliency=math.nan,
        sum_saliency=1.0,
        prevalence=0.4,
        random_prevalence=0.1,
        n_scaffolds=2,
        part_of=part_of,
    )


@pytest.fixture
def found() -> MiningResult:
    findings = (
        finding(pattern("FC(F)F"), 8, 0),
        finding(pattern("O=[N+][O-]"), 6, 2, part_of=(0,)),
        finding(pattern("c1ccccc1", 0, 1, 2), 12, 4),
    )
    return MiningResult(MOLECULES, findings, ("no", "<yes> & so"), (22, 18), (20, 10), 0, ())


def test_the_columns_begin_with_those_of_the_conventions() -> None:
    assert COLUMNS[: len(CONVENTION)] == CONVENTION


def test_a_row_has_every_column_and_plain_values(found: MiningResult) -> None:
    first = row(found.findings[0], found)
    assert set(first) == set(COLUMNS)
    assert (first["n_explained"], first["r_explained"], first["r_class"]) == (4, 0.5, 1.0)
    assert (first["odds_ratio"], first["sd_saliency"]) == (math.inf, None)
    assert first["flags"] == "fewer than 5 molecules"
    assert row(found.findings[0], found, few=3)["flags"] == ""
    assert row(found.findings[1], found)["part_of"] == "1"


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "parquet", "xlsx"])
def test_a_table_holds_a_row_for_each_substructure(
    kind: str, found: MiningResult, tmp_path: Path, pool: WorkerPool
) -> None:
    path = tmp_path / f"out.{kind}"
    write_substructures(str(path), found, Work(pool))
    if kind in ("csv", "tsv"):
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if kind == "tsv" else ","))
        names, smarts = list(rows[0]), [each["substructure"] for each in rows]
    elif kind == "json":
        rows = json.loads(path.read_text())
        names, smarts = list(rows[0]), [each["substructure"] for each in rows]
        assert rows[0]["odds_ratio"] is None
    elif kind == "parquet":
        table = pq.read_table(path)
        names, smarts = table.column_names, table["substructure"].to_pylist()
    else:
        sheet = list(load_workbook(path).active.iter_rows(values_only=True))
        names, smarts = list(sheet[0]), [each[0] for each in sheet[1:]]
    assert tuple(names) == COLUMNS
    assert smarts == [each.pattern.key for each in found.findings]


def test_an_empty_list_has_its_header(tmp_path: Path, pool: WorkerPool) -> None:
    nothing = MiningResult(MOLECULES, (), ("no", "yes"), (1, 1), (1, 1), 0, ())
    for kind in ("csv", "sdf", "smarts", "html", "parquet"):
        write_substructures(str(tmp_path / f"out.{kind}"), nothing, Work(pool))
    assert (tmp_path / "out.csv").read_text().startswith(",".join(CONVENTION))
    assert "<th" in (tmp_path / "out.html").read_text()


def test_an_sdf_has_a_record_for_each_substructure_with_its_statistics(
    found: MiningResult, tmp_path: Path, pool: WorkerPool
) -> None:
    path = tmp_path / "out.sdf"
    write_substructures(str(path), found, Work(pool))
    mols = list(Chem.SDMolSupplier(str(path), sanitize=False))
    assert [mol.GetNumAtoms() for mol in mols] == [4, 3, 3]
    assert [mol.GetProp("substructure") for mol in mols] == [each.pattern.key for each in found.findings]
    assert mols[0].GetProp("p_value") == "1e-05"
    assert mols[0].GetProp("class") == "<yes> & so"
    assert mols[0].GetConformer().GetPositions()[:, :2].std() > 0.1


def test_a_list_of_smarts_can_be_read_back(found: MiningResult, tmp_path: Path, pool: WorkerPool) -> None:
    path = tmp_path / "out.smarts"
    write_substructures(str(path), found, Work(pool))
    queries = [Chem.MolFromSmarts(line.split("\t")[0]) for line in path.read_text().splitlines()]
    assert [query.GetNumAtoms() for query in queries] == [4, 3, 3]


def test_a_page_holds_its_pictures_fetches_nothing_and_its_text_is_escaped(
    found: MiningResult, tmp_path: Path, pool: WorkerPool
) -> None:
    path = tmp_path / "out.html"
    write_substructures(str(path), found, Work(pool), heading="<script>alert(1)</script>.csv")
    text = path.read_text()
    assert text.count("<svg") == 3
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;yes&gt; &amp; so" in text
    for outside in ("src=", "href=", "url(", "@import"):
        assert outside not in text


def test_what_is_no_molecule_has_the_columns_that_have_a_meaning(tmp_path: Path, pool: WorkerPool) -> None:
    pieces = (
        Piece(("person",), ("person",)),
        Piece(("person", "shirt"), ("person", "shirt")),
        Piece(("(a <b>, on, c)",), ("a <b>", "c")),
    )
    findings = tuple(replace(finding(pattern("C"), 5, 3), pattern=each, n_scaffolds=None) for each in pieces)
    found = MiningResult(SCENES, findings, ("in", "out"), (9, 9), (9, 1), 0, ())
    table, page = tmp_path / "out.parquet", tmp_path / "out.html"
    write_substructures(str(table), found, Work(pool))
    columns = pq.read_table(table)
    called = {"smiles": "objects", "n_atoms": "n_objects"}
    kept = [called.get(name, name) for name in COLUMNS if name not in ("n_scaffolds", "attached")]
    assert columns.column_names == kept
    assert columns["objects"].to_pylist() == ["person", "person; shirt", "a <b>; c"]
    assert columns["substructure"].to_pylist() == ["person", "{person, shirt}", "(a <b>, on, c)"]
    assert columns["n_objects"].to_pylist() == [1, 2, 2]
    assert columns["flags"].to_pylist()[0] == "fewer than 5 images"
    write_substructures(str(page), found, Work(pool))
    text = page.read_text()
    assert text.count("<svg") == 3
    assert "9 of 9 images explained" in text
    assert "<b>" not in text
    for suffix in ("sdf", "smarts"):
        with pytest.raises(UsageError, match=r"possible are \.csv"):
            write_substructures(str(tmp_path / f"out.{suffix}"), found, Work(pool))


def test_half_a_ring_is_drawn_and_written_without_hydrogens_that_nobody_knows() -> None:
    half = pattern("c1ccccc1O", 0, 5, 6)
    assert len(draw_pattern(Paper.WHITE, half).atom_xy) == 3
    assert "  4" in pattern_molblock(half)


def test_an_unknown_suffix_is_refused_with_a_list_of_valid_ones(found: MiningResult, pool: WorkerPool) -> None:
    with pytest.raises(UsageError, match=r"possible are .*\.smarts, \.html"):
        write_substructures("out.pdf", found, Work(pool))


def test_nothing_is_left_of_a_file_that_was_stopped_or_cannot_be_written(
    found: MiningResult, tmp_path: Path, pool: WorkerPool
) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        write_substructures(str(tmp_path / "out.html"), found, Work(pool, cancel=cancel))
    library = tmp_path / "library.csv"
    library.write_text("smiles\nC\n")
    with pytest.raises(OutputError, match="it is the library itself"):
        write_substructures(str(library), found, Work(pool), forbid=library)
    assert [each.name for each in tmp_path.iterdir()] == ["library.csv"]
