"""Trains a foundation on records without labels, and writes it: hidden layers that training starts from.

The network has an output for each descriptor, and for each of the commonest environments that fingerprints count. The
loss is Huber's, the mean over the descriptors and the mean over the fingerprints in the shares asked for. Some records
are held out, by which R² is measured after each epoch; the layers of the best epoch are kept, and the head is not.
"""

from __future__ import annotations

import datetime
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.bundles.foundation import (
    Foundation,
    FoundationCard,
    check_foundation_card,
    check_foundation_folder,
    load_foundation,
    save_foundation,
)
from ...gcn.fitting.losses import value_loss
from ...gcn.fitting.training import Fit, FitPlan, Validation, fit_loss
from ...gcn.fitting.training_settings import PRETRAINING_SETTINGS, WARMUP_STEPS, TrainingSettings
from ...kinds.kind import NO_PARAMETERS
from ...library.library import Library
from ...library.table_options import DETECT_ALL, TableOptions
from ...progress import Progress
from ...wording import counted, visible
from ...work import Work
from .pretraining_targets import PretrainingTargets, make_targets, median_r2
from .unlabelled_records import UnlabelledRecords, UnlabelledRequest, read_unlabelled

START_DEVIATION = 0.3
"""Standard deviation of what the network predicts at the start, in that of the targets: while nothing is known, small
guesses cost less than large ones."""
LEAST_MOLECULES = 50
LARGEST_HELD_OUT = 0.1
"""Share of the records that is held out at most."""


@dataclass(frozen=True, slots=True)
class PretrainingRequest:
    """The files and settings, and the descriptions for the card."""

    tables: tuple[Path, ...]
    output: Path
    """The folder of the foundation."""
    exclude: tuple[Path, ...] = ()
    """Files of which no record is learned from, such as those by which models will be judged."""
    options: TableOptions = DETECT_ALL
    """How all tables are read."""
    limit: int | None = None
    """Number of first records of each of ``tables``; ``None`` for all."""
    settings: TrainingSettings = PRETRAINING_SETTINGS
    """Of these widths, learning rate, weight decay, batch size, epochs and gradient norm are used."""
    warmup_steps: int = WARMUP_STEPS
    """Over which the learning rate rises, but at most a fifth of all steps."""
    fingerprint_share: float = 0.5
    """Of the loss; the descriptors have the rest."""
    n_held_out: int = 2000
    """Records by which R² is measured, but at most a tenth of all."""
    seed: int = 0
    name: str = ""
    """"": the folder's name."""
    licence: str = ""
    command: str = ""
    """The command line of this request."""


def pretrain(
    request: PretrainingRequest, work: Work, *, on_opened: Callable[[Library], object] = lambda _: None
) -> Foundation:
    """Trains and writes a foundation. The same request gives the same weights bit by bit on one computer.

    :param on_opened: is given each library before it is read
    :raises OutputError: before any work, if the folder cannot be written
    :raises LibraryError: if a file cannot be read
    :raises UsageError: if the files hold different kinds of graphs, or too few records
    :raises Cancelled: if the user stopped it; nothing was written
    """
    check_foundation_folder(request.output)
    records = read_unlabelled(
        UnlabelledRequest(request.tables, request.exclude, request.options, request.limit),
        work,
        on_opened=on_opened,
    )
    n = len(records)
    if n < LEAST_MOLECULES:
        words = records.kind.words
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in records.dropped.items() if count)
        left_out = f" ({reasons})" if reasons else ""
        raise UsageError(
            f"only {words.counted(n)} left{left_out}, too few for a foundation; give {LEAST_MOLECULES} or more"
        )
    order = np.random.default_rng(request.seed).permutation(n)
    n_held_out = max(1, min(request.n_held_out, int(n * LARGEST_HELD_OUT)))
    held_out, training = np.sort(order[:n_held_out]), np.sort(order[n_held_out:])
    names = records.pretraining.value_names()
    targets = make_targets(records.values, names, records.counts, records.pretraining.counted, training)
    if not targets.groups:
        raise UsageError(f"all {records.kind.words.records} are alike, so that there is nothing to learn")
    check_foundation_card(_card(request, records, targets, n_held_out))
    fitted, qualities = _fit(request, records, targets, training, held_out, work)
    card = replace(
        _card(request, records, targets, n_held_out),
        r2=_rounded(qualities[fitted.epochs - 1]),
        epochs=tuple(
            {"loss": round(epoch.loss, 5), **_rounded(quality)}
            for epoch, quality in zip(fitted.history, qualities, strict=True)
        ),
    )
    save_foundation(card, fitted.network, request.output)
    return load_foundation(request.output, card.feature_set, card.n_features)


