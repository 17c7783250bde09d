"""A record as an RDKit molecule, its atoms in the record's own order. The only reader that uses RDKit.

RDKit holds the interpreter lock while it parses, and some records take minutes: call :func:`read_molecule` in a worker
process if a user waits.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass, replace
from functools import cache

from rdkit import Chem, rdBase

from ..formats import read_record_text
from ..formats.connection_table import ConnectionTable, hydrogen_counts, repaired_table, without_hydrogen_counts
from ..formats.sdf import with_lf
from ..formats.smiles import is_inchi, is_smiles
from ..record import RawRecord, RecordText, Rejected, Source
from .notation import one_notation
from .predictability import NOT_PREDICTABLE, why_not_predictable

_MAX_LOG_LINES = 40
_MAX_REASON = 300
_MAX_SHOWN, _MAX_REST = 60, 40
"""Characters of a structure, and of the text after it, that a sentence shows."""
_BLANK_NAMES = {
    "\N{NO-BREAK SPACE}": "a no-break space",
    "\N{ZERO WIDTH SPACE}": "a zero-width space",
    "\N{ZERO WIDTH NO-BREAK SPACE}": "a byte order mark",
}

_REACTION = f"{NOT_PREDICTABLE}it is a reaction, not a molecule"

_LINE_AT_FAULT = re.compile(r" (?:on|at) ?line ?(\d+)\b")
"""RDKit's line number, counted from the first line of the record, for the :class:`Rejected`."""


@dataclass(slots=True)
class Molecule:
    """A record that could be read."""

    text: RecordText
    mol: Chem.Mol
    """Sanitised; explicit hydrogens of the record are kept, so atom i is the record's atom i."""


def read_molecule(source: Source, raw: RawRecord, *, stereo: bool = True) -> Molecule | Rejected:
    """Reads a record; if something is wrong with it, the reason of the :class:`Rejected` says so in a sentence.

    :param stereo: ``False`` if the stereochemistry of a SMILES is not needed, whose perception takes a quarter of the
        time; the atoms and bonds are the same
    """
    text = read_record_text(source, raw)
    if isinstance(text, Rejected):
        return text

    def rejected(reason: str) -> Rejected:
        at_fault = _LINE_AT_FAULT.search(reason) if raw.line else None
        line = raw.line + int(at_fault[1]) - 1 if at_fault else raw.line
        return Rejected(raw.position, line, text.title, _LINE_AT_FAULT.sub("", reason))

    text = _with_readable_smiles(text)
    if is_inchi(text.notation):
        mol, reason = _parse_inchi(text.notation)
    else:
        mol, reason = _parse(text.smiles, text.notation or raw.text, stereo=stereo)
    if mol is None:
        return rejected(reason)
    if mol.GetNumAtoms() == 0:
        return rejected(f"{NOT_PREDICTABLE}the record has no atoms")
    if mol.GetNumHeavyAtoms() == 0 and all(atom.GetAtomicNum() == 1 for atom in mol.GetAtoms()):
        return rejected(f"{NOT_PREDICTABLE}the record has no atom but hydrogen")
    return Molecule(text, mol)


def with_stereochemistry(read: Molecule) -> Chem.Mol:
    """The molecule with stereochemistry: it is read again if it was read from a SMILES, perhaps without it."""
    smiles = read.text.smiles
    if smiles is None or not ("/" in smiles or "\\" in smiles):
        return read.mol
    mol, _ = _parse(smiles, "", stereo=True)
    return read.mol if mol is None else mol


_ORDERLESS = "its SMILES has bonds written '~', which are read as bonds of order zero"


def structure_warnings(text: RecordText) -> tuple[str, ...]:
    """Faults that only RDKit finds in the text of a record, and in spite of which it is read."""
    return _with_readable_smiles(text).warnings[len(text.warnings) :]


def _with_readable_smiles(text: RecordText) -> RecordText:
    """The record without text after its SMILES that is no readable extension, and with a warning."""
    smiles = text.smiles
    if smiles is not None and "~" in smiles and "|" not in smiles:
        return replace(text, warnings=(*text.warnings, _ORDERLESS))
    if smiles is None or " " not in smiles or _is_smiles_to_rdkit(smiles):
        return text
    bare, rest = smiles.split(" ", 1)
    rest = rest.strip()
    words = _printable(rest, _MAX_REST)
    if rest.startswith("|"):
        warning = f"its CXSMILES extension '{words}' cannot be read and was left out"
    elif is_smiles(rest.split(" ", 1)[0]):
        return text  # two molecules, of which none may be lost
    else:
        warning = f"the text '{words}' behind the SMILES is no part of it and was left out"
    return replace(text, smiles=bare, warnings=(*text.warnings, warning)) if _is_smiles_to_rdkit(bare) else text


