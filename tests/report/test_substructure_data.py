"""The report's section of substructures: numbers as they are printed, text that is harmless."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from gcx_desktop.depict.colour import Paper
from gcx_desktop.kinds.molecules.pattern_drawing import draw_pattern
from gcx_desktop.report.content import ReportContent, ReportSubstructure
from gcx_desktop.report.pdf import write_pdf
from gcx_desktop.report.substructure_data import number_words, probability_words, substructure_data
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.substructure.labelled_graph import AROMATIC, SINGLE, LabelledGraph, atom_label
from gcx_desktop.substructure.patterns import Pattern, write_pattern
from gcx_desktop.substructure.statistics import OddsRatio

from .test_pdf import HEADER

CHLORINE, CARBON = atom_label(17, False, 0), atom_label(6, False, 0)
TRICHLOROMETHYL = write_pattern(
    LabelledGraph((CARBON, CHLORINE, CHLORINE, CHLORINE), tuple((0, i, SINGLE) for i in (1, 2, 3)))
)


def substructure(class_name: str = "permeable", pattern: Pattern = TRICHLOROMETHYL) -> ReportSubstructure:
    finding = Finding(
        pattern=pattern,
        attached="*C(Cl)(Cl)Cl",
        class_index=1,
        shown_in=np.arange(4),
        held_by=np.arange(16),
        n_positive=12,
        n_negative=4,
        odds=OddsRatio(math.inf, 1.5, 62_300.0),
        p_value=1e-9,
        q_value=2.34e-8,
        mean_saliency=0.5,
        sd_saliency=0.1,
        sum_saliency=2.0,
        prevalence=0.2,
        random_prevalence=0.1,
        n_scaffolds=1,
    )
    return ReportSubstructure(finding, class_name, draw_pattern(Paper.WHITE, pattern))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (12.34, "12"),
        (4_321.0, "4,321"),
        (62_300.0, "6.2 × 10⁴"),
        (2.34e-8, "2.3 × 10⁻⁸"),
        (1e-30, "10⁻³⁰"),
        (math.inf, "∞"),
        (math.nan, "—"),
    ],
)
def test_a_number_is_said_to_two_digits(value: float, words: str) -> None:
    assert number_words(value) == words


def test_a_probability_that_underflows_is_not_said_to_be_zero() -> None:
    assert probability_words(0.0) == "< 10⁻³⁰⁰"


def test_a_card_says_frequency_shares_odds_and_flags() -> None:
    data = substructure_data(substructure(), "pictures/substructure-1.svg", "molecules")
    assert (data["n_explained"], data["n_molecules"]) == ("4", "16")
    assert (data["r_explained"], data["r_class"]) == ("0.25", "0.75")
    assert (data["odds_ratio"], data["odds_interval"]) == ("∞", "1.5 to 6.2 × 10⁴")
    assert data["flags"] == ["fewer than 5 molecules", "one scaffold"]


def test_the_pdf_prints_the_frequency_beside_each_depiction_and_how_they_were_looked_for(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    header = replace(HEADER, substructure_search="Looked for like this.")
    nasty = substructure(class_name="#x(1) $1$ <b>*")
    write_pdf(out, ReportContent(header, [], [], [substructure(), nasty]))
    section = " ".join(PdfReader(out).pages[1].extract_text().replace("\u200b", "").split())
    for said in ("Looked for like this.", "4 of 16", "2.3 × 10⁻⁸", "one scaffold", "#x(1) $1$ <b>*"):
        assert said in section


def test_a_report_without_substructures_has_no_such_section(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(HEADER, [], []))
    assert "SUBSTRUCTURES" not in "".join(page.extract_text().upper() for page in PdfReader(out).pages)


def test_an_aromatic_and_an_aliphatic_carbon_are_drawn_differently() -> None:
    oxygen, aromatic = atom_label(8, False, 0), atom_label(6, True, 0)
    drawn = [draw_pattern(Paper.WHITE, write_pattern(LabelledGraph((carbon, oxygen), ((0, 1, SINGLE),))))
             for carbon in (CARBON, aromatic)]  # fmt: skip
    assert drawn[0].svg != drawn[1].svg
    half_ring = LabelledGraph((aromatic, aromatic, oxygen), ((0, 1, AROMATIC), (1, 2, SINGLE)))
    assert "stroke-dasharray" in draw_pattern(Paper.WHITE, write_pattern(half_ring)).svg
