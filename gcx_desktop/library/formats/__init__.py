"""How the text of one record is read, a file for each way of dividing a library into records."""

from __future__ import annotations

from dataclasses import replace

from ..record import Format, RawRecord, RecordText, Rejected, Source
from . import sdf, smiles, table


def read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """The words of a record, or why it has none. Knows no chemistry."""
    text = _read_text(source, raw)
    if raw.warning and isinstance(text, RecordText):
        return replace(text, warnings=(*text.warnings, raw.warning))
    return text


def _read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    if source.other is not None:
        return source.other.read_text(source, raw)
    if source.format is Format.TABLE:
        return table.read_text(source, raw)
    if source.format is Format.SMILES:
        return smiles.read_text(source, raw)
    return sdf.read_text(source, raw)
