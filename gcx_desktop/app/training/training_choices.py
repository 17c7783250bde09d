"""What the user chooses before a training, as plain values: they make the request, the equal command, and, read from
the command in a model's card, the same choices again. Imports no torch."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...gcn.fitting.split_protocol import SplitProtocol
from ...kinds.registry import DEFAULT_KIND
from ...library.labels.label_meaning import split_class_of
from ...library.labels.value_scale import NO_SCALE, Transform, ValueScale, value_scale
from ...library.molecules.preparation import Preparation
from ...library.table_options import DETECT_ALL, TableOptions
from ...wording import visible
from .learned_task import LearnedTask

if TYPE_CHECKING:
    from .train_model import TrainingRequest

DEFAULT_SPLIT = SplitProtocol(DEFAULT_KIND.default_split)
MOST_COMMAND_CHARACTERS = 20_000
"""A longer command in a card is not read."""

_SWITCHES = ("keep-largest-fragment", "neutralise")
_OF_CHOICES = (
    *("--label", "--split", "--class-names", "--seeds", "--folds", "--epochs"),
    *("--task", "--active-if", "--unit", "--transform"),
)
_OF_TABLE = (
    *("--delimiter", "--header", "--no-header", "--header-line", "--smiles-column", "--title-column"),
    *("-o", "--output", "--name", "--limit", "--description"),
)
"""Options that belong to the other table, or to the model that was made of it."""
_ALONE = ("--header", "--no-header", "--without-defining", "--only-object-features", "--no-structures", "--quiet")


class Effort(StrEnum):
    """How much is trained."""

    QUICK = "quick"
    """A first look."""
    THOROUGH = "thorough"
    """As the command does if nothing else is said."""


@dataclass(frozen=True, slots=True)
class TrainingExtent:
    n_seeds: int
    n_folds: int | None
    settings: Mapping[str, Any]
    words: tuple[str, ...]
    """Of the command."""


EXTENTS = {
    Effort.QUICK: TrainingExtent(1, 3, {"max_epochs": 15}, ("--seeds", "1", "--folds", "3", "--epochs", "15")),
    Effort.THOROUGH: TrainingExtent(5, None, {}, ()),
}


@dataclass(frozen=True, slots=True)
class TrainingChoices:
    """What is learned, of which table, and how it is judged."""

    table: Path
    label: str
    """Column of the table."""
    options: TableOptions = DETECT_ALL
    """How the table is read."""
    task: LearnedTask = LearnedTask.AUTO
    cut: str = ""
    """The comparison that makes classes of numbers, such as ">= 6.5"; "" for none."""
    scale: ValueScale = NO_SCALE
    """Unit and transform of values."""
    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value of the label → the name of its class, "" to leave it out; what is not named is decided by its meaning."""
    class_names: tuple[str, ...] = ()
    """Names of the classes, matched with the values by meaning."""
    preparation: Preparation = DEFAULT_KIND.training_preparation
    split: SplitProtocol = DEFAULT_SPLIT
    effort: Effort = Effort.QUICK

    def request(self, output: Path) -> TrainingRequest:
        """The request to train a model. Imports torch.

        :param output: the model's folder
        """
        from .train_model import TrainingRequest

        extent = EXTENTS[self.effort]
        return TrainingRequest(
            table=self.table,
            label=self.label,
            output=output,
            options=self.options,
            preparation=self.preparation,
            split=self.split,
            foundation="",
            n_seeds=extent.n_seeds,
            n_folds=extent.n_folds,
            settings=extent.settings,
            class_names=self.class_names,
            class_of=self.class_of,
            learned=self.task,
            cut=self.cut,
            scale=self.scale,
            command=self.command(output, shown=True),
        )

    def command(self, output: Path, *, shown: bool = False) -> str:
        """The command that trains the same model.

        :param shown: whether paths are shortened to names, as in a card
        """
        table, folder = (visible(path.name) if shown else str(path) for path in (self.table, output))
        words = ["gcx", "train", table, *self.options.arguments(), "--label", self.label]
        given = {"--task": "" if self.task is LearnedTask.AUTO else str(self.task), "--active-if": self.cut}
        given["--unit"] = self.scale.unit
        words += [word for flag, value in given.items() if value for word in (flag, value)]
        if self.scale.transform is not Transform.NONE:
            words.append(f"--transform={self.scale.transform}")
        if self.class_names:
            words += ["--class-names", ",".join(self.class_names)]
        words += ["--split", str(self.split), *EXTENTS[self.effort].words]
        default = DEFAULT_KIND.training_preparation
        if self.preparation.largest_fragment != default.largest_fragment:
            words.append(_switch("keep-largest-fragment", self.preparation.largest_fragment))
        if self.preparation.neutralise != default.neutralise:
            words.append(_switch("neutralise", self.preparation.neutralise))
        words += [f"--class-of={value}={name}" for value, name in self.class_of.items()]
        return shlex.join([*words, "-o", folder])


