"""Trains a network on a table whose true atoms are known, and measures which methods find them.

The true atoms of a molecule are the union of all matches of all SMARTS, or a column of the table has a number for each
atom: what it adds to the label. Trained is an ensemble on the table's train
rows, as a model is, or a single network, for which a tenth of the train rows of each class decides when to stop.
Methods are scored on the test rows of the positive class that have both true and other atoms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from ...errors import UsageError
from ...explain.attribution import JACCARD_CUTOFFS, attribution_auroc, jaccard
from ...explain.engine import explain_graphs
from ...explain.forward_pass import Method
from ...gcn.cards.card import DIRECTIONS
from ...gcn.fitting.ensemble import EnsembleTask, train_ensembles
from ...gcn.fitting.training import Examples, fit, predict_probabilities
from ...gcn.network import Network
from ...gcn.reliability.scores import mean_auc_roc
from ...gcn.reliability.value_scores import strata
from ...graph.features import atom_features
from ...graph.graph import Graph
from ...graph.molgraph import MolGraph, NoHeavyAtomsError, molecule_graph
from ...kinds.molecules.reader import read_molecule_at
from ...kinds.registry import DEFAULT_KIND, other_files
from ...library.labels.label_meaning import NO_LABEL, LabelMeaning
from ...library.labels.labels import column_words, find_column
from ...library.labels.measurements import ValueMeaning, are_measurements, read_measurements, value_meaning
from ...library.labels.value_scale import NO_SCALE
from ...library.library import Library, open_library
from ...library.molecules.predictability import why_not_predictable
from ...library.record import Rejected, Source, Span
from ...library.table_options import DETECT_ALL, TableOptions
from ...pool import WorkerFailure, WorkerPool, sole_result
from ...progress import CancelToken, ProgressReporter
from ...substructure.query import QueryError
from ...wording import counted
from ...work import Work
from ..explaining.read_records import MOST_AT_ONCE, reject_lost, spans_in_chunks
from ..training.fit_plans import FitChoices, plan_fit
from ..training.foundation_choice import NO_FOUNDATION, foundation_for
from ..training.held_out import checked_folds
from ..training.learned_task import LearnedTask
from ..training.training_table import meaning_for_training
from .value_attribution import ValueAttributionRow, score_value_attribution

if TYPE_CHECKING:
    from rdkit.Chem import Mol

TRAIN, TEST = "train", "test"
_VALIDATION_SHARE = 0.1
MAX_RATIONALE_MATCHES = 100_000
_BATCH = 250


@dataclass(frozen=True, slots=True)
class AttributionRequest:
    """The training table, and the SMARTS of the true atoms."""

    table: Path
    label: str
    split_column: str
    """Holds "train" and "test"; other rows are left out."""
    truth: tuple[str, ...] = ()
    """SMARTS"""
    truth_column: str = ""
    """In the place of SMARTS: a column with a number for each atom, in the order of the SMILES, blanks between them."""
    task: LearnedTask = LearnedTask.AUTO
    """``AUTO``: a label of numbers of which more than two differ is a value if each atom has a number, too."""
    options: TableOptions = DETECT_ALL
    """How the table is read."""
    positive: str = ""
    """The label's value or class whose molecules are explained; "" for the positive one, if it is known."""
    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value of the label → the name of its class."""
    seeds: tuple[int, ...] = (0,)
    n_folds: int | None = None
    """Members of the ensemble, a network for each fold of the train rows; 1: a single network; ``None`` for the default
    of molecules."""
    foundation: str = NO_FOUNDATION
    """From which training starts, as :func:`~.foundation_choice.foundation_for` takes it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings of training that are not the default, by name."""


@dataclass(frozen=True, slots=True)
class AttributionRow:
    """How well one method finds the true atoms with one network."""

    seed: int
    method: str
    auroc_mean: float
    """Mean over molecules."""
    auroc_median: float
    jaccard_best: float
    """Mean over molecules, at the one cutoff at which that is largest."""
    cutoff_best: float
    jaccard_default: float
    """The same at the cutoff that is as large as the colour threshold with which windows and reports begin."""
    n_molecules: int
    model_auc: float
    """AUC of the network on all test rows."""


@dataclass(frozen=True, slots=True)
class TruthGraph:
    """A molecule and its true atoms. Made in worker processes."""

    graph: Graph
    truth: NDArray[np.bool_] | NDArray[np.float64]
    """[n_nodes], whether an atom is true, or what it adds to the label"""


@dataclass(frozen=True, slots=True)
class PlacedGraph:
    """A molecule and which atoms of its record the nodes are. Made in worker processes."""

    graph: Graph
    n_atoms: int
    """Of the record."""
    atom_index: NDArray[np.integer] | None
    """[n_nodes], ``None`` if the nodes are all atoms in their order"""


@dataclass(frozen=True, slots=True)
class AttributionTable:
    """The molecules of a table, in two parts."""

    train: Examples
    test: Examples
    truth: tuple[NDArray[np.bool_] | NDArray[np.float64], ...]
    """[n_test], each [n_nodes]: which atoms are true, or what each adds"""
    meaning: LabelMeaning | ValueMeaning
    """What the label is taken for."""
    rejected: tuple[Rejected, ...]


def read_attribution_table(
    request: AttributionRequest, work: Work, *, on_opened: Callable[[Library], object] = lambda _: None
) -> AttributionTable:
    """Every row of the two parts, with its true atoms.

    :param on_opened: is given the library before it is read
    :raises QueryError: for an invalid SMARTS
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it cannot be known what the labels mean
    :raises UsageError: if a part lacks a class
    :raises LibraryError: if the file cannot be read
    :raises Cancelled: if the user stopped it
    """
    for smarts in request.truth:
        checked = sole_result(work.pool.submit(check_truth, [smarts]))
        if isinstance(checked, WorkerFailure):
            raise QueryError(checked.reason)
    with open_library(request.table, request.options, others=other_files()) as library:
        on_opened(library)
        label = find_column(library, request.label)
        words = column_words(library, label, len(library))
        parts = [word.strip().lower() for word in column_words(library, request.split_column, len(library))]
        words = [word if part in (TRAIN, TEST) else "" for word, part in zip(words, parts, strict=True)]
        meaning, labels = _labels(request, label, words)
        wanted = [i for i, known in enumerate(labels) if known is not None]
        truths = column_words(library, request.truth_column, len(library)) if request.truth_column else None
        found: dict[str, list[tuple[float, TruthGraph]]] = {TRAIN: [], TEST: []}
        rejected: list[Rejected] = []
        watch = ProgressReporter("Reading molecules", len(wanted), work.report)
        if truths is None:
            all_read = _read(library, request.truth, wanted, work.pool)
        else:
            all_read = _read_with_numbers(library, truths, wanted, work.pool)
        for done, (position, read) in enumerate(all_read, start=1):
            work.raise_if_cancelled()
            known = labels[position]
            if isinstance(read, Rejected):
                rejected.append(read)
            elif known is not None:
                found[parts[position]].append((known, read))
            watch.report_done(done, rejected=len(rejected))
    of_value = isinstance(meaning, ValueMeaning)
    for part, molecules in found.items():
        if isinstance(meaning, ValueMeaning):
            if len({value for value, _ in molecules}) < 2:
                raise UsageError(
                    f"{request.table}: the rows with ‘{part}’ in column ‘{request.split_column}’ hold fewer than two "
                    "different values"
                )
            continue
        missing = [i for i in range(len(meaning.class_names)) if i not in {index for index, _ in molecules}]
        if missing:
            raise UsageError(
                f"{request.table}: no row with ‘{part}’ in column ‘{request.split_column}’ has the label "
                f"‘{meaning.class_names[missing[0]]}’; both parts need every class"
            )
    return AttributionTable(
        _examples(found[TRAIN], of_value=of_value),
        _examples(found[TEST], of_value=of_value),
        tuple(m.truth for _, m in found[TEST]),
        meaning,
        tuple(rejected),
    )


def benchmark_attribution(
    request: AttributionRequest,
    methods: Sequence[Method],
    work: Work,
    *,
    on_opened: Callable[[Library], object] = lambda _: None,
    on_labels_known: Callable[[LabelMeaning | ValueMeaning], None] = lambda _: None,
) -> list[AttributionRow] | list[ValueAttributionRow]:
    """A row for each seed and method.

    :param on_opened: is given the library before it is read
    :param on_labels_known: is given what the labels mean, before the training begins
    :raises UsageError: if the table does not fit the request, or no test row can be scored
    :raises BundleError: if the foundation is damaged or of other features
    """
    table = read_attribution_table(request, work, on_opened=on_opened)
    on_labels_known(table.meaning)
    train = network_trainer(request, table)
    if isinstance(table.meaning, ValueMeaning):
        return [
            row
            for seed in request.seeds
            for row in score_value_attribution(train(seed, work), table.test, table.truth, methods, seed, work.cancel)
        ]
    positive = _positive(request, table.meaning)
    rows = []
    for seed in request.seeds:
        network = train(seed, work)
        auc = mean_auc_roc(table.test.labels, predict_probabilities(network, table.test.graphs, atom_features))
        rows += score_attribution(network, table, positive, methods, seed=seed, model_auc=auc, cancel=work.cancel)
    return rows


def _positive(request: AttributionRequest, meaning: LabelMeaning) -> int:
    """The class that is explained.

    :raises UsageError: if there is no such class, or it is unknown
    """
    names = meaning.class_names
    if not request.positive:
        if meaning.positive is None:
            raise UsageError(
                f"{request.table}: which of the classes {', '.join(names)} the true atoms make cannot be known; say it "
                "with --positive"
            )
        return names.index(meaning.positive)
    index = meaning.of(request.positive)
    if index == NO_LABEL:
        values = ", ".join(value.shown for value, _ in meaning.values)
        index = next((i for i, name in enumerate(names) if name.casefold() == request.positive.casefold()), NO_LABEL)
        if index == NO_LABEL:
            raise UsageError(f"‘{request.positive}’ is no value of the label; there are {values}")
    return index


def network_trainer(request: AttributionRequest, table: AttributionTable) -> Callable[[int, Work], Network]:
    """What trains the network of a seed on the train rows.

    :raises BundleError: if the foundation is damaged or of other features
    """
    n_folds = DEFAULT_KIND.default_folds if request.n_folds is None else request.n_folds
    foundation = foundation_for(DEFAULT_KIND, request.foundation)
    of_value = isinstance(table.meaning, ValueMeaning)
    names = DIRECTIONS if isinstance(table.meaning, ValueMeaning) else table.meaning.class_names
    choices, n_outputs = FitChoices(request.settings), 1 if of_value else len(names)
    plan = plan_fit(n_outputs, atom_features, choices, n_folds=n_folds, foundation=foundation, of_value=of_value)

    def train(seed: int, work: Work) -> Network:
        what, seeded = f"Training, seed {seed}", replace(plan, seed=seed)
        if n_folds == 1:
            groups = strata(table.train.labels) if of_value else table.train.labels.astype(np.int64)
            fitted, deciding = _validation_split(groups, seed)
            return fit(
                table.train.take(fitted),
                seeded,
                validation=table.train.take(deciding),
                what=what,
                report=work.report,
                cancel=work.cancel,
            ).network
        folds = checked_folds(table.train.labels, names, DEFAULT_KIND, n_folds, seed)
        task = EnsembleTask("train rows", table.train, seeded, folds)
        return train_ensembles([task], what=what, report=work.report, cancel=work.cancel)[0].network

    return train


def score_attribution(
    network: Network,
    table: AttributionTable,
    positive: int,
    methods: Sequence[Method],
    *,
    seed: int,
    model_auc: float,
    cancel: CancelToken | None = None,
) -> list[AttributionRow]:
    """A row for each method.

    :raises UsageError: if no test row of the positive class has both true and other atoms
    """
    truths = [each > 0 for each in table.truth]
    chosen = [
        i
        for i, (label, truth) in enumerate(zip(table.test.labels.tolist(), truths, strict=True))
        if label == positive and truth.any() and not truth.all()
    ]
    if not chosen:
        raise UsageError("no test row of the positive class has true atoms beside others; check the SMARTS")
    areas: dict[str, list[float]] = {method.id: [] for method in methods}
    overlaps: dict[str, list[NDArray[np.float64]]] = {method.id: [] for method in methods}
    cutoffs = (*JACCARD_CUTOFFS, DEFAULT_COLOUR_THRESHOLD)
    for start in range(0, len(chosen), _BATCH):
        if cancel is not None:
            cancel.raise_if_cancelled()
        some = chosen[start : start + _BATCH]
        for i, explanation in zip(
            some, explain_graphs(network, [table.test.graphs[i] for i in some], atom_features, methods), strict=True
        ):
            for id_, values in explanation.maps.items():
                areas[id_].append(attribution_auroc(values[:, positive], truths[i]))
                overlaps[id_].append(jaccard(values[:, positive], truths[i], cutoffs))
    rows = []
    for method in methods:
        mean = np.mean(overlaps[method.id], axis=0)
        best = int(mean[:-1].argmax())
        rows.append(
            AttributionRow(
                seed=seed,
                method=method.id,
                auroc_mean=float(np.mean(areas[method.id])),
                auroc_median=float(np.median(areas[method.id])),
                jaccard_best=float(mean[best]),
                cutoff_best=cutoffs[best],
                jaccard_default=float(mean[-1]),
                n_molecules=len(chosen),
                model_auc=model_auc,
            )
        )
    return rows


def check_truth(smarts: str) -> None:
    """Checks a SMARTS. Runs in a worker process.

    :raises QueryError: if it is invalid
    """
    _pattern(smarts)


def read_with_truth(source: Source, truth: tuple[str, ...], span: Span) -> TruthGraph | Rejected:
    """A record's graph and its true nodes. Runs in a worker process."""
    read = _molecule(source, span)
    if isinstance(read, Rejected):
        return read
    mol, molecule = read
    atoms = np.zeros(molecule.n_record_atoms, dtype=np.bool_)
    for smarts in truth:
        for match in mol.GetSubstructMatches(_pattern(smarts), uniquify=True, maxMatches=MAX_RATIONALE_MATCHES):
            atoms[list(match)] = True
    return TruthGraph(molecule.graph, atoms if molecule.atom_index is None else atoms[molecule.atom_index])


