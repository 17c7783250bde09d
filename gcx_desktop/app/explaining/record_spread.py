"""How much the members of an ensemble differ in the map of one record, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...kinds.kind import ReadRecord
from ...library.record import Source
from ...progress import CancelToken
from .method_names import FOREST_METHOD

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


def record_spread(
    bundle: Bundle, source: Source, read: ReadRecord, method_id: str, cancel: CancelToken | None = None
) -> NDArray[np.floating] | None:
    """[n_places, n_classes], the sample standard deviation of the members' maps by one method, NaN at places without a
    node; ``None`` where there are no members: of a single network, and of the forest's map.

    :param source: from which the record was read
    :raises Cancelled: once ``cancel`` is set
    """
    if bundle.network.n_members == 1 or method_id == FOREST_METHOD:
        return None
    from ...explain.method import method
    from ...explain.spread import map_spreads
    from ...kinds.registry import decode_of

    decode = decode_of(bundle.card, source)
    (of_nodes,) = map_spreads(bundle.network, [read.graph], decode, method(method_id), cancel)
    if read.node_index is None:
        return of_nodes
    of_places = np.full((read.n_places, of_nodes.shape[1]), np.nan, dtype=of_nodes.dtype)
    of_places[read.node_index] = of_nodes
    return of_places