def _fit(
    request: PretrainingRequest,
    records: UnlabelledRecords,
    targets: PretrainingTargets,
    training: NDArray[np.int64],
    held_out: NDArray[np.int64],
    work: Work,
) -> tuple[Fit, list[dict[str, float | None]]]:
    """:return: the trained network, and R² by group of targets after each epoch"""
    qualities: list[dict[str, float | None]] = []
    wanted = targets.values[held_out]

    def measure(scores: NDArray[np.float32]) -> float:
        qualities.append(median_r2(scores, wanted, targets.groups))
        return float(np.mean([each for each in qualities[-1].values() if each is not None] or [0.0]))

    def report(progress: Progress) -> None:
        work.report(replace(progress, detail=f"{progress.detail} ({r2_in_words(qualities[-1])})"))

    steps_an_epoch = -(-len(training) // request.settings.batch_size)
    most = request.settings.max_epochs / 5
    settings = replace(
        request.settings,
        patience=request.settings.max_epochs,
        warmup_epochs=min(request.warmup_steps / steps_an_epoch, most),
    )
    fitted = fit_loss(
        [records.graphs[i] for i in training],
        value_loss(targets.values[training], weights=targets.weights(request.fingerprint_share)),
        FitPlan(targets.values.shape[1], records.decode, settings, request.seed, start_deviation=START_DEVIATION),
        validation=Validation([records.graphs[i] for i in held_out], measure, "R²"),
        what="Pretraining",
        report=report,
        cancel=work.cancel,
    )
    return fitted, qualities


def r2_in_words(quality: dict[str, float | None]) -> str:
    """Such as "descriptors 0.853, fingerprints 0.311"."""
    return ", ".join(f"{name} {'—' if r2 is None else f'{r2:.3f}'}" for name, r2 in quality.items())


def _rounded(quality: dict[str, float | None]) -> dict[str, float | None]:
    return {name: None if r2 is None else round(r2, 4) for name, r2 in quality.items()}


def _card(
    request: PretrainingRequest, records: UnlabelledRecords, targets: PretrainingTargets, n_held_out: int
) -> FoundationCard:
    """The card before the training."""
    kind, settings = records.kind, request.settings
    return FoundationCard(
        name=request.name or visible(request.output.resolve().name),
        feature_set=kind.feature_set,
        n_features=kind.featurizer.n_features(NO_PARAMETERS),
        widths=settings.widths,
        kind=kind.name,
        preparation=kind.training_preparation.step_names,
        tables=records.tables,
        excluded_tables=records.excluded_tables,
        n_molecules=len(records),
        n_held_out=n_held_out,
        dropped=records.dropped,
        descriptors=targets.descriptors,
        fingerprints=targets.fingerprints,
        training={
            "loss": "Huber, of targets standardised and clipped at ±5",
            "fingerprint_share": request.fingerprint_share,
            "optimiser": "AdamW, linear warm-up, then a learning rate that falls to zero along half a cosine",
            "learning_rate": settings.learning_rate,
            "weight_decay": settings.weight_decay,
            "batch_size": settings.batch_size,
            "epochs": settings.max_epochs,
            "warmup_steps": request.warmup_steps,
            "gradient_norm": settings.gradient_norm,
            "seed": request.seed,
        },
        command=request.command,
        date=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        library_versions={"python": platform.python_version()} | {n: version(n) for n in ("torch", "rdkit", "numpy")},
        licence=request.licence,
    )


def pretraining_summary(foundation: Foundation) -> list[str]:
    """What was learned, of what, and how well."""
    card = foundation.card
    n_records = sum(table.n_records for table in card.tables)
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in card.dropped.items() if count)
    n_targets = len(card.descriptors) + sum(card.fingerprints.values())
    return [
        f"gcx: {foundation.path}: {card.name}, widths {', '.join(map(str, card.widths))}",
        f"  {card.n_molecules:,} of {counted(n_records, 'record')}" + (f" ({left_out})" if left_out else ""),
        f"  {n_targets:,} targets; R² on {card.n_held_out:,} held out, median: {r2_in_words(card.r2)}",
    ]
