"""Scene graphs of photographs: objects joined by relations (Johnson et al., CVPR 2015; Pope et al., CVPR 2019)."""

from __future__ import annotations

from ...library.record import Format
from ..kind import Drawing, Featurizer, Fragmenter, Kind, Labels, Reader, Words
from ..lazy import Lazy
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
    parts=frozenset(),
    text_column="objects",
    default_split="random",
    reader=Reader(
        reading=Lazy("scenes.reader:reading"),
        labelled=Lazy("scenes.reader:labelled"),
        files=SCENE_FILES,
        companion=Lazy("scenes.object_features:find_object_features"),
        beside=Lazy("scenes.reader:beside"),
    ),
    featurizer=Featurizer(
        n_features=Lazy("scenes.learning:n_features"),
        n_codes=Lazy("scenes.learning:n_codes"),
        decode=Lazy("scenes.learning:decode"),
        limits=Lazy("scenes.learning:limits"),
        parameters=Lazy("scenes.learning:parameters"),
        observe=Lazy("scenes.learning:observe"),
    ),
    drawing=Drawing(
        depict=Lazy("scenes.drawing:draw_at").bind,
        show=Lazy("scenes.showing:show"),
    ),
    fragmenter=Fragmenter(
        pieces=Lazy("scenes.reader:pieces"),
        match=Lazy("scenes.matching:match_at").bind,
        depict_match=Lazy("scenes.matching:draw_match_at").bind,
        depict_pattern=Lazy("scenes.piece_drawing:draw_piece").bind,
    ),
    labels=Labels(
        called="task",
        name=Lazy("scenes.labels:name"),
        words=Lazy("scenes.labels:words"),
        names=Lazy("scenes.tasks:tasks_with"),
        classes=Lazy("scenes.labels:classes"),
        rationale=Lazy("scenes.labels:rationale"),
    ),
)
