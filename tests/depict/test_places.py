"""Which place of a depiction a point means, and what a line around some of them encloses."""

from __future__ import annotations

import numpy as np

from gcx_desktop.depict.places import AtomPlaces, Band, BoxPlaces, Circle, PlaceBox

ATOMS = AtomPlaces(np.array([[0.0, 0], [30, 0], [np.nan, np.nan], [60, 0]]), np.array([[0, 1], [1, 3]]), radius=12)
BOXES = BoxPlaces(np.array([[0.0, 0, 100, 50], [10, 10, 20, 20], [200, 0, 1, 50]]))


def test_a_point_means_the_nearest_drawn_atom_within_reach() -> None:
    assert ATOMS.near(np.array([14.0, 0]), 1.0) == [0]
    assert ATOMS.near(np.array([15.0, 0]), 1.0) == [0, 1]
    assert ATOMS.near(np.array([15.0, 30]), 1.0) == []


def test_a_point_means_the_smallest_box_that_holds_it_or_else_one_that_is_near_on_the_screen() -> None:
    assert BOXES.near(np.array([15.0, 15]), 1.0) == [1, 0]
    assert BOXES.near(np.array([196.5, 10]), 1.0) == [2]
    assert BOXES.near(np.array([196.5, 10]), 2.0) == []


def test_a_line_goes_around_bonded_atoms_together_and_around_each_box() -> None:
    around = ATOMS.outline({0, 1})
    assert around.joined
    assert [type(shape) for shape in around.shapes] == [Circle, Circle, Band]
    assert BOXES.outline({2, 0}).shapes == (PlaceBox(0, 0, 100, 50), PlaceBox(200, 0, 1, 50))
    assert not BOXES.outline({0}).joined


def test_a_place_has_the_shape_that_is_filled() -> None:
    assert ATOMS.shape(1) == Circle(30, 0, 12)
    assert BOXES.shape(1) == PlaceBox(10, 10, 20, 20)
