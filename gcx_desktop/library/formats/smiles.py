"""SMILES files: a line is a SMILES, white space, and the title."""

from __future__ import annotations

import re

from ..record import RawRecord, RecordText, Rejected, Source

_EXTENSION = re.compile(r"(\|[^|]*\|)\s*(.*)", re.DOTALL)
"""ChemAxon's extension between bars, which belongs to the SMILES."""

_ATOM = r"(?:Cl|Br|[BCNOSPFI]|[bcnosp]|\*|\[[^\[\]\s]{1,40}\])"
_PLAUSIBLE = re.compile(rf"{_ATOM}(?:{_ATOM}|<-|[-=#$:/\\.~()>]|[0-9]|%[0-9][0-9]|%\([0-9]+\))*")


def looks_like_smiles(text: str) -> bool:
    """Whether every character could stand in a SMILES; a cheap look that knows no chemistry."""
    return _PLAUSIBLE.fullmatch(text) is not None


def is_header(line: str) -> bool:
    """Whether a file's first line names its columns rather than a molecule."""
    words = line.replace(",", " ").split(None, 1)
    return bool(words) and words[0].strip("#\"'").lower() in ("smiles", "canonical_smiles", "isomeric_smiles")


def split_line(text: str) -> tuple[str, str]:
    """SMILES, with its extension if it has one, and title."""
    smiles, *rest = text.strip().split(None, 1)
    title = rest[0].strip() if rest else ""
    extension = _EXTENSION.fullmatch(title)
    if extension:
        smiles, title = f"{smiles} {extension[1]}", extension[2].strip()
    return smiles, title


def read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """Splits a line."""
    if not raw.text.strip():
        return Rejected(raw.position, raw.line, "", "the line holds no SMILES")
    smiles, title = split_line(raw.text)
    if raw.fault:
        return Rejected(raw.position, raw.line, title[:200], raw.fault)
    if smiles.startswith("#"):
        return Rejected(raw.position, raw.line, "", "the line is a comment and holds no SMILES")
    return RecordText(title, smiles, ())
