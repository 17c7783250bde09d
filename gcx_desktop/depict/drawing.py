"""The depiction of a molecule without its saliency: 2D layout and vector drawing by RDKit.

RDKit holds the interpreter lock and may need long for an unusual record, so these functions are called in worker
processes; their results are plain and picklable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import GcxError
from .alignment import align
from .colour import Floats, Paper, rgb
from .photograph import Photograph
from .places import AtomPlaces, BoxPlaces, Places
from .svg import svg_document

if TYPE_CHECKING:
    from rdkit import Chem

MAX_ATOMS_TO_DRAW = 400
BOND = 30.0
"""Length of a typical bond in units of the picture: equal in all molecules, so that pictures can be compared."""
RADIUS = 0.4 * BOND
"""Radius of the halo behind a salient atom."""
MARGIN = 0.12 * BOND
"""Empty margin around the halos and labels."""
_FONT_SIZE = 17
_LINE_WIDTH = 1.8
_PIECE_RIM = np.array([2.4, 1.8])
"""Room around an unconnected part of a molecule, in units of the layout (a bond is 1.5): half on each side."""
_RECORD_INDEX = "_gcx_record_index"
_FOLDED = "_gcx_hydrogens_folded"


class DepictionError(GcxError):
    """A molecule that cannot be drawn; its row stays intact."""


class TooComplexError(DepictionError):
    """More atoms than anyone could read in a picture. Attributes: ``n_atoms``, ``limit``, ``what`` is counted."""

    def __init__(self, n_atoms: int, limit: int = MAX_ATOMS_TO_DRAW, what: str = "atoms") -> None:
        self.n_atoms, self.limit, self.what = n_atoms, limit, what
        super().__init__(f"too complex to draw ({n_atoms} {what}; the limit is {limit})")

    def __reduce__(self) -> tuple[type[TooComplexError], tuple[int, int, str]]:
        return type(self), (self.n_atoms, self.limit, self.what)


@dataclass(frozen=True, slots=True)
class CoarserDrawing:
    """A drawing with fewer and larger words, for small pictures."""

    below: float
    """Used below this many pixels per unit of the picture."""
    svg: str
    """As :attr:`Depiction.svg`, of the same size."""


@dataclass(frozen=True, slots=True, eq=False)
class Depiction:
    """A drawn structure and the places of its atoms, so that saliency can be painted behind it."""

    svg: str
    """A standalone SVG with a transparent background; its viewBox is ``0 0 width height``."""
    width: float
    height: float
    atom_xy: Floats
    """[n_record_atoms, 2], in the coordinates of ``svg``; NaN for atoms not drawn (hydrogens folded away)."""
    bonds: npt.NDArray[np.int64]
    """[n_drawn_bonds, 2], record atom indices."""
    radius: float
    """Radius of the halo behind an atom, in units of ``svg``; a bond is 2.5 times as long."""
    paper: Paper
    """The background for which ink and element colours were chosen."""
    boxes: Floats | None = None
    """[n_places, 4]: x, y, width and height of what saliency fills; ``None`` where halos stand behind atoms."""
    coarser: tuple[CoarserDrawing, ...] = ()
    """Drawings for smaller and smaller pictures, in which the words of ``svg`` cannot be read."""
    photograph: Photograph | None = None
    """Drawn below the saliency."""

    @property
    def places(self) -> Places:
        """The places of its values."""
        return AtomPlaces(self.atom_xy, self.bonds, self.radius) if self.boxes is None else BoxPlaces(self.boxes)

    def at(self, scale: float) -> Depiction:
        """The depiction with the drawing that suits ``scale`` pixels per unit."""
        fitting = next((each.svg for each in reversed(self.coarser) if scale < each.below), self.svg)
        return self if fitting is self.svg else replace(self, svg=fitting)

    @property
    def body(self) -> str:
        """The inside of the ``<svg>`` element."""
        return self.svg[self.svg.index(">") + 1 : self.svg.rindex("</svg>")]


def depict(
    mol: Chem.Mol,
    *,
    paper: Paper = Paper.WHITE,
    max_atoms: int = MAX_ATOMS_TO_DRAW,
    template: Chem.Mol | None = None,
) -> Depiction:
    """Draw a molecule. Its own 2D coordinates are kept if it has real ones; otherwise a layout is computed.

    Explicit hydrogens without information (no isotope, no stereo bond) are left out. The molecule is not changed.

    :param template: as ``alignment.with_layout`` gives it; a molecule that contains it is laid out to match
    :raises TooComplexError: above ``max_atoms`` atoms that would be drawn.
    :raises DepictionError: if RDKit cannot draw it.
    """
    n_record_atoms = mol.GetNumAtoms()
    if mol.GetNumHeavyAtoms() > max_atoms:
        raise TooComplexError(mol.GetNumHeavyAtoms(), max_atoms)
    try:
        shown = without_plain_hydrogens(mol)
        if shown.GetNumAtoms() > max_atoms:
            raise TooComplexError(shown.GetNumAtoms(), max_atoms)
        shown, bond_length = laid_out(shown, template)
        return _draw(shown, n_record_atoms, bond_length, paper)
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DepictionError(f"cannot be drawn: {reason}") from error


def without_plain_hydrogens(mol: Chem.Mol) -> Chem.Mol:
    """A copy without the hydrogens that have no information; each atom has its index in the record as a property."""
    from rdkit import Chem

    copy = Chem.Mol(mol)
    for atom in copy.GetAtoms():
        atom.SetIntProp(_RECORD_INDEX, atom.GetIdx())
    if not any(atom.GetAtomicNum() == 1 for atom in copy.GetAtoms()):
        return copy
    if copy.NeedsUpdatePropertyCache():
        copy.UpdatePropertyCache(strict=False)
    hydrogens = {atom.GetIdx(): atom.GetTotalNumHs(includeNeighbors=True) for atom in copy.GetAtoms()}
    rules = Chem.RemoveHsParameters()
    rules.showWarnings = False
    rules.removeMapped = False
    rules.removeHydrides = False  # their charge would be lost
    rules.removeWithWedgedBond = True
    folded = Chem.RemoveHs(copy, rules, sanitize=False)
    _set_hydrogen_counts(folded, hydrogens)
    folded.SetBoolProp(_FOLDED, folded.GetNumAtoms() < copy.GetNumAtoms())
    return folded


def _set_hydrogen_counts(mol: Chem.Mol, hydrogens: dict[int, int]) -> None:
    """Sets the number of hydrogens of each atom (by record index, drawn ones included), since RDKit's are outdated
    now."""
    for atom in mol.GetAtoms():
        drawn = sum(neighbour.GetAtomicNum() == 1 for neighbour in atom.GetNeighbors())
        atom.SetNumExplicitHs(hydrogens[atom.GetIntProp(_RECORD_INDEX)] - drawn)
        atom.SetNoImplicit(True)
    mol.UpdatePropertyCache(strict=False)


def laid_out(mol: Chem.Mol, template: Chem.Mol | None = None) -> tuple[Chem.Mol, float]:
    """The molecule with one 2D conformer, ready to draw, and the length of its typical bond."""
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D

    aligned = template is not None and align(mol, template)
    own_length = None if aligned else _own_layout_bond_length(mol)
    if own_length is None:
        if not aligned:
            mol.RemoveAllConformers()
            rdDepictor.Compute2DCoords(mol, canonOrient=True, clearConfs=True, useRingTemplates=True)
        _set_pieces_apart(mol)
    try:
        prepared = rdMolDraw2D.PrepareMolForDrawing(mol, kekulize=True, addChiralHs=False, wedgeBonds=True)
    except ValueError:  # no Kekulé structure: show the bonds as aromatic
        prepared = rdMolDraw2D.PrepareMolForDrawing(mol, kekulize=False, addChiralHs=False, wedgeBonds=True)
    return prepared, own_length or _median_bond_length(prepared, prepared.GetConformer().GetPositions()) or 1.5


def _set_pieces_apart(mol: Chem.Mol) -> None:
    """Puts unconnected parts in rows, the largest first, with room for labels; RDKit may draw ions over other atoms."""
    from rdkit import Chem
    from rdkit.Geometry import Point3D

    pieces = sorted(Chem.GetMolFrags(mol), key=lambda atoms: (-len(atoms), atoms[0]))
    if len(pieces) < 2:
        return
    conformer = mol.GetConformer()
    xy = conformer.GetPositions()[:, :2]
    boxes = [(xy[list(atoms)].min(axis=0), xy[list(atoms)].max(axis=0)) for atoms in pieces]
    sides = [high - low + _PIECE_RIM for low, high in boxes]
    row_width = max(max(side[0] for side in sides), 1.5 * float(sum(side[0] * side[1] for side in sides)) ** 0.5)
    rows: list[list[int]] = [[]]
    filled = 0.0
    for piece, (wide, _) in enumerate(sides):
        if rows[-1] and filled + wide > row_width * 1.001:
            rows.append([])
            filled = 0.0
        rows[-1].append(piece)
        filled += wide

    top = 0.0
    for row in rows:
        depth = max(float(sides[piece][1]) for piece in row)
        left = -sum(float(sides[piece][0]) for piece in row) / 2
        for piece in row:
            centre = np.array([left + sides[piece][0] / 2, top - depth / 2])
            shift = centre - np.mean(boxes[piece], axis=0)
            for atom in pieces[piece]:
                x, y = (xy[atom] + shift).tolist()
                conformer.SetAtomPosition(atom, Point3D(x, y, 0.0))
            left += float(sides[piece][0])
        top -= depth


def _median_bond_length(mol: Chem.Mol, xyz: Floats) -> float:
    """0 if there are no bonds."""
    ends = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()], dtype=np.int64)
    if not len(ends):
        return 0.0
    return float(np.median(np.linalg.norm(xyz[ends[:, 0]] - xyz[ends[:, 1]], axis=1)))


def _own_layout_bond_length(mol: Chem.Mol) -> float | None:
    """The typical bond length of the record's own 2D coordinates; ``None`` if they are missing or not readable."""
    if mol.GetNumConformers() == 0:
        return None
    xyz = mol.GetConformer().GetPositions()
    if not np.isfinite(xyz).all() or np.abs(xyz[:, 2]).max(initial=0.0) > 1e-3:
        return None
    bond = _median_bond_length(mol, xyz)
    if bond < 1e-3:
        return None
    if np.ptp(xyz, axis=0).max() > 1.5 * bond * (len(xyz) + 4):  # parts far apart would all be drawn too small
        return None
    if mol.HasProp(_FOLDED) and mol.GetBoolProp(_FOLDED) and _has_straight_chain(mol, xyz):
        return None
    apart = np.linalg.norm(xyz[:, None, :] - xyz[None, :, :], axis=2)
    np.fill_diagonal(apart, np.inf)
    return bond if apart.min() > 0.1 * bond else None


