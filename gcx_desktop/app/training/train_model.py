"""Trains a model, scores it and its baseline on held-out records (:mod:`.held_out`), and writes the bundle."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UsageError
from ...gcn.bundles.bundle import Bundle, TrainedBundle, check_folder, save_bundle, save_endpoints
from ...gcn.bundles.foundation import Foundation
from ...gcn.bundles.training_records import TrainingRecords
from ...gcn.cards.card import Card, Metrics, TrainingData, check_card
from ...gcn.fitting.endpoints import HUBER_DEVIATIONS, Endpoint
from ...gcn.fitting.split_protocol import SplitProtocol
from ...gcn.fitting.splits import DESCRIPTIONS
from ...gcn.fitting.training import Examples, FitPlan
from ...gcn.fitting.training_settings import Schedule, TrainingSettings
from ...gcn.reliability.domain import make_domain
from ...kinds.kind import Capability, Kind, Parameters
from ...kinds.registry import require
from ...library.labels.label_meaning import LabelMeaning
from ...library.labels.measurements import ValueMeaning
from ...library.labels.value_scale import MOLAR, NO_SCALE, Transform, ValueScale
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.table_options import DETECT_ALL, TableOptions
from ...library.writing.export import write_rejected
from ...library.writing.output import check_output
from ...wording import visible
from ...work import Work
from ..explaining.method_evidence import MethodEvidence, best_method, evidence_entry
from .fit_plans import FitChoices, plan_fit
from .foundation_choice import NO_FOUNDATION, foundation_for
from .held_out import (
    Splits,
    Trained,
    make_joint_splits,
    make_splits,
    train_baseline,
    train_endpoints_with_folds,
    train_single,
    train_with_folds,
    trees_for,
)
from .learned_task import LearnedTask
from .measure_methods import measure_methods
from .training_table import TEST_WORD, TrainingTable, TrainingTableRequest, read_joint_table, read_training_table


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """The training data and settings, and the descriptions for the card."""

    table: Path
    label: str
    """Column that holds the classes or values."""
    output: Path
    """The model folder."""
    also_labels: tuple[str, ...] = ()
    """Further columns, each an endpoint of the same network."""
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
    split_column: str = ""
    """A column whose word "test" marks records for one more row of metrics; "": none."""
    n_folds: int | None = None
    """Members of the ensemble, a network for each fold; 1: a single network; ``None`` for the kind's default."""
    foundation: str = NO_FOUNDATION
    """From which training starts, as :func:`~.foundation_choice.foundation_for` takes it."""
    n_frozen: int | None = None
    """How many layers of the foundation stay as they are, shared by all members; ``None`` for the default."""
    with_structures: bool = True
    """Whether the training records are written into the model's folder, by name and structure."""
    n_seeds: int = 5
    at_once: int | None = None
    """How many networks are trained at the same time; ``None``: one a core. They are the same anyway."""
    base_seed: int = 0
    """The first seed; others are the numbers after it. The final weights use the first."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings of training that are not the default, by name."""
    name: str = ""
    """"": the folder's name."""
    task: str = ""
    """A description in a chemist's words."""
    class_names: tuple[str, ...] = ()
    """Names of the classes, matched with the label's values by meaning, and with numbers 0, 1, … by order; the values
    themselves if empty."""
    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value of the label → the name of its class."""
    learned: LearnedTask = LearnedTask.AUTO
    """Whether the column's cells are learned as classes or as values."""
    cut: str = ""
    """A comparison that makes classes of a measurement, such as ">= 6.5"; "": none."""
    scale: ValueScale = NO_SCALE
    """Unit and transform of values."""
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
            task=self.learned,
            cut=self.cut,
            scale=self.scale,
            split_column=self.split_column,
        )