def _is_smiles_to_rdkit(smiles: str) -> bool:
    """Whether RDKit can read the text, even if it is chemically wrong."""
    log = _log()
    log.start()
    try:
        return _unsanitised(smiles) is not None
    except Exception:  # RDKit may raise any exception
        return False
    finally:
        log.stop()


def _parse_inchi(inchi: str) -> tuple[Chem.Mol | None, str]:
    """The molecule, with its atoms in the order of the InChI, and ""; or ``None`` and the reason."""
    log = _log()
    log.start()
    try:
        mol = Chem.MolFromInchi(inchi, sanitize=True, removeHs=False, logLevel=None)
        if mol is not None:
            return one_notation(mol, None, ""), ""
        mol = Chem.MolFromInchi(inchi, sanitize=False, removeHs=False, logLevel=None)
        problem = _chemical_problem(mol) if mol is not None else ""
        return None, problem or f"'{_printable(inchi, _MAX_SHOWN)}' is not an InChI that can be read"
    except Exception as error:  # as for SMILES
        return None, f"RDKit cannot read it ({_shorten(str(error)) or type(error).__name__})"
    finally:
        log.stop()


def _printable(text: str, most: int) -> str:
    """The beginning of a text from a file, for a sentence."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:most])
    return shown + ("…" if len(text) > most else "")


def _parse(smiles: str | None, text: str, *, stereo: bool) -> tuple[Chem.Mol | None, str]:
    """The molecule and "", or ``None`` and the reason."""
    log = _log()
    log.start()
    try:
        table = repaired_table(with_lf(text)) if smiles is None else ConnectionTable("")
        mol = _from_smiles(smiles, stereo=stereo) if smiles is not None else _from_table(table.text)
        if mol is not None:
            return one_notation(mol, smiles, table.text), ""
        said = log.lines()
        mol = _unsanitised(smiles) if smiles is not None else _from_block(table.text, False)
        if mol is not None:
            problem = why_not_predictable(mol, smiles) or _chemical_problem(mol)
            if problem:
                return None, problem
        return None, _why_smiles(smiles, said) if smiles is not None else _why_block(table, said)
    except Exception as error:  # RDKit may raise any exception: none of it may cost more than the record
        return None, f"RDKit cannot read it ({_shorten(str(error)) or type(error).__name__})"
    finally:
        log.stop()


def _from_smiles(smiles: str, *, stereo: bool) -> Chem.Mol | None:
    if stereo:
        return Chem.MolFromSmiles(smiles, _smiles_settings(True))
    mol = _unsanitised(smiles)
    if mol is not None:
        try:
            Chem.SanitizeMol(mol)
        except ValueError:  # the caller finds the reason
            return None
    return mol


def _unsanitised(smiles: str) -> Chem.Mol | None:
    return Chem.MolFromSmiles(smiles, _smiles_settings(False))


@cache
def _smiles_settings(sanitize: bool) -> Chem.SmilesParserParams:
    settings = Chem.SmilesParserParams()
    for name, value in {"removeHs": False, "sanitize": sanitize, "parseName": False}.items():
        setattr(settings, name, value)
    return settings


def _from_table(table: str) -> Chem.Mol | None:
    """The sanitised molecule. A hydrogen count that the atom fulfils does not make the atom a query."""
    mol = _from_block(table, True)
    if mol is not None and not mol.HasQuery():
        return mol
    asked = hydrogen_counts(table)
    if not asked:
        return mol
    plain = _from_block(without_hydrogen_counts(table), True)
    if plain is None or max(asked) >= plain.GetNumAtoms():
        return mol
    more = [atom for atom, count in asked.items() if not _has_hydrogens(plain.GetAtomWithIdx(atom), count)]
    return _from_block(without_hydrogen_counts(table, kept=more), True) if more else plain


def _has_hydrogens(atom: Chem.Atom, count: int) -> bool:
    """Whether an atom fulfils its hydrogen-count field: it has at least ``count``, or for 0 none that is not drawn."""
    if count == 0:
        return int(atom.GetTotalNumHs()) == 0
    return count <= int(atom.GetTotalNumHs(includeNeighbors=True))


def _from_block(block: str, sanitize: bool) -> Chem.Mol | None:
    return Chem.MolFromMolBlock(block, sanitize=sanitize, removeHs=False)


def _chemical_problem(mol: Chem.Mol) -> str:
    """The first problem that sanitising finds, atoms counted from 1; "" if there is none."""
    problems = Chem.DetectChemistryProblems(mol)
    if not problems:
        return ""
    problem = problems[0]
    kind, message = problem.GetType(), problem.Message()
    if kind == "AtomValenceException":
        valence = re.search(r"valence for atom # \d+ \S+?, (\d+)", message)
        how_many = f" {valence[1]}" if valence else ""
        return f"{_atom(mol, problem.GetAtomIdx())}: explicit valence{how_many} is greater than permitted"
    if kind == "KekulizeException":
        atoms = list(problem.GetAtomIndices())
        listed = ", ".join(str(i + 1) for i in atoms[:12]) + (", …" if len(atoms) > 12 else "")
        return f"the aromatic atoms {listed} cannot be given alternating bonds; a hydrogen or charge may be missing"
    if kind == "AtomKekulizeException":
        return f"{_atom(mol, problem.GetAtomIdx())} is aromatic but in no ring"
    return _shorten(message)


def _atom(mol: Chem.Mol, index: int) -> str:
    return f"atom {index + 1} ({mol.GetAtomWithIdx(index).GetSymbol()})"


def _why_smiles(smiles: str, said: list[str]) -> str:
    words = "\n".join(said)
    if re.fullmatch(r"[^>]*>[^>]*>[^>]*", smiles) and not re.search(r"->|<-", smiles):
        return _REACTION
    shown = _printable(smiles, _MAX_SHOWN)
    blank = re.search(r"[^\S \t]|[\u200b\ufeff]", smiles.split(" |", 1)[0])
    if blank:
        name = _BLANK_NAMES.get(blank[0], "white space other than a space")
        return f"'{shown}' is not a SMILES: character {blank.start() + 1} is {name}"
    for pattern, what in (
        (r"unclosed ring", "a ring is opened but never closed"),
        (r"extra close parentheses", "a parenthesis is closed that was never opened"),
        (r"extra open parentheses", "a parenthesis is opened but never closed"),
        (
            r"duplicated ring closure|ring closure \d+ duplicates",
            "a ring closure bonds two atoms twice or one to itself",
        ),
    ):
        if re.search(pattern, words, re.IGNORECASE):
            return f"'{shown}' is not a SMILES: {what}"
    place = re.search(r"around position (\d+)", words)
    if place:
        at = int(place[1])
        found = f", at '{smiles[at - 1]}'" if 0 < at <= len(smiles) and smiles[at - 1].isprintable() else ""
        return f"'{shown}' is not a SMILES: it breaks off at character {at}{found}"
    parts = _first_sentence(said)
    return f"'{shown}' is not a SMILES" + (f": {parts}" if parts else "")


def _why_block(table: ConnectionTable, said: list[str]) -> str:
    block = table.text
    if block.lstrip().startswith(("$RXN", "$RDFILE")):
        return _REACTION
    lines = block.split("\n")
    if len(lines) < 4 or not re.match(r"[ \d]{3}[ \d]{3}", lines[3]):
        return "its fourth line is not the counts line of a connection table on line 4"
    if table.missing:
        return f"its connection table ends too early: 'M  END' is missing, and so is {table.missing}"
    words = "\n".join(said)
    element = re.search(r"Element '(.*?)' not found", words)
    if element and element[1] not in ("ATOM", "BOND", "CTAB"):  # keywords that end a V3000 block
        return f"there is no element '{element[1]}'"
    if "Failed Expression" in words and "Range Error" in words:
        return "a bond or property names an atom that is not there"
    if element or re.search(
        r"too short: 'M  |EOF hit while reading|unexpected blank line|no M  END|Problems encountered parsing", words
    ):
        return "its connection table ends too early: there are fewer lines than its counts line says"
    parts = _first_sentence(said)
    return f"its connection table cannot be read{': ' if parts else ''}{parts}"


def _first_sentence(said: list[str]) -> str:
    """The first sentence of RDKit's log, without time stamps and stack traces."""
    for line in said:
        text = re.sub(r"^(\[\d\d:\d\d:\d\d\])?\s*(SMILES Parse Error:)?\s*|\s*for input:.*$", "", line).strip()
        if text and not re.match(
            r"\*{4}|-{5}|Stacktrace|Violation occurred|Failed Expression|\d+#|[\w-]+ Violation", text
        ):
            return _shorten(text)
    return ""


def _shorten(text: str) -> str:
    first = text.strip().split("\n", 1)[0].strip().rstrip(".")
    return first if len(first) <= _MAX_REASON else f"{first[:_MAX_REASON]}…"


class _RdkitLog(logging.Handler):
    """Collects RDKit's log messages while this thread parses a record, and drops others instead of printing them."""

    def __init__(self) -> None:
        super().__init__()
        self._local = threading.local()

    def start(self) -> None:
        self._local.kept = []

    def stop(self) -> None:
        self._local.kept = None

    def lines(self) -> list[str]:
        return list(getattr(self._local, "kept", None) or ())

    def emit(self, record: logging.LogRecord) -> None:
        kept: list[str] | None = getattr(self._local, "kept", None)
        if kept is not None and len(kept) < _MAX_LOG_LINES:
            kept.append(record.getMessage()[:1000])


@cache
def _log() -> _RdkitLog:
    """The log handler of this process. It replaces RDKit's own, which writes to stderr."""
    log = _RdkitLog()
    logger = logging.getLogger("rdkit")
    logger.handlers[:] = [log]
    logger.propagate = False
    rdBase.LogToPythonLogger()
    return log