def _has_straight_chain(mol: Chem.Mol, xyz: Floats) -> bool:
    """Whether a CH2 lies on a straight line between its neighbours, as if its hydrogens were drawn: RDKit labels it
    C."""
    for atom in mol.GetAtoms():
        if atom.GetDegree() == 2 and atom.GetTotalNumHs() == 2:
            one, other = (xyz[end.GetIdx()] - xyz[atom.GetIdx()] for end in atom.GetNeighbors())
            if one @ other < -0.9 * np.linalg.norm(one) * np.linalg.norm(other):
                return True
    return False


def _draw(mol: Chem.Mol, n_record_atoms: int, bond_length: float, paper: Paper) -> Depiction:
    from rdkit.Chem.Draw import rdMolDraw2D

    drawer = rdMolDraw2D.MolDraw2DSVG(-1, -1)
    _style(drawer.drawOptions(), BOND / bond_length, paper)
    drawer.DrawMolecule(mol)
    drawn_xy = [drawer.GetDrawCoords(i) for i in range(mol.GetNumAtoms())]
    drawer.FinishDrawing()
    # RDKit draws radical electrons in black, whatever the palette says.
    drawing = drawer.GetDrawingText().replace("#000000", paper.ink)

    atom_xy = np.full((n_record_atoms, 2), np.nan)
    record_index = [a.GetIntProp(_RECORD_INDEX) if a.HasProp(_RECORD_INDEX) else -1 for a in mol.GetAtoms()]
    for index, point in zip(record_index, drawn_xy, strict=True):
        if index >= 0:
            atom_xy[index] = point.x, point.y
    ends = [(record_index[b.GetBeginAtomIdx()], record_index[b.GetEndAtomIdx()]) for b in mol.GetBonds()]
    bonds = np.array([pair for pair in ends if min(pair) >= 0], dtype=np.int64).reshape(-1, 2)

    # The picture contains RDKit's own box and every halo, and begins at 0, 0.
    reach = RADIUS + MARGIN
    drawn = atom_xy[~np.isnan(atom_xy[:, 0])]
    box = np.array([[0.0, 0.0], [drawer.Width(), drawer.Height()]])
    low = np.floor(np.vstack([box, drawn - reach]).min(axis=0))
    high = np.ceil(np.vstack([box, drawn + reach]).max(axis=0))
    width, height = (float(side) for side in high - low)
    body = f'<g transform="translate({-low[0]:g} {-low[1]:g})">{_compact(drawing)}</g>'
    return Depiction(svg_document(body, width, height), width, height, atom_xy - low, bonds, RADIUS, paper)