def train_model(
    request: TrainingRequest,
    work: Work,
    *,
    on_opened: Callable[[Library], object] = lambda _: None,
    on_labels_known: Callable[[LabelMeaning | ValueMeaning], None] = lambda _: None,
    on_read: Callable[[TrainingTable], object] = lambda _: None,
) -> Bundle:
    """Trains, scores and writes a model.

    :param on_opened: is given the library before it is read
    :param on_labels_known: is given what the labels mean, before the training begins
    :param on_read: is given the records that are trained on
    :raises OutputError: before any work, if the folder cannot be written
    :raises BundleError: if the foundation is damaged or of other features
    :raises UsageError: if the table cannot be used for training or divided by the split
    :raises Cancelled: if the user stopped it; nothing was written
    """
    _check_request(request)
    table = read_training_table(request.reading, work, on_opened=on_opened)
    if request.rejected is not None:
        write_rejected(request.rejected, table.rejected, forbid=request.table)
    on_labels_known(table.meaning)
    on_read(table)
    splits = _splits(request, table)
    n_folds = table.kind.default_folds if request.n_folds is None else request.n_folds
    foundation = foundation_for(table.kind, request.foundation)
    plan = training_plan(request, table, n_folds, foundation)
    settings = plan.settings
    check_card(_card(request, table, settings, splits, foundation))
    if n_folds == 1:
        trained = train_single(table, splits, plan, work, at_once=request.at_once)
    else:
        trained = train_with_folds(table, splits, plan, n_folds, work, at_once=request.at_once)
    evidence = _method_evidence(table, trained, work, request.base_seed)
    baseline, forest = train_baseline(table, splits, work)
    card = _card(request, table, settings, splits, foundation, trained, baseline)
    bundle = Bundle(
        replace(card, default_method=best_method(evidence), method_evidence=evidence_entry(evidence)),
        trained.network,
        request.output,
    )
    save_bundle(
        bundle,
        make_domain(table.fingerprints) if all(table.fingerprints) else None,
        out_of_fold=trained.out_of_fold,
        training_records=_training_records(table) if request.with_structures else None,
        forest=forest,
    )
    return bundle


def train_endpoints(
    request: TrainingRequest,
    work: Work,
    *,
    on_opened: Callable[[Library], object] = lambda _: None,
    on_labels_known: Callable[[LabelMeaning | ValueMeaning], None] = lambda _: None,
) -> tuple[Bundle, ...]:
    """Trains one network of several endpoints, scores each, and writes the model.

    :param on_labels_known: is given what each label means, before the training begins
    :return: the endpoints in the order of the labels
    :raises OutputError: before any work, if the folder cannot be written
    :raises BundleError: if the foundation is damaged or of other features
    :raises UsageError: if a label is named twice, or the table cannot be used for training or divided by the split
    :raises Cancelled: if the user stopped it; nothing was written
    """
    _check_request(request)
    columns = (request.label, *request.also_labels)
    joint = read_joint_table(request.reading, columns, work, on_opened=on_opened)
    first = joint.tables[0]
    names = [endpoint_of(table) for table in joint.tables]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"the label {twice} is named twice; name each endpoint once")
    if request.rejected is not None:
        lost = {each.position: each for table in joint.tables for each in table.rejected}
        write_rejected(request.rejected, [lost[at] for at in sorted(lost)], forbid=request.table)
    for table in joint.tables:
        on_labels_known(table.meaning)
    n_folds = first.kind.default_folds if request.n_folds is None else request.n_folds
    if n_folds < 2:
        raise UsageError("several endpoints are learned by an ensemble; use --folds 2 or more")
    splits = make_joint_splits(chosen_protocols(request, first), joint, _seeds(request))
    foundation = foundation_for(first.kind, request.foundation)
    endpoints = tuple(Endpoint(len(table.class_names), table.of_value) for table in joint.tables)
    plan = training_plan(request, first, n_folds, foundation)
    plan = replace(plan, n_classes=sum(each.n_learned for each in endpoints), of_value=False, endpoints=endpoints)
    all_trained = train_endpoints_with_folds(joint, splits, plan, n_folds, work, at_once=request.at_once)
    written = []
    for table, rows, trained in zip(joint.tables, joint.rows, all_trained, strict=True):
        own_splits = splits.among(rows, len(joint.graphs))
        evidence = _method_evidence(table, trained, work, request.base_seed)
        baseline, forest = train_baseline(table, own_splits, work, n_kept_trees=trees_for(len(endpoints)))
        card = replace(
            _card(request, table, plan.settings, splits, foundation, trained, baseline),
            task=f"{request.task} {endpoint_of(table)}".strip(),
            endpoint=endpoint_of(table),
            shares_layers=True,
            default_method=best_method(evidence),
            method_evidence=evidence_entry(evidence),
        )
        written.append(
            TrainedBundle(
                Bundle(card, trained.network, request.output),
                make_domain(table.fingerprints) if all(table.fingerprints) else None,
                trained.out_of_fold,
                _training_records(table) if request.with_structures else None,
                forest,
            )
        )
    for each in written:
        check_card(each.bundle.card)
    fingerprints = joint.fingerprints if all(joint.fingerprints) else ()
    folders = save_endpoints(request.output, written, fingerprints, joint.rows)
    return tuple(replace(each.bundle, path=folder) for each, folder in zip(written, folders, strict=True))


