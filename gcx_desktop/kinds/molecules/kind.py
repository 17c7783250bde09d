"""Molecules: atoms joined by bonds. RDKit is imported when the first of them is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...graph.features import (
    FEATURE_SET,
    FEATURE_SET_1,
    FEATURE_SET_2,
    N_CODES,
    N_FEATURES,
    N_OLDER_CODES,
    N_OLDER_FEATURES,
    atom_features,
    decode_1,
    decode_2,
)
from ...graph.graph import Decode
from ...library.labels.labels import column_words, find_column
from ...library.library import Library
from ...library.molecules.preparation import Preparation
from ...library.record import Format
from ...substructure.patterns import restored_pattern
from ...substructure.scheme import Scheme
from ..kind import (
    NO_PARAMETERS,
    Capability,
    CountedTarget,
    Drawing,
    Featurizer,
    Fragmenter,
    Grouping,
    Kind,
    Labels,
    LearningTask,
    Listing,
    MiningSettings,
    Parameters,
    Pretraining,
    Reader,
    Words,
)
from ..lazy import LazyFunction


def _label_words(library: Library, label: str, n_records: int, tasks: Path | None) -> list[str]:
    if tasks is not None:
        raise UsageError(f"{tasks}: molecules have their labels in a column of their own file; leave --tasks out")
    return column_words(library, label, n_records)


def _limits(_: Parameters) -> tuple[str, ...]:
    return (
        (
            "Of stereochemistry the features say which atoms are stereo centres of a given configuration, not which "
            "configuration: stereoisomers get one and the same prediction where all of it is given, and in a random "
            "split they may stand on both sides."
        ),
    )


def _parameters(_: Iterable[Any], learning: LearningTask) -> Parameters:
    if learning.without_defining:
        raise UsageError("no atoms define the label of a molecule; leave --without-defining out")
    return NO_PARAMETERS


def _featurizer(n_features: int, n_codes: int, decode: Decode, codes: str = "") -> Featurizer:
    """Of features that depend on neither a card nor a file."""
    return Featurizer(
        n_features=lambda _: n_features,
        n_codes=lambda _, __: n_codes,
        decode=lambda _, __: decode,
        limits=_limits,
        parameters=_parameters,
        codes=codes,
    )


def _label_name(library: Library, label: str, tasks: Path | None) -> str:
    return find_column(library, label)


def _fragments_in_words(search: MiningSettings, _: Words) -> str:
    salient = f"atoms with more than {search.cutoff * 100:.3g} % of the molecule's largest saliency"
    whole = ", completed to whole rings and functional groups" if search.complete else ""
    fragments = {
        Scheme.SALIENT: f"Fragments are connected {salient}{whole}.",
        Scheme.BRICS: f"Fragments are BRICS pieces, shown where they consist of {salient}.",
        Scheme.SCAFFOLD: f"Fragments are Murcko scaffolds, shown where they consist of {salient}.",
        Scheme.RINGS: f"Fragments are ring systems, shown where they consist of {salient}.",
        Scheme.GROUPS: f"Fragments are functional groups, shown where they consist of {salient}.",
        Scheme.FREQUENT: f"Fragments are what at least {search.min_support * 100:.3g} % of the explained molecules "
        f"have in common of {salient}{whole}.",
    }
    return fragments[search.scheme]


MOLECULES = Kind(
    name="molecules",
    words=Words(
        record="molecule",
        records="molecules",
        node="atom",
        nodes="atoms",
        picture="Structure",
        text="SMILES",
        left_out="taken away by the preparation, no value",
        drawn="Hydrogens are not drawn; a small letter is an aromatic atom.",
        similarity="Tanimoto similarity (Morgan, radius 2)",
    ),
    formats=frozenset((Format.SDF, Format.MOL, Format.SMILES, Format.TABLE)),
    feature_set=FEATURE_SET,
    capabilities=frozenset(Capability),
    groupings=(Grouping.RING_SYSTEM, Grouping.FRAGMENT),
    training_preparation=Preparation(largest_fragment=True),
    text_column="smiles",
    default_split="scaffold",
    default_folds=5,
    reader=Reader(
        reading=LazyFunction("molecules.reader:molecule_reading"),
        training=LazyFunction("molecules.reader:read_training_molecule").bind,
        reading_nearest=LazyFunction("molecules.reader:nearest_reading"),
        environments=LazyFunction("molecules.reader:count_environments").bind,
    ),
    featurizer=_featurizer(N_FEATURES, N_CODES, atom_features),
    older={
        FEATURE_SET_2: _featurizer(N_OLDER_FEATURES, N_OLDER_CODES, decode_2, codes=FEATURE_SET_2),
        FEATURE_SET_1: _featurizer(N_OLDER_FEATURES, N_OLDER_CODES, decode_1, codes=FEATURE_SET_2),
    },
    pretraining=Pretraining(
        identify=LazyFunction("molecules.pretraining:identify_molecule").bind,
        read=LazyFunction("molecules.pretraining:read_pretraining_molecule").bind,
        value_names=LazyFunction("molecules.pretraining:descriptor_names"),
        counted=(
            CountedTarget("Morgan counts of radius 2", radius=2, n_keys=2048, n_commonest=512),
            CountedTarget("Morgan counts of radius 1", radius=1, n_keys=1024, n_commonest=256),
        ),
    ),
    drawing=Drawing(
        depict=LazyFunction("molecules.drawing:draw_molecule").bind,
        show=LazyFunction("molecules.showing:read_to_show").bind,
        warm_up=LazyFunction("molecules.showing:warm_up_molecules"),
    ),
    fragmenter=Fragmenter(
        pieces=None,
        match=LazyFunction("molecules.matching:match_molecule").bind,
        depict_match=LazyFunction("molecules.matching:draw_matched_molecule").bind,
        depict_pattern=LazyFunction("molecules.pattern_drawing:draw_pattern").bind,
        restored=restored_pattern,
        listing=Listing(
            schemes=tuple(Scheme),
            written_as=("SMARTS", "SMILES"),
            own_columns=frozenset(("n_scaffolds", "attached")),
            connected=True,
            alone=True,
            aligned=True,
            row_aspect=2.2,
            in_words=_fragments_in_words,
        ),
    ),
    labels=Labels(
        called="column",
        words=_label_words,
        name=_label_name,
    ),
)
