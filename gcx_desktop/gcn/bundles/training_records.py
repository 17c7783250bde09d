"""The training records of a bundle as a user knows them: text (of molecules a SMILES), title, measured class, and what
the member predicted that had not seen them.

They are in ``training.parquet``, a row for each molecule of ``domain.safetensors`` in its order, so that the nearest
one can be named. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...errors import BundleError

TRAINING_FILE = "training.parquet"
MAX_TRAINING_BYTES = 1 << 28
"""Of the file, and of its columns when they are unpacked."""
_TITLE, _MEASURED = "title", "measured"


@dataclass(frozen=True, slots=True)
class TrainingRecords:
    """What is known of each training record, in the order of the model's domain."""

    text_column: str
    """Of the texts in the file, such as "smiles"."""
    texts: Sequence[str]
    """[n], of molecules canonical SMILES, by which two records are known to be the same"""
    titles: Sequence[str]
    """[n]"""
    measured: Sequence[str]
    """[n], names of classes, or values as text"""

    def __len__(self) -> int:
        return len(self.texts)


def save_training_records(records: TrainingRecords, path: Path, predicted: Mapping[str, ArrayLike]) -> None:
    """:param predicted: further columns, for readers of the file: what the members predicted that had not seen the
        records, [n] each
    :raises OSError: if it cannot be written
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {
        records.text_column: pa.array(records.texts, pa.string()),
        _TITLE: pa.array(records.titles, pa.string()),
        _MEASURED: pa.array(records.measured, pa.string()),
    }
    for name, values in predicted.items():
        columns[name] = pa.array(np.asarray(values, dtype=np.float32))
    pq.write_table(pa.table(columns), path)


def load_training_records(folder: Path, text_column: str, n_records: int) -> TrainingRecords | None:
    """The training records of a bundle; ``None`` if it has none.

    :param n_records: how many molecules its domain holds
    :raises BundleError: if the file is damaged or does not fit
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, names = folder / TRAINING_FILE, (text_column, _TITLE, _MEASURED)
    try:
        if not path.exists():
            return None
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        size = path.stat().st_size
        if size > MAX_TRAINING_BYTES:
            raise BundleError(path, "too large", expected=f"at most {MAX_TRAINING_BYTES} bytes", got=size)
        _check_shape(path, pq.read_metadata(path), names, n_records)
        with pq.ParquetFile(path, read_dictionary=list(names)) as file:
            table = file.read(columns=list(names))
        texts, titles, measured = (_texts(table.column(name)) for name in names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BundleError(path, f"not a Parquet file ({str(error)[:200]})") from error
    return TrainingRecords(text_column, texts, titles, measured)


def _texts(column: Any) -> list[str]:
    """Texts that are equal are one object, so that a small file cannot fill the memory with a text in every row.

    :raises ValueError: if a cell is empty
    """
    found: list[str] = []
    for chunk in column.chunks:
        if chunk.null_count or chunk.dictionary.null_count:
            raise ValueError("a cell is empty")
        known = chunk.dictionary.to_pylist()
        found += [known[index] for index in chunk.indices.to_pylist()]
    return found


def _check_shape(path: Path, found: Any, names: Sequence[str], n_records: int) -> None:
    """Checks columns, rows and unpacked size before anything is unpacked.

    :param found: what the file says of itself
    """
    import pyarrow as pa

    schema = found.schema.to_arrow_schema()
    if found.num_rows != n_records:
        raise BundleError(path, "its rows are not those of the domain", expected=n_records, got=found.num_rows)
    for name in names:
        if len(schema.get_all_field_indices(name)) != 1 or schema.field(name).type != pa.string():
            raise BundleError(path, f"it has no column '{name}' of text", got=", ".join(schema.names)[:200])
    groups = (found.row_group(i) for i in range(found.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    if unpacked > MAX_TRAINING_BYTES:
        raise BundleError(path, "too large", expected=f"at most {MAX_TRAINING_BYTES} bytes unpacked", got=unpacked)
