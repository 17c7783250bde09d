"""What the Substructures panel says, in a chemist's words."""

from __future__ import annotations

import math

from ..app.substructure_search import Mined
from ..substructure.findings import Finding, flags
from ..substructure.schemes import Scheme
from .filter_chips import counted

SCHEMES = {
    Scheme.SALIENT: ("salient parts", "the connected highlighted atoms of each molecule"),
    Scheme.FREQUENT: ("frequent patterns", "what the highlighted parts of many molecules have in common"),
    Scheme.BRICS: ("BRICS pieces", "what a molecule falls into where its bonds can be made by synthesis"),
    Scheme.SCAFFOLD: ("scaffolds", "the rings of a molecule and the chains between them"),
    Scheme.RINGS: ("ring systems", "rings that share atoms"),
    Scheme.GROUPS: ("functional groups", "heteroatoms and what they are bonded to"),
}
"""Name and meaning of what can be looked for."""
SCHEME_TIP = "What a molecule is taken apart into"
LABEL_TIP = (
    "The column that holds the true classes: only molecules that are predicted rightly explain a class, and molecules "
    "are counted by their true class"
)
PREDICTED = "as predicted"
THRESHOLD_TIP = "An atom is highlighted if its value is above this share of the molecule's largest"
COMPLETE = "whole rings and groups"
COMPLETE_TIP = "Highlighted parts are completed to whole rings and functional groups, so that no half rings appear"
MOLECULES_TIP = "Substructures that no more molecules than this contain are not listed"
SHOWN_TIP = "Substructures that fewer explanations than this show are not listed"

NO_LIBRARY = "Open a library and choose a model to find the substructures that are highlighted again and again"
READY = (
    "Find looks for the substructures that the explanations highlight again and again, counts the molecules that "
    "contain each, and tests whether they speak for a class"
)
RUNNING = "Explaining all molecules and counting their substructures; the rest of the window stays usable"
NOTHING = "No substructure is listed; lower the numbers above, or choose another threshold"
NO_MATCH = "No substructure passes these filters; clear them to see all"

STRUCTURE_TIP = (
    "The substructure; sorts by its number of atoms.\n"
    "A click shows the molecules that contain it, a double click opens them as a gallery, all turned the same way."
)
ODDS_TIP = (
    "How much greater the odds of the class are with it than without it, and the 95 % interval.\n"
    "1: it makes no difference; an interval that holds 1 leaves that open."
)
Q_TIP = (
    "The share of chance findings to be expected among this one and those with a smaller p (Benjamini and Hochberg).\n"
    "Where many are tested, small p values occur by chance."
)
SALIENCY_TIP = (
    "Mean relative value of its atoms, ± standard deviation over the molecules that show it.\n"
    "1: the strongest atom of the molecule."
)
PREVALENCE_TIP = (
    "The share of the class's explanations that highlight it, and the share had as many connected atoms been drawn at "
    "random from the same molecules.\nSorts by the difference: is it signal, or just common?"
)
HEADS = (
    ("Structure", STRUCTURE_TIP),
    ("Class", "The class that it explains"),
    ("Shown", "Nₑ: molecules whose explanation highlights it"),
    ("In class", "Nₚ: molecules of the class that contain it, highlighted or not"),
    ("In others", "Nₙ: molecules of the other classes that contain it"),
    ("Rₑ", "Of the molecules that contain it, the share whose explanation highlights it"),
    ("Rₚ", "Of the molecules that contain it, the share that is of the class"),
    ("Odds ratio", ODDS_TIP),
    ("p", "How often chance alone would separate the classes as much or more (Fisher's exact test)"),
    ("q", Q_TIP),
    ("Saliency", SALIENCY_TIP),
    ("Prevalence", PREVALENCE_TIP),
    ("Scaffolds", "Different ring scaffolds among the molecules that show it; 1: perhaps one series only"),
    ("Doubts", "What makes it doubtful as an explanation"),
)
"""Name and tooltip of each column."""
FEW_TIPS = {
    "chain of one element": "nothing but its length tells it from other chains of the element",
    "one scaffold": "all molecules that show it have the same scaffold",
    "no more than at random": "random parts of the same size hold it as often",
}


def number(value: float, digits: int = 2) -> str:
    """With a few significant digits; "—" if there is none."""
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞"
    if value != 0 and not 1e-3 <= abs(value) < 1e4:
        return f"{value:.{digits - 1}e}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    return f"{value:.{digits}g}" if abs(value) < 100 else f"{value:,.0f}"


def percent(share: float) -> str:
    return "—" if math.isnan(share) else f"{100 * share:.0f} %"


def fine_percent(share: float) -> str:
    """With a decimal where it is small."""
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else percent(share)


def sentence(finding: Finding, class_name: str) -> str:
    """What is said of a substructure, for its tooltip."""
    n_held = len(finding.held_by)
    holding = f"{counted(n_held, 'molecule')} {'contains' if n_held == 1 else 'contain'} it"
    shares = f"{percent(finding.r_class)} of them {class_name}, highlighted in {percent(finding.r_explained)}"
    lines = [
        f"{holding}: {shares}",
        f"SMILES {_bounded(finding.pattern.smiles)}",
        f"SMARTS {_bounded(finding.pattern.smarts)}",
    ]
    if finding.attached:
        lines.append(f"mostly as {_bounded(finding.attached)}")
    if finding.part_of:
        lines.append(f"part of {counted(len(finding.part_of), 'larger one')} listed here")
    return "\n".join(lines)


def doubts(finding: Finding) -> str:
    """The flags, and what they mean."""
    return "\n".join(f"{flag}: {FEW_TIPS[flag]}" if flag in FEW_TIPS else flag for flag in flags(finding))


def account(mined: Mined, n_seen: int) -> str:
    """Such as "37 of 453 substructures"."""
    n = len(mined.findings)
    return counted(n, "substructure") if n_seen == n else f"{n_seen:,} of {counted(n, 'substructure')}"


def evidence(mined: Mined) -> str:
    """What they were found in, a line for each class."""
    lines = [
        f"{name}: {n_explained:,} of {counted(n, 'molecule')} explained"
        for name, n, n_explained in zip(mined.class_names, mined.n_molecules, mined.n_explained, strict=True)
    ]
    if mined.n_left_out:
        lines.append(f"{counted(mined.n_left_out, 'pattern')} that few molecules show were not counted")
    if mined.rejected:
        lines.append(f"{counted(len(mined.rejected), 'record')} could not be read or predicted")
    return "\n".join(lines)


def _bounded(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