def _molecule(source: Source, span: Span) -> tuple[Mol, MolGraph] | Rejected:
    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    unpredictable = why_not_predictable(read.mol, read.text.smiles)
    if unpredictable:
        return Rejected(span.position, span.line, read.text.title, unpredictable, drawable=True)
    try:
        return read.mol, molecule_graph(read.mol, read.text.smiles)
    except NoHeavyAtomsError as error:
        return Rejected(span.position, span.line, read.text.title, str(error))


@lru_cache(maxsize=64)
def _pattern(smarts: str) -> Mol:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        pattern = Chem.MolFromSmarts(smarts)
    if pattern is None or pattern.GetNumAtoms() == 0:
        raise QueryError(f"‘{smarts[:60]}’ is no SMARTS; correct it and try again")
    return pattern


def _read(
    library: Library, truth: tuple[str, ...], positions: Sequence[int], pool: WorkerPool
) -> Iterator[tuple[int, TruthGraph | Rejected]]:
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    results = (each for chunk in pool.map(partial(read_with_truth, library.source, truth), chunks) for each in chunk)
    for position, result in zip(positions, results, strict=True):
        yield position, reject_lost(library, position, result) if isinstance(result, WorkerFailure) else result


def read_placed(source: Source, span: Span) -> PlacedGraph | Rejected:
    """A record's graph and which atoms its nodes are. Runs in a worker process."""
    read = _molecule(source, span)
    if isinstance(read, Rejected):
        return read
    _, molecule = read
    return PlacedGraph(molecule.graph, molecule.n_record_atoms, molecule.atom_index)


