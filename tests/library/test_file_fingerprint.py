"""Fingerprints: what they see of a file, and what they read for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gcx_desktop.library.file_fingerprint import END_BYTES, Change, find_change, take_fingerprint


@pytest.mark.parametrize("at", [0, END_BYTES - 1, -END_BYTES, -1])
def test_one_byte_of_the_ends_makes_another_file(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.sdf"
    content = bytearray(os.urandom(3 * END_BYTES))
    path.write_bytes(content)
    before = take_fingerprint(path)
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(0, before.modified_ns))
    assert find_change(path, before) is Change.CHANGED


@pytest.mark.parametrize("size", [0, 1, END_BYTES, END_BYTES + 1, 2 * END_BYTES])
def test_a_file_no_longer_than_its_ends_is_hashed_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.sdf"
    path.write_bytes(b"C" * size)
    before = take_fingerprint(path)
    assert find_change(path, before) is Change.UNCHANGED
    path.write_bytes(b"C" * (size // 2) + b"N" + b"C" * (size - size // 2))
    assert find_change(path, before) is Change.CHANGED


def test_a_longer_file_with_the_same_ends_is_another(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_bytes(b"C" * 3 * END_BYTES)
    before = take_fingerprint(path)
    path.write_bytes(b"C" * 4 * END_BYTES)
    assert find_change(path, before) is Change.CHANGED
