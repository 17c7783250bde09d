"""Writes substructures as tables, structures, queries or a page: the columns that ``gcx`` promises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ..depict.drawing import Depiction
from ..library.export import mol_record, open_rows, output_kind, whole_file
from ..library.output import ROW_KINDS
from ..pool import Lost, WorkerPool
from ..progress import CancelToken, Report, silent
from ..report.substructure_page import PageRow, page
from ..substructure.findings import FEW_MOLECULES, Finding, flags
from .draw_patterns import draw_pattern, made_of_patterns, pattern_molblock
from .substructure_search import Mined

KINDS = (*ROW_KINDS, "sdf", "smarts", "html")
COLUMNS = (
    "substructure",
    "smiles",
    "class",
    "n_explained",
    "n_positive",
    "n_negative",
    "r_explained",
    "r_class",
    "odds_ratio",
    "p_value",
    "q_value",
    "mean_saliency",
    "sd_saliency",
    "sum_saliency",
    "odds_low",
    "odds_high",
    "prevalence",
    "random_prevalence",
    "n_atoms",
    "n_scaffolds",
    "attached",
    "part_of",
    "flags",
)
_COUNTS = ("n_explained", "n_positive", "n_negative", "n_atoms", "n_scaffolds")
_WORDS = ("substructure", "smiles", "class", "attached", "part_of", "flags")
_TYPES: dict[str, type] = {name: int if name in _COUNTS else str if name in _WORDS else float for name in COLUMNS}


def row(finding: Finding, class_names: Sequence[str], *, few: int = FEW_MOLECULES) -> dict[str, object]:
    """A substructure's row of the table.

    :param few: molecules below which a pattern is flagged as resting on few
    """
    numbers = {
        "r_explained": finding.r_explained,
        "r_class": finding.r_class,
        "odds_ratio": finding.odds.value,
        "p_value": finding.p_value,
        "q_value": finding.q_value,
        "mean_saliency": finding.mean_saliency,
        "sd_saliency": finding.sd_saliency,
        "sum_saliency": finding.sum_saliency,
        "odds_low": finding.odds.low,
        "odds_high": finding.odds.high,
        "prevalence": finding.prevalence,
        "random_prevalence": finding.random_prevalence,
    }
    return {
        "substructure": finding.pattern.smarts,
        "smiles": finding.pattern.smiles,
        "class": class_names[finding.class_index],
        "n_explained": finding.n_explained,
        "n_positive": finding.n_positive,
        "n_negative": finding.n_negative,
        **{name: None if math.isnan(value) else float(f"{value:.6g}") for name, value in numbers.items()},
        "n_atoms": finding.pattern.n_atoms,
        "n_scaffolds": finding.n_scaffolds,
        "attached": finding.attached,
        "part_of": " ".join(str(whole + 1) for whole in finding.part_of),
        "flags": "; ".join(flags(finding, few)),
    }


def write_substructures(
    path: str,
    mined: Mined,
    *,
    pool: WorkerPool,
    heading: str = "",
    few: int = FEW_MOLECULES,
    forbid: Path | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Writes what was found; the file is there whole or not at all.

    :param path: the suffix says the kind; ``-`` is CSV on standard output
    :param heading: what a page says it is of, such as the library's name
    :param few: as for :func:`row`
    :raises UsageError: if the suffix says no kind that can hold it
    :raises OutputError: if it cannot be written, or would overwrite ``forbid``
    :raises Cancelled: once ``cancel`` is set
    """
    kind = output_kind(path, KINDS)
    rows = [row(finding, mined.class_names, few=few) for finding in mined.findings]
    if kind in ROW_KINDS:
        with open_rows(path, COLUMNS, forbid=forbid, types=_TYPES) as table:
            for each in rows:
                table.write(each)
        return
    patterns = [finding.pattern for finding in mined.findings]
    with whole_file(path, forbid=forbid) as file:
        if kind == "smarts":
            file.writelines(f"{each['substructure']}\t{each['class']}\n" for each in rows)
        elif kind == "sdf":
            made = made_of_patterns(pattern_molblock, patterns, pool, "Writing substructures", report, cancel)
            for block, each in zip(made, rows, strict=True):
                if not isinstance(block, Lost):
                    fields = [(name, "" if value is None else str(value)) for name, value in each.items()]
                    file.write(mol_record(str(each["smiles"]), block, fields))
        else:
            pictures = made_of_patterns(draw_pattern, patterns, pool, "Drawing substructures", report, cancel)
            shown = (
                PageRow(picture if isinstance(picture, Depiction) else None, each)
                for picture, each in zip(pictures, rows, strict=True)
            )
            file.writelines(page(heading, _told(mined), COLUMNS, _WORDS, shown))


def _told(mined: Mined) -> str:
    """What the substructures were found in, a sentence for each class."""
    sentences = [
        f"{name}: {n_explained:,} of {n:,} molecules explained."
        for name, n, n_explained in zip(mined.class_names, mined.n_molecules, mined.n_explained, strict=True)
    ]
    return " ".join(sentences)