def _style(options: Any, scale: float, paper: Paper) -> None:
    palette = {number: _unit(colour) for number, colour in paper.elements.items()}
    ink = _unit(paper.ink)
    options.setAtomPalette({-1: ink, 6: ink} | palette)
    options.setSymbolColour(ink)
    options.setAnnotationColour(ink)
    options.setQueryColour(ink)
    options.clearBackground = False
    options.scalingFactor = scale
    options.fixedFontSize = _FONT_SIZE
    options.bondLineWidth = _LINE_WIDTH
    options.scaleBondWidth = False
    options.padding = 0.0
    options.multipleBondOffset = 0.17
    options.additionalAtomLabelPadding = 0.08
    options.includeMetadata = False
    options.prepareMolsBeforeDrawing = False


def _unit(colour: str) -> tuple[float, float, float]:
    red, green, blue = rgb(colour)
    return red / 255, green / 255, blue / 255


_ELEMENT = re.compile(r"<(path|ellipse|polygon|polyline|rect|circle|line)\b([^>]*?)/?>(?:</\1>)?")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
_DEFAULTS = {
    "fill-rule:evenodd",
    "stroke-linecap:butt",
    "stroke-linejoin:miter",
    "stroke-opacity:1",
    "fill-opacity:1",
    "stroke:none",
}


