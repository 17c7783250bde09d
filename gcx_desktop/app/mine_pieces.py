"""What explanations of a library show again and again, of a kind of graph that names its own pieces.

The counts and tests are those of :mod:`.mine_substructures`: a record explains a piece if all nodes of one of its
occurrences are salient for the class that is predicted, and rightly if labels are given.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..explain.forward_pass import Method
from ..explain.measures import relative
from ..gcn.bundle import Bundle
from ..kinds.registry import kind_of_library
from ..library.export import open_rows
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool
from ..progress import CancelToken, Report, silent
from ..substructure.statistics import benjamini_hochberg, fisher_exact, log_factorials, odds_ratio
from .explain_library import explain_library
from .labelled_records import NO_LABEL

COLUMNS = (
    *("substructure", "class", "n_explained", "n_positive", "n_negative", "r_explained", "r_class"),
    *("odds_ratio", "p_value", "q_value", "mean_saliency"),
)


@dataclass(frozen=True, slots=True)
class PieceRequest:
    """Which pieces are listed."""

    threshold: float
    """0 … 1, the share of a record's largest value above which a node is salient."""
    min_records: int = 10
    """What more than so many records contain."""
    min_explained: int = 1
    """What at least so many records explain."""
    classes: tuple[str, ...] = ()
    """That are explained; none for all."""


@dataclass(frozen=True, slots=True)
class PieceFinding:
    """A piece that explains a class."""

    name: str
    class_name: str
    n_explained: int
    n_positive: int
    """Records of the class that contain it."""
    n_negative: int
    """Other records that do."""
    odds_ratio: float
    """Of the class, with it against without."""
    p_value: float
    """Fisher's, two-sided."""
    q_value: float
    """Benjamini and Hochberg's, over all that are listed."""
    mean_saliency: float
    """As a share of each record's largest value; mean over the records that explain it."""


@dataclass(frozen=True, slots=True)
class PiecesMined:
    """What was found."""

    findings: tuple[PieceFinding, ...]
    """By class, the most often explained first."""
    n_records: int
    """That were read and count."""
    rejected: tuple[Rejected, ...]


class _Counts:
    """Of one piece. Attributes: ``held`` [n_classes], records of each class that contain it; ``shown``, class → the
    mean saliency in each record that explains it."""

    __slots__ = ("held", "shown")

    def __init__(self, n_classes: int) -> None:
        self.held = [0] * n_classes
        self.shown: dict[int, list[float]] = {}


def mine_pieces(
    library: Library,
    bundle: Bundle,
    method: Method,
    request: PieceRequest,
    *,
    pool: WorkerPool,
    labels: NDArray[np.int64] | None = None,
    positions: Sequence[int] | None = None,
    preparation: Preparation = AS_RECORDED,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> PiecesMined:
    """The salient pieces of a library.

    :param labels: [n_records of the library], class indices or ``NO_LABEL``; with them only records that are predicted
        rightly are evidence, and those without a label do not count
    :raises UsageError: if the kind of graph names no pieces, or no record counts
    :raises UnknownNameError: for a class that the model does not have
    :raises Cancelled: between two batches, once ``cancel`` is set
    """
    kind, names = kind_of_library(library), bundle.card.class_names
    if kind.pieces is None:
        raise UsageError(f"{kind.name} name no pieces of their own")
    classes = [bundle.card.class_index(name) for name in request.classes] or list(range(len(names)))
    wanted: Sequence[int] = range(len(library)) if positions is None else positions
    if labels is not None:
        wanted = [position for position in wanted if labels[position] != NO_LABEL]
    of_class = [0] * len(names)
    counts: defaultdict[str, _Counts] = defaultdict(lambda: _Counts(len(names)))
    rejected: list[Rejected] = []
    results = explain_library(
        library,
        bundle,
        [method],
        pool=pool,
        positions=wanted,
        preparation=preparation,
        report=report,
        cancel=cancel,
    )
    for record in results:
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        predicted = record.explanation.predicted
        label = predicted if labels is None else int(labels[record.position])
        of_class[label] += 1
        values = relative(record.explanation.maps[method.id])[:, predicted]
        for name, occurrences in kind.pieces(record.read).items():
            counts[name].held[label] += 1
            each = [values[list(nodes)] for nodes in occurrences]
            shown = [float(some.mean()) for some in each if (some > request.threshold).all()]
            if shown and label == predicted:
                counts[name].shown.setdefault(label, []).append(max(shown))
    if not any(of_class):
        raise UsageError(f"{library.path}: no record can be read and counts, so there is nothing to explain")
    return PiecesMined(tuple(_findings(counts, of_class, classes, names, request)), sum(of_class), tuple(rejected))


def _findings(
    counts: Mapping[str, _Counts],
    of_class: Sequence[int],
    classes: Sequence[int],
    names: Sequence[str],
    request: PieceRequest,
) -> list[PieceFinding]:
    found: list[PieceFinding] = []
    logs = log_factorials(sum(of_class))
    for name, each in counts.items():
        if sum(each.held) <= request.min_records:
            continue
        for index in classes:
            saliency = each.shown.get(index, [])
            if len(saliency) < request.min_explained:
                continue
            positive, negative = each.held[index], sum(each.held) - each.held[index]
            table = positive, negative, of_class[index] - positive, sum(of_class) - of_class[index] - negative
            found.append(
                PieceFinding(
                    name=name,
                    class_name=names[index],
                    n_explained=len(saliency),
                    n_positive=positive,
                    n_negative=negative,
                    odds_ratio=odds_ratio(*table).value,
                    p_value=fisher_exact(*table, logs),
                    q_value=math.nan,
                    mean_saliency=float(np.mean(saliency)),
                )
            )
    q_values = benjamini_hochberg([each.p_value for each in found]).tolist()
    tested = [replace(each, q_value=q) for each, q in zip(found, q_values, strict=True)]
    return sorted(tested, key=lambda each: (names.index(each.class_name), -each.n_explained, each.p_value, each.name))


def write_pieces(path: str, mined: PiecesMined, *, forbid: Path | None = None) -> None:
    """A row for each finding.

    :raises OutputError: if it cannot be written
    """
    with open_rows(path, COLUMNS, forbid=forbid) as table:
        for each in mined.findings:
            n_held = each.n_positive + each.n_negative
            numbers = {
                "r_explained": each.n_explained / n_held,
                "r_class": each.n_positive / n_held,
                "odds_ratio": each.odds_ratio,
                "p_value": each.p_value,
                "q_value": each.q_value,
                "mean_saliency": each.mean_saliency,
            }
            table.write(
                {
                    "substructure": each.name,
                    "class": each.class_name,
                    "n_explained": each.n_explained,
                    "n_positive": each.n_positive,
                    "n_negative": each.n_negative,
                    **{name: None if math.isnan(value) else float(f"{value:.6g}") for name, value in numbers.items()},
                }
            )
