"""Scene graphs of photographs: objects joined by relations (Johnson et al., CVPR 2015; Pope et al., CVPR 2019).

What reads, draws and labels them is imported when it is first called: who opens molecules waits for none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...library.library import Library
from ...library.record import Format, Rejected, Source, Span
from ..kind import (
    Decode,
    Drawing,
    Featurizer,
    Fragmenter,
    Kind,
    LabelledGraph,
    Labels,
    Learning,
    MatchedDepiction,
    Parameters,
    Pieces,
    Rationale,
    Reader,
    Reading,
    Shown,
    Words,
)

if TYPE_CHECKING:
    from ...depict.colour import Paper
    from ...depict.drawing import Depiction
    from ...library.molecules.preparation import Preparation


FEATURE_SET = "scene-objects-1"
"""Name of these features in a model's card. Any change to them needs a new name."""


def _n_features(parameters: Parameters) -> int:
    from .features import features_of

    return features_of(parameters).n_features


def _n_codes(parameters: Parameters, source: Source) -> int:
    from .features import features_of
    from .reader import visual_vectors

    features = features_of(parameters)
    return features.n_codes(visual_vectors(source, features))


def _decode(parameters: Parameters, source: Source) -> Decode:
    from .features import decode_by, features_of
    from .reader import visual_vectors

    features = features_of(parameters)
    return decode_by(features, visual_vectors(source, features))


def _reading(source: Source, parameters: Parameters, _: bool, preparation: Preparation) -> Reading:
    from .features import features_of
    from .reader import reading

    if preparation:
        raise UsageError(
            "nothing is done to scene graphs before they are predicted; leave --keep-largest-fragment and --neutralise "
            "out"
        )
    return reading(source, features_of(parameters))


def _beside(source: Source, parameters: Parameters) -> list[Any]:
    from ...library.scene import names_beside
    from .features import features_of
    from .reader import visual_vectors

    names, vectors = names_beside(source.path).categories, visual_vectors(source, features_of(parameters))
    return list(names) if vectors is None else [*names, asdict(vectors.file.fingerprint)]


def _drawing(source: Source, paper: Paper) -> Callable[[Span], Depiction | Rejected]:
    from .drawing import draw_at

    return partial(draw_at, source, paper)


def _match(source: Source, key: str) -> Callable[[Span], frozenset[int]]:
    from .matching import match_at

    return partial(match_at, source, key)


def _draw_match(source: Source, paper: Paper, key: str, _: bool) -> Callable[[Span], MatchedDepiction | Rejected]:
    from .matching import draw_match_at

    return partial(draw_match_at, source, paper, key)


def _draw_pattern(paper: Paper) -> Callable[[Any], Depiction]:
    from .piece_drawing import draw_piece

    return partial(draw_piece, paper=paper)


def _show(source: Source, parameters: Parameters, paper: Paper | None, _: Preparation) -> Callable[[Span], Shown]:
    from .features import features_of
    from .showing import show_at

    return partial(show_at, source, features_of(parameters), paper)


def _pieces(read: Any) -> Pieces:
    from .reader import pieces

    return pieces(read)


def _label_name(library: Library, label: str, task_file: Path | None) -> str:
    from .tasks import label_name

    return label_name(task_file, label)


def _label_names(class_names: Sequence[str]) -> list[str]:
    from .tasks import tasks_with

    return tasks_with(class_names)


def _label_words(library: Library, label: str, n_records: int, task_file: Path | None) -> list[str]:
    from ...library.scene import NotAnImageError
    from . import tasks
    from .reader import title_and_scene

    labels = tasks.read_labels(task_file, label) if task_file is not None and tasks.is_table(task_file) else None
    task = {} if labels is not None else tasks.read_task(task_file, label)
    words = []
    for position in range(n_records):
        try:
            title, scene = title_and_scene(library.source, library.raw(position))
        except NotAnImageError:
            words.append("")
            continue
        words.append(tasks.label_of(scene, task) if labels is None else labels.get(title, ""))
    return words


def _label_classes(label: str, task_file: Path | None) -> tuple[str, ...]:
    from . import tasks

    return () if tasks.is_table(task_file) else tuple(tasks.read_task(task_file, label))


def _rationale(label: str, task_file: Path | None) -> Rationale:
    from . import tasks
    from .reader import defining_nodes

    return partial(defining_nodes, {} if tasks.is_table(task_file) else tasks.read_task(task_file, label))


def _labelled(source: Source, parameters: Parameters) -> Callable[[Span], LabelledGraph | Rejected]:
    from .features import features_of
    from .reader import read_labelled

    return partial(read_labelled, source, features_of(parameters))


def _observe(source: Source, learning: Learning) -> Callable[[Span], Any]:
    from .reader import categories

    return partial(categories, source, _without(learning))


def _parameters(observed: Iterable[Any], learning: Learning) -> Parameters:
    from .features import SceneFeatures, learn_vocabulary

    n_visual, alone = 0, learning.only_object_features
    if learning.object_features is not None:
        from .object_vectors import open_vectors

        n_visual = open_vectors(learning.object_features).n_dimensions
    vocabulary = () if alone else learn_vocabulary(observed)
    return SceneFeatures(vocabulary, _without(learning), n_visual, alone).as_parameters()


def _limits(parameters: Parameters) -> tuple[str, ...]:
    from .features import features_of

    features = features_of(parameters)
    found = ["Relations have no features: the network knows that two objects are related, not how or which way round."]
    if features.n_plain:
        found.append(
            "Boxes are measured in quarters of the smallest image that holds them all, since the files tell no image "
            "size."
        )
    if features.n_visual:
        found.append(
            f"Objects have {features.n_visual:,} visual features{' alone' if features.visual_alone else ''}, from a "
            "file beside each library; it must be made as the one that was trained on. An object that it does not "
            "name has zeros."
        )
    return tuple(found)


def _without(learning: Learning) -> tuple[str, ...]:
    from .tasks import without_defining

    return without_defining(learning.tasks, learning.label) if learning.without_defining else ()


SCENES = Kind(
    name="scene graphs",
    words=Words(
        record="image",
        records="images",
        node="object",
        nodes="objects",
        picture="Image",
        text="objects",
        left_out="left out, since it defines the label; no value",
    ),
    formats=frozenset((Format.SCENES,)),
    feature_set=FEATURE_SET,
    parts=frozenset(),
    text_column="objects",
    default_split="random",
    reader=Reader(
        reading=_reading,
        labelled=_labelled,
        beside=_beside,
    ),
    featurizer=Featurizer(
        n_features=_n_features,
        n_codes=_n_codes,
        decode=_decode,
        limits=_limits,
        parameters=_parameters,
        observe=_observe,
    ),
    drawing=Drawing(
        depict=_drawing,
        show=_show,
    ),
    fragmenter=Fragmenter(
        pieces=_pieces,
        match=_match,
        depict_match=_draw_match,
        depict_pattern=_draw_pattern,
    ),
    labels=Labels(
        called="task",
        name=_label_name,
        words=_label_words,
        names=_label_names,
        classes=_label_classes,
        rationale=_rationale,
    ),
)
