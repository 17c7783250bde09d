"""What ``python -m benchmarks quality`` compares: tables, splits and methods. Imports no torch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gcx_desktop.gcn.fitting.split_protocol import MADE_SPLITS, SplitProtocol
from gcx_desktop.gcn.fitting.training_settings import Readout

ENSEMBLE, MEMBER, FOREST, LOGISTIC = "ensemble", "member", "forest", "logistic"
CHEMPROP, CHEMPROP_ENSEMBLE = "chemprop", "chemprop-ensemble"
TITLES = {
    ENSEMBLE: "ours, an ensemble",
    MEMBER: "ours, one of its members",
    FOREST: "random forest",
    LOGISTIC: "logistic regression, log counts",
    CHEMPROP: "chemprop",
    CHEMPROP_ENSEMBLE: "chemprop, its ensemble of 5",
}
"""Method → as the tables name it."""
CHEMPROP_MEMBERS = {CHEMPROP: 1, CHEMPROP_ENSEMBLE: 5}


@dataclass(frozen=True, slots=True)
class QualityTable:
    """A table of two classes, or of values."""

    name: str
    file: str
    label: str
    class_names: tuple[str, ...]
    """Empty of values."""
    model: str
    """The bundled model that is trained on it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Those of the command that made the model, where they are not the default."""
    splits: Sequence[SplitProtocol] = MADE_SPLITS
    """Those by which it can be divided."""


TABLES = {
    each.name: each
    for each in (
        QualityTable("BBBP", "bbbp.csv", "p_np", ("not permeable", "permeable"), "bbbp"),
        QualityTable("BACE", "bace.csv", "Class", ("inactive", "active"), "bace", {"readout": Readout.MEAN_AND_SUM}),
        QualityTable("NR-ER", "tox21.csv", "NR-ER", ("inactive", "active"), "tox21-nr-er", {"max_epochs": 10}),
        QualityTable("ESOL", "esol.csv", "log_solubility", (), "esol"),
        QualityTable(
            "T. pyriformis",
            "tetrahymena.csv",
            "pIGC50",
            (),
            "tetrahymena",
            splits=(SplitProtocol.SCAFFOLD_BALANCED, SplitProtocol.RANDOM),  # two of five molecules have no ring
        ),
        QualityTable("BACE pIC50", "bace.csv", "pIC50", (), "bace-pic50"),
    )
}


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """What is compared."""

    data: Path
    """Folder of the tables."""
    tables: Sequence[QualityTable] = tuple(TABLES.values())
    protocols: Sequence[SplitProtocol] = MADE_SPLITS
    n_seeds: int = 5
    methods: Collection[str] = tuple(TITLES)
    foundation: str = ""
    """From which our networks start, as ``gcx train --foundation`` takes it; "": the one that comes with the
    program."""
    chemprop: str = "chemprop"
    """Its command."""
    results: Path | None = None
    """A file of results: those that it holds are not computed again, and each new one is added at once."""
    models: Path | None = None
    """A folder of models; the figures of ensemble and forest are taken from their cards where these have them of the
    same table, splits and seeds."""

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(range(self.n_seeds))
