"""Annotated images, written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAMES = ["person", "sky", "cow", "bus", "street", "hat"]
PREDICATES = ["on", "has"]


def vrd_object(category: int, *bbox: int) -> dict[str, Any]:
    return {"category": category, "bbox": list(bbox or (0, 100, 0, 100))}


def vrd_relation(subject: dict[str, Any], predicate: int, object_: dict[str, Any]) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "object": object_}


def write_vrd(folder: Path, images: dict[str, Any], name: str = "annotations.json") -> Path:
    """With the lists of names that lie beside."""
    (folder / "vrd_objects.json").write_text(json.dumps(NAMES))
    (folder / "vrd_predicates.json").write_text(json.dumps(PREDICATES))
    path = folder / name
    path.write_text(json.dumps(images))
    return path


def labelled_images(n: int = 48) -> dict[str, Any]:
    """Half of them with a cow, half with a bus; persons, hats and sky in both. What has a cow has no hat."""
    images = {}
    for i in range(n):
        country = i % 2
        person = vrd_object(0, 10 * (i % 5), 60, 10, 40)
        defining = vrd_object(2 if country else 3, 50, 90, 10 * (i % 7), 90)
        relations = [vrd_relation(person, 0, defining)]
        if i % 3:
            relations.append(vrd_relation(defining, 0, vrd_object(1, 0, 30, 0, 100)))
        if not country:
            relations.append(vrd_relation(person, 1, vrd_object(5, 10, 20, 10, 20)))
        images[f"image-{i}.jpg"] = relations
    return images


def write_tasks(folder: Path) -> Path:
    path = folder / "tasks.json"
    path.write_text(json.dumps({"place": {"country": ["cow"], "urban": ["bus"]}}))
    return path
