"""Visual features of objects through the commands: learned from, found beside a library, asked for where they lack."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from gcx_desktop.app.explaining.show_record import explain_record
from gcx_desktop.cli.main import main
from gcx_desktop.gcn.bundles.bundle import load_bundle
from gcx_desktop.kinds.kind import RecordToShow
from gcx_desktop.kinds.registry import feature_sets, other_files
from gcx_desktop.kinds.scenes.features import SceneFeatures
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.kinds.scenes.reader import ReadImage, ids_of, read_image, title_and_scene
from gcx_desktop.kinds.scenes.showing import show_at
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import Rejected
from tests.kinds.scenes.images import vrd_object, vrd_relation, write_vrd
from tests.kinds.scenes.test_scene import vg_object, vg_relation

N_IMAGES = 40
GREEN, GREY = np.eye(3)[:2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images that are all alike but for how the second of their objects looks; the third has no vector."""
    folder = tmp_path_factory.mktemp("visual")
    man, cow, hat = vrd_object(0), vrd_object(2, 10, 20, 10, 20), vrd_object(5, 0, 9, 0, 9)
    relations = [vrd_relation(man, 0, cow), vrd_relation(man, 1, hat)]
    write_vrd(folder, {f"{i}.jpg": relations for i in range(N_IMAGES)})
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("image", "place"), *((f"{i}.jpg", "green" if i % 2 else "grey") for i in range(40))]
        )
    looks = {f"{i}.jpg/2": GREEN if i % 2 else GREY for i in range(N_IMAGES)}
    np.savez(folder / "annotations.npz", **looks, **{f"{i}.jpg/1": np.array([0, 0, 1.0]) for i in range(N_IMAGES)})
    return folder


def train(folder: Path, name: str, *more: str) -> Path:
    words = ["train", str(folder / "annotations.json"), "--label", "place", "--tasks", str(folder / "labels.csv")]
    words += ["--widths", "6", "--seeds", "1", "--epochs", "10", "--batch-size", "4", "--learning-rate", "0.1"]
    words += ["--class-of", "grey=grey", "--class-of", "green=green"]
    assert main([*words, "-o", str(folder / name), "--workers", "1", *more]) == 0
    return folder / name


