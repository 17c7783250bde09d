"""What must hold of a file of any bytes, as functions that a fuzzer calls."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcx_desktop.errors import BundleError, LibraryError, UsageError
from gcx_desktop.gcn.bundles.model_file import model_file_names, unpack_model_file
from gcx_desktop.gcn.bundles.several import ENDPOINTS_FILE
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.library.formats import smiles
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.record import Format, RecordText, Rejected, Source

_BLANKS = bytes(range(33))
_ATOM = b"    0.0000    0.0000    0.0000 C   0  0\n"
_MOL = b"one\n  x\n\n  1  0  0  0  0  0            999 V2000\n" + _ATOM + b"M  END\n"
_SDF = (_MOL + b"> <A>\n1\n\n> <B>\nx\ny\n\n$$$$\n") * 2
_SMILES = b"CCO ethanol\nc1ccccc1\tbenzene\n\n[Na+].[Cl-] salt\n"
_SCENES = (
    b'[{"image_id": 1, "relationships": [{"predicate": "ON", "subject": {"object_id": 7, "name": "man", "x": 1,\n'
    b'"y": 2, "w": 3, "h": 4}, "object": {"merged_object_ids": [7], "names": ["a \\"b\\""], "x": 0, "y": 0, "w": 1,\n'
    b'"h": 1}}]}, {"image_id": "\\ud800", "objects": [{"object_id": 1, "name": "", "bbox": [1, 2, 3, 4]}],\n'
    b'"relationships": [{"predicate": 0, "subject_id": 1, "object_id": 1}]}]'
)
_VRD = (
    b'{"a.jpg": [{"predicate": 0, "object": {"category": 0, "bbox": [1, 2, 3, 4]}, "subject": {"category": 1, "bbox": '
    b'[0, 9, 0, 9]}}], "b.jpg": []}'
)
_STRAY = b'id\tSMILES\tname\n1\tCC\t"first\n2\tCCC\tsecond"\n3\t"CC\tx\n4\tC"\ty\n'
_TABLE = b'name,smiles,x\nwater,O,1\n"a, ""b""\nc",CCO,2\n5" pipe,c1ccncc1,3\n'


@dataclass(frozen=True, slots=True)
class Target:
    """A reader to fuzz."""

    name: str
    """Of the file that it reads, which tells its kind."""
    check: Callable[[Path, bytes], None]
    """Writes the bytes there, reads them, and raises if what must hold does not."""
    seeds: tuple[bytes, ...]


def check_plain(path: Path, content: bytes) -> None:
    """The file opens with every record in its place, or is refused with one sentence."""
    written(path, content)
    opened(path)


def check_gzip(path: Path, content: bytes) -> None:
    """Any bytes behind the mark of a gzip; or, if the first is odd, a whole gzip with one byte spoilt."""
    if not content[:1] or not content[0] % 2:
        written(path, b"\x1f\x8b\x08" + content[1:])
        opened(path)
        return
    packed = bytearray(gzip.compress(content[4:], mtime=0))
    at = 10 + int.from_bytes(content[1:3], "little") % (len(packed) - 10)
    packed[at] ^= content[3] if len(content) > 3 else 0
    written(path, packed)
    try:
        whole = gzip.decompress(packed) == content[4:]
    except (OSError, EOFError, zlib.error):
        whole = False
    damaged = opened(path)
    assert damaged is None or bool(damaged) != whole


def check_model(path: Path, content: bytes) -> None:
    """Any bytes: the files of a model come out, each no larger than it may be, or it is refused with one sentence. Or,
    if the first is odd, a whole model with one byte spoilt, of which nothing else comes out."""
    whole = {"card.json": b"{}", "weights.safetensors": content[3:]}
    odd = bool(content[:1]) and bool(content[0] % 2)
    data = bytearray(_zipped(whole) if odd else content)
    if odd:
        data[int.from_bytes(content[1:2], "little") * 7 % len(data)] ^= content[2] if len(content) > 2 else 0
    written(path, data)
    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack_model_file(path, Path(folder))
        except BundleError as error:
            assert "\n" not in str(error)  # noqa: PT017
            return
        allowed = model_file_names(Path(folder)) if not (Path(folder) / ENDPOINTS_FILE).exists() else None
        found = {each.name: each.read_bytes() for each in Path(folder).iterdir() if each.is_file()}
    assert not odd or found == whole
    if allowed is not None:
        assert found.keys() <= allowed.keys()
        assert all(len(each) <= allowed[name] for name, each in found.items())


def _zipped(content: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def written(path: Path, content: bytes) -> None:
    """A new file each time: to write into the old one would wait for the disk."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def opened(path: Path) -> str | None:
    """What is wrong with the packed file, as the library says; ``None`` if it was refused."""
    try:
        library = open_library(path, others=other_files())
    except (LibraryError, UsageError) as error:
        assert "\n" not in str(error)  # noqa: PT017
        return None
    with library:
        data = library.source.data_path.read_bytes()
        spans = library.spans(0, len(library))
        assert spans == [library.span(position) for position in range(len(library))]
        assert [span.line for span in spans] == expected_lines(library, data)
        end = 0
        for span in spans:
            assert end <= span.start <= span.stop <= len(data)
            end = span.stop
            text = library.text(span.position)
            assert isinstance(text, RecordText) or (text.reason and "\n" not in text.reason)
            text.title.encode()
            if isinstance(text, RecordText):
                "".join(value for _, value in text.fields).encode()
        assert isinstance(library.field_names, tuple)
        if library.source.cut_short is not None:
            assert isinstance(library.text(len(library) - 1), Rejected)
        return library.damaged