def _read_with_numbers(
    library: Library, truths: Sequence[str], positions: Sequence[int], pool: WorkerPool
) -> Iterator[tuple[int, TruthGraph | Rejected]]:
    """:param truths: [n_records], a number for each atom of the record"""
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    results = (each for chunk in pool.map(partial(read_placed, library.source), chunks) for each in chunk)
    for position, result in zip(positions, results, strict=True):
        read = reject_lost(library, position, result) if isinstance(result, WorkerFailure) else result
        yield position, _with_numbers(library, position, read, truths[position])


def _with_numbers(library: Library, position: int, read: PlacedGraph | Rejected, text: str) -> TruthGraph | Rejected:
    if isinstance(read, Rejected):
        return read
    atoms = _numbers(text)
    if atoms is None or len(atoms) != read.n_atoms:
        held = "no finite numbers" if atoms is None else counted(len(atoms), "number")
        reason = f"its column of true atoms holds {held}, but it has {counted(read.n_atoms, 'atom')}"
        return Rejected(position, library.line(position), "", reason)
    return TruthGraph(read.graph, atoms if read.atom_index is None else atoms[read.atom_index])


def _numbers(text: str) -> NDArray[np.float64] | None:
    """``None`` if it holds anything but finite numbers."""
    try:
        found = np.array([float(word) for word in text.replace(",", " ").split()])
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


