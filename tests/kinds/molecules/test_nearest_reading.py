"""Reading molecules with the nearest training molecule of a model."""

from __future__ import annotations

from pathlib import Path

from rdkit import Chem

from gcx_desktop.app.explaining.read_records import read_library
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, DomainFile, make_domain, save_domain
from gcx_desktop.gcn.reliability.nearest import NearestRecord
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool


def test_the_nearest_training_molecule_is_that_of_the_molecule_as_it_is_predicted(tmp_path: Path) -> None:
    known = ["CCO", "c1ccccc1O", "CC(=O)O", "CCN"]
    save_domain(make_domain([morgan_fingerprint(Chem.MolFromSmiles(each)) for each in known]), tmp_path / DOMAIN_FILE)
    path = tmp_path / "library.smi"
    path.write_text("c1ccccc1O\nno structure\nCCCO\nCC(=O)[O-].[Na+]\n[H]OCC\n")
    prepared = Preparation(largest_fragment=True, neutralise=True)
    with open_library(path) as library, WorkerPool(1) as pool:
        read = list(read_library(library, pool, preparation=prepared, nearest_in=DomainFile.of(tmp_path)))
        plain = [each for each in read_library(library, pool) if isinstance(each, ReadMolecule)]
    assert isinstance(read[1], Rejected)
    found = [each for each in read if isinstance(each, ReadMolecule)]
    nearest = [each.nearest[0] for each in found]
    assert nearest[0] == NearestRecord(1, 1.0)
    assert known[nearest[1].row] == "CCO"
    assert 0 < nearest[1].similarity < 1
    assert nearest[2:] == [NearestRecord(2, 1.0), NearestRecord(0, 1.0)]
    assert [each.nearest for each in plain] == [()] * 4
    assert [each.text for each in plain] == [each.text for each in found]


def test_a_domain_that_is_gone_costs_no_record(tmp_path: Path) -> None:
    (tmp_path / DOMAIN_FILE).write_bytes(b"damaged")
    path = tmp_path / "library.smi"
    path.write_text("CCO\n")
    with open_library(path) as library, WorkerPool(1) as pool:
        read = list(read_library(library, pool, nearest_in=DomainFile.of(tmp_path)))
    assert isinstance(read[0], ReadMolecule)
    assert read[0].nearest == ()