def expected_lines(library: Library, data: bytes) -> list[int]:
    """The first line of each record, found slowly: byte by byte, and by other code than the index.

    Where the lines of a table or list begin is the layout's to say.
    """
    source, rows = library.source, data[library.begin :]
    data = data.removeprefix(codecs.BOM_UTF8)
    if source.format is Format.MOL:
        return [1]
    if source.format is Format.SDF:
        return _lines_of_sdf(data)
    if source.format is Format.SCENES:
        return _lines_of_members(data)
    table = source if source.format is Format.TABLE else None
    return [line + library.first_line - 1 for line in _lines_of_rows(rows, table)[int(library.skips_first) :]]


def _lines_of_sdf(data: bytes) -> list[int]:
    found, first = [], 1
    rest: list[bytes] = []
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data), 1):
        if line.startswith(b"$$$$"):
            found.append(first)
            first, rest = number + 1, []
        else:
            rest.append(line)
    return [*found, first] if b"".join(rest).strip(b" \t\v\f\0\x1a") else found


def _lines_of_members(data: bytes) -> list[int]:
    """Of what commas and brackets divide the outermost array or object into, and of what follows it."""
    found: list[int] = []
    line, depth = 1, 0
    escaped = in_string = waiting = closed = False
    for char in data.decode("latin-1"):
        quotes, mark = char == '"' and not escaped, "" if in_string or closed or char not in "[]{}," else char
        escaped = char == "\\" and not escaped
        in_string ^= quotes
        depth += 0 if not mark or mark == "," else 1 if mark in "[{" else -1
        if mark and mark in "[{" and depth == 1:
            waiting = True
        elif mark == "," and depth == 1:
            found += [line] * waiting
            waiting = True
        elif mark and mark in "]}" and depth == 0:
            waiting = closed = True
        elif waiting and char not in " \t\r\n":
            found.append(line)
            waiting = False
        line += char == "\n"
    return found


