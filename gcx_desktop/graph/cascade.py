"""The input of a forward pass that computes some environments only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .batch import Adjacency, as_adjacency
from .environments import Environments
from .graph import Decode
from .union import Union


@dataclass(frozen=True, slots=True)
class Cascade:
    """The rows that each layer computes from those of the layer before, until the wanted environments are reached."""

    table: Tensor
    """[n_0, n_features]: the feature rows."""
    down: tuple[Adjacency, ...]
    """The l-th, from 1: [n_l, n_(l-1)], rows of Â."""

    def to(self, device: torch.device) -> Cascade:
        return Cascade(self.table.to(device), tuple(each.to(device) for each in self.down))


def make_cascade(
    union: Union,
    radii: Sequence[Environments],
    wanted: NDArray[np.bool_],
    decode: Decode,
    dtype: torch.dtype = torch.float32,
) -> Cascade:
    """The cascade that ends at the wanted environments of the largest radius.

    :param radii: environments of radius 0, 1, …
    :param wanted: [n_distinct environments of the largest radius]
    """
    down: list[Adjacency] = []
    for below, here in zip(radii[-2::-1], radii[:0:-1], strict=True):
        rows = union.entries.rows(here.chosen[wanted]).renamed(below.number)
        wanted = np.zeros(len(below.chosen), dtype=bool)
        wanted[rows.columns] = True
        down.append(as_adjacency(rows.renamed(np.cumsum(wanted) - 1), dtype))
    table = torch.from_numpy(decode(union.codes[radii[0].chosen[wanted]])).to(dtype)
    return Cascade(table, tuple(reversed(down)))
