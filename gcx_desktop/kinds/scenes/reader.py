"""From an annotated image to a graph: objects are nodes, relations are edges. Runs in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...graph.graph import Codes, Graph
from ...library.molecules.preparation import Preparation
from ...library.record import RawRecord, Rejected, Source, Span
from ...library.source import read_raw
from ..kind import Parameters, Reading, TrainingGraph
from .features import SceneFeatures, features_of, object_codes, visual_codes
from .record_text import read_image_text
from .scene import NAME_SEPARATOR, NotAnImageError, Scene, names_beside, parse_member, read_scene
from .tasks import ClassWords, defining, label_of

if TYPE_CHECKING:
    from .object_vectors import ObjectVectors


@dataclass(frozen=True, slots=True)
class ReadImage:
    """An image that became a graph."""

    position: int
    """0-based, in the file."""
    title: str
    """The name of its file, or its number."""
    scene: Scene
    graph: Graph
    node_index: NDArray[np.int32] | None
    """[n_nodes], the objects that are nodes; ``None`` if all are."""
    text_order: None = None
    structure: str = ""
    preparation: str = ""
    record_warning: None = None
    nearest: tuple[()] = ()

    @property
    def n_places(self) -> int:
        """Objects of the image."""
        return len(self.scene.objects)

    @property
    def names(self) -> tuple[str, ...]:
        """[n_nodes], categories."""
        objects = self.scene.objects
        index = range(len(objects)) if self.node_index is None else self.node_index.tolist()
        return tuple(objects[i].name for i in index)

    @property
    def text(self) -> str:
        """:attr:`names`, divided by "; "."""
        return NAME_SEPARATOR.join(self.names)


def title_and_scene(source: Source, raw: RawRecord) -> tuple[str, Scene]:
    """What a record holds.

    :raises NotAnImageError: if it holds no image
    """
    if raw.fault:
        raise NotAnImageError(raw.fault)
    if not raw.text.strip():
        raise NotAnImageError("the record is empty")
    title, image = parse_member(raw.text)
    return title, read_scene(image, names_beside(source.path))


def read_image(source: Source, features: SceneFeatures, span: Span) -> ReadImage | Rejected:
    """A record's graph by a model's features."""
    raw = read_raw(source, span)
    try:
        title, scene = title_and_scene(source, raw)
    except NotAnImageError as error:
        return Rejected(span.position, span.line, read_image_text(source, raw).title, str(error))
    kept = np.flatnonzero(~defining(scene.objects, features.without))
    if not len(kept):
        return Rejected(span.position, span.line, title, "without the objects that define its label nothing is left")
    index = None if len(kept) == len(scene.objects) else kept.astype(np.int32)
    graph = Graph(_codes(source, title, scene, features)[kept], edges(scene, kept))
    return ReadImage(span.position, title, scene, graph, index)


def pieces_of_image(read: ReadImage) -> dict[str, list[tuple[int, ...]]]:
    """Categories, and subject, predicate and object of relations: each with the nodes where it occurs."""
    return pieces_among(read.scene, range(read.n_places) if read.node_index is None else read.node_index.tolist())


def pieces_among(scene: Scene, objects: Sequence[int]) -> dict[str, list[tuple[int, ...]]]:
    """As :func:`pieces_of_image`, of some objects, which are the nodes in their order."""
    found: dict[str, list[tuple[int, ...]]] = {}
    node_of = {place: node for node, place in enumerate(objects)}
    for place, node in node_of.items():
        found.setdefault(scene.objects[place].name, []).append((node,))
    for each in scene.relations:
        if each.subject in node_of and each.object in node_of:
            subject, object_ = (scene.objects[place].name for place in (each.subject, each.object))
            triple = f"({subject}, {each.predicate}, {object_})"
            found.setdefault(triple, []).append((node_of[each.subject], node_of[each.object]))
    return found


def defining_nodes(task: ClassWords, read: ReadImage) -> NDArray[np.bool_] | None:
    """[n_nodes], the objects by which the task gives the image its label; ``None`` if it gives it none."""
    label = label_of(read.scene, task)
    if not label:
        return None
    found = defining(read.scene.objects, task[label])
    return found if read.node_index is None else found[read.node_index]


def image_reading(source: Source, parameters: Parameters, _: bool, preparation: Preparation) -> Reading:
    """How a worker reads images.

    :raises UsageError: if the library lacks the visual features of its objects, or anything is to be done first
    :raises VectorFileError: if they cannot be read
    """
    _check_nothing_is_done(preparation)
    features = features_of(parameters)
    visual_vectors(source, features)
    return Reading(partial(read_image, source, features))


def _check_nothing_is_done(preparation: Preparation) -> None:
    """:raises UsageError: if anything is to be done to images before they become graphs"""
    if preparation:
        raise UsageError(
            "nothing is done to scene graphs before they are predicted; leave --keep-largest-fragment and --neutralise "
            "out"
        )


def data_beside(source: Source, parameters: Parameters) -> list[Any]:
    """As :attr:`Reader.data_beside`: the names of categories, and which file the vectors are from."""
    names, vectors = names_beside(source.path).categories, visual_vectors(source, features_of(parameters))
    return list(names) if vectors is None else [*names, asdict(vectors.file.fingerprint)]


def training_image_reader(
    source: Source, parameters: Parameters, preparation: Preparation
) -> Callable[[Span], TrainingGraph | Rejected]:
    """How a worker reads images for training.

    :raises UsageError: if anything is to be done first
    """
    _check_nothing_is_done(preparation)
    return partial(read_training_image, source, features_of(parameters))


def read_training_image(source: Source, features: SceneFeatures, span: Span) -> TrainingGraph | Rejected:
    """A record's graph; an image is the same as another if it has the same title, and itself if it has none."""
    read = read_image(source, features, span)
    if isinstance(read, Rejected):
        return read
    identity = read.title or f"record {span.position + 1}"
    return TrainingGraph(read.graph, identity, identity, b"")


