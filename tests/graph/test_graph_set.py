from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.graph_set import GraphSet, TwoWay, number_graphs


def decode(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    return np.eye(3, dtype=np.float32)[codes]


def chain(*codes: int) -> Graph:
    return Graph(np.array(codes), np.array([(i, i + 1) for i in range(len(codes) - 1)], np.int32).reshape(-1, 2))


GRAPHS = [chain(0), chain(0, 1, 0), chain(2, 2, 1, 0), chain(0, 1, 0), chain(*[i % 3 for i in range(50)])]


@pytest.fixture
def graph_set() -> GraphSet:
    return number_graphs(GRAPHS, decode, 2, torch.float64)


def dense(matrix: TwoWay, n_columns: int) -> NDArray[np.float64]:
    """From the rows, as scipy or torch would add them up."""
    pointers, columns, weights = (
        each.numpy() for each in (matrix.forward.pointers, matrix.forward.columns, matrix.forward.weights)
    )
    result = np.zeros((len(pointers) - 1, n_columns))
    for row, (begin, end) in enumerate(itertools.pairwise(pointers)):
        np.add.at(result[row], columns[begin:end], weights[begin:end])
    return result


@pytest.mark.parametrize("chosen", [[0], [4, 1], [2, 0, 3, 1, 4], [1, 1]])
def test_pooling_the_averaged_rows_gives_the_pooled_averages_of_the_nodes(
    graph_set: GraphSet, chosen: list[int]
) -> None:
    batch = graph_set.batch(np.array(chosen))
    values = batch.rows
    for layer in batch.layers:
        values = layer.forward.times(values)
    nodes = make_batch([GRAPHS[i] for i in chosen], decode, torch.float64)
    expected = nodes.pool(nodes.average(nodes.average(nodes.features)))
    assert torch.allclose(batch.pooling.forward.times(values), expected, atol=1e-12)


def test_each_transposed_matrix_is_the_transposed_one(graph_set: GraphSet) -> None:
    batch = graph_set.batch(np.array([4, 2, 1, 3]))
    for matrix in (*batch.layers, batch.pooling):
        n_columns = len(matrix.transposed.pointers) - 1
        back = TwoWay(matrix.transposed, matrix.forward)
        n_rows = len(matrix.forward.pointers) - 1
        assert np.allclose(dense(matrix, n_columns), dense(back, n_rows).T)


def test_graphs_that_are_alike_add_no_rows(graph_set: GraphSet) -> None:
    once, twice = graph_set.batch(np.array([1])), graph_set.batch(np.array([1, 3]))
    assert [len(layer.forward.columns) for layer in once.layers] == [
        len(layer.forward.columns) for layer in twice.layers
    ]


def test_the_rows_of_a_batch_are_filled_up_to_a_multiple_of_32(graph_set: GraphSet) -> None:
    batch = graph_set.batch(np.array([4]))
    assert len(batch.rows) == 32
    assert [len(layer.forward.pointers) - 1 for layer in batch.layers] == [32, 32]


def test_above_some_layers_their_responses_are_the_rows(graph_set: GraphSet) -> None:
    rows, down = graph_set.whole()
    above = graph_set.above(down[0].times(rows), 1)
    chosen = np.array([3, 4])
    batch, whole = above.batch(chosen), graph_set.batch(chosen)
    assert len(batch.layers) == 1
    through = whole.layers[1].forward.times(whole.layers[0].forward.times(whole.rows))
    assert torch.allclose(
        batch.pooling.forward.times(batch.layers[0].forward.times(batch.rows)), whole.pooling.forward.times(through)
    )


def test_a_set_knows_its_graphs_sizes(graph_set: GraphSet) -> None:
    assert len(graph_set) == 5
    assert graph_set.sizes.tolist() == [1, 3, 4, 3, 50]
