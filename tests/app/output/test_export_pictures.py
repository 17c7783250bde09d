"""A folder of pictures is what is said of it: whole, or stopped half way, or with others in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.output import export_pictures as module
from gcx_desktop.app.output.export_pictures import PictureExportSummary, PictureStyle, export_pictures, svg_bytes
from gcx_desktop.depict.drawing import Depiction
from gcx_desktop.depict.halos import Halo
from gcx_desktop.errors import OutputError
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken
from gcx_desktop.work import Work


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "molecules.smi"
    path.write_text("CCO a\nCCN b\nC1CC broken\nCCC c\n")
    with open_library(path) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def export(
    library: Library, pool: WorkerPool, folder: Path, *, cancel: CancelToken | None = None, **more: object
) -> PictureExportSummary:
    card = Card("tiny", "task", ("inactive", "active"), (8,), FEATURE_SET, N_FEATURES)
    bundle = Bundle(card, initialise(N_FEATURES, (8,), 2, torch.Generator().manual_seed(0)), Path())
    style = PictureStyle(**{"suffix": ".svg", "render": svg_bytes, **more})  # type: ignore[arg-type]
    request = ExplanationRequest(library, bundle, [method("cam")])
    return export_pictures(request, explain_library, Work(pool, cancel=cancel), folder, style)


def test_every_file_of_the_folder_is_counted(library: Library, pool: WorkerPool, folder: Path) -> None:
    written = export(library, pool, folder, classes="all")
    assert (written.n_pictures, written.n_records, written.n_wanted, written.n_left_out) == (6, 3, 4, 1)
    assert len(list(folder.iterdir())) == 6
    assert not written.stopped


def test_a_stopped_export_reports_its_files_including_the_legend(
    library: Library, pool: WorkerPool, folder: Path
) -> None:
    cancel = CancelToken()

    def one(depiction: Depiction, shapes: list[Halo], caption: str) -> bytes:
        cancel.cancel()
        return svg_bytes(depiction, shapes, caption)

    written = export(library, pool, folder, render=one, cancel=cancel, scale_maximum=1.0)
    assert written.stopped
    assert (written.n_pictures, written.n_records, written.n_wanted) == (1, 1, 4)
    assert {path.name for path in folder.iterdir()} == {"legend.svg", "00001_a.svg"}


def test_files_of_another_export_are_counted_apart(library: Library, pool: WorkerPool, folder: Path) -> None:
    (folder / "00001_a.svg").write_text("old, and replaced")
    (folder / "00009_z.svg").write_text("old, and left")
    written = export(library, pool, folder)
    assert (written.n_pictures, written.n_others) == (3, 1)


def test_a_full_disk_is_reported_with_the_number_of_written_pictures(
    library: Library, pool: WorkerPool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_file = module.whole_file  # type: ignore[attr-defined]

    def filling(path: Path, **how: object) -> object:
        if len(list(folder.iterdir())) == 2:
            raise OutputError(path, "it cannot be written (No space left on device)")
        return whole_file(path, **how)

    monkeypatch.setattr(module, "whole_file", filling)
    with pytest.raises(OutputError, match=r"No space left on device\); 2 pictures were written before"):
        export(library, pool, folder)
