"""A library of images and a model of them, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.cli.main import main
from tests.kinds.scenes.images import labelled_images, write_tasks, write_vrd


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    write_vrd(folder, labelled_images())
    write_tasks(folder)
    return folder


def train(folder: Path, name: str, *more: str) -> Path:
    words = ["train", str(folder / "annotations.json"), "--label", "place", "--tasks", str(folder / "tasks.json")]
    words += ["--widths", "8", "--seeds", "1", "--epochs", "15", "--batch-size", "4", "--learning-rate", "0.05"]
    assert main([*words, "-o", str(folder / name), "--workers", "1", *more]) == 0
    return folder / name


@pytest.fixture(scope="session")
def model(folder: Path) -> Path:
    return train(folder, "model")
