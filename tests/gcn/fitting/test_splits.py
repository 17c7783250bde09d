from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.splits import (
    DESCRIPTIONS,
    given_test,
    largest_groups_first,
    shuffled_groups,
    split_examples,
    stratified,
)

GROUPS = [f"scaffold {i * i // 37}" for i in range(200)]
LABELS = np.array([int(i % 5 == 0) for i in range(200)])


@pytest.mark.parametrize("protocol", SplitProtocol)
def test_every_example_is_in_exactly_one_part(protocol: SplitProtocol) -> None:
    split = split_examples(protocol, LABELS, GROUPS, seed=3)
    assert np.array_equal(np.sort(np.concatenate(list(split.parts().values()))), np.arange(200))


@given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=80), st.integers(0, 5))
def test_a_group_never_crosses_parts(groups: list[str], seed: int) -> None:
    for split in (largest_groups_first(groups), shuffled_groups(groups, seed)):
        keys = [{groups[i] for i in part} for part in split.parts().values()]
        assert sum(map(len, keys)) == len(set(groups))


def test_the_parts_are_about_80_10_and_10_percent() -> None:
    for protocol in SplitProtocol:
        split = split_examples(protocol, LABELS, GROUPS, seed=0)
        assert [len(part) for part in split.parts().values()] == pytest.approx([160, 20, 20], abs=6)


def test_the_scaffold_split_is_the_same_for_every_seed_and_tests_on_the_rarest_groups() -> None:
    groups = ["a"] * 6 + ["b", "c"] + ["d"] * 2
    split = split_examples(SplitProtocol.SCAFFOLD, np.zeros(10, int), groups, seed=1)
    assert (
        split_examples(SplitProtocol.SCAFFOLD, np.zeros(10, int), groups, seed=2).test.tolist() == split.test.tolist()
    )
    assert split.train.tolist() == [0, 1, 2, 3, 4, 5, 8, 9]
    assert split.validation.tolist() == [7], "of equally large groups the later comes first"
    assert split.test.tolist() == [6]


@pytest.mark.parametrize("protocol", [SplitProtocol.SCAFFOLD_BALANCED, SplitProtocol.RANDOM])
def test_other_protocols_differ_by_seed_and_repeat_for_the_same(protocol: SplitProtocol) -> None:
    first, again, other = (split_examples(protocol, LABELS, GROUPS, seed).test.tolist() for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_a_random_split_keeps_the_share_of_every_class() -> None:
    split = stratified(LABELS, seed=0)
    assert [int(LABELS[part].sum()) for part in split.parts().values()] == [32, 4, 4]


def test_a_balanced_scaffold_split_gives_large_groups_to_train_while_it_has_room() -> None:
    groups = ["large"] * 40 + [f"small {i}" for i in range(60)]
    for seed in range(10):
        assert set(range(40)) <= set(shuffled_groups(groups, seed).train.tolist())


def test_every_protocol_is_described() -> None:
    assert set(DESCRIPTIONS) == set(SplitProtocol)


def test_examples_without_a_group_count_by_themselves_where_they_would_empty_a_part() -> None:
    groups = ["ring"] * 45 + [""] * 41 + [f"other {i}" for i in range(14)]
    split = shuffled_groups(groups, 0)
    assert len(split.train) == 80
    assert min(len(split.validation), len(split.test)) >= 5
    few = ["ring"] * 45 + [""] * 6 + [f"other {i}" for i in range(49)]
    part_of = {index: name for name, part in shuffled_groups(few, 0).parts().items() for index in part}
    assert len({part_of[index] for index in range(45, 51)}) == 1  # together, as before


def test_a_test_part_that_is_given_stays_what_it_is_for_every_seed() -> None:
    labels, held_out = np.arange(100) % 2, np.arange(100) >= 80
    first, other = given_test(labels, held_out, 0), given_test(labels, held_out, 1)
    assert first.test.tolist() == other.test.tolist() == list(range(80, 100))
    assert len(first.validation) == 8
    assert np.bincount(labels[first.validation]).tolist() == [4, 4]
    assert not np.array_equal(first.validation, other.validation)
    assert sorted([*first.train, *first.validation, *first.test]) == list(range(100))
