"""Compares the maps of all methods for one record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .disagreement import mean_disagreement
from .explain_library import ExplainedRecord
from .method_names import FOREST_METHOD
from .trust import agreement, consensus, disagreement

MOST_DISPUTED = 3
"""How many nodes are named as those on which the methods disagree most."""
LARGEST_SPREAD = 0.5
"""The largest possible standard deviation of values between 0 and 1."""

NodeValues = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The maps of one record for one class, in the record's atom order, NaN at atoms without a value."""

    maps: dict[str, NodeValues]
    """Method id → [n_places], raw."""
    largest: dict[str, float]
    """Method id → the largest magnitude over nodes and classes."""
    agreement: dict[str, float]
    """Method id → mean rank correlation with the other methods of the network; NaN if there is none."""
    consensus: NodeValues
    """[n_places], in [0, 1]: :func:`.trust.consensus`."""
    spread: NodeValues
    """[n_places], in [0, ``LARGEST_SPREAD``]: :func:`.trust.disagreement`."""
    disputed: tuple[int, ...]
    """Record indices of the nodes with the largest spread, the largest first."""
    disagreement: float
    """For the whole record: :func:`.disagreement.mean_disagreement`."""


def compare(explained: ExplainedRecord, class_index: int) -> Comparison:
    """Compares the methods on one record that was explained by all of them.

    The forest's map, if there is one, is compared with those of the network's methods, but has no part in what is said
    of these together.
    """
    maps = explained.explanation.maps
    of_network = {id_: values for id_, values in maps.items() if id_ != FOREST_METHOD}
    spread = _on_record(explained, disagreement(of_network, class_index))
    order = np.argsort(-np.nan_to_num(spread), kind="stable")[:MOST_DISPUTED]
    return Comparison(
        maps={id_: explained.record_maps(id_)[:, class_index] for id_ in maps},
        largest={id_: float(np.abs(values).max(initial=0.0)) for id_, values in maps.items()},
        agreement={id_: agreement({**of_network, id_: maps[id_]}, id_, class_index) for id_ in maps},
        consensus=_on_record(explained, consensus(of_network, class_index)),
        spread=spread,
        disputed=tuple(node for node in order.tolist() if spread[node] > 0),
        disagreement=mean_disagreement(of_network, class_index),
    )


def _on_record(explained: ExplainedRecord, values: NodeValues) -> NodeValues:
    """[n_nodes] → [n_places], NaN at places without a node."""
    read = explained.read
    if read.node_index is None:
        return values
    spread = np.full(read.n_places, np.nan)
    spread[read.node_index] = values
    return spread
