"""The seeds of the fuzz targets hold, so that a target that cannot work is seen without a fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import NAMES
from .readers import TARGETS


@pytest.mark.parametrize("name", NAMES)
def test_what_is_fuzzed_holds_for_the_seeds(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    for seed in target.seeds:
        target.check(tmp_path / target.name, seed)


def test_every_target_is_run() -> None:
    assert tuple(TARGETS) == NAMES
