"""``python -m benchmarks quality``: how well the networks predict, beside the forest, logistic regression and chemprop.

Every method gets the same molecules (of a salt the largest fragment, as ``gcx train`` prepares them), is trained on the
training and validation parts of the same splits, and scored on the test parts, which nothing else uses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gcx_desktop.app.training.foundation_choice import foundation_for
from gcx_desktop.app.training.held_out import Splits, make_splits, mean_over_seeds, split_title
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.train_model import TrainingRequest, training_plan
from gcx_desktop.app.training.training_table import TrainingTable, read_training_table
from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.cards.card import Card, Metrics, read_card
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.kinds.registry import feature_sets
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

from .predictors import (
    Predictor,
    Scores,
    Trial,
    chemprop_predictor,
    forest_predictor,
    logistic_predictor,
    network_predictor,
)
from .quality_figures import Figures, figures_in_words
from .quality_plan import CHEMPROP_MEMBERS, ENSEMBLE, FOREST, LOGISTIC, MEMBER, TITLES, QualityRequest, QualityTable
from .quality_results import ResultKey, Results


def print_quality(request: QualityRequest) -> None:
    """Trains, scores and prints tables.

    :raises FileError: if the file of results holds something else
    """
    print(figures_in_words(quality_figures(request)))


def quality_figures(request: QualityRequest) -> Figures:
    """Trains and scores.

    :raises FileError: if the file of results holds something else
    """
    results = Results(request.results)
    figures: dict[tuple[str, SplitProtocol], dict[str, Metrics]] = {}
    with WorkerPool() as pool:
        work = Work(pool, _show)
        for each in request.tables:
            path = request.data / each.file
            training = TrainingRequest(
                path,
                each.label,
                Path(),
                class_names=each.class_names,
                learned=LearnedTask.CLASSES if each.class_names else LearnedTask.VALUE,
                foundation=request.foundation,
                settings=each.settings,
            )
            table = read_training_table(training.reading, work)
            protocols = [protocol for protocol in request.protocols if protocol in each.splits]
            splits = make_splits(protocols, table, request.seeds)
            found = _figures_of_card(request, each, table, protocols)
            for predictor in _predictors(request, training, table, work):
                for protocol in protocols:
                    if found[protocol].keys().isdisjoint(predictor.methods):
                        scores = _scores(each.name, table, splits, protocol, predictor, results)
                        found[protocol] |= {
                            method: Metrics(split_title(protocol), request.seeds, mean_over_seeds(of_seeds))
                            for method, of_seeds in scores.items()
                        }
            for protocol, of_methods in found.items():
                wanted = [method for method in TITLES if method in of_methods and method in request.methods]
                figures[each.name, protocol] = {method: of_methods[method] for method in wanted}
    return figures


def _predictors(
    request: QualityRequest, training: TrainingRequest, table: TrainingTable, work: Work
) -> Iterator[Predictor]:
    """Those that are asked for and installed."""
    if not {ENSEMBLE, MEMBER}.isdisjoint(request.methods):
        n_folds, foundation = table.kind.default_folds, foundation_for(table.kind, training.foundation)
        start = "random" if foundation is None else f"foundation {foundation.sha256}"
        yield network_predictor(training_plan(training, table, n_folds, foundation), start, n_folds, work)
    if FOREST in request.methods:
        yield forest_predictor()
    if LOGISTIC in request.methods and not table.of_value:
        yield logistic_predictor()
    for method in CHEMPROP_MEMBERS:
        if method in request.methods:
            found = chemprop_predictor(method, request.chemprop)
            if found is None:
                _say(f"{TITLES[method]}: missing, since there is no command {request.chemprop}")
            else:
                yield found


def _scores(
    name: str,
    table: TrainingTable,
    splits: Splits,
    protocol: SplitProtocol,
    predictor: Predictor,
    results: Results,
) -> dict[str, list[Scores]]:
    """Method → its scores for each seed; trained is what is not among the results."""
    found: dict[str, list[Scores]] = {method: [] for method in predictor.methods}
    for seed, split in zip(splits.seeds, splits.of_protocols[protocol], strict=True):
        keys = {
            method: ResultKey(name, table.sha256, str(protocol), seed, method, predictor.version)
            for method in predictor.methods
        }
        known = {method: results.get(key) for method, key in keys.items()}
        if None in known.values():
            _say(f"{name}, {protocol} split, seed {seed}: {', '.join(predictor.methods)}")
            known |= dict(zip(predictor.methods, predictor.scores(Trial(table, split, seed)), strict=True))
            results.add({keys[method]: scores for method, scores in known.items() if scores is not None})
        for method, scores in known.items():
            if scores is not None:
                found[method].append(scores)
    return found


def _figures_of_card(
    request: QualityRequest, each: QualityTable, table: TrainingTable, protocols: Sequence[SplitProtocol]
) -> dict[SplitProtocol, dict[str, Metrics]]:
    """Protocol → method → the figures that the card of the model has."""
    found: dict[SplitProtocol, dict[str, Metrics]] = {protocol: {} for protocol in protocols}
    if request.models is None:
        return found
    folder = request.models / each.model
    try:
        card = read_card(folder, feature_sets())
    except BundleError as error:
        _say(f"no figures of a card: {error}")
        return found
    problem = _why_of_another(card, each, table)
    if problem:
        _say(f"no figures of a card: {folder} {problem}")
        return found
    for method, rows in ((ENSEMBLE, card.metrics), (FOREST, card.baseline)):
        for metrics in rows:
            for protocol in protocols:
                if metrics.split == split_title(protocol) and metrics.seeds == request.seeds:
                    found[protocol][method] = metrics
    return found


def _why_of_another(card: Card, each: QualityTable, table: TrainingTable) -> str:
    """Why a card's figures are of something else; "" if they are not."""
    data = card.training_data
    if data is None or (data.sha256, data.label) != (table.sha256, each.label):
        return f"was trained on another table than {each.file}, or another column than {each.label}"
    if card.n_members == 1:
        return "is a single network"
    if card.preparation != table.preparation.step_names:
        return "was trained on molecules that were prepared otherwise"
    return ""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _show(progress: Progress) -> None:
    print(f"\r{progress.what} {progress.done}/{progress.total} {progress.detail} \033[K", end="\r", file=sys.stderr)
