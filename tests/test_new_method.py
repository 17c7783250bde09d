"""A method that is registered appears everywhere by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from pypdf import PdfReader

from gcx_desktop.app.evaluation.evaluate_methods import evaluate_methods
from gcx_desktop.app.evaluation.labelled_records import class_labels
from gcx_desktop.app.evaluation.write_evaluation import summary_rows
from gcx_desktop.app.explaining.compare_methods import compare
from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.explaining.show_record import explain_record
from gcx_desktop.app.output.write_report import write_report
from gcx_desktop.cli.main import main
from gcx_desktop.explain import method as registry
from gcx_desktop.explain.forward_pass import ForwardPass, Method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import Format, Source
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work
from tests.explain.test_masking import RING


def equal_shares(run: ForwardPass) -> torch.Tensor:
    """Every atom counts the same."""
    return torch.ones(run.batch.n_nodes, run.network.n_classes) / run.batch.sizes[run.batch.graph_of]


EQUAL_SHARES = Method("equal-shares", "Equal shares", "nobody, 2026", equal_shares)


def register(monkeypatch: pytest.MonkeyPatch, method: Method) -> None:
    """As its line in ``methods`` and its entry in ``METHOD_NAMES`` would."""
    before = registry.methods()
    monkeypatch.setattr(registry, "methods", lambda: (*before, method))
    monkeypatch.setitem(METHOD_NAMES, method.id, method.name)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Method:
    register(monkeypatch, EQUAL_SHARES)
    return EQUAL_SHARES


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def bundle() -> Bundle:
    card = Card("tiny", "a task", ("no", "yes"), (8, 8), FEATURE_SET, N_FEATURES)
    return Bundle(card, initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(0)), Path("tiny"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,p_np\nCCO,1\nCC(=O)O,0\n")
    return path


@pytest.mark.parametrize("command", ["explain", "report", "evaluate", "benchmark-attribution"])
def test_commands_tell_of_it(command: str, registered: Method, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert registered.id in "".join(capsys.readouterr().out.split())  # wherever a line ends


def test_a_report_is_made_of_it(registered: Method, table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    out = table.with_name("report.pdf")
    with open_library(table) as library:
        request = ExplanationRequest(library, bundle, [registry.method(registered.id)])
        write_report(request, explain_library, Work(pool), out)
    text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert "Equalshares(equal-shares)" in "".join(text.split())  # wherever a line ends
    assert "max 0.333" in text


def test_it_is_evaluated(registered: Method, table: Path, bundle: Bundle, pool: WorkerPool) -> None:
    with open_library(table) as library:
        labels = class_labels(library, "p_np", bundle.card.class_names)
        request = ExplanationRequest(library, bundle, [registry.method(registered.id)])
        found = evaluate_methods(request, labels, explain_library, Work(pool))
    (row,) = summary_rows(found, [registered.id], 0.01)
    assert (row["method"], row["n_molecules"]) == ("equal-shares", 2)


def test_it_is_compared_with_the_others(registered: Method, bundle: Bundle) -> None:
    source = Source(Path("x.sdf"), Path("x.sdf"), Format.SDF)
    read = ReadMolecule(0, "", MolGraph(RING, None, 5, "", None))
    explained: ExplainedRecord = explain_record(bundle, source, read)
    assert list(compare(explained, 0).maps) == list(METHOD_NAMES)
