"""``gcx models``: one model, sending it as a file, taking it from one; ``--model`` with such a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gcx_desktop import paths
from gcx_desktop.app.models.change_model import describe_model, rename_model
from gcx_desktop.cli.main import main
from gcx_desktop.explain.engine import Explainer
from tests.model_fixtures import save_small_model
from tests.several_model import save_several
from tests.value_fixtures import save_value_model


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own models: "mine"."""
    root = tmp_path / "own"
    root.mkdir()
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    monkeypatch.setattr(paths, "user_models", lambda: root)
    save_small_model(root / "mine")
    save_small_model(root / "other", seed=1)
    monkeypatch.chdir(tmp_path)
    return root


def test_one_model_is_listed_by_itself_with_its_description(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    describe_model(own / "mine", "for\nAnna")
    assert main(["models", "mine"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("mine  nothing real: no / yes. AUC-ROC 0.900 ± 0.010 (scaffold, 2 seeds)\n      for Anna\n")
    assert "other" not in out
    assert main(["models", "gpt"]) == 2


def test_a_model_travels_as_one_file(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "mine", "--export", "sent.gcxm"]) == 0
    assert "sent.gcxm: mine, " in (err := capsys.readouterr().err)
    assert "--no-structures leaves that out" in err
    assert main(["models", "--import", "sent.gcxm"]) == 0
    assert "it is among your models already, as 'mine' (--model mine)" in capsys.readouterr().err
    assert main(["models", "--import", "sent.gcxm", "--name", "mine too"]) == 0
    assert "it is now among your models, as 'mine too' (--model 'mine too')" in capsys.readouterr().err
    assert (own / "mine too" / "weights.safetensors").read_bytes() == (
        own / "mine" / "weights.safetensors"
    ).read_bytes()
    assert main(["models", "mine", "--export", "brief.gcxm", "--no-structures"]) == 0
    assert "--no-structures" not in capsys.readouterr().err


def test_a_command_takes_a_model_that_was_sent(own: Path, tmp_path: Path) -> None:
    Path("library.smi").write_text("CCO ethanol\nCN methylamine\n")
    main(["models", "mine", "--export", "sent.gcxm"])
    for model, out in (("mine", "one.csv"), ("sent.gcxm", "two.csv")):
        assert main(["predict", "library.smi", "-o", out, "--model", model, "--workers", "1"]) == 0
    one, two = (list(csv.DictReader(Path(name).read_text().splitlines())) for name in ("one.csv", "two.csv"))
    assert one == two
    assert len(one) == 2


def test_the_results_of_a_project_belong_to_a_model_that_was_renamed_and_described(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("library.smi").write_text("CCO ethanol\nCN methylamine\n")
    explain, asked = Explainer.explain, list[int]()

    def counting(explainer: Explainer, graphs: Sequence[Any]) -> Any:
        asked.append(len(graphs))
        return explain(explainer, graphs)

    monkeypatch.setattr(Explainer, "explain", counting)
    argv = ["explain", "library.smi", "-o", "out.csv", "--project", "work.gcx", "--workers", "1", "--quiet", "--model"]
    assert main([*argv, "mine"]) == 0
    describe_model(rename_model(own / "mine", "yours"), "for Anna")
    written = Path("out.csv").read_bytes()
    assert main([*argv, "yours"]) == 0
    assert main([*argv, "other"]) == 0
    assert asked == [2, 2]
    assert Path("out.csv").read_bytes() != written


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        (["--export", "x.gcxm"], 2, "--export writes one model: name it before"),
        (["mine", "--export", "x.zip"], 2, "ends in .gcxm"),
        (["mine", "--import", "x.gcxm"], 2, "a NAME belongs to the list of models, or to --export"),
        (["mine", "--name", "x"], 2, "--name belongs to --import"),
        (["mine", "--no-structures"], 2, "--no-structures belongs to --export"),
        (["mine", "--export", "x.gcxm", "--json"], 2, "--json belongs to the list"),
        (["--import", "no.gcxm"], 1, "no.gcxm: cannot be read"),
        (["--import", "own"], 1, "own: not a file, but a folder"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    argv: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", *argv]) == code
    assert sentence in capsys.readouterr().err


def test_endpoints_are_listed_below_their_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_several(tmp_path / "panel")
    assert main(["models", str(tmp_path / "panel")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path / 'panel'}  3 endpoints of one network (--endpoint chooses)."
    found = [line.split(maxsplit=1) for line in lines[1:] if line.startswith("  ") and not line.startswith("   ")]
    assert [name for name, _ in found] == ["binds", "logP", "toxic"]
    assert found[0][1] == "nothing real (binds): no / yes. AUC-ROC 0.900 ± 0.010 (random, 2 seeds)"
    assert found[1][1] == "nothing real (logP): a value, logP in log units. RMSE 0.900 ± 0.010 (random, 2 seeds)"
    assert main(["models", str(tmp_path / "panel"), "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == [f"{tmp_path / 'panel'}/{name}" for name, _ in found]


def test_a_model_of_a_value_is_listed_by_its_errors_not_by_an_area(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_value_model(tmp_path / "values").path
    assert main(["models", str(folder)]) == 0
    (first, *_) = capsys.readouterr().out.splitlines()
    assert "pIC50 of a table: a value, pIC50 in log units. RMSE 0.700, R² 0.600 (random 80/10/10, 1 seed)" in first
    assert "AUC" not in first
    assert "raises" not in first
