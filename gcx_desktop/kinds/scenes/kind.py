"""Scene graphs of photographs: objects joined by relations (Johnson et al., CVPR 2015; Pope et al., CVPR 2019)."""

from __future__ import annotations

from ...library.record import Format
from ..kind import Drawing, Featurizer, Fragmenter, Kind, Labels, Reader, Words
from ..lazy import LazyFunction
from .files import SCENE_FILES

SCENE_FEATURE_SET = "scene-objects-1"
"""Name of these features in a model's card. Any change to them needs a new name."""

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
    feature_set=SCENE_FEATURE_SET,
    capabilities=frozenset(),
    text_column="objects",
    default_split="random",
    default_folds=1,
    reader=Reader(
        reading=LazyFunction("scenes.reader:image_reading"),
        training=LazyFunction("scenes.reader:training_image_reader"),
        files=SCENE_FILES,
        companion=LazyFunction("scenes.object_features:find_object_features"),
        data_beside=LazyFunction("scenes.reader:data_beside"),
    ),
    featurizer=Featurizer(
        n_features=LazyFunction("scenes.learning:n_features"),
        n_codes=LazyFunction("scenes.learning:n_codes"),
        decode=LazyFunction("scenes.learning:object_decoder"),
        limits=LazyFunction("scenes.learning:feature_limits"),
        parameters=LazyFunction("scenes.learning:parameters"),
        observe=LazyFunction("scenes.learning:observe"),
    ),
    drawing=Drawing(
        depict=LazyFunction("scenes.drawing:draw_image").bind,
        show=LazyFunction("scenes.showing:show"),
    ),
    fragmenter=Fragmenter(
        pieces=LazyFunction("scenes.reader:pieces_of_image"),
        match=LazyFunction("scenes.matching:match_image").bind,
        depict_match=LazyFunction("scenes.matching:draw_matched_image").bind,
        depict_pattern=LazyFunction("scenes.piece_drawing:draw_piece").bind,
    ),
    labels=Labels(
        called="task",
        name=LazyFunction("scenes.labels:label_name_of"),
        words=LazyFunction("scenes.labels:label_words"),
        names=LazyFunction("scenes.tasks:tasks_with"),
        classes=LazyFunction("scenes.labels:label_classes"),
        rationale=LazyFunction("scenes.labels:label_rationale"),
    ),
)
