"""Reads the text of a record; each module reads one format."""

from __future__ import annotations

from dataclasses import replace

from ..record import Format, RawRecord, RecordText, Rejected, Source
from . import sdf, smiles, table


def read_record_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """The text of a record, or why it cannot be read. Knows no chemistry."""
    text = _read_text(source, raw)
    if raw.warning and isinstance(text, RecordText):
        return replace(text, warnings=(*text.warnings, raw.warning))
    return text


def _read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    if source.other is not None:
        return source.other.read_text(source, raw)
    if source.format is Format.TABLE:
        return table.read_row_text(source, raw)
    if source.format is Format.SMILES:
        return smiles.read_line_text(source, raw)
    return sdf.read_sdf_text(source, raw)
