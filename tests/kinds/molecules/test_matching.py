"""Where records contain a substructure, and how they are drawn with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.depict.colour import Paper
from gcx_desktop.kinds.kind import MatchedDepiction
from gcx_desktop.kinds.molecules.drawing import draw_molecule
from gcx_desktop.kinds.molecules.matching import draw_matched_molecule, match_molecule
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.record import Rejected


@pytest.fixture
def library(tmp_path: Path) -> Library:
    path = tmp_path / "some.smi"
    path.write_text("CC(=O)CC(C)=O two\nc1ccccc1 none\nC1CC broken\n")
    return open_library(path)


def test_every_place_of_the_pattern_counts(library: Library) -> None:
    assert match_molecule(library.source, "C=O", library.span(0)) == {1, 2, 4, 6}
    assert match_molecule(library.source, "C=O", library.span(1)) == frozenset()


def test_what_is_no_record_or_no_pattern_matches_nothing(library: Library) -> None:
    assert match_molecule(library.source, "C=O", library.span(2)) == frozenset()
    assert match_molecule(library.source, "not a pattern", library.span(0)) == frozenset()


@pytest.mark.parametrize("aligned", [False, True])
def test_a_record_is_drawn_with_its_match(library: Library, aligned: bool) -> None:
    drawn = draw_matched_molecule(library.source, Paper.DARK, "C=O", aligned, library.span(0))
    assert isinstance(drawn, MatchedDepiction)
    assert drawn.places == {1, 2, 4, 6}
    assert drawn.depiction.paper is Paper.DARK


def test_a_text_that_is_no_pattern_changes_no_picture(library: Library) -> None:
    drawn = draw_matched_molecule(library.source, Paper.WHITE, "not a pattern", True, library.span(0))
    plain = draw_molecule(library.source, Paper.WHITE, library.span(0))
    assert isinstance(drawn, MatchedDepiction)
    assert not isinstance(plain, Rejected)
    assert np.array_equal(drawn.depiction.atom_xy, plain.atom_xy)


def test_a_broken_record_stays_rejected(library: Library) -> None:
    assert isinstance(draw_matched_molecule(library.source, Paper.WHITE, "C=O", True, library.span(2)), Rejected)
