"""What makes a substructure doubtful, and what it is a part of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.substructure.findings import Finding, flags, smallest_containing
from gcx_desktop.substructure.fragments import labelled_graph
from gcx_desktop.substructure.patterns import Pattern, write_pattern
from gcx_desktop.substructure.statistics import odds_ratio


def pattern(smiles: str) -> Pattern:
    mol = Chem.MolFromSmiles(smiles)
    return write_pattern(labelled_graph(mol, range(mol.GetNumAtoms()))[0])


SOUND = Finding(
    pattern=pattern("FC(F)F"),
    attached="*C(F)(F)F",
    class_index=1,
    shown_in=np.arange(6),
    held_by=np.arange(20),
    n_positive=15,
    n_negative=5,
    odds=odds_ratio(15, 5, 10, 20),
    p_value=0.01,
    q_value=0.02,
    mean_saliency=0.5,
    sd_saliency=0.1,
    sum_saliency=2.0,
    prevalence=0.3,
    random_prevalence=0.1,
    n_scaffolds=3,
)


def test_the_papers_shares_are_of_the_molecules_that_contain_it() -> None:
    assert (SOUND.n_explained, SOUND.r_explained, SOUND.r_class) == (6, 0.3, 0.75)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ()),
        ({"pattern": pattern("CCC")}, ("chain of one element",)),
        ({"pattern": pattern("c1ccccc1")}, ()),
        ({"shown_in": np.arange(4)}, ("fewer than 5 molecules",)),
        ({"n_scaffolds": 1}, ("one scaffold",)),
        ({"random_prevalence": 0.3}, ("no more than at random",)),
    ],
)
def test_an_artefact_is_flagged(change: dict[str, object], expected: tuple[str, ...]) -> None:
    assert flags(replace(SOUND, **change), records="molecules") == expected


def test_how_few_molecules_are_few_can_be_said() -> None:
    assert flags(SOUND, few=10, records="molecules") == ("fewer than 10 molecules",)


def test_a_pattern_is_a_part_of_the_smallest_that_contain_it() -> None:
    # 0 lies within 1 and 2, 1 within 2, 3 within nothing.
    assert smallest_containing([[0], [0, 1], [0, 1, 2], [3]]) == [(1,), (2,), (), ()]
    assert smallest_containing([]) == []


def test_patterns_that_contain_each_other_are_no_parts() -> None:
    assert smallest_containing([[0, 1], [0, 1]]) == [(), ()]