def _check_request(request: TrainingRequest) -> None:
    """Before any work."""
    if request.n_seeds < 1:
        raise UsageError("the number of seeds must be 1 or more")
    check_folder(request.output)
    if request.rejected is not None:
        check_output(request.rejected, forbid=request.table)


def training_plan(
    request: TrainingRequest, table: TrainingTable, n_folds: int, foundation: Foundation | None
) -> FitPlan:
    """How the networks of a request are trained; the seed is that of the final weights.

    :param foundation: the one that the request names
    :raises UsageError: if it has not the layers that are to stay as they are
    """
    choices = FitChoices(request.settings, request.n_frozen, request.base_seed)
    n_outputs = 1 if table.of_value else len(table.class_names)
    return plan_fit(n_outputs, table.decode, choices, n_folds=n_folds, foundation=foundation, of_value=table.of_value)


def _splits(request: TrainingRequest, table: TrainingTable) -> Splits:
    return make_splits(chosen_protocols(request, table), table, _seeds(request))


def chosen_protocols(request: TrainingRequest, table: TrainingTable) -> tuple[SplitProtocol, ...]:
    """The splits of a request, the main one first.

    :raises UsageError: if the records cannot be divided so
    """
    main = request.split or SplitProtocol(table.kind.default_split)
    protocols = tuple(dict.fromkeys((main, *request.also_splits)))
    if set(protocols) != {SplitProtocol.RANDOM}:
        require(table.kind, Capability.SCAFFOLDS)
    if not request.split_column:
        return protocols
    n_test = sum(table.held_out)
    if not 0 < n_test < len(table.held_out):
        raise UsageError(
            f"{request.table}: column ‘{request.split_column}’ marks {n_test:,} of {len(table.held_out):,} "
            f"{table.kind.words.records} with ‘{TEST_WORD}’, so that there is nothing to test on, or to learn from"
        )
    return (*protocols, SplitProtocol.GIVEN)


def _seeds(request: TrainingRequest) -> range:
    return range(request.base_seed, request.base_seed + request.n_seeds)


def _training_records(table: TrainingTable) -> TrainingRecords:
    measured = [repr(float(x)) if table.of_value else table.class_names[int(x)] for x in table.labels]
    return TrainingRecords(table.kind.text_column, table.texts, table.titles, measured)


def _method_evidence(table: TrainingTable, trained: Trained, work: Work, seed: int) -> tuple[MethodEvidence, ...]:
    """For an ensemble; there is none for a single network, which has seen all records."""
    known, network = trained.out_of_fold, trained.network
    if known is None:
        return ()
    members = [network.member(k) for k in range(network.n_members)]
    examples = Examples(table.graphs, table.strata)
    return measure_methods(members, examples, known.folds, table.decode, work, seed=seed)


