"""Labelled molecules for training: read from a table, cleaned, every record that was left out counted."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownNameError, UsageError
from ..graph.fingerprint import fingerprint
from ..graph.graph import Graph
from ..graph.molgraph import NoHeavyAtomsError, molecule_graph
from ..graph.scaffold import scaffold_key
from ..library.library import Library, open_library
from ..library.predictability import why_not_predictable
from ..library.record import RecordText, Rejected, Source, Span
from ..pool import Lost, WorkerPool
from ..progress import CancelToken, Report, Stopwatch, silent
from .read_records import MOST_AT_ONCE, read_molecule_at, settle_lost, spans_in_chunks

MAX_CLASS_VALUES = 20
_BLANK = ("", "nan", "na", "n/a")
_WHOLE = re.compile(r"([+-]?\d+)(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class LabelledGraph:
    """What training needs of a molecule. Made in worker processes."""

    graph: Graph
    smiles: str
    """Canonical, with stereochemistry, without hydrogens: the molecule's identity."""
    scaffold: str
    """Key of its Bemis–Murcko scaffold."""
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """Molecules with a class each; no molecule twice."""

    graphs: tuple[Graph, ...]
    labels: NDArray[np.int64]
    """[n_graphs], indices into ``values``"""
    scaffolds: tuple[str, ...]
    """[n_graphs]"""
    fingerprints: tuple[bytes, ...]
    """[n_graphs]"""
    positions: tuple[int, ...]
    """[n_graphs], of their records in the file"""
    values: tuple[str, ...]
    """The distinct values of the label column, numbers in ascending order, else words in alphabetical order."""
    n_records: int
    dropped: dict[str, int]
    """Reason → records left out for it."""
    sha256: str
    """Of the file's bytes."""
    rejected: tuple[Rejected, ...] = ()
    """The unreadable ones among those with a label."""


def read_training_table(
    path: Path,
    label: str,
    *,
    pool: WorkerPool,
    smiles_column: str | None = None,
    delimiter: str | None = None,
    limit: int | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> TrainingTable:
    """Reads a table, or an SDF with the label as a data field.

    A blank label (nothing, NA, NaN) means not measured. Of records with the same canonical SMILES the first is kept
    if their labels agree, and none if they do not.

    :raises LibraryError: if the file cannot be read
    :raises UnknownNameError: if there is no such column
    :raises UsageError: if the column does not hold 2 to 20 classes
    :raises Cancelled: if the user stopped it
    """
    with open_library(path, smiles_column=smiles_column, delimiter=delimiter, cancel=cancel) as library:
        n_records = len(library) if limit is None else min(limit, len(library))
        words = column_words(library, label, n_records)
        measured = [position for position, word in enumerate(words) if word]
        values = distinct_values(words, label)
        watch = Stopwatch("Reading molecules", len(measured), report)
        dropped = Counter({"no label": len(words) - len(measured)})
        molecules: dict[str, list[tuple[int, int, LabelledGraph]]] = {}
        rejected: list[Rejected] = []
        for done, (position, found) in enumerate(_read(library, measured, pool), start=1):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if isinstance(found, Rejected):
                dropped["unreadable"] += 1
                rejected.append(found)
            else:
                molecules.setdefault(found.smiles, []).append((values.index(words[position]), position, found))
            watch.tell(done, rejected=dropped["unreadable"])
    kept: list[tuple[int, int, LabelledGraph]] = []
    for same in molecules.values():
        if len({value for value, *_ in same}) > 1:
            dropped["contradictory labels"] += len(same)
        else:
            kept.append(same[0])
            dropped["duplicate"] += len(same) - 1
    labels = np.array([value for value, *_ in kept], dtype=np.int64)
    if len(np.unique(labels)) < len(values):
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items() if count)
        raise UsageError(
            f"{path}: of {n_records:,} records {len(kept):,} molecules are left ({left_out}), too few to show all "
            f"{len(values)} classes"
        )
    return TrainingTable(
        graphs=tuple(molecule.graph for *_, molecule in kept),
        labels=labels,
        scaffolds=tuple(molecule.scaffold for *_, molecule in kept),
        fingerprints=tuple(molecule.fingerprint for *_, molecule in kept),
        positions=tuple(position for _, position, _ in kept),
        values=values,
        n_records=n_records,
        dropped={reason: dropped[reason] for reason in ("no label", "unreadable", "duplicate", "contradictory labels")},
        sha256=file_sha256(path),
        rejected=tuple(rejected),
    )


def normalised(word: str) -> str:
    """A label as it is compared: "1.0" and "1" are one, and what means "not measured" is ""."""
    word = word.strip()
    if word.lower() in _BLANK:
        return ""
    whole = _WHOLE.fullmatch(word)
    return str(int(whole[1])) if whole else word


def read_labelled(source: Source, span: Span) -> LabelledGraph | Rejected:
    """A record's graph, identity and scaffold."""
    from rdkit import Chem

    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    unpredictable = why_not_predictable(read.mol, read.text.smiles)
    if unpredictable:
        return Rejected(span.position, span.line, read.text.title, unpredictable, drawable=True)
    try:
        graph = molecule_graph(read.mol, read.text.smiles).graph
        mol = Chem.RemoveHs(read.mol)
        return LabelledGraph(graph, Chem.MolToSmiles(mol), scaffold_key(mol), fingerprint(mol))
    except (NoHeavyAtomsError, ValueError, RuntimeError) as error:
        return Rejected(span.position, span.line, read.text.title, str(error))


def _read(
    library: Library, positions: Sequence[int], pool: WorkerPool
) -> Iterator[tuple[int, LabelledGraph | Rejected]]:
    """Each position and what was read there, in order."""
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    results = (each for chunk in pool.map(partial(read_labelled, library.source), chunks) for each in chunk)
    for position, result in zip(positions, results, strict=True):
        yield position, settle_lost(library, position, result) if isinstance(result, Lost) else result


def column_words(library: Library, column: str, n_records: int) -> list[str]:
    """The normalised label of the first ``n_records`` records, "" where there is none."""
    source = library.source
    titles = source.title_column is not None and source.columns[source.title_column] == column
    if not titles and column not in library.field_names:
        apart = () if source.title_column is None else (source.columns[source.title_column],)
        raise UnknownNameError("column", column, (*apart, *library.field_names))
    found: list[str] = []
    for position in range(n_records):
        text = library.text(position)
        if isinstance(text, RecordText):
            word = text.title if titles else next((value for name, value in text.fields if name == column), "")
            found.append(normalised(word))
        else:
            found.append("")
    return found


def distinct_values(words: Sequence[str], column: str) -> tuple[str, ...]:
    """:raises UsageError: unless there are 2 to ``MAX_CLASS_VALUES`` different ones"""
    values = sorted(set(words) - {""})
    if len(values) > MAX_CLASS_VALUES:
        raise UsageError(
            f"column '{column}' has {len(values):,} different values; a classifier needs 2 to {MAX_CLASS_VALUES} "
            "classes (is it a measurement?)"
        )
    if len(values) < 2:
        only = f"only the value '{values[0]}'" if values else "no value at all"
        raise UsageError(f"column '{column}' has {only}; a classifier needs at least 2 classes")
    if all(_WHOLE.fullmatch(value) for value in values):
        values.sort(key=int)
    return tuple(values)


def file_sha256(path: Path) -> str:
    """Of a file's bytes, as a model's card says it of the table that it was trained on."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
