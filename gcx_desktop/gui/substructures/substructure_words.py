"""The texts of the Substructures panel, in the words of its kind of graph."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...app.mining.substructure_search import MiningResult
from ...app.mining.value_cut import number_in_words
from ...kinds.kind import Kind, Words
from ...substructure.findings import Finding
from ...substructure.scheme import Scheme
from ...wording import counted

SCHEMES = {
    Scheme.SALIENT: ("salient parts", "the connected highlighted atoms of each molecule"),
    Scheme.FREQUENT: ("frequent patterns", "what the highlighted parts of many molecules have in common"),
    Scheme.BRICS: ("BRICS pieces", "what a molecule falls into where its bonds can be made by synthesis"),
    Scheme.SCAFFOLD: ("scaffolds", "the rings of a molecule and the chains between them"),
    Scheme.RINGS: ("ring systems", "rings that share atoms"),
    Scheme.GROUPS: ("functional groups", "heteroatoms and what they are bonded to"),
}
"""Name and meaning of each search scheme."""
SCHEME_TIP = "What a molecule is taken apart into"
AS_PREDICTED = "as predicted"
MEDIAN = "median"
CUT_TIP = (
    "Records of at least this value are high: what raises the value is looked for among them, what lowers it among\n"
    "the others. Empty: the median of the measured values, or of the predicted ones where none are chosen"
)
WHOLE_GROUPS = "whole rings and groups"
COMPLETE_TIP = "Highlighted parts are completed to whole rings and functional groups, so that no half rings appear"
SHOWN_TIP = "Substructures that fewer explanations than this show are not listed"
NOTHING_OPEN = "Open a library and choose a model to find the substructures that are highlighted again and again"
NONE_LISTED = "No substructure is listed; lower the numbers above, or choose another cutoff"
NO_MATCH = "No substructure passes these filters; clear them to see all"
ODDS_TIP = (
    "How much greater the odds of the {group} are with it than without it, and the 95 % interval.\n"
    "1: it makes no difference; an interval that holds 1 leaves that open."
)
Q_TIP = (
    "The share of chance findings to be expected among this one and those with a smaller p (Benjamini and Hochberg).\n"
    "Where many are tested, small p values occur by chance."
)
FEW_TIPS = {
    "chain of one element": "nothing but its length tells it from other chains of the element",
    "one scaffold": "all molecules that show it have the same scaffold",
    "no more than at random": "random parts of the same size hold it as often",
}


def label_tip(words: Words) -> str:
    return (
        f"The column that holds the true classes: only {words.records} that are predicted rightly explain a class, and "
        f"{words.records} are counted by their true class"
    )


def cutoff_tip(words: Words) -> str:
    node = words.a_node
    return (
        f"{node[0].upper()}{node[1:]} counts as highlighted if its value is above this share of the {words.record}'s "
        "own largest.\n"
        "Until you change it, it is the same number as the colour threshold of the window, which is a share of the "
        f"colour scale.\nWhere each {words.record} has its own scale both highlight much the same; on the library's "
        f"scale {words.records} with weak\nsaliency have fewer {words.nodes} coloured than are counted here."
    )


def records_tip(words: Words) -> str:
    return f"Substructures that no more {words.records} than this contain are not listed"


def before_finding(words: Words, *, of_value: bool = False) -> str:
    """The text before the first search.

    :param of_value: whether values are predicted, in the place of classes
    """
    speak = "high or low values" if of_value else "a class"
    return (
        "Find looks for the substructures that the explanations highlight again and again, counts the "
        f"{words.records} that contain each, and tests whether they speak for {speak}"
    )


def running(words: Words) -> str:
    return f"Explaining all {words.records} and counting their substructures; the rest of the window stays usable"


def heads(kind: Kind, *, of_value: bool = False) -> tuple[tuple[str, str], ...]:
    """Name and tooltip of each column.

    :param of_value: whether values are divided into high and low ones, in the place of classes
    """
    if of_value:
        return _heads(kind, "group", "What it explains: high values (raises) or low ones (lowers)", "Inside")
    return _heads(kind, "class", "The class that it explains", "In class")


def _heads(kind: Kind, group: str, class_tip: str, in_group: str) -> tuple[tuple[str, str], ...]:
    classes, others = ("classes", "other classes") if group == "class" else ("groups", "other group")
    records, nodes, listing = kind.words.records, kind.words.nodes, kind.fragmenter.listing
    structure = (
        f"The substructure; sorts by its number of {nodes}.\nA click shows the {records} that contain it, a double "
        f"click opens them as a gallery{', all turned the same way' if listing.aligned else ''}."
    )
    saliency = (
        f"Mean relative value of its {nodes}, ± standard deviation over the {records} that show it.\n"
        f"1: the strongest {kind.words.node} of the {kind.words.record}."
    )
    prevalence = (
        f"The share of the {group}'s explanations that highlight it, and the share had as many "
        f"{'connected ' if listing.connected else ''}{nodes} been drawn at random from the same {records}.\n"
        "Sorts by the difference: is it signal, or just common?"
    )
    return (
        ("Structure", structure),
        ("Class" if group == "class" else "Explains", class_tip),
        ("Shown", f"Nₑ: {records} whose explanation highlights it"),
        (in_group, f"Nₚ: {records} of the {group} that contain it, highlighted or not"),
        ("In others", f"Nₙ: {records} of the {others} that contain it"),
        ("Rₑ", f"Of the {records} that contain it, the share whose explanation highlights it"),
        ("Rₚ", f"Of the {records} that contain it, the share that is of the {group}"),
        ("Odds ratio", ODDS_TIP.format(group=group)),
        (
            "p",
            f"How often chance alone would separate the {classes} as much or more (Fisher's exact test)",
        ),
        ("q", Q_TIP),
        ("Saliency", saliency),
        ("Prevalence", prevalence),
        ("Scaffolds", "Different ring scaffolds among the molecules that show it; 1: perhaps one series only"),
        ("Doubts", "What makes it doubtful as an explanation"),
    )


def figure_text(value: float, digits: int = 2) -> str:
    """A number with a few significant digits; "—" if there is none."""
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
    """A percentage, with one decimal if it is small."""
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else percent(share)


def finding_sentence(finding: Finding, group_name: str, kind: Kind) -> str:
    """The sentences about a substructure, for its tooltip.

    :param group_name: what the records of its class are called
    """
    n_held, words = len(finding.held_by), kind.words
    holding = f"{words.counted(n_held)} {'contains' if n_held == 1 else 'contain'} it"
    shares = f"{percent(finding.r_class)} of them {group_name}, highlighted in {percent(finding.r_explained)}"
    lines = [f"{holding}: {shares}"]
    lines += [f"{notation} {_bounded(text)}" for notation, text in finding.pattern.notations]
    if not finding.pattern.notations:
        lines.insert(0, _bounded(finding.pattern.text))
    if finding.attached:
        lines.append(f"mostly as {_bounded(finding.attached)}")
    if finding.part_of:
        lines.append(f"part of {counted(len(finding.part_of), 'larger one')} listed here")
    return "\n".join(lines)


def doubts(found: Sequence[str]) -> str:
    """The flags of a substructure, with their meanings."""
    return "\n".join(f"{flag}: {FEW_TIPS[flag]}" if flag in FEW_TIPS else flag for flag in found)


def account(mined: MiningResult, n_seen: int) -> str:
    """The summary of a list, such as "37 of 453 substructures · unknown in 2 molecules"."""
    n = len(mined.findings)
    listed = counted(n, "substructure") if n_seen == n else f"{n_seen:,} of {counted(n, 'substructure')}"
    cut = mined.cut
    median = " (the median)" if cut is not None and cut.is_median else ""
    divided = f" · high from {number_in_words(cut.limit)}{median}" if cut is not None else ""
    unknown = mined.failures.n_records
    return f"{listed}{divided}" + (f" · unknown in {mined.kind.words.counted(unknown)}" if unknown else "")


def evidence(mined: MiningResult) -> str:
    """The records in which they were found, a line for each class."""
    words = mined.kind.words
    lines = [] if mined.cut is None else [mined.cut.sentence]
    lines += [
        f"{name}: {n_explained:,} of {words.counted(n)} explained"
        for name, n, n_explained in zip(mined.class_names, mined.n_records, mined.n_explained, strict=True)
    ]
    if mined.n_left_out:
        lines.append(f"not counted: {counted(mined.n_left_out, 'pattern')} that few {words.records} show")
    lines += mined.failures.in_words(words)
    unread = len(mined.rejected) - mined.failures.n_records
    if unread:
        lines.append(f"{counted(unread, 'record')} could not be read or predicted")
    return "\n".join(lines)


def _bounded(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