def _compact(drawing: str) -> str:
    """The shapes of RDKit's SVG with plain attributes; consecutive lines with the same pen become one path."""
    out: list[str] = []
    lines: list[str] = []
    lines_pen = ""
    for shape, attributes in _ELEMENT.findall(drawing):
        painted: list[tuple[str, str]] = []
        placed: list[tuple[str, str]] = []
        path_data = ""
        for name, single, double in _ATTRIBUTE.findall(attributes):
            if name == "d":
                path_data = _short(single or double)
            elif name in ("style", "fill", "stroke"):
                painted.append((name, single or double))
            elif name != "class":
                placed.append((name, single or double))
        pen, is_open = _pen(tuple(painted))
        is_line = is_open and shape == "path" and not placed
        if lines and not (is_line and pen == lines_pen):
            out.append(f'<path {lines_pen} d="{"".join(lines)}"/>')
            lines = []
        if is_line:
            lines.append(path_data)
            lines_pen = pen
        else:
            geometry = "".join(f' {name}="{value}"' for name, value in placed)
            out.append(f"<{shape} {pen}" + (f' d="{path_data}"' if path_data else "") + f"{geometry}/>")
    if lines:
        out.append(f'<path {lines_pen} d="{"".join(lines)}"/>')
    return "".join(out)


@lru_cache(maxsize=256)
def _pen(painted: tuple[tuple[str, str], ...]) -> tuple[str, bool]:
    """The attributes with which a shape is painted, without SVG's defaults, and whether it is not filled.

    A molecule's many shapes have few pens, so this is cached.
    """
    pen: dict[str, str] = {}
    for name, value in painted:
        if name == "style":
            rules = [rule.partition(":") for rule in value.split(";") if rule and rule not in _DEFAULTS]
            pen |= {key.strip(): setting.strip().removesuffix("px") for key, _, setting in rules}
        else:
            pen[name] = value
    return " ".join(f'{name}="{value}"' for name, value in pen.items()), pen.get("fill") == "none"


def _short(path_data: str) -> str:
    """Path data without the spaces around its letters."""
    for letter in "MLQCZz":
        if letter in path_data:
            path_data = path_data.replace(f" {letter}", letter).replace(f"{letter} ", letter)
    return path_data.strip()
