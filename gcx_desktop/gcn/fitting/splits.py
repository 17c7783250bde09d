"""Splits of examples into a training, a validation and a test part: 80/10/10.

Four protocols. An example is its index; a group is a key whose examples stay in one part (for molecules, the
scaffold).

``scaffold``
    MoleculeNet's (Wu et al., Chem. Sci. 2018; as DeepChem's ScaffoldSplitter orders it): the groups from the
    largest to the smallest, and among equals from the latest to the earliest in the file, go into train while it
    has room, then into validation, then into test. One split, the same for every seed; the test part has rare
    scaffolds.
``scaffold-balanced``
    The groups in an order shuffled by the seed, those larger than half a validation part before all others, each
    into the first of train, validation and test with room for it. Another split for every seed. Examples without
    a group (for molecules, without a ring) have nothing in common: where all of them together leave less than
    half of its share to validation or test, each counts by itself.
``random``
    The examples of each class, shuffled by the seed, are dealt out in the same shares: a stratified split, another
    for every seed.
``given``
    The test part is given, such as one that was published; a tenth of each class among the others, shuffled by the
    seed, is the validation part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .split_protocol import SplitProtocol

TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1
NO_GROUP = ""
"""Key of examples that are in no group."""


DESCRIPTIONS = {
    SplitProtocol.SCAFFOLD: (
        "Bemis-Murcko scaffold split 80/10/10 as in MoleculeNet: whole scaffolds, the largest first, into train, then "
        "validation, then test; one split for all seeds, which vary what training draws at random"
    ),
    SplitProtocol.SCAFFOLD_BALANCED: (
        "Bemis-Murcko scaffold split 80/10/10: whole scaffolds in an order shuffled by the seed, those larger than "
        "half a validation part first, each into the first of train, validation and test with room; molecules without "
        "a ring one by one where together they would leave too few for a part; another split for every seed"
    ),
    SplitProtocol.RANDOM: "random split 80/10/10, stratified by class; another split for every seed",
    SplitProtocol.GIVEN: "the test rows that a column of the table names, the same for all seeds",
}


@dataclass(frozen=True, slots=True)
class Split:
    """Indices of the examples of each part, ascending; every example is in exactly one part."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def parts(self) -> dict[str, NDArray[np.int64]]:
        return {"train": self.train, "validation": self.validation, "test": self.test}


def split_examples(protocol: SplitProtocol, labels: NDArray[np.integer], groups: Sequence[str], seed: int) -> Split:
    """Splits examples by a protocol.

    :param labels: [n], class indices
    :param groups: [n], group keys
    """
    if protocol is SplitProtocol.SCAFFOLD:
        return largest_groups_first(groups)
    if protocol is SplitProtocol.SCAFFOLD_BALANCED:
        return shuffled_groups(groups, seed)
    return stratified(labels, seed)


def largest_groups_first(groups: Sequence[str]) -> Split:
    """The "scaffold" protocol."""
    ordered = sorted(_members(groups), key=lambda members: (len(members), members[0]), reverse=True)
    return _fill(ordered, len(groups))


def shuffled_groups(groups: Sequence[str], seed: int) -> Split:
    """The "scaffold-balanced" protocol."""
    split = _shuffled(_members(groups), len(groups), seed)
    least = VALIDATION_SHARE * len(groups) / 2
    if NO_GROUP in groups and min(len(split.validation), len(split.test)) < least:
        apart = [key or f"{NO_GROUP}{index}" for index, key in enumerate(groups)]
        return _shuffled(_members(apart), len(groups), seed)
    return split


def _shuffled(members: list[list[int]], n: int, seed: int) -> Split:
    order = np.random.default_rng(seed).permutation(len(members))
    large = VALIDATION_SHARE * n / 2
    ordered = sorted((members[i] for i in order), key=lambda group: len(group) <= large)
    return _fill(ordered, n)


def stratified(labels: NDArray[np.integer], seed: int) -> Split:
    """The "random" protocol. Within a class the shares are rounded to whole examples."""
    random = np.random.default_rng(seed)
    parts: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
    for value in np.unique(labels):
        of_class = random.permutation(np.flatnonzero(labels == value))
        ends = np.rint(np.array([TRAIN_SHARE, TRAIN_SHARE + VALIDATION_SHARE]) * len(of_class)).astype(int)
        for part, chosen in zip(parts, np.split(of_class, ends), strict=True):
            part.append(chosen)
    train, validation, test = (np.sort(np.concatenate(part)).astype(np.int64) for part in parts)
    return Split(train, validation, test)


def given_test(labels: NDArray[np.integer], held_out: NDArray[np.bool_], seed: int) -> Split:
    """The "given" protocol.

    :param labels: [n], class indices
    :param held_out: [n], whether an example is in the test part
    """
    others = np.flatnonzero(~held_out)
    validation = others[stratified(labels[others], seed).validation]
    return Split(np.setdiff1d(others, validation), validation, np.flatnonzero(held_out))


def _members(groups: Sequence[str]) -> list[list[int]]:
    """The examples of each group, groups in order of their first example."""
    members: dict[str, list[int]] = {}
    for index, key in enumerate(groups):
        members.setdefault(key, []).append(index)
    return list(members.values())


def _fill(ordered: list[list[int]], n: int) -> Split:
    """Puts each group into the first part that has room for all of it; the test part takes the rest."""
    train: list[int] = []
    validation: list[int] = []
    test: list[int] = []
    before_test = (TRAIN_SHARE + VALIDATION_SHARE) * n
    for group in ordered:
        if len(train) + len(group) <= TRAIN_SHARE * n:
            train += group
        elif len(train) + len(validation) + len(group) <= before_test:
            validation += group
        else:
            test += group
    return Split(*(np.array(sorted(part), dtype=np.int64) for part in (train, validation, test)))