def categories(source: Source, without: tuple[str, ...], span: Span) -> tuple[str, ...] | Rejected:
    """The categories of a record's objects, but for those that are left out."""
    read = read_image(source, SceneFeatures((), without), span)
    return read if isinstance(read, Rejected) else read.names


def _codes(source: Source, title: str, scene: Scene, features: SceneFeatures) -> Codes:
    """[n_objects]"""
    vectors = visual_vectors(source, features)
    if vectors is None:
        return object_codes(scene, features.vocabulary)
    return visual_codes(scene, features, vectors.find(ids_of(title, scene)))


def ids_of(title: str, scene: Scene) -> list[tuple[str, ...]]:
    """The ids of each object; where the file gives none, the image's title and the object's number in it, from 1."""
    return [each.ids or (f"{title}/{number}",) for number, each in enumerate(scene.objects, start=1)]


def visual_vectors(source: Source, features: SceneFeatures) -> ObjectVectors | None:
    """The vectors that a model's visual features are; ``None`` if it has none.

    :raises UsageError: if the library lacks them
    :raises VectorFileError: if they cannot be read
    """
    if not features.n_visual:
        return None
    from .object_vectors import vectors_of  # few models need them, and the window's start need not wait

    return vectors_of(source, features.n_visual)


def edges(scene: Scene, kept: NDArray[np.int64] | None = None) -> NDArray[np.int32]:
    """[n_edges, 2], one for each pair of objects that is related, whatever way; between those that are kept, or all."""
    kept = np.arange(len(scene.objects)) if kept is None else kept
    node = np.full(len(scene.objects), -1)
    node[kept] = np.arange(len(kept))
    ends = np.array([(each.subject, each.object) for each in scene.relations], dtype=np.int64).reshape(-1, 2)
    pairs = np.sort(node[ends], axis=1)
    pairs = pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] < pairs[:, 1])]
    return np.unique(pairs, axis=0).astype(np.int32)