def _labels(
    request: AttributionRequest, label: str, words: Sequence[str]
) -> tuple[LabelMeaning | ValueMeaning, list[float | None]]:
    """What the label is taken for, and the class index or value of each row; ``None`` without one."""
    as_value = request.task is LearnedTask.VALUE
    if request.task is LearnedTask.AUTO and not request.class_of:
        as_value = are_measurements(words) or (bool(request.truth_column) and _are_counts(words))
    if not as_value:
        of_classes = meaning_for_training(request.table, words, label, request.class_of)
        return of_classes, [None if index == NO_LABEL else float(index) for index in of_classes.classes_of(words)]
    try:
        meaning, values = value_meaning(read_measurements(words, label), NO_SCALE)
    except UsageError as error:
        raise UsageError(f"{request.table}: {error}") from None
    return meaning, [None if math.isnan(value) else value for value in values.tolist()]


def _are_counts(words: Sequence[str]) -> bool:
    """Whether the cells are numbers of which more than two differ."""
    known = {word.strip() for word in words if word.strip()}
    return len(known) > 2 and all(_numbers(word) is not None for word in known)


def _examples(molecules: Sequence[tuple[float, TruthGraph]], *, of_value: bool) -> Examples:
    labels = np.array([value for value, _ in molecules], dtype=np.float64)
    return Examples([m.graph for _, m in molecules], labels if of_value else labels.astype(np.int64))


def _validation_split(labels: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A random split of each class into nine tenths and one tenth."""
    generator = np.random.default_rng(seed)
    train, validation = [], []
    for value in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == value))
        count = max(1, round(_VALIDATION_SHARE * len(members)))
        validation.append(members[:count])
        train.append(members[count:])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(validation))
