"""Which training molecule is the nearest."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.gcn.reliability import nearest
from gcx_desktop.gcn.reliability.nearest import NearestRecord, NearestSearch


def similarity(one: bytes, other: bytes) -> float:
    a, b = int.from_bytes(one, "big"), int.from_bytes(other, "big")
    return (a & b).bit_count() / max((a | b).bit_count(), 1)


def fingerprints(n: int, share: float, seed: int) -> list[bytes]:
    random = np.random.default_rng(seed)
    return [np.packbits(random.random(512) < share).tobytes() for _ in range(n)]


def as_bits(known: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)


@pytest.mark.parametrize("most", [1 << 15, 7])
@pytest.mark.parametrize("share", [0.03, 0.7])
def test_the_nearest_is_the_first_of_the_largest_tanimoto_similarity(
    most: int, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "MOST_UNPACKED", most)
    known, new = fingerprints(40, share, 0), fingerprints(25, share, 1)
    new += [known[17], bytes(64), b"\xff" * 64]
    known[30] = known[17]
    expected = []
    for each in new:
        values = [similarity(each, other) for other in known]
        expected.append(NearestRecord(values.index(max(values)), max(values)))
    assert NearestSearch(as_bits(known)).nearest(new) == expected


def test_records_without_bits_have_the_similarity_zero() -> None:
    assert NearestSearch(np.zeros((2, 4), np.uint8)).nearest([bytes(4)]) == [NearestRecord(0, 0.0)]
    assert NearestSearch(np.zeros((2, 4), np.uint8)).nearest([]) == []
