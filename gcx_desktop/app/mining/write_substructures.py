"""Writes substructures as tables, structures, queries or a page, with the documented columns of ``gcx``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...kinds.kind import Kind
from ...library.writing.export import mol_record, open_rows, output_kind, whole_file
from ...library.writing.output import ROW_KINDS
from ...pool import WorkerFailure
from ...report.substructure_page import PageRow, page
from ...substructure.findings import FEW_RECORDS, Finding, flags
from ...wording import capitalised, counted
from ...work import Work
from .draw_patterns import map_patterns, pattern_molblock
from .substructure_search import MiningResult, file_kinds

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
"""The columns of a table of molecules' substructures."""
LABELS_COLUMN = "labels"
"""The column with the meaning of the labels, in tables that use labels."""
GROUP = "group"
"""The column that says which records of a model of values count as the class, such as "measured pIC50 ≥ 6.5"."""
WARNING = "warning"
"""The column beside it, which says if they may be swapped, else is empty."""
_OF_SOME_KINDS = frozenset(("n_scaffolds", "attached"))
_WORDS = ("substructure", "class", "attached", "part_of", "flags")


def substructure_columns(kind: Kind) -> tuple[str, ...]:
    """The columns of a table of substructures for a kind of graph, without those that only other kinds have."""
    called = {"smiles": kind.text_column, "n_atoms": _n_nodes(kind)}
    missing = _OF_SOME_KINDS - kind.fragmenter.listing.own_columns
    return tuple(called.get(name, name) for name in COLUMNS if name not in missing)


def row(finding: Finding, mined: MiningResult, *, few: int = FEW_RECORDS) -> dict[str, object]:
    """A substructure's row of the table, with at least the :func:`substructure_columns`.

    :param few: a pattern in fewer records than this is flagged
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
    values: dict[str, object] = {
        "substructure": finding.pattern.name,
        mined.kind.text_column: finding.pattern.nodes_text,
        "class": mined.class_names[finding.class_index],
        "n_explained": finding.n_explained,
        "n_positive": finding.n_positive,
        "n_negative": finding.n_negative,
        **{name: None if math.isnan(value) else float(f"{value:.6g}") for name, value in numbers.items()},
        _n_nodes(mined.kind): finding.pattern.n_nodes,
        "n_scaffolds": finding.n_scaffolds,
        "attached": finding.attached,
        "part_of": " ".join(str(whole + 1) for whole in finding.part_of),
        "flags": "; ".join(flags(finding, few, records=mined.kind.words.records)),
    }
    if mined.cut is not None:
        values[GROUP] = mined.cut.in_words(finding.class_index)
    if mined.labels is not None:
        values |= {LABELS_COLUMN: mined.labels.summary, WARNING: mined.suspicion or None}
    return values


def _n_nodes(kind: Kind) -> str:
    """The name of the column of sizes."""
    return f"n_{kind.words.nodes}"


def write_substructures(
    path: str,
    mined: MiningResult,
    work: Work,
    *,
    heading: str = "",
    few: int = FEW_RECORDS,
    forbid: Path | None = None,
) -> int:
    """Writes the substructures; the file is complete or does not exist.

    Returns how many structures are missing from it, since writing them took too long or failed.

    :param path: the suffix decides the format; ``-`` is CSV on standard output
    :param heading: heading of a page, such as the library's name
    :param few: as for :func:`row`
    :raises UsageError: if the suffix is of no format that can hold them
    :raises OutputError: if it cannot be written, or would overwrite ``forbid``
    :raises Cancelled: once ``work.cancel`` is set
    """
    kind, named = output_kind(path, file_kinds(mined.kind)), substructure_columns(mined.kind)
    if mined.cut is not None:
        named = (*named, GROUP)
    if mined.labels is not None and kind != "html":
        named = (*named, LABELS_COLUMN, WARNING)
    in_words = (*_WORDS, mined.kind.text_column, GROUP, LABELS_COLUMN, WARNING)
    given = (row(finding, mined, few=few) for finding in mined.findings)
    rows = [{name: each[name] for name in named} for each in given]
    if kind in ROW_KINDS:
        types = {name: int if name.startswith("n_") else str if name in in_words else float for name in named}
        with open_rows(path, named, forbid=forbid, types=types) as table:
            for each in rows:
                work.raise_if_cancelled()
                table.write(each)
        return 0
    n_left_out = 0
    patterns: list[Any] = [finding.pattern for finding in mined.findings]
    with whole_file(path, forbid=forbid) as file:
        if kind == "smarts":
            file.writelines(f"{each['substructure']}\t{each['class']}\n" for each in rows)
        elif kind == "sdf":
            made = map_patterns(pattern_molblock, patterns, "Writing substructures", work)
            for block, each in zip(made, rows, strict=True):
                if isinstance(block, WorkerFailure):
                    n_left_out += 1
                else:
                    fields = [(name, "" if value is None else str(value)) for name, value in each.items()]
                    file.write(mol_record(str(each["smiles"]), block, fields))
        else:
            draw = mined.kind.fragmenter.depict_pattern(Paper.WHITE)
            pictures = map_patterns(draw, patterns, "Drawing substructures", work)
            shown = (
                PageRow(picture if isinstance(picture, Depiction) else None, each)
                for picture, each in zip(pictures, rows, strict=True)
            )
            file.writelines(page(heading, _summary(mined), named, in_words, shown))
    return n_left_out


def left_out_in_words(n_left_out: int) -> str:
    """A sentence about structures that :func:`write_substructures` left out."""
    verb = "is" if n_left_out == 1 else "are"
    return f"{counted(n_left_out, 'structure')} {verb} not in the file: writing took too long or failed"


def _summary(mined: MiningResult) -> str:
    """Sentences that say how many records of each class were explained, and what the labels mean."""
    sentences = [] if mined.cut is None else [f"{capitalised(mined.cut.sentence)}."]
    sentences += [
        f"{name}: {n_explained:,} of {mined.kind.words.counted(n)} explained."
        for name, n, n_explained in zip(mined.class_names, mined.n_records, mined.n_explained, strict=True)
    ]
    if mined.labels is not None:
        sentences.append(f"The {mined.labels.sentences}.")
    if mined.suspicion:
        sentences.append(mined.suspicion)
    sentences += [f"{capitalised(failure)}." for failure in mined.failures.in_words(mined.kind.words)]
    return " ".join(sentences)