@dataclass(frozen=True, slots=True)
class RememberedChoices:
    """The choices that the command in a card names."""

    choices: TrainingChoices
    table_name: str
    """Of the table that was trained on."""
    others: tuple[str, ...]
    """Words of the command that are no choices here, such as ``--widths 64,64``."""


def choices_of_command(command: str, table: Path, options: TableOptions = DETECT_ALL) -> RememberedChoices | None:
    """The choices of an earlier training, for another table; ``None`` if the command is not of a training.

    :param command: as in a card; it is read as data and never run
    :param table: that is to be trained on, read with ``options``
    """
    try:
        words = shlex.split(command[:MOST_COMMAND_CHARACTERS])
    except ValueError:
        return None
    if words[:2] != ["gcx", "train"] or len(words) < 3 or len(command) > MOST_COMMAND_CHARACTERS:
        return None
    one: dict[str, str] = {}
    class_of: dict[str, str] = {}
    switches: dict[str, bool] = {}
    others: list[str] = []
    for flag, value in _flags(words[3:]):
        if flag == "--class-of":
            try:
                name, is_class = split_class_of(value)
            except ValueError:
                continue
            class_of[name] = is_class
        elif flag.removeprefix("--no-").removeprefix("--") in _SWITCHES:
            switches[flag.removeprefix("--no-").removeprefix("--")] = not flag.startswith("--no-")
        elif flag in _OF_CHOICES:
            one[flag] = value
        elif flag not in _OF_TABLE:
            others.append(f"{flag} {value}".strip())
    if "--label" not in one:
        return None
    default = DEFAULT_KIND.training_preparation
    quick = dict(zip(EXTENTS[Effort.QUICK].words[::2], EXTENTS[Effort.QUICK].words[1::2], strict=True))
    extent = {flag: one.pop(flag) for flag in quick if flag in one}
    effort = Effort.QUICK if extent == quick else Effort.THOROUGH
    if effort is Effort.THOROUGH:
        others += [f"{flag} {value}" for flag, value in extent.items()]
    return RememberedChoices(
        TrainingChoices(
            table,
            one["--label"],
            options,
            _task(one.get("--task", "")),
            one.get("--active-if", ""),
            _scale(one.get("--unit", ""), one.get("--transform", "")),
            class_of,
            class_names=tuple(name.strip() for name in one.get("--class-names", "").split(",") if name.strip()),
            preparation=Preparation(
                switches.get("keep-largest-fragment", default.largest_fragment),
                switches.get("neutralise", default.neutralise),
            ),
            split=_known(one.get("--split", "")),
            effort=effort,
        ),
        words[2],
        tuple(others),
    )


def _flags(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option of a command and its value, "" of one that has none."""
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        if not flag.startswith("-"):
            continue
        bare = flag.removeprefix("--no-").removeprefix("--") in _SWITCHES or flag in _ALONE
        yield flag, value if equals or bare else next(rest, "")


def _switch(name: str, on: bool) -> str:
    return f"--{name}" if on else f"--no-{name}"


def _known(text: str) -> SplitProtocol:
    return SplitProtocol(text) if text in list(SplitProtocol) else DEFAULT_SPLIT


def _task(text: str) -> LearnedTask:
    """Cards of before have a description there."""
    return LearnedTask(text) if text in list(LearnedTask) else LearnedTask.AUTO


def _scale(unit: str, transform: str) -> ValueScale:
    try:
        return value_scale(unit, Transform(transform) if transform in list(Transform) else Transform.NONE)
    except UsageError:
        return NO_SCALE
