"""Files of lines: a SMILES or an InChI, spaces or tabs, and the title; or the title first.

Only space and tab separate: otherwise a no-break space in a SMILES would cut the molecule in two.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..record import RawRecord, RecordText, Rejected, Source

INCHI = "InChI="
"""The beginning of every InChI."""

BLANKS = " \t"
_DIVIDER = re.compile(r"[ \t]+")
_INVISIBLE = "\u200b\ufeff"
"""Characters without width, which :meth:`str.strip` does not remove."""

_EXTENSION = re.compile(r"(\|[^|]*\|)\s*(.*)", re.DOTALL)
"""A ChemAxon extension between bars, which belongs to the SMILES."""

_ATOM = r"(?:Cl|Br|[BCNOSPFI]|[bcnosp]|\*|\[[^\[\]\s]{1,40}\])"
_PLAUSIBLE = re.compile(rf"{_ATOM}(?:{_ATOM}|<-|[-=#$:/\\.~()>]|[0-9]|%[0-9][0-9]|%\([0-9]+\))*")
_TOKEN = re.compile(
    rf"(?P<atom>{_ATOM})|(?P<ring>%[0-9][0-9]|%\([0-9]+\)|[0-9])|(?P<bond><-|->|[-=#$:/\\~])"
    r"|(?P<open>\()|(?P<close>\))|(?P<dot>\.)"
)
_BONDED = ("atom", "ring", "close")
"""Tokens that a bond, a ring closure or the end may follow."""
_STRUCTURED = re.compile(r"[()\[\]=#@1-9]|[cnos]")
"""Characters of a SMILES that is more than a chain."""

_NAMES = ("smiles", "canonicalsmiles", "isomericsmiles", "rdkitsmiles", "smi", "structure", "molecule", "inchi")
_NOT_NAMING = frozenset(
    (
        *("absent", "bad", "broken", "cannot", "could", "error", "failed", "faulty", "illegal", "incorrect", "invalid"),
        *("missing", "none", "not", "unknown", "unparsable", "unparseable", "unreadable", "without", "wrong"),
    )
)
"""Words beside "SMILES" in a cell that says that there is none."""
_QUALIFIERS = frozenset(
    (
        *("2d", "3d", "absolute", "and", "can", "canonical", "canonicalised", "canonicalized", "chembl", "chemical"),
        *("clean", "cleaned", "code", "column", "compound", "curated", "cxsmiles", "desalted", "drug", "field", "flat"),
        *(
            "final",
            "fragment",
            "from",
            "full",
            "input",
            "isomeric",
            "iso",
            "key",
            "kekule",
            "ligand",
            "mol",
            "molecule",
        ),
        *("molecular", "neutral", "notation", "of", "openeye", "original", "output", "parent", "product", "pubchem"),
        *("query", "raw", "rdkit", "reactant", "reaction", "salt", "scaffold", "sequence", "standard", "standardised"),
        *(
            "standardized",
            "stereo",
            "string",
            "strings",
            "structure",
            "structures",
            "stripped",
            "substrate",
            "text",
            "the",
            "unique",
        ),
        *("washed", "with", "stereochemistry", "target", "std", "murcko", "core", "id", "name"),
    )
)
"""Words beside "SMILES" or "InChI" in the name of a column."""
_HEADER_WORD = 40
_IDENTIFIER = re.compile(r"[\w.()\[\]{}:/#%*+$@&-]+")
_FEW = 0.5
_LONGEST = 10_000
"""Longest SMILES whose rings and branches are checked; of a longer one only the characters are checked."""


class Line(NamedTuple):
    """The parts of a line of such a file."""

    structure: str
    """SMILES, with its extension if there is one, or InChI."""
    title: str


def looks_like_smiles(text: str) -> bool:
    """Whether every character may occur in a SMILES; a cheap test that knows no chemistry."""
    return _PLAUSIBLE.fullmatch(text) is not None


def is_smiles(text: str) -> bool:
    """Whether a text obeys the grammar of SMILES: rings and branches are closed. Knows no chemistry.

    Identifiers such as F620 or CN001, whose characters may all occur in a SMILES, do not.
    """
    if _PLAUSIBLE.fullmatch(text) is None or len(text) > _LONGEST:
        return len(text) > _LONGEST and _PLAUSIBLE.fullmatch(text[:_LONGEST]) is not None
    previous, atom, n_atoms = "", 0, 0
    branches: list[int] = []
    rings: dict[str, int] = {}
    for token in _TOKEN.finditer(text):
        kind = str(token.lastgroup)
        if kind == "atom":
            n_atoms += 1
            atom = n_atoms
        elif kind == "ring":
            if previous not in (*_BONDED, "bond"):
                return False
            other = rings.pop(token[0], None)
            if other == atom:
                return False
            if other is None:
                rings[token[0]] = atom
        elif kind == "close":
            if not branches or previous not in _BONDED:
                return False
            atom = branches.pop()
        elif kind == "open":
            if previous not in _BONDED:
                return False
            branches.append(atom)
        elif previous not in (*_BONDED, *(("open",) if kind == "bond" else ())):
            return False
        previous = kind
    return previous in _BONDED and not rings and not branches


def is_inchi(text: str) -> bool:
    """Whether a text begins like an InChI."""
    return text.startswith(INCHI)


def is_line_structure(word: str) -> bool:
    """Whether a word of a line is a structure."""
    return is_smiles(word) or is_inchi(word)


def strip(text: str) -> str:
    """``text`` without white space and characters without width at its ends."""
    return text.strip().strip(_INVISIBLE).strip() if text else text


def words_of(line: str) -> list[str]:
    """The words of a line, separated by spaces and tabs."""
    return [word for word in _DIVIDER.split(line.strip("\r\n \t")) if word]


def is_structure_name(word: str) -> bool:
    """Whether a word of a header names a column of structures."""
    if not word or len(word) > _HEADER_WORD:
        return False
    plain = re.sub(r"[\W_]+", "", word).lower()
    return plain in _NAMES or ("smiles" in plain and is_column_name(word))


def is_column_name(text: str) -> bool:
    """Whether a text in which "SMILES" or "InChI" occurs is the name of a column, such as "SMILES string", and not a
    text in place of a structure, such as "no valid SMILES"."""
    words = [word for word in re.split(r"[\W_]+", text.lower()) if word]
    if len(text) > _HEADER_WORD or not _NOT_NAMING.isdisjoint(words) or words[:2] == ["no", "smiles"]:
        return False
    if not re.search(r"\s", text.strip()):
        return _IDENTIFIER.fullmatch(text.strip("\"' ")) is not None
    return all(word in _QUALIFIERS or word.isdigit() or "smiles" in word or "inchi" in word for word in words)


def is_header(line: str) -> bool:
    """Whether a line names columns, such as "SMILES Name" or "Canonical SMILES<tab>Title"."""
    words = [word for word in re.split(r"[\s,;|]+", line.strip("#\"' \t")) if word]
    if not words or is_line_structure(words[0].strip("\"'")):
        return False
    if not _NOT_NAMING.isdisjoint(word.strip("\"'.:!").lower() for word in words):
        return False
    return any(is_structure_name(word) for word in words)


def structure_place(lines: list[str]) -> int:
    """Which word of the lines is the structure, 0 or 1: decided from all lines, since identifiers may look like
    SMILES."""
    rows = [words[:2] for line in lines if len(words := words_of(line)) > 1]
    if 2 * len(rows) < len(lines) or not rows:
        return 0
    first, second = (sum(is_line_structure(row[place]) for row in rows) / len(rows) for place in (0, 1))
    if second >= 0.8 and first >= 0.8:  # short words such as CN or CO are SMILES by accident
        rich = [sum(_STRUCTURED.search(row[place]) is not None for row in rows) for place in (0, 1)]
        return int(rich[0] == 0 and 2 * rich[1] >= len(rows))
    return int(second > _FEW and first < second)


def split_line(text: str, place: int = 0) -> Line:
    """The structure and the title of a line.

    :param place: 1 where the title is the first word and the structure the second
    """
    text = strip(text)
    structure, *rest = _DIVIDER.split(text, maxsplit=1)
    title = rest[0] if rest else ""
    before = ""
    if place == 1 and title:
        before = structure
        structure, *rest = _DIVIDER.split(title, maxsplit=1)
        title = rest[0] if rest else ""
    extension = _EXTENSION.fullmatch(title)
    if extension:
        title = extension[2]
    structure = strip(structure)
    if extension:
        structure = f"{structure} {extension[1]}"
    return Line(structure, " ".join(part for part in (strip(before), strip(title)) if part))


def read_line_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """Splits a line into structure and title."""
    if not raw.text.strip():
        return Rejected(raw.position, raw.line, "", "the line holds no SMILES")
    structure, title = split_line(raw.text, source.smiles_column)
    if source.columns and source.title_column is None:
        title = ""
    if raw.fault:
        return Rejected(raw.position, raw.line, title[:200], raw.fault)
    if structure.startswith("#"):
        return Rejected(raw.position, raw.line, "", "the line is a comment and holds no SMILES")
    if is_inchi(structure):
        return RecordText(title, None, (), notation=structure)
    return RecordText(title, structure, ())
