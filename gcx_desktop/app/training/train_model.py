"""Trains a model, scores it on held-out records, and writes the bundle.

For every seed the records are divided 80/10/10: the network is fitted to the training part, the validation part
decides when to stop, and the test part, used for nothing else, is scored. The final weights are then trained on all
records, for the median number of epochs that the validation parts of the main split chose.
"""

from __future__ import annotations

import datetime
import itertools
import math
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ...errors import UsageError
from ...gcn.bundle import Bundle, check_folder, save_bundle
from ...gcn.card import Card, Metrics, TrainingData, check_card
from ...gcn.domain import make_domain
from ...gcn.fit_many import FitTask, fit_many
from ...gcn.scores import classification_scores
from ...gcn.split_protocol import SplitProtocol
from ...gcn.splits import DESCRIPTIONS, Split, split_examples
from ...gcn.training import Examples, Fit, FitPlan, fit, predict_probabilities
from ...gcn.training_settings import Schedule, TrainingSettings
from ...graph.graph import Decode
from ...kinds.kind import Capability, Kind, Parameters
from ...kinds.registry import require
from ...library.labels.label_meaning import LabelMeaning
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.table_options import DETECT_ALL, TableOptions
from ...library.writing.export import write_rejected
from ...library.writing.output import check_output
from ...wording import visible
from ...work import Work
from .training_table import TrainingTable, TrainingTableRequest, read_training_table


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """The training data and settings, and the descriptions for the card."""

    table: Path
    label: str
    """Column that holds the classes."""
    output: Path
    """The model folder."""
    options: TableOptions = DETECT_ALL
    """How the table is read."""
    limit: int | None = None
    """Number of first records to use; ``None`` for all."""
    rejected: Path | None = None
    """The table to write of unreadable records."""
    tasks: Path | None = None
    """A file of labels, for a kind of graph without a label column."""
    without_defining: bool = False
    """Whether the nodes that define the label are left out of the graphs."""
    object_features: Path | None = None
    """A file of additional node features, for a kind of graph that supports them."""
    only_object_features: bool = False
    """Whether these replace the features of the kind."""
    preparation: Preparation | None = None
    """What is done to the records first, now and whenever the model is used; ``None`` for the kind's default."""
    split: SplitProtocol | None = None
    """The split of the main metrics, whose validation parts choose the number of epochs; ``None`` for the kind's
    default."""
    also_splits: tuple[SplitProtocol, ...] = ()
    """Splits for further rows of metrics."""
    n_seeds: int = 5
    at_once: int | None = None
    """How many networks are trained at the same time; ``None``: one a core. They are the same anyway."""
    base_seed: int = 0
    """The first seed; others are the numbers after it. The final weights use the first."""
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    name: str = ""
    """"": the folder's name."""
    task: str = ""
    """A description in a chemist's words."""
    class_names: tuple[str, ...] = ()
    """Names of the classes, matched with the label's values by meaning, and with numbers 0, 1, … by order; the values
    themselves if empty."""
    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value of the label → the name of its class."""
    source: str = ""
    """Where the table comes from."""
    licence: str = ""
    tuning: str = ""
    """How the settings were chosen."""
    known_limits: tuple[str, ...] = ()
    """Sentences in addition to :func:`card_limits`."""
    command: str = ""
    """The command line of this request."""

    @property
    def reading(self) -> TrainingTableRequest:
        """The part of the request that says how the table is read."""
        return TrainingTableRequest(
            self.table,
            self.label,
            options=self.options,
            limit=self.limit,
            tasks=self.tasks,
            class_of=self.class_of,
            class_names=self.class_names,
            without_defining=self.without_defining,
            object_features=self.object_features,
            only_object_features=self.only_object_features,
            preparation=self.preparation,
        )


def train_model(
    request: TrainingRequest,
    work: Work,
    *,
    on_opened: Callable[[Library], object] = lambda _: None,
    on_labels_known: Callable[[LabelMeaning], None] = lambda _: None,
) -> Bundle:
    """Trains, scores and writes a model.

    :param on_opened: is given the library before it is read
    :param on_labels_known: is given what the labels mean, before the training begins
    :raises OutputError: before any work, if the folder cannot be written
    :raises UsageError: if the table cannot be used for training or divided by the split
    :raises Cancelled: if the user stopped it; nothing was written
    """
    if request.n_seeds < 1:
        raise UsageError("the number of seeds must be 1 or more")
    check_folder(request.output)
    if request.rejected is not None:
        check_output(request.rejected, forbid=request.table)
    table = read_training_table(request.reading, work, on_opened=on_opened)
    if request.rejected is not None:
        write_rejected(request.rejected, table.rejected, forbid=request.table)
    on_labels_known(table.meaning)
    names = table.class_names
    main = request.split or SplitProtocol(table.kind.default_split)
    protocols = tuple(dict.fromkeys((main, *request.also_splits)))
    if set(protocols) != {SplitProtocol.RANDOM}:
        require(table.kind, Capability.SCAFFOLDS)
    seeds = range(request.base_seed, request.base_seed + request.n_seeds)
    splits = {protocol: [checked_split(protocol, table, names, seed) for seed in seeds] for protocol in protocols}
    examples, decode = Examples(table.graphs, table.labels), table.decode
    nothing_yet = Metrics("", tuple(seeds), {})
    check_card(_card(request, table, names, (nothing_yet,), {protocol: [] for protocol in protocols}, epochs=0))
    plan = FitPlan(len(names), decode, request.settings, request.base_seed)
    tasks = [
        split_task(f"{protocol} split, seed {seed}", examples, split, replace(plan, seed=seed))
        for protocol in protocols
        for seed, split in zip(seeds, splits[protocol], strict=True)
    ]
    fits = iter(fit_many(tasks, at_once=request.at_once, report=work.report, cancel=work.cancel))
    metrics: list[Metrics] = []
    chosen: dict[SplitProtocol, list[int]] = {}
    for protocol in protocols:
        fitted = list(itertools.islice(fits, len(seeds)))
        scores = [
            score_test_part(examples, split, each, decode) for split, each in zip(splits[protocol], fitted, strict=True)
        ]
        chosen[protocol] = [each.epochs for each in fitted]
        metrics.append(Metrics(f"{protocol} 80/10/10", tuple(seeds), _over_seeds(scores)))
    epochs = max(1, round(statistics.median(chosen[main])))
    final = fit(
        examples,
        plan,
        epochs=epochs,
        what=f"Final weights, all {table.kind.name}",
        report=work.report,
        cancel=work.cancel,
    )
    card = _card(request, table, names, metrics, chosen, epochs)
    bundle = Bundle(card, final.network, request.output)
    save_bundle(bundle, make_domain(table.fingerprints) if all(table.fingerprints) else None)
    return bundle


def checked_split(protocol: SplitProtocol, table: TrainingTable, names: Sequence[str], seed: int) -> Split:
    """Splits a table.

    :raises UsageError: if a part is too small for training, validation or test
    """
    split = split_examples(protocol, table.labels, table.scaffolds, seed)
    for part, members in split.parts().items():
        present = np.unique(table.labels[members])
        if len(present) < (len(names) if part == "train" else 2):
            words = table.kind.words
            held = f"no {words.record}" if not len(present) else f"only {' and '.join(names[i] for i in present)}"
            raise UsageError(
                f"{words.counted(len(table.labels))} {'is' if len(table.labels) == 1 else 'are'} too few for a "
                f"{protocol} split: its {part} part (seed {seed}, {words.counted(len(members))}) holds {held}; use "
                f"more {words.records} or another "
                "--split"
            )
    return split


def split_task(name: str, examples: Examples, split: Split, plan: FitPlan) -> FitTask:
    """To fit a network to the training part, stopped by the validation part; the test part is not used."""
    return FitTask(name, examples.take(split.train), plan, examples.take(split.validation))


def score_test_part(examples: Examples, split: Split, fitted: Fit, decode: Decode) -> dict[str, float]:
    """The scores on the test part."""
    test = examples.take(split.test)
    return classification_scores(test.labels, predict_probabilities(fitted.network, test.graphs, decode))


def _over_seeds(scores: Sequence[dict[str, float]]) -> dict[str, tuple[float | None, float | None]]:
    """Mean and sample standard deviation of each score; ``None`` as the deviation of a single seed."""
    values = {name: [each[name] for each in scores] for name in scores[0]}
    return {
        name: (_rounded(statistics.fmean(each)), _rounded(statistics.stdev(each)) if len(each) > 1 else None)
        for name, each in values.items()
    }


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def card_limits(kind: Kind, parameters: Parameters, settings: TrainingSettings) -> tuple[str, ...]:
    """Limits of every network that is trained with these settings on this kind of graph, one sentence each."""
    records = kind.words.records
    return (
        (
            f"The shipped weights were trained on all {records} of the table, so there is no held-out figure for them: "
            f"the metrics are those of networks trained the same way on 80 % of the {records}."
        ),
        *kind.featurizer.limits(parameters),
        *calibration_limits(settings),
    )


def calibration_limits(settings: TrainingSettings) -> tuple[str, ...]:
    """Reasons in the settings why probabilities are not calibrated, one sentence each."""
    found = []
    if settings.class_balance == 1:
        found.append(
            "The loss gives every class the same weight, so probabilities are not calibrated to how common a class is."
        )
    elif settings.class_balance > 0:
        found.append(
            f"The loss gives rare classes more weight (class balance {settings.class_balance:g}), so probabilities are "
            "not calibrated to how common a class is."
        )
    if settings.label_smoothing > 0:
        found.append(
            f"Labels were smoothed by {settings.label_smoothing:g} in training, so probabilities are drawn towards "
            "those of chance."
        )
    return tuple(found)


def loss(settings: TrainingSettings) -> str:
    """The loss function in words."""
    balance = settings.class_balance
    if balance == 0:
        weights = "all examples weighted alike"
    elif balance == 1:
        weights = "every class of the same weight"
    else:
        weights = f"an example weighted by (n / n of its class) to the power {balance:g}"
    smoothing = f", labels smoothed by {settings.label_smoothing:g}" if settings.label_smoothing else ""
    return f"cross entropy, {weights}{smoothing}"


def optimiser(settings: TrainingSettings) -> str:
    """The optimiser in words."""
    rate = "a constant learning rate"
    if settings.schedule == Schedule.COSINE:
        rate = "a learning rate that falls to zero along half a cosine"
    if settings.warmup_epochs:
        rate = f"linear warm-up, then {rate}"
    average = "moving average of the weights" if settings.average_epochs else "no average of the weights"
    return f"AdamW, {rate}; {average}"


def _card(
    request: TrainingRequest,
    table: TrainingTable,
    names: tuple[str, ...],
    metrics: Sequence[Metrics],
    chosen: dict[SplitProtocol, list[int]],
    epochs: int,
) -> Card:
    counts = np.bincount(table.labels, minlength=len(names))
    file = visible(request.table.name)
    source = f"{file}: {request.source}" if request.source else file
    return Card(
        name=request.name or visible(request.output.resolve().name),
        task=request.task or f"{table.meaning.column} of {file}",
        class_names=names,
        widths=request.settings.widths,
        feature_set=table.kind.feature_set,
        n_features=table.kind.featurizer.n_features(table.parameters),
        features=dict(table.parameters),
        training_data=TrainingData(
            source=source,
            label=table.meaning.column,
            n_records=table.n_records,
            n_used=len(table.labels),
            class_counts={name: int(count) for name, count in zip(names, counts, strict=True)},
            sha256=table.sha256,
            dropped=table.dropped,
            label_values=table.meaning.counts,
        ),
        split_protocol=". ".join(f"{protocol}: {DESCRIPTIONS[protocol]}" for protocol in chosen),
        seeds=metrics[0].seeds,
        metrics=tuple(metrics),
        training=request.settings.as_dict()
        | {
            "optimiser": optimiser(request.settings),
            "initial_weights": "Glorot uniform, each layer then standardised over up to 500 training graphs",
            "loss": loss(request.settings),
            "early_stopping": "epoch with the best validation AUC-ROC",
            "epochs_chosen_by_validation": {str(protocol): each for protocol, each in chosen.items()},
            "final_epochs": epochs,
            "final_seed": request.base_seed,
            f"final_{table.kind.words.records}": "all",
        }
        | ({"settings_chosen_by": request.tuning} if request.tuning else {}),
        command=request.command,
        date=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        library_versions={"python": platform.python_version()} | {n: version(n) for n in ("torch", "rdkit", "numpy")},
        licence=request.licence,
        known_limits=(*request.known_limits, *card_limits(table.kind, table.parameters, request.settings)),
        positive_class=table.meaning.positive,
        preparation=table.preparation.step_names,
    )
