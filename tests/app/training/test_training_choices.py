"""The choices before a training: the request, the equal command, and the same choices read from the command again."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from gcx_desktop.app.training import train_model
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.train_model import TrainingRequest
from gcx_desktop.app.training.training_choices import DEFAULT_SPLIT, Effort, TrainingChoices, choices_of_command
from gcx_desktop.cli.main import main
from gcx_desktop.errors import UsageError
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.kinds.registry import DEFAULT_KIND
from gcx_desktop.library.labels.value_scale import Transform, ValueScale
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.table_options import TableOptions

PLAIN = TrainingChoices(Path("table.csv"), "active")
CHOICES = [
    PLAIN,
    replace(PLAIN, effort=Effort.THOROUGH, split=SplitProtocol.RANDOM),
    replace(
        PLAIN,
        label="p act; 'x' = 1",
        options=TableOptions(";", smiles_column="mol", title_column="column 2", header_line=3),
        class_of={"-": "in active", "a=b": "active", "n/t": ""},
        preparation=Preparation(largest_fragment=False, neutralise=True),
    ),
    replace(PLAIN, label="IC50", scale=ValueScale("nM", Transform.NEGATIVE_LOG10)),
    replace(PLAIN, label="log S", scale=ValueScale("mol/l")),
    replace(PLAIN, label="grade", task=LearnedTask.VALUE, split=SplitProtocol.SCAFFOLD_BALANCED),
    replace(PLAIN, label="pIC50", cut=">= 6.5"),
    replace(PLAIN, class_names=("no thanks", "yes")),
]


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[TrainingRequest]:
    """What the command asks for, instead of a training."""
    found: list[TrainingRequest] = []

    def take(request: TrainingRequest, *_: object, **__: object) -> None:
        found.append(request)
        raise UsageError("only looked at")

    monkeypatch.setattr(train_model, "train_model", take)
    return found


@pytest.mark.parametrize("choices", CHOICES)
def test_the_command_asks_for_the_same_training(choices: TrainingChoices, requested: list[TrainingRequest]) -> None:
    words = shlex.split(choices.command(Path("out")))
    assert words[0] == "gcx"
    assert main([*words[1:], "--workers", "1", "--quiet"]) == 2
    own, (by_command,) = choices.request(Path("out")), requested
    by_command = replace(
        by_command,
        command=own.command,
        preparation=by_command.preparation or DEFAULT_KIND.training_preparation,
        also_splits=own.also_splits,
        split=by_command.split or DEFAULT_SPLIT,
    )
    assert by_command == own


@pytest.mark.parametrize("choices", CHOICES)
def test_the_same_choices_are_read_from_the_command_again(choices: TrainingChoices) -> None:
    command = choices.command(Path("/models/out"), shown=True)
    found = choices_of_command(command, choices.table, choices.options)
    assert found is not None
    assert (found.choices, found.table_name, found.others) == (choices, "table.csv", ())


def test_what_the_window_cannot_choose_is_said() -> None:
    command = "gcx train other.csv --label active --widths 64,64 --seeds 3 --without-defining -o model"
    found = choices_of_command(command, Path("new.csv"))
    assert found is not None
    assert found.choices == TrainingChoices(Path("new.csv"), "active", effort=Effort.THOROUGH)
    assert set(found.others) == {"--widths 64,64", "--without-defining", "--seeds 3"}


@pytest.mark.parametrize(
    "command",
    [
        "",
        "gcx predict library.csv",
        "gcx train table.csv -o model",
        "rm -rf /",
        "gcx train 'broken",
        "gcx train " * 9999,
    ],
)
def test_what_is_no_training_gives_no_choices(command: str) -> None:
    assert choices_of_command(command, Path("table.csv")) is None
