"""The members of a JSON file's array or object: every one is found, whole, whatever its strings hold."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.kinds.scenes.members import members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\\\[]{},:\\n ', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='k"\\\\,]', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def found(data: bytes, chunk: int = 1 << 19) -> list[tuple[bytes, int]]:
    """(text, line) of each member."""
    parts = list(members(io.BytesIO(data), 0, len(data), chunk))
    return [
        (data[start:stop].rstrip(), line)
        for part in parts
        for start, stop, line in zip(part.starts, part.stops, part.lines, strict=True)
    ]


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]), st.integers(1, 30))
def test_an_array_is_divided_into_its_members(values: list[Any], indent: int | None, chunk: int) -> None:
    data = json.dumps(values, indent=indent).encode()
    assert [json.loads(text) for text, _ in found(data, chunk)] == values


@given(st.dictionaries(st.text(alphabet='k"\\\\,]', max_size=3), VALUES, max_size=5), st.integers(1, 30))
def test_an_object_is_divided_into_names_with_their_values(values: dict[str, Any], chunk: int) -> None:
    data = json.dumps(values).encode()
    assert [json.loads(b"{" + text + b"}") for text, _ in found(data, chunk)] == [{k: v} for k, v in values.items()]


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_a_member_has_the_line_that_it_begins_on(chunk: int) -> None:
    assert found(b'[\n {"a":\n1},\n\n 2,3\n]\n', chunk) == [(b'{"a":\n1}', 2), (b"2", 5), (b"3", 5)]


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"[1,,2]", [b"1", b"", b"2"]),
        (b'[1,{"a":2', [b"1", b'{"a":2']),
        (b"[1] 2, 3]", [b"1", b"2, 3]"]),
        (b"[ ]", []),
        (b"[1,]", [b"1"]),
    ],
)
@pytest.mark.parametrize("chunk", [1, 100])
def test_what_is_no_sound_json_leaves_no_gap(data: bytes, texts: list[bytes], chunk: int) -> None:
    assert [text for text, _ in found(data, chunk)] == texts
