"""Rows of a project: what is written is read back to the bit, and no number of a stranger's leads out of an array."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.project.stored_rows import (
    MAX_PLACES,
    StoredMap,
    StoredPrediction,
    StoredRecord,
    StoredRejection,
    StoredRow,
    map_row,
    prediction_row,
    read_map,
    read_prediction,
    read_record,
    read_rejection,
    record_row,
    rejection_row,
    sealed,
)

positions = st.integers(0, 2**40)
texts = st.text(st.characters(exclude_categories=["Cs"]))
floats = st.floats(width=32)


def same(a: object, b: object) -> bool:
    """Equal to the bit, field by field."""
    for field in fields(a):  # type: ignore[arg-type]
        left, right = getattr(a, field.name), getattr(b, field.name)
        if isinstance(left, np.ndarray):
            if left.shape != right.shape or left.tobytes() != right.tobytes():
                return False
        elif left != right:
            return False
    return True


@st.composite
def codes(draw: st.DrawFn, n_nodes: int) -> np.ndarray:
    bits, kind = draw(st.sampled_from([(31, np.int32), (44, np.int64)]))
    return np.array(draw(st.lists(st.integers(0, 2**bits - 1), min_size=n_nodes, max_size=n_nodes)), kind)


@st.composite
def records(draw: st.DrawFn) -> StoredRecord:
    n_nodes = draw(st.integers(1, 8))
    extra = draw(st.integers(0, 3))
    nodes = st.integers(0, n_nodes - 1)
    edges = draw(st.lists(st.tuples(nodes, nodes), max_size=9))
    order = draw(st.none() | st.lists(st.integers(-1, n_nodes - 1), max_size=12))
    return StoredRecord(
        draw(positions),
        draw(texts),
        draw(texts),
        n_nodes + extra,
        draw(codes(n_nodes)),
        np.array(edges, np.int32).reshape(-1, 2),
        np.arange(extra, n_nodes + extra, dtype=np.int32) if extra else None,
        None if order is None else np.array(order, np.int32),
        draw(texts),
    )


@given(records())
def test_a_record_is_read_back_as_it_was(record: StoredRecord) -> None:
    assert same(record, read_record(record_row(record)))


@given(positions, st.integers(0, 10**9), texts, texts, st.booleans())
def test_a_rejection_is_read_back_as_it_was(position: int, line: int, title: str, reason: str, drawable: bool) -> None:
    rejection = StoredRejection(position, line, title, reason, drawable)
    assert read_rejection(rejection_row(rejection)) == rejection


@given(positions, st.lists(floats, min_size=2, max_size=5), st.data())
def test_a_prediction_is_read_back_as_it_was(position: int, values: list[float], data: st.DataObject) -> None:
    n_classes = len(values)
    prediction = StoredPrediction(position, data.draw(st.integers(0, n_classes - 1)), np.array(values, np.float32))
    assert same(prediction, read_prediction(prediction_row(prediction), n_classes))
    assert read_prediction(prediction_row(prediction), n_classes + 1) is None
    of_members = replace(prediction, members=np.stack([prediction.probabilities, prediction.probabilities[::-1]]))
    assert same(of_members, read_prediction(prediction_row(of_members), n_classes))


@given(positions, st.lists(st.tuples(floats, floats), min_size=1, max_size=9))
def test_a_map_is_read_back_as_it_was(position: int, values: list[tuple[float, float]]) -> None:
    stored = StoredMap(position, "grad-cam", np.array(values, np.float32))
    assert same(stored, read_map(map_row(stored), 2))


@given(records(), st.data())
def test_a_row_with_a_changed_value_is_not_read(record: StoredRecord, data: st.DataObject) -> None:
    row = list(record_row(record))
    at = data.draw(st.integers(0, len(row) - 1))
    other = data.draw(st.integers() | st.binary() | st.none() | texts)
    if other != row[at]:
        row[at] = other
        assert read_record(tuple(row)) is None


CHAIN = StoredRecord(
    0, "", "CCC", 4, np.zeros(3, np.int32), np.array([[0, 1]], np.int32), np.arange(3, dtype=np.int32), None
)
HOSTILE = {
    "an edge to a node that is not there": replace(CHAIN, edges=np.array([[0, 3]], np.int32)),
    "an edge from a negative node": replace(CHAIN, edges=np.array([[-1, 0]], np.int32)),
    "an atom that the record does not have": replace(CHAIN, node_index=np.array([0, 1, 4], np.int32)),
    "fewer atoms than nodes": replace(CHAIN, node_index=np.zeros(2, np.int32)),
    "a place beyond the SMILES": replace(CHAIN, text_order=np.array([3], np.int32)),
    "a record too large for memory": replace(CHAIN, n_places=MAX_PLACES + 1),
    "no node": replace(CHAIN, codes=np.zeros(0, np.int32), node_index=None),
    "more atoms than nodes without saying which": replace(CHAIN, node_index=None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_row_whose_numbers_lead_out_of_its_arrays_is_not_read(name: str) -> None:
    assert read_record(record_row(CHAIN)) is not None
    assert read_record(record_row(HOSTILE[name])) is None


@pytest.mark.parametrize("row", [(), (1,), sealed((0, 5, b"\0" * 8)), sealed((0, -1, b"\0" * 8)), sealed((0, 1, b""))])
def test_a_prediction_of_a_class_that_is_not_there_is_not_read(row: StoredRow) -> None:
    assert read_prediction(row, 2) is None