def card_limits(
    kind: Kind, parameters: Parameters, settings: TrainingSettings, *, n_folds: int, of_value: bool = False
) -> tuple[str, ...]:
    """Limits of every network that is trained with these settings on this kind of graph, one sentence each.

    :param n_folds: of the members of an ensemble, whose probabilities are calibrated; 1: a single network
    """
    records, share = kind.words.records, 90 if n_folds > 1 else 80
    return (
        (
            f"The shipped weights were trained on all {records} of the table, so there is no held-out figure for them: "
            f"the metrics are those of networks trained the same way on {share} % of the {records}."
        ),
        *kind.featurizer.limits(parameters),
        *(() if n_folds > 1 or of_value else calibration_limits(settings)),
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


def loss(settings: TrainingSettings, *, of_value: bool = False) -> str:
    """The loss function in words."""
    if of_value:
        return f"Huber loss, quadratic up to {HUBER_DEVIATIONS:g} standard deviations of the training values"
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


def initial_weights(foundation: Foundation | None) -> str:
    """Where training starts, in words."""
    drawn = "Glorot uniform, each layer then standardised over up to 500 training graphs"
    if foundation is None:
        return drawn
    return f"hidden layers of the foundation where their sizes agree; others and the head: {drawn}"


def _limits(table: TrainingTable, settings: TrainingSettings, trained: Trained | None) -> tuple[str, ...]:
    n_folds = 1 if trained is None else trained.network.n_members
    return card_limits(table.kind, table.parameters, settings, n_folds=n_folds, of_value=table.of_value)


def endpoint_name(column: str, scale: ValueScale) -> str:
    """Of a value: the column, of a logarithm with "log10 " before it; of −log10 of concentrations as chemists write it,
    such as "pIC50" of a column "IC50" or "IC50_nM"."""
    if scale.transform is Transform.NONE:
        return column
    if scale.transform is Transform.LOG10:
        return f"log10 {column}"
    bare = column.split("(")[0].strip(" _")
    for unit in (*MOLAR, "um"):
        bare = bare.removesuffix(unit).rstrip(" _-[/")
    return f"p{bare or column}" if scale.unit in MOLAR else f"-log10 {column}"


def endpoint_of(table: TrainingTable) -> str:
    """The name of what is learned from a table's label."""
    meaning = table.meaning
    return endpoint_name(meaning.column, meaning.scale) if isinstance(meaning, ValueMeaning) else meaning.column


def _value_entries(table: TrainingTable, request: TrainingRequest) -> dict[str, Any]:
    """What a card says of a value, or of the cut that made classes of one."""
    meaning = table.meaning
    if not isinstance(meaning, ValueMeaning):
        return {"cut": request.cut}
    scale, values = meaning.scale, table.labels
    return {
        "endpoint": endpoint_of(table),
        "scale": {"unit": scale.unit, "transform": str(scale.transform)},
        "value_range": tuple(float(x) for x in (values.min(), values.mean(), values.max())),
    }


def _card(
    request: TrainingRequest,
    table: TrainingTable,
    settings: TrainingSettings,
    splits: Splits,
    foundation: Foundation | None,
    trained: Trained | None = None,
    baseline: tuple[Metrics, ...] = (),
) -> Card:
    """:param trained: ``None`` before the training"""
    names, meaning = table.class_names, table.meaning
    of_value = isinstance(meaning, ValueMeaning)
    counts = () if of_value else np.bincount(table.labels, minlength=len(names))
    file = visible(request.table.name)
    source = f"{file}: {request.source}" if request.source else file
    return Card(
        name=request.name or visible(request.output.resolve().name),
        task=request.task or f"{meaning.column}{f' {request.cut}' if request.cut else ''} of {file}",
        class_names=names,
        widths=settings.widths,
        feature_set=table.kind.feature_set,
        n_features=table.kind.featurizer.n_features(table.parameters),
        features=dict(table.parameters),
        training_data=TrainingData(
            source=source,
            label=meaning.column,
            n_records=table.n_records,
            n_used=len(table.labels),
            class_counts={name: int(count) for name, count in zip(names, counts, strict=not of_value)},
            sha256=table.sha256,
            dropped=table.dropped,
            label_values={} if isinstance(meaning, ValueMeaning) else meaning.counts,
        ),
        split_protocol=". ".join(f"{protocol}: {DESCRIPTIONS[protocol]}" for protocol in splits.of_protocols),
        seeds=splits.seeds,
        metrics=() if trained is None else trained.metrics,
        training=settings.as_dict()
        | {
            "optimiser": optimiser(settings),
            "initial_weights": initial_weights(foundation),
            "loss": loss(settings, of_value=of_value),
            "final_seed": request.base_seed,
            f"final_{table.kind.words.records}": "all",
        }
        | ({} if trained is None else dict(trained.course))
        | ({"settings_chosen_by": request.tuning} if request.tuning else {}),
        command=request.command,
        date=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        library_versions={"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "rdkit", "numpy", *(("scikit-learn",) if baseline else ()))},
        licence=request.licence,
        known_limits=(*request.known_limits, *_limits(table, settings, trained)),
        positive_class=None if isinstance(meaning, ValueMeaning) else meaning.positive,
        **_value_entries(table, request),
        preparation=table.preparation.step_names,
        baseline=baseline,
        readout=str(settings.readout),
        n_members=1 if trained is None else trained.network.n_members,
        n_shared=0 if trained is None else trained.network.n_shared,
        calibration={} if trained is None or trained.calibration is None else trained.calibration.as_dict(),
        foundation={} if foundation is None else {"name": foundation.name, "sha256": foundation.sha256},
    )
