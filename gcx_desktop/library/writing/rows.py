"""Writes rows to CSV, TSV, JSON, Parquet or XLSX one by one, in bounded memory."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from ...errors import OutputError
from ...leftovers import scratch_folder
from ...wording import counted
from ..formats.table import FORMULA_STARTS, escape_formula
from .output import ROW_KINDS, output_kind, whole_file

_ROW_GROUP = 8192
"""Rows that are collected before they are written to a Parquet file."""
_ROW_GROUP_CHARACTERS = 1 << 26

XLSX_ROWS, XLSX_COLUMNS = 1_048_576, 16_384
"""The largest sheet of a spreadsheet, including its header."""
XLSX_CHARACTERS = 32_767
"""Most UTF-16 units of a cell."""
_XLSX_EXACT = 2**53
"""Spreadsheets use doubles: a larger whole number would lose digits, so it is written as text."""
_XLSX_WIDTHS = (8, 60)
_XLSX_ROWS_MEASURED = 100
_XLSX_CREATED = datetime(1980, 1, 1, tzinfo=UTC)
_INSTEAD = "write .csv, .tsv, .json or .parquet instead"


class RowWriter(Protocol):
    """Takes rows, one at a time."""

    def write(self, row: Mapping[str, object]) -> None:
        """Writes the values of the columns; a column that is missing or ``None`` stays empty."""


@contextlib.contextmanager
def open_rows(
    path: Path | str,
    columns: Sequence[str],
    *,
    forbid: Path | None = None,
    types: Mapping[str, type] | None = None,
) -> Iterator[RowWriter]:
    """A file of rows, its kind by the suffix of ``path``; "-" is CSV on standard output.

    ``types`` (int, float, str or bool by column) fix the types of Parquet columns; the others follow the first rows.

    :raises UsageError: if the suffix is none of .csv .tsv .json .parquet .xlsx, or of the first three with .gz.
    :raises OutputError: if it cannot be written; nothing of it is left then, as after any other error.
    """
    kind = output_kind(path, ROW_KINDS)
    if kind == "parquet":
        with whole_file(path, forbid=forbid, text=False) as binary:
            table = _ParquetRows(binary, columns, types or {}, Path(path))
            try:
                yield table
                table.finish()
            finally:
                table.close()
        return
    if kind == "xlsx":
        with whole_file(path, forbid=forbid, text=False) as binary, xlsx_rows(binary, columns, Path(path)) as sheet:
            yield sheet
        return
    with whole_file(path, forbid=forbid) as file:
        if kind == "json":
            objects = _JsonRows(file, columns)
            yield objects
            objects.finish()
        else:
            yield DelimitedRows(file, columns, "\t" if kind == "tsv" else ",")


def plain_value(value: object) -> Any:
    """``value`` as Python's own type; a float32 as the shortest decimal that is the same float32."""
    if isinstance(value, np.floating):
        return float(str(value)) if value.dtype.itemsize < 8 else float(value)
    if isinstance(value, np.generic):
        return value.item()
    return value


def cell(value: object) -> str:
    """A value as written to CSV or TSV: text that a spreadsheet would evaluate is escaped."""
    value = plain_value(value)
    if value is None:
        return ""
    return escape_formula(value) if isinstance(value, str) else str(value)


class DelimitedRows:
    def __init__(self, file: IO[str], columns: Sequence[str], delimiter: str) -> None:
        self._file, self._columns, self._delimiter = file, tuple(columns), delimiter
        self._known = frozenset(columns)
        self._put(self._columns)

    def write(self, row: Mapping[str, object]) -> None:
        _check_names(row, self._known)
        self._put(list(map(row.get, self._columns)))

    def _put(self, values: Sequence[object]) -> None:
        # Fast path: most cells are plain words, and few lines need quotes.
        texts = [v if type(v) is str and v[:1] not in FORMULA_STARTS else cell(v) for v in values]
        line = self._delimiter.join(texts)
        special = line.count(self._delimiter) >= len(texts) or '"' in line or "\n" in line or "\r" in line
        if special or list(map(str.strip, texts)) != texts:
            line = self._delimiter.join(map(self._quoted, texts))
        self._file.write(f"{line}\n" if line else '""\n')

    def _quoted(self, text: str) -> str:
        special = self._delimiter in text or '"' in text or "\n" in text or "\r" in text
        # White space at an end is dropped by some programs unless it is quoted.
        return '"' + text.replace('"', '""') + '"' if special or text.strip() != text else text


class _JsonRows:
    def __init__(self, file: IO[str], columns: Sequence[str]) -> None:
        self._file, self._columns, self._known = file, tuple(columns), frozenset(columns)
        self._before = "[\n"

    def write(self, row: Mapping[str, object]) -> None:
        _check_names(row, self._known)
        values = {name: _json_value(row.get(name)) for name in self._columns}
        self._file.write(self._before + json.dumps(values, ensure_ascii=False, allow_nan=False))
        self._before = ",\n"

    def finish(self) -> None:
        self._file.write("[]\n" if self._before == "[\n" else "\n]\n")


