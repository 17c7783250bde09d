"""Scene graphs through the commands: trained on, predicted, explained, evaluated."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from gcx_desktop.cli.main import main
from tests.kinds.scenes.conftest import train
from tests.kinds.scenes.images import labelled_images, vrd_object, vrd_relation, write_vrd


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_model_is_trained_and_its_card_holds_the_vocabulary(model: Path) -> None:
    card = json.loads((model / "card.json").read_text())
    assert card["class_names"] == ["country", "urban"]
    assert card["features"] == {"vocabulary": ["person", "sky", "bus", "cow", "hat"], "without": []}
    assert card["n_features"] == 1 + 5 + 16
    assert [metrics["split"] for metrics in card["metrics"]] == ["random 80/10/10"]
    assert not (model / "domain.safetensors").exists()


def test_an_explanation_has_a_value_for_each_object_in_order(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    assert main(["explain", *words, "--method", "cam"]) == 0
    first = rows(out)[0]
    assert (first["title"], first["objects"]) == ("image-0.jpg", "person; bus; hat")
    values = dict(zip(first["objects"].split("; "), map(float, first["saliency"].split()), strict=True))
    assert first["predicted_class"] == "urban"
    assert max(values.values()) > 0


def test_methods_are_evaluated_on_labels_by_words(
    folder: Path, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, each = tmp_path / "out.csv", tmp_path / "each.csv"
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    words += ["--label", "place", "--tasks", str(folder / "tasks.json"), "--method", "eb", "--molecules", str(each)]
    assert main(["evaluate", *words]) == 0
    (row,) = rows(out)
    assert row["n_molecules"] == "48"
    assert row["n_attributed"] == "48"
    assert 0 < float(row["attribution_auroc"]) < 1
    assert [image["label"] for image in rows(each)[:4]] == ["urban", "country", "urban", "country"]
    told = capfd.readouterr().err
    assert told.startswith("gcx: labels: country = country (24), urban = urban (24)\ngcx: 48 images with a label: ")
    assert " (48 images)\n" in told
    assert not re.search("molecul|atom", told)


def test_objects_that_define_the_label_can_be_left_out_and_stay_out(folder: Path, tmp_path: Path) -> None:
    model = train(folder, "honest", "--without-defining")
    card = json.loads((model / "card.json").read_text())
    assert card["features"]["without"] == ["cow", "bus"]
    assert "bus" not in card["features"]["vocabulary"]
    lone = {"none.jpg": [], "x.jpg": [vrd_relation(vrd_object(2), 0, vrd_object(3))]}
    images = write_vrd(folder, {**lone, **labelled_images(2)}, "new.json")
    out, bad = tmp_path / "out.csv", tmp_path / "bad.csv"
    words = [str(images), "--model", str(model), "-o", str(out), "--rejected", str(bad), "--workers", "1"]
    assert main(["predict", *words]) == 0
    assert [row["objects"] for row in rows(out)] == ["person; hat", "person; sky"]
    assert [(row["title"], row["reason"]) for row in rows(bad)] == [
        ("none.jpg", "the image has no objects"),
        ("x.jpg", "without the objects that define its label nothing is left"),
    ]
    words = ["evaluate", str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    assert main([*words, "--label", "place", "--tasks", str(folder / "tasks.json"), "--method", "cam"]) == 0
    (row,) = rows(out)
    assert (row["attribution_auroc"], row["n_attributed"]) == ("", "0")


def test_what_a_model_of_images_knows_cannot_be_added(
    folder: Path, model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--add-domain", str(model), str(folder / "annotations.json")]) == 2
    assert "it is for scene graphs, and how alike two images are has no measure" in capfd.readouterr().err
    assert not (model / "domain.safetensors").exists()


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        (
            '{"place": {"indoor": ["cow"], "outdoor": ["bus"]}}',
            "are outdoor, indoor, and the classes of the model country",
        ),
        ('{"place": {"country": ["bed"], "urban": ["sofa"]}}', "no image has a label of ‘place’"),
    ],
)
def test_images_are_not_judged_by_labels_that_are_no_classes_of_the_model(
    tasks: str, reason: str, folder: Path, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tasks.json").write_text(tasks)
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(tmp_path / "out.csv"), "--workers", "1"]
    assert main(["evaluate", *words, "--label", "place", "--tasks", str(tmp_path / "tasks.json")]) == 2
    assert reason in capfd.readouterr().err


def test_images_have_no_scaffolds_to_divide_them_by(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder / "annotations.json"), "--label", "place", "--tasks", str(folder / "tasks.json")]
    assert main(["train", *words, "-o", str(tmp_path / "model"), "--also-split", "scaffold", "--workers", "1"]) == 2
    assert "a split by scaffolds of scene graphs cannot be made" in capfd.readouterr().err


@pytest.mark.parametrize("option", [["--neutralise"], ["--smiles-column", "smiles"]])
def test_what_is_for_molecules_is_refused(
    option: list[str], folder: Path, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(tmp_path / "out.csv")]
    assert main(["predict", *words, *option]) == 2
    assert "scene graphs" in capfd.readouterr().err


def test_a_card_that_says_nonsense_of_its_features_is_refused(
    folder: Path, model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    card = json.loads((model / "card.json").read_text())
    card["features"]["vocabulary"] = 3
    (spoilt / "card.json").write_text(json.dumps(card))
    words = [str(folder / "annotations.json"), "--model", str(spoilt), "-o", str(tmp_path / "out.csv")]
    assert main(["predict", *words]) == 1
    assert "its vocabulary is no list of words" in capfd.readouterr().err


def test_objects_and_relations_that_recur_in_explanations_are_listed(folder: Path, model: Path, tmp_path: Path) -> None:
    # Excitation reaches every object that is connected with the class, whatever training made of the weights.
    out = tmp_path / "found.csv"
    words = [str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    assert main(["substructures", *words, "--method", "eb", "--cutoff", "0"]) == 0
    found = {(row["substructure"], row["class"]): row for row in rows(out)}
    assert {"bus", "(person, on, bus)", "(person, has, hat)"} <= {name for name, _ in found}
    bus, all_three = found["bus", "urban"], found["{bus, hat, person}", "urban"]
    assert 0 < int(bus["n_explained"]) <= int(bus["n_positive"])
    assert (all_three["n_objects"], all_three["n_positive"]) == ("3", found["hat", "urban"]["n_positive"])
    assert (all_three["objects"], found["(person, has, hat)", "urban"]["objects"]) == (
        "bus; hat; person",
        "person; hat",
    )


def test_a_report_has_a_section_of_what_recurs(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    words = ["report", str(folder / "annotations.json"), "--model", str(model), "-o", str(out), "--workers", "1"]
    words += ["--label", "place", "--tasks", str(folder / "tasks.json"), "--substructures", "2", "--limit", "16"]
    assert main([*words, "--class", "urban"]) == 0
    told = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(out).pages)
    assert "images of the library that contain it" in told
    assert "predicted as the class, and rightly by their labels." in told
    assert "Hydrogens" not in told


@pytest.mark.parametrize(
    "more", [["--method", "no such"], ["-o", "out.sdf"], ["--neutralise"], ["--scheme", "rings"], ["--min-atoms", "3"]]
)
def test_substructures_of_images_are_asked_for_as_those_of_molecules(
    more: list[str], folder: Path, model: Path, tmp_path: Path
) -> None:
    words = ["substructures", str(folder / "annotations.json"), "--model", str(model), "-o", str(tmp_path / "a.csv")]
    assert main([*words, *more]) == 2
