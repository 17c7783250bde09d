"""The garbage collector during imports."""

from __future__ import annotations

import gc

import pytest

from gcx_desktop.garbage import uncollected


def test_nothing_is_collected_meanwhile_and_what_is_there_is_not_looked_at_again() -> None:
    before = gc.get_freeze_count()
    with uncollected():
        assert not gc.isenabled()
        kept: list[list[int]] = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)


def test_an_import_that_fails_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