@pytest.fixture(scope="module")
def model(folder: Path) -> Path:
    return train(folder, "model", "--object-features", str(folder / "annotations.npz"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_network_learns_what_the_vectors_alone_tell_apart(model: Path) -> None:
    card = json.loads((model / "card.json").read_text())
    assert card["features"]["visual"] == {"dimensions": 3, "alone": False}
    assert card["n_features"] == 1 + 3 + 16 + 3
    assert card["metrics"][0]["values"]["auc_roc"][0] > 0.95
    assert any("3 visual features, from a file beside each library" in limit for limit in card["known_limits"])
    assert "--object-features annotations.npz" in card["command"]


def test_it_explains_by_the_file_beside_the_library(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    assert main(["explain", *words, "--method", "eb", "--class", "all"]) == 0
    found = rows(out)
    assert [row["predicted_class"] for row in found[::2]] == ["grey", "green"] * (N_IMAGES // 2)
    n_features = json.loads((model / "card.json").read_text())["n_features"]
    for row in found:
        values = [float(value) for value in row["saliency"].split()]
        assert sum(values) * n_features == pytest.approx(1.0, rel=1e-5)  # excitation backprop loses nothing on its way


def test_visual_features_can_stand_alone(folder: Path, tmp_path: Path) -> None:
    features = str(folder / "annotations.npz")
    alone = train(folder, "alone", "--object-features", features, "--only-object-features")
    card = json.loads((alone / "card.json").read_text())
    assert card["n_features"] == 3
    assert card["features"] == {"vocabulary": [], "without": [], "visual": {"dimensions": 3, "alone": True}}
    assert not any("Boxes" in limit for limit in card["known_limits"])
    assert card["metrics"][0]["values"]["auc_roc"][0] > 0.95


def test_a_library_without_the_file_is_refused_before_anything_is_read(
    model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    images = write_vrd(tmp_path, {"a.jpg": [vrd_relation(vrd_object(0), 0, vrd_object(2))]}, "bare.json")
    words = [str(images), "--model", str(model), "--workers", "1", "-o", str(tmp_path / "out.csv")]
    assert main(["predict", *words]) == 2
    said = capfd.readouterr().err
    assert "bare.json: the model needs 3 visual features of each object; name their file with --object-features" in said
    assert main(["predict", *words, "--object-features", str(tmp_path / "no.npz")]) == 1
    assert "no.npz: there is no such file" in capfd.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_features_of_objects_are_no_matter_of_molecules(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    molecules = tmp_path / "molecules.smi"
    molecules.write_text("CCO\n")
    words = ["predict", str(molecules), "-o", str(tmp_path / "out.csv"), "--object-features", str(molecules)]
    assert main(words) == 2
    assert "features of objects belong to scene graphs; leave --object-features out" in capfd.readouterr().err
    train_words = ["train", str(molecules), "--label", "x", "-o", str(tmp_path / "m"), "--only-object-features"]
    assert main(train_words) == 2
    assert "--only-object-features needs their file" in capfd.readouterr().err


def test_the_window_shows_why_an_image_has_no_features(folder: Path, model: Path, tmp_path: Path) -> None:
    images = write_vrd(tmp_path, {"a.jpg": [vrd_relation(vrd_object(0), 0, vrd_object(2))]})
    features = SceneFeatures(("cow",), n_visual=3)
    with open_library(images, others=other_files()) as library:
        shown = show_at(library.source, features, None, library.span(0))
    assert isinstance(shown, Rejected)
    assert "the model needs 3 visual features" in shown.reason
    bundle = load_bundle(model, feature_sets())
    with open_library(folder / "annotations.json", others=other_files()) as library:
        shown = show_at(library.source, features, None, library.span(1))
        assert isinstance(shown, RecordToShow)
        assert explain_record(bundle, library.source, shown.read).explanation.maps["eb"].shape == (3, 2)


def test_objects_get_vectors_by_their_own_and_merged_ids_and_without_any_by_their_place(tmp_path: Path) -> None:
    man, shoe = vg_object("man", 7), {**vg_object("shoe", 9), "merged_object_ids": [8, 5]}
    relations = [vg_relation(man, "wears", shoe), vg_relation(vg_object("hat", None), "on", man)]
    path = tmp_path / "relationships.json"
    path.write_text(json.dumps([{"relationships": relations, "image_id": 4}]))
    np.savez(tmp_path / "relationships.npz", **{"4/3": np.ones(2), "5": 5 * np.ones(2), "8": 8 * np.ones(2)})
    features = SceneFeatures((), n_visual=2, visual_alone=True)
    with open_library(path, others=other_files()) as library:
        assert ids_of(*title_and_scene(library.source, library.raw(0))) == [("7",), ("9", "8", "5"), ("4/3",)]
        read = read_image(library.source, features, library.span(0))
        assert isinstance(read, ReadImage)
        decode = SCENES.featurizer.decode(features.as_parameters(), library.source)
        np.testing.assert_array_equal(decode(read.graph.codes), [[0, 0], [8, 8], [1, 1]])


def test_a_report_tells_how_it_is_made_again(folder: Path, model: Path, tmp_path: Path) -> None:
    features, out = tmp_path / "looks.npz", tmp_path / "report.pdf"
    features.write_bytes((folder / "annotations.npz").read_bytes())
    words = [str(folder / "annotations.json"), "--model", str(model), "--limit", "1", "--workers", "1", "-o", str(out)]
    assert main(["report", *words, "--object-features", str(features)]) == 0
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    assert "--object-features" in text
