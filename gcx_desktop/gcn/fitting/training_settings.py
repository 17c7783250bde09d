"""The settings of training: all that it depends on besides data and seed. Imports no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from ...errors import UsageError


class Schedule(StrEnum):
    """How the learning rate goes on after the warm-up."""

    CONSTANT = "constant"
    COSINE = "cosine"
    """Down to zero at the last epoch that may be run, along half a cosine."""


class Readout(StrEnum):
    """What the head sees of a graph's nodes."""

    MEAN = "mean"
    """Their mean: global average pooling, as Pope et al. have it."""
    MEAN_AND_SUM = "mean-and-sum"
    """Their sum beside it."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings of training, checked when made. The defaults were chosen on BBBP and BACE by the mean AUC over inner
    splits by scaffold of the train and validation parts of MoleculeNet's scaffold split; its test parts were removed
    beforehand.

    :raises UsageError: naming the first setting that makes no sense
    """

    widths: tuple[int, ...] = (128, 256, 512)
    """Widths of the hidden layers."""
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    """Weight decay of AdamW, for the matrices only, not for the biases."""
    dropout: float = 0.0
    """Probability that a response of a hidden layer, or a component of a graph's embedding, is set to zero."""
    label_smoothing: float = 0.2
    """The share of each label that is spread evenly over all classes."""
    class_balance: float = 1.0
    """The weight of an example is (n / n of its class) to this power, scaled to a mean weight of 1. 0: all equal."""
    batch_size: int = 32
    """Graphs in a training step."""
    max_epochs: int = 100
    patience: int = 20
    """Epochs without a better validation AUC before training stops."""
    warmup_epochs: float = 2.0
    """Epochs over which the learning rate rises linearly from zero."""
    average_epochs: float = 4.0
    """Time constant, in epochs, of the moving average of the weights; 0: no averaging."""
    gradient_norm: float = 1.0
    """Longer gradients are shortened to this norm."""
    schedule: Schedule = Schedule.CONSTANT
    readout: Readout = Readout.MEAN
    transfer_rate: float = 1.0
    """Factor of the learning rate of hidden layers that were taken from another network."""

    def __post_init__(self) -> None:
        checks = (
            ("widths", bool(self.widths) and all(width > 0 for width in self.widths), "positive numbers"),
            ("learning rate", 0 < self.learning_rate < 10, "above 0 and below 10"),
            ("weight decay", 0 <= self.weight_decay < 100, "0 or more and below 100"),
            ("dropout", 0 <= self.dropout < 1, "0 or more and below 1"),
            ("label smoothing", 0 <= self.label_smoothing < 1, "0 or more and below 1"),
            ("class balance", 0 <= self.class_balance <= 1, "from 0 to 1"),
            ("batch size", self.batch_size > 0, "1 or more"),
            ("number of epochs", self.max_epochs > 0, "1 or more"),
            ("patience", self.patience > 0, "1 or more"),
            ("warm-up", self.warmup_epochs >= 0, "0 or more epochs"),
            ("averaging time", self.average_epochs >= 0, "0 or more epochs"),
            ("gradient norm", self.gradient_norm > 0, "above 0"),
            ("schedule", self.schedule in list(Schedule), " or ".join(Schedule)),
            ("readout", self.readout in list(Readout), " or ".join(Readout)),
            ("transfer rate", 0 <= self.transfer_rate <= 1, "from 0 to 1"),
        )
        for name, holds, wanted in checks:
            if not holds:
                raise UsageError(f"the {name} must be {wanted}")

    def as_dict(self) -> dict[str, Any]:
        """As a card stores them."""
        texts = {"schedule": str(self.schedule), "readout": str(self.readout)}
        return asdict(self) | {"widths": list(self.widths)} | texts


SINGLE_SETTINGS = TrainingSettings()
"""Of a single network, whose epochs validation chooses."""
ENSEMBLE_SETTINGS = TrainingSettings(
    label_smoothing=0.1,
    class_balance=0.0,
    max_epochs=40,
    average_epochs=1.0,
    schedule=Schedule.COSINE,
)
"""Of the members of an ensemble, which are trained for as many epochs. Chosen as the others, among few: the scores are
calibrated afterwards, so that the loss need not weight the classes."""
VALUE_SETTINGS = replace(ENSEMBLE_SETTINGS, readout=Readout.MEAN_AND_SUM)
"""Of the members of an ensemble of values, many of which add up over atoms."""
PRETRAINING_SETTINGS = TrainingSettings(
    batch_size=128,
    max_epochs=10,
    warmup_epochs=0,
    average_epochs=0,
    schedule=Schedule.COSINE,
)
"""Defaults of the training of a foundation, whose warm-up is given in steps."""
WARMUP_STEPS = 200
