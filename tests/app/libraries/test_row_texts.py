"""A column of texts, packed as they come."""

from __future__ import annotations

import random
import sys

import pytest

from gcx_desktop.app.libraries.row_texts import TEXT_PIECE, TextColumn

N = 3 * TEXT_PIECE + 20
WORDS = ("", "a", "benzoic acid", "µ-oxo", "分子", "🧪", None)


@pytest.fixture
def cells() -> list[str | None]:
    chooser = random.Random(0)
    return [chooser.choice(WORDS) for _ in range(N)]


def packed(cells: list[str | None]) -> TextColumn:
    column = TextColumn(len(cells))
    for start in range(0, len(cells), TEXT_PIECE):
        column.pack(start, cells[start : start + TEXT_PIECE])
    return column


def test_cells_are_given_back_one_by_one_and_in_slices(cells: list[str | None]) -> None:
    column = packed(cells)
    assert list(column) == cells
    assert [column[i] for i in range(-N, 0)] == cells
    for part in (
        slice(None),
        slice(10, 20),
        slice(TEXT_PIECE - 1, 2 * TEXT_PIECE + 1),
        slice(700, 5000),
        slice(3, 2),
        slice(0, N, 7),
    ):
        assert column[part] == cells[part]


def test_a_cell_that_comes_alone_counts_before_and_after_the_others(cells: list[str | None]) -> None:
    column = TextColumn(N)
    column[5] = "early"
    assert column[4:7] == [None, "early", None]
    column.pack(0, cells[:TEXT_PIECE])
    assert column[:TEXT_PIECE] == cells[:TEXT_PIECE]
    column[5] = "late"
    assert column[5] == column[4:7][1] == "late"


def test_cells_that_nobody_gave_are_none() -> None:
    column = TextColumn(TEXT_PIECE)
    column.grow(10**9)
    assert column[10**9 - 1] is None
    assert column[10**9 - 3 :] == [None] * 3
    column[10**9 - 2] = "x"
    assert column[10**9 - 3 :] == [None, "x", None]


@pytest.mark.parametrize("position", [-N - 1, N])
def test_there_are_no_cells_beyond_the_last(cells: list[str | None], position: int) -> None:
    with pytest.raises(IndexError):
        packed(cells)[position]


def test_nothing_is_kept_from_a_piece_on(cells: list[str | None]) -> None:
    column = packed(cells)
    column[2 * TEXT_PIECE + 1] = "alone"
    column.forget_from(2 * TEXT_PIECE)
    assert column[:] == cells[: 2 * TEXT_PIECE] + [None] * (TEXT_PIECE + 20)


def test_packed_cells_take_less_than_strings_of_their_own() -> None:
    titles: list[str | None] = [f"ZINC{i:08d}" for i in range(100 * TEXT_PIECE)]
    column = packed(titles)
    assert column.n_bytes < len(titles) * 20
    assert sum(sys.getsizeof(title) for title in titles) > len(titles) * 60


@pytest.mark.parametrize("word", ["a", "acid", "ÄTHER".casefold(), "strasse", "acidbenzoic", "none"])
def test_a_word_is_found_in_single_cells_whatever_their_letter_case(word: str) -> None:
    cells = ["Benzoic ACID", "benzoic acid", None, "", "Äther", "Straße", "b"] * 200
    column = packed(cells)
    column[3], column[701] = "Acid", "b"
    cells[3], cells[701] = "Acid", "b"
    found = [position for start in range(0, len(cells), TEXT_PIECE) for position in column.holding(start, word)]
    assert found == [at for at, cell in enumerate(cells) if cell and word in cell.casefold()]