class _ParquetRows:
    def __init__(self, file: IO[bytes], columns: Sequence[str], types: Mapping[str, type], path: Path) -> None:
        self._file, self._columns, self._types, self._path = file, tuple(columns), types, path
        self._known = frozenset(columns)
        self._held: list[list[Any]] = []
        self._characters = 0
        self._writer: Any = None

    def write(self, row: Mapping[str, object]) -> None:
        _check_names(row, self._known)
        values = [plain_value(row.get(name)) for name in self._columns]
        self._held.append(values)
        self._characters += sum(len(value) for value in values if isinstance(value, str))
        if len(self._held) >= _ROW_GROUP or self._characters >= _ROW_GROUP_CHARACTERS:
            self._flush()

    def finish(self) -> None:
        if self._held or self._writer is None:
            self._flush()
        self.close()

    def close(self) -> None:
        """Closes the writer before its file is closed, also after an error."""
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        held = [[row[i] for row in self._held] for i in range(len(self._columns))]
        try:
            if self._writer is None:
                kinds = [self._kind(name, values) for name, values in zip(self._columns, held, strict=True)]
                schema = pa.schema(list(zip(self._columns, kinds, strict=True)))
                self._writer = pq.ParquetWriter(self._file, schema)
            schema = self._writer.schema
            arrays = [pa.array(values, field.type) for values, field in zip(held, schema, strict=True)]
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise OutputError(self._path, f"a column changes its type within the table ({error})") from error
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        self._held, self._characters = [], 0

    def _kind(self, name: str, values: list[Any]) -> Any:
        import pyarrow as pa

        fixed = {int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()}
        if name in self._types:
            return fixed[self._types[name]]
        kind = pa.array(values).type
        return pa.string() if pa.types.is_null(kind) else kind


@contextlib.contextmanager
def xlsx_rows(file: IO[bytes], columns: Sequence[str], path: Path) -> Iterator[_XlsxRows]:
    """A workbook of one sheet. Until it is finished, its data is in a temporary folder, which is removed at the end."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    if len(columns) > XLSX_COLUMNS:
        raise OutputError(
            path, f"{counted(len(columns), 'column')} are more than XLSX holds, {XLSX_COLUMNS:,}; {_INSTEAD}"
        )
    with scratch_folder("sheet") as folder:
        target = _Target(file)
        book = Workbook(target, {"constant_memory": True, "tmpdir": str(folder)})
        book.set_properties({"created": _XLSX_CREATED})  # the same rows give the same file
        sheet = book.add_worksheet()
        try:
            rows = _XlsxRows(book, sheet, columns, path)
            yield rows
            rows.finish()
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the system's own error
        except FileSizeError as error:
            raise OutputError(path, f"it would be larger than an XLSX file can be; {_INSTEAD}") from error
        finally:
            target.open = False
            sheet.row_data_fh.close()  # of a workbook that is not closed it would stay open


class _Target:
    """The output file for the workbook's archive, which would write its end again after a failure."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.open, self._at = file, True, 0

    def write(self, data: bytes) -> int:
        if self.open:
            return self._file.write(data)
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        if self.open:
            return self._file.seek(offset, whence)
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._file.tell() if self.open else self._at

    def flush(self) -> None:
        if self.open:
            self._file.flush()


class _XlsxRows:
    def __init__(self, book: Any, sheet: Any, columns: Sequence[str], path: Path) -> None:
        self._sheet, self._columns, self._path = sheet, tuple(columns), path
        self._known = frozenset(columns)
        self._bold, self._plain = book.add_format({"bold": True}), book.add_format()
        self._widths = [len(name) for name in columns]
        self._n_rows = 1
        for at, name in enumerate(columns):
            self._write_text(0, at, name, self._bold)
        sheet.freeze_panes(1, 0)

    def write(self, row: Mapping[str, object]) -> None:
        _check_names(row, self._known)
        if self._n_rows >= XLSX_ROWS:
            raise OutputError(self._path, f"there are more rows than an XLSX sheet holds, {XLSX_ROWS:,}; {_INSTEAD}")
        for at, name in enumerate(self._columns):
            value = plain_value(row.get(name))
            if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
                continue
            if isinstance(value, bool):
                self._sheet.write_boolean(self._n_rows, at, value)
            elif isinstance(value, float):
                self._sheet.write_number(self._n_rows, at, _AllDigits(value))
            elif isinstance(value, int) and abs(value) <= _XLSX_EXACT:
                self._sheet.write_number(self._n_rows, at, value)
            else:
                text = str(value)
                if 2 * len(text) > XLSX_CHARACTERS:
                    self._check_length(text, name, row)
                self._write_text(self._n_rows, at, text)
            if self._n_rows <= _XLSX_ROWS_MEASURED:
                self._widths[at] = max(self._widths[at], len(str(value)))
        self._n_rows += 1

    def finish(self) -> None:
        """Gives the columns their widths."""
        least, most = _XLSX_WIDTHS
        for at, width in enumerate(self._widths):
            self._sheet.set_column(at, at, min(max(width + 2, least), most))

    def _write_text(self, row: int, column: int, text: str, form: Any = None) -> None:
        """Text stays text, never a formula, link or number. Control characters are written as XLSX escapes them."""
        text = text.encode("utf-8", "replace").decode()
        if text.startswith("<r>"):  # XlsxWriter would use it as XML
            self._sheet.write_rich_string(row, column, text[0], form or self._plain, text[1:])
        else:
            self._sheet.write_string(row, column, text, form)

    def _check_length(self, text: str, column: str, row: Mapping[str, object]) -> None:
        length = len(text.encode("utf-16-le", "replace")) // 2
        if length > XLSX_CHARACTERS:
            which = f"record {row['record']}" if "record" in row else f"row {self._n_rows}"
            problem = (
                f"the '{column}' of {which} has {length:,} characters, and a cell of XLSX holds {XLSX_CHARACTERS:,}"
            )
            raise OutputError(self._path, f"{problem}; {_INSTEAD}")


class _AllDigits(float):
    """A number that is written with as many digits as needed to read it back exactly; XlsxWriter writes 16."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def _json_value(value: object) -> Any:
    value = plain_value(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _check_names(row: Mapping[str, object], known: frozenset[str]) -> None:
    if not known.issuperset(row):
        raise KeyError(f"no such columns: {sorted(set(row) - known)}")
