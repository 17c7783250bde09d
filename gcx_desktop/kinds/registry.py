"""The kinds of graph that there are. A new one is a folder and a line here. Imports no RDKit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..errors import UsageError
from ..gcn.cards.card import Card, FeatureSet, FeatureSets
from ..graph.graph import Decode
from ..library.library import Library
from ..library.molecules.preparation import STEP_NAMES
from ..library.record import CompanionFile, Format, OtherFiles, Source
from .kind import OLDER_CODES, Capability, Featurizer, Kind, Parameters, Rationale
from .molecules.kind import MOLECULES
from .scenes.kind import SCENES

DEFAULT_KIND = MOLECULES
"""What the program is about before anything is opened."""


def kinds() -> tuple[Kind, ...]:
    """All of them, the customary one first."""
    return (DEFAULT_KIND, SCENES)


def kind_of_format(form: Format) -> Kind:
    """The kind of what a file of that format holds."""
    return next(kind for kind in kinds() if form in kind.formats)


def other_files(object_features: Path | None = None) -> OtherFiles:
    """What files there are besides those of molecules, for :func:`~gcx_desktop.library.library.open_library`.

    :param object_features: a file of more features of the nodes, of a kind that knows them; by default one of the
        library's name beside it, if there is one
    """
    files = tuple(kind.reader.files for kind in kinds() if kind.reader.files is not None)
    return OtherFiles(files, partial(_companion, object_features))


def _companion(named: Path | None, library: Path, form: Format) -> CompanionFile | None:
    """:raises UsageError: if one is named, and nothing says more of such a library
    :raises FileError: if the one that is named cannot be read
    """
    find = kind_of_format(form).reader.companion
    if find is not None:
        return find(library, named)
    if named is None:
        return None
    having = ", ".join(kind.name for kind in kinds() if kind.reader.companion is not None)
    raise UsageError(f"{library}: features of objects belong to {having}; leave --object-features out")


def kind_of_library(library: Library) -> Kind:
    """The kind of a library's records."""
    return kind_of_format(library.source.format)


def kind_of_model(card: Card) -> Kind:
    """The kind that a model is for.

    :raises UsageError: if there is none
    """
    for kind in kinds():
        if card.feature_set in kind.featurizers:
            return kind
    raise UsageError(f"the model '{card.name}' has the unknown feature set '{card.feature_set}'")


def _featurizer_of(card: Card) -> Featurizer:
    return kind_of_model(card).featurizers[card.feature_set]


def reading_parameters(card: Card) -> Parameters:
    """By what records are read for a model: the parameters of its features and, if these are older ones of other codes,
    which codes."""
    codes = _featurizer_of(card).codes
    return {**card.features, OLDER_CODES: codes} if codes else card.features


def decode_of(card: Card, source: Source) -> Decode:
    """How the codes of a model's graphs become features.

    :param source: from which the graphs are read
    :raises UsageError: if it lacks what the model's features need
    """
    return _featurizer_of(card).decode(card.features, source)


def n_codes_of(card: Card, source: Source) -> int:
    """How many codes the nodes of a model's graphs may have.

    :param source: from which the graphs are read
    :raises UsageError: if it lacks what the model's features need
    """
    return _featurizer_of(card).n_codes(card.features, source)


def rationale_of(library: Library, label: str, tasks: Path | None = None) -> Rationale | None:
    """Which nodes define the label of a library's records; ``None`` of a kind whose labels no nodes define."""
    rationale = kind_of_library(library).labels.rationale
    return None if rationale is None else rationale(label, tasks)


def feature_sets() -> FeatureSets:
    """The feature sets that this program makes, those of older models among them."""
    return {
        name: FeatureSet(featurizer.n_features, _preparation_steps(kind))
        for kind in kinds()
        for name, featurizer in kind.featurizers.items()
    }


def _preparation_steps(kind: Kind) -> tuple[str, ...]:
    """The names of what can be done to the kind's records before they become graphs."""
    return STEP_NAMES if Capability.PREPARATION in kind.capabilities else ()


def check_model(library: Library, card: Card) -> None:
    """:raises UsageError: if the model is for another kind of graph than the library holds"""
    holds, knows = kind_of_library(library), kind_of_model(card)
    if holds is not knows:
        raise UsageError(
            f"{library.path} holds {holds.name}, and the model '{card.name}' is for {knows.name}; choose another model"
        )


def require(kind: Kind, part: Capability) -> None:
    """:raises UsageError: if that cannot be had of the kind"""
    if part not in kind.capabilities:
        raise UsageError(f"{part} of {kind.name} cannot be made; it can of {_kinds_with(part)}")


def _kinds_with(part: Capability) -> str:
    return ", ".join(kind.name for kind in kinds() if part in kind.capabilities) or "nothing"
