from __future__ import annotations

import pytest

from gcx_desktop.app.explaining.colour_scale import sample_positions, scale_maximum


def test_the_scale_ends_where_three_of_four_molecules_have_their_strongest_atom() -> None:
    assert scale_maximum([1.0, 2.0, 3.0, 4.0, 100.0]) == pytest.approx(4.0)


def test_molecules_without_any_salient_atom_do_not_count() -> None:
    assert scale_maximum([0.0] * 50 + [2.0]) == pytest.approx(2.0)
    assert scale_maximum([0.0, 0.0]) == 0.0
    assert scale_maximum([]) == 0.0


def test_the_sample_is_spread_evenly_from_the_first_record_to_the_last() -> None:
    positions = sample_positions(10_000, 101)
    assert (positions[0], positions[50], positions[-1], len(set(positions))) == (0, 4999, 9999, 101)
    assert sample_positions(3) == [0, 1, 2]
