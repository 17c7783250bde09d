"""The names of all data fields of a library's records, including those that only late records of an SDF have."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ..progress import CancelToken
from .library import Library
from .record import Format, RecordText, Span
from .source import MAX_RECORD_BYTES, read_bytes

_HEADER = re.compile(rb"(?:^|\r)[ \t]*>([^\n\r]*)", re.MULTILINE)
_NAME = re.compile(rb"<(.*)>")
_AT_ONCE = 1024
"""Records processed together."""
_BYTES_AT_ONCE = 1 << 23


def all_field_names(
    library: Library, first: int = 0, stop: int | None = None, cancel: CancelToken | None = None
) -> tuple[str, ...]:
    """The names of ``library.field_names``, then those that only later records have, in the file's order.

    For a table, a name is repeated if several columns have it. For an SDF, the bytes of all records are searched, but
    only records with a new header are read.

    :param first: 0-based position of the first record that counts
    :param stop: position after the last one; by default there is no limit
    :raises LibraryError: if the file was changed since it was opened
    :raises Cancelled: if ``cancel`` is set
    """
    source = library.source
    if source.format is Format.TABLE:
        apart = (source.smiles_column, source.title_column)
        return tuple(name for i, name in enumerate(source.columns) if i not in apart)
    names = dict.fromkeys(library.field_names)
    if source.format is not Format.SDF:
        return tuple(names)
    stop, met = len(library) if stop is None else stop, set[bytes]()
    for start in range(first, stop, _AT_ONCE):
        if cancel is not None:
            cancel.raise_if_cancelled()
        for position in _with_new_headers(library, library.spans(start, min(start + _AT_ONCE, stop)), met):
            text = library.text(position)
            if isinstance(text, RecordText):
                names.update(dict.fromkeys(name for name, _ in text.fields))
    return tuple(names)


def _with_new_headers(library: Library, spans: Sequence[Span], met: set[bytes]) -> Iterator[int]:
    """Positions of those of some consecutive records that have a header that no record before has."""
    begin, end = spans[0].start, spans[-1].stop
    if end - begin > _BYTES_AT_ONCE and len(spans) > 1:
        middle = len(spans) // 2
        yield from _with_new_headers(library, spans[:middle], met)
        yield from _with_new_headers(library, spans[middle:], met)
        return
    data = read_bytes(library.source, begin, min(end, begin + max(_BYTES_AT_ONCE, MAX_RECORD_BYTES)))
    for header in _HEADER.finditer(data):
        name = _NAME.search(header[1])
        key = name[1] if name else header[1]
        if key not in met:
            met.add(key)
            at = bisect_right(spans, begin + header.start(1), key=lambda span: span.start) - 1
            yield spans[at].position
