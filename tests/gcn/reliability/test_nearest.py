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


@pytest.mark.parametrize("most", [1 << 15, 7])
def test_the_nearest_of_groups_are_those_of_each_group_by_itself(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "MOST_UNPACKED", most)
    known, new = fingerprints(40, 0.1, 0), fingerprints(25, 0.1, 1)
    known[30] = known[17]
    bits, new = as_bits(known), [*new, known[17], bytes(64)]
    random = np.random.default_rng(2)
    groups = [np.arange(40), np.array([30]), *(random.permutation(40)[:n] for n in (5, 30))]
    found = NearestSearch(bits).nearest_of_groups(new, groups)
    for number, rows in enumerate(groups):
        assert [each[number].similarity for each in found] == [
            max(similarity(query, known[row]) for row in rows) for query in new
        ]
        for query, each in zip(new, found, strict=True):
            assert similarity(query, known[rows[each[number].row]]) == each[number].similarity
    assert [each[0] for each in found] == NearestSearch(bits).nearest(new)
    assert NearestSearch(bits).nearest_of_groups([], groups) == []