def _lines_of_rows(data: bytes, table: Source | None) -> list[int]:
    """Of the lines that are not blank; of a ``table`` quoted cells may hold line ends."""
    delimiter = None if table is None else table.delimiter.encode()
    found, number, at = [], 1, 0
    while at < len(data):
        end = _end_of_line(data, at)
        blank = not data[at:end].strip(_BLANKS.replace(b"\t", b"") if delimiter == b"\t" else _BLANKS)
        if delimiter and table is not None:
            whole = _end_of_row(data, at, end, delimiter)
            end = end if _is_of_rows(data[at:end], data[end:whole], delimiter, table) else whole
        if not blank:
            found.append(number)
        step = 2 if data[end : end + 2] == b"\r\n" else 1
        number += len(re.findall(rb"\r\n|\r|\n", data[at : end + step]))
        at = end + step
    return found


def _end_of_line(data: bytes, at: int) -> int:
    found = re.compile(rb"[\r\n]").search(data, at)
    return found.start() if found else len(data)


def _end_of_row(data: bytes, at: int, line_end: int, delimiter: bytes) -> int:
    cell_begins = True
    while at < len(data):
        byte = data[at : at + 1]
        if cell_begins and byte == b'"':
            at += 1
            while at < len(data) and (data[at : at + 1] != b'"' or data[at : at + 2] == b'""'):
                at += 2 if data[at : at + 2] == b'""' else 1
            if at >= len(data):
                return line_end
            if at > line_end and data[at + 1 : at + 2] not in (delimiter, b"\r", b"\n", b""):
                return line_end
            cell_begins = False
        elif byte in (b"\r", b"\n"):
            return at
        else:
            cell_begins = byte == delimiter
        at += 1
    return len(data)


def _is_of_rows(first: bytes, others: bytes, delimiter: bytes, table: Source) -> bool:
    """Whether a row with line ends in its cells is rather so many rows, most of them whole, and stray quotes."""
    lines = [line for line in re.split(rb"[\r\n]", others) if line.strip()][:200]
    whole = [_is_whole_row(line, delimiter, table) for line in (first, *lines)]
    cells = first.split(delimiter)
    quoted = max((at for at, cell in enumerate(cells) if at and cell.startswith(b'"')), default=0)
    opens = len(cells) == len(table.columns) if table.smiles_column < quoted else whole[0]
    return opens and 2 * sum(whole[1:]) > len(lines)


def _is_whole_row(line: bytes, delimiter: bytes, table: Source) -> bool:
    cells = line.split(delimiter)
    if len(cells) != len(table.columns):
        return False
    cell = cells[table.smiles_column].strip(b'" \r').decode("utf-8", "replace")
    word = smiles.split_line(cell).structure.split(" ")[0]
    return word.startswith("InChI=") or smiles.is_smiles(word)


TARGETS = {
    "sdf": Target("a.sdf", check_plain, (_SDF, _SDF.replace(b"\n", b"\r\n"), _MOL, b"\xef\xbb\xbf" + _SDF)),
    "mol": Target("a.mol", check_plain, (_MOL, _SDF)),
    "smiles": Target("a.smi", check_plain, (_SMILES, b"smiles name\n" + _SMILES, _SMILES.decode().encode("utf-16"))),
    "scenes": Target("a.json", check_plain, (_SCENES, _VRD, b"\xef\xbb\xbf" + _VRD, _SCENES.decode().encode("utf-16"))),
    "table": Target(
        "a.csv",
        check_plain,
        (
            _TABLE,
            _TABLE.replace(b",", b"\t"),
            _TABLE.replace(b"\n", b"\r"),
            _STRAY,
            b"sep=;\n# x\n" + _TABLE.replace(b",", b";"),
        ),
    ),
    "gzip": Target(
        "a.smi.gz", check_gzip, (b"\1\0\0\0" + _SMILES, b"\1\x20\0\1" + _SMILES, b"\0" + gzip.compress(_SMILES)[3:])
    ),
    "model": Target(
        "a.gcxm", check_model, (_zipped({"card.json": b"{}", "weights.safetensors": b"w" * 99}), b"\1\2\3" + _SMILES)
    ),
}
