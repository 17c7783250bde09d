"""The options of commands for reading a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.cli.main import main, parser
from gcx_desktop.cli.options import table_options
from gcx_desktop.library.table_options import NO_TITLE, TableOptions


@pytest.mark.parametrize(
    "options",
    [
        TableOptions(),
        TableOptions("\t", False, "column 2", NO_TITLE),
        TableOptions(" ", True, "--my smiles", "name"),
        TableOptions(has_header=False),
    ],
)
def test_the_arguments_of_options_are_read_back(options: TableOptions) -> None:
    args = parser().parse_args(["predict", "a.csv", "-o", "b.csv", *options.arguments()])
    assert table_options(args) == options


def test_predict_takes_columns_of_a_table_without_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("smiles;name\nCCO;ethanol\n")
    out = tmp_path / "out.smi"
    options = ["--no-header", "--smiles-column", "column 1", "--title-column", "column 2", "--delimiter", "semicolon"]
    rejected = ["--rejected", str(tmp_path / "bad.csv"), "--workers", "1", "--quiet"]
    assert main(["predict", str(tmp_path / "a.csv"), "-o", str(out), *options, *rejected]) == 0
    assert out.read_text().split() == ["CCO", "ethanol"]
    assert (tmp_path / "bad.csv").read_text().splitlines()[1].startswith("1,1,name,")


def test_what_cannot_divide_cells_is_no_delimiter(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["predict", "a.csv", "-o", "b.csv", "--delimiter", "ab"])
    assert "the delimiter 'ab' is not one character" in capsys.readouterr().err
