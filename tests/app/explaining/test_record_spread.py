"""The spread of a record's map over the members, at the record's own places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from gcx_desktop.app.explaining.record_spread import record_spread
from gcx_desktop.explain.engine import explain_graphs
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import combine, initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.kinds.registry import decode_of
from gcx_desktop.library.record import Format, Source
from tests.explain.test_masking import RING

LIBRARY = Source(Path("x.smi"), Path("x.smi"), Format.SMILES)
MEMBERS = [initialise(N_FEATURES, (8, 8), 2, torch.Generator().manual_seed(seed)) for seed in range(3)]
CARD = Card("tiny", "a task", ("no", "yes"), (8, 8), FEATURE_SET, N_FEATURES, n_members=3, format_version=2)
BUNDLE = Bundle(CARD, combine(MEMBERS), Path("tiny"))
READ = ReadMolecule(0, "", MolGraph(RING, None, RING.n_nodes, "", None))


def test_it_is_the_deviation_of_the_maps_of_the_members_run_by_themselves() -> None:
    for id_ in ("occlusion", "cam"):
        alone = [explain_graphs(each, [RING], decode_of(CARD, LIBRARY), [method(id_)])[0].maps[id_] for each in MEMBERS]
        found = record_spread(BUNDLE, LIBRARY, READ, id_)
        assert found is not None
        np.testing.assert_allclose(found, np.std(alone, axis=0, ddof=1), rtol=1e-3, atol=1e-6)
        assert found.max() > 0


def test_places_without_a_node_have_none() -> None:
    read = ReadMolecule(0, "", MolGraph(RING, np.array([0, 2, 3, 4, 6], dtype=np.int32), 7, "", None))
    found, plain = record_spread(BUNDLE, LIBRARY, read, "cam"), record_spread(BUNDLE, LIBRARY, READ, "cam")
    assert found is not None
    assert plain is not None
    assert np.isnan(found[[1, 5]]).all()
    np.testing.assert_array_equal(found[[0, 2, 3, 4, 6]], plain)


def test_a_single_network_and_the_forests_map_have_none() -> None:
    single = Bundle(replace(CARD, n_members=1), MEMBERS[0], Path("tiny"))
    assert record_spread(single, LIBRARY, READ, "cam") is None
    assert record_spread(BUNDLE, LIBRARY, READ, "forest") is None
