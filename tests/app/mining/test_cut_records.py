"""What workers do with one record: take it apart, and look for patterns in it and in random parts of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.mining.cut_records import ChangedRecordError, CutSettings, cut_record, match_patterns, write_form
from gcx_desktop.app.mining.substructure_search import RANDOM_DRAWS
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.substructure.labelled_graph import SINGLE
from gcx_desktop.substructure.scheme import Scheme

PHENYLACETONITRILE = "N#CCc1ccccc1"
ATOMS = 9


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.smi"
    path.write_text(f"{PHENYLACETONITRILE} one\n[H]N([H])C two\nnonsense three\n")
    with open_library(path) as library:
        yield library


def values(*strong: int, n_atoms: int = ATOMS) -> np.ndarray:
    marked = np.zeros(n_atoms, dtype=np.float32)
    marked[list(strong)] = 0.5
    return marked


def test_fragments_say_how_salient_they_are(library: Library) -> None:
    found = cut_record(library.source, CutSettings(Scheme.SALIENT, 0.1), (library.span(0), values(0, 1, 3, 4)))
    assert [each.smarts for each in found.fragments] == ["C#N", "c:c"]
    assert write_form((found.fragments[0].graph, ((found.fragments[0].ends, 1),)))[1] == "*C#N"
    assert {(each.shown, each.mean, each.total) for each in found.fragments} == {(True, 0.5, 1.0)}


def test_a_piece_of_a_scheme_is_shown_if_all_of_it_is_salient(library: Library) -> None:
    marked = values(0, 1, 3, 4, 5)
    groups = cut_record(library.source, CutSettings(Scheme.GROUPS, 0.1), (library.span(0), marked))
    assert [(each.smarts, each.shown) for each in groups.fragments] == [("C#N", True)]
    rings = cut_record(library.source, CutSettings(Scheme.RINGS, 0.1), (library.span(0), marked))
    assert [(each.smarts, each.shown, each.mean) for each in rings.fragments] == [("c1:c:c:c:c:c:1", False, 0.25)]


def test_fragments_outside_the_wanted_sizes_are_left_out(library: Library) -> None:
    item = (library.span(0), values(0, 1, 3, 4, 5))
    assert len(cut_record(library.source, CutSettings(Scheme.SALIENT, 0.1, min_atoms=3), item).fragments) == 1
    assert len(cut_record(library.source, CutSettings(Scheme.SALIENT, 0.1, max_atoms=2), item).fragments) == 1


def test_the_salient_part_comes_as_a_graph_with_its_values(library: Library) -> None:
    found = cut_record(library.source, CutSettings(Scheme.FREQUENT, 0.1), (library.span(0), values(0, 1, 4)))
    assert found.part is not None
    assert found.values is not None
    assert (len(found.part.labels), len(found.part.bonds), found.values.tolist()) == (3, 1, [0.5, 0.5, 0.5])


def test_hydrogens_that_are_written_out_are_in_no_fragment(library: Library) -> None:
    item = (library.span(1), values(1, 3, n_atoms=4))
    assert [each.ends for each in cut_record(library.source, CutSettings(Scheme.SALIENT, 0.1), item).fragments] == [()]


def test_the_most_frequent_form_of_a_symmetric_pattern_does_not_depend_on_equivalent_atoms(library: Library) -> None:
    ring = cut_record(library.source, CutSettings(Scheme.RINGS, 0.1), (library.span(0), values())).fragments[0].graph
    forms = (((at, SINGLE), (at + 2, SINGLE)) for at in (0, 1, 2))
    pattern, attached = write_form((ring, (*((form, 1) for form in forms), (((0, SINGLE),), 1))))
    assert (pattern.smiles, attached.count("*")) == ("c1ccccc1", 2)


def test_a_scaffold_is_given_if_it_is_wanted(library: Library) -> None:
    looked = [
        match_patterns(library.source, (), CutSettings(Scheme.SALIENT, 0.1), (library.span(0), None, w))
        for w in (True, False)
    ]
    assert [each.scaffold for each in looked] == ["c1ccccc1", None]


def test_random_parts_show_a_pattern_in_a_share_of_the_draws_the_same_each_time(library: Library) -> None:
    smarts = ("C#N", "c:c", "c1:c:c:c:c:c:1", "C-O")
    item = (library.span(0), values(3, 4), False)
    found = match_patterns(library.source, smarts, CutSettings(Scheme.SALIENT, 0.1), item)
    assert found.patterns.tolist() == [0, 1, 2]
    shares = dict(found.random)
    assert set(shares) <= {0, 1}  # a part of two atoms is no ring
    assert all(share in [k / RANDOM_DRAWS for k in range(1, RANDOM_DRAWS + 1)] for share in shares.values())
    assert match_patterns(library.source, smarts, CutSettings(Scheme.SALIENT, 0.1), item).random == found.random
    whole = (library.span(0), values(*range(ATOMS)), False)
    everything = match_patterns(library.source, smarts, CutSettings(Scheme.FREQUENT, 0.1), whole)
    assert dict(everything.random) == {0: 1.0, 1: 1.0, 2: 1.0}


def test_a_molecule_that_is_no_evidence_has_no_random_parts(library: Library) -> None:
    assert (
        match_patterns(
            library.source, ("C#N",), CutSettings(Scheme.SALIENT, 0.1), (library.span(0), None, False)
        ).random
        == ()
    )
    assert (
        match_patterns(
            library.source, ("C#N",), CutSettings(Scheme.SALIENT, 0.1), (library.span(0), values(), False)
        ).random
        == ()
    )


@pytest.mark.parametrize(("record", "n_atoms"), [(2, 5), (0, 5)])
def test_a_record_that_is_another_than_before_is_refused(library: Library, record: int, n_atoms: int) -> None:
    with pytest.raises(ChangedRecordError, match="open the file anew"):
        cut_record(library.source, CutSettings(Scheme.SALIENT, 0.1), (library.span(record), values(0, n_atoms=n_atoms)))
