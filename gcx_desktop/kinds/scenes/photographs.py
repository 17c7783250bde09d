"""The photograph that an image's annotations are of, if it lies beside them. Read in a worker process."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ...depict.colour import Paper
from ...depict.photograph import Photograph

if TYPE_CHECKING:
    from PIL import Image

FOLDERS = (".", "images", "VG_100K", "VG_100K_2")
"""Where photographs may lie, seen from the annotations; the last two are those of Visual Genome's archives."""
ENDINGS = (".jpg", ".jpeg", ".png")
MAX_BYTES = 50_000_000
MAX_PIXELS = 30_000_000
LONGEST_SIDE = 1_000
"""In pixels, of what is shown of it."""
_QUALITY = 75
_TONES = {Paper.WHITE: (130, 255), Paper.DARK: (30, 140)}
"""What black and white become."""
_EXIF_ORIENTATION = 0x0112
_LYING = range(5, 9)
"""Orientations by which width and height change places."""


def photograph_beside(annotations: Path, title: str, paper: Paper) -> Photograph | None:
    """The photograph toned for the paper; ``None`` if there is none that can be read."""
    path = find_photograph(annotations, title)
    return read_photograph(path, paper) if path is not None else None


def find_photograph(annotations: Path, title: str) -> Path | None:
    """The file with that title, or with a number as Visual Genome gives it.

    A title comes from whoever made the annotations: one that leads out of the folders is refused.
    """
    if not title or title != Path(title).name or any(mark in title for mark in "\\:\0") or title == "..":
        return None
    names = (title,) if Path(title).suffix.lower() in ENDINGS else tuple(title + ending for ending in ENDINGS)
    candidates = (annotations.parent / folder / name for folder in FOLDERS for name in names)
    try:
        return next((path for path in candidates if path.is_file()), None)
    except (OSError, ValueError):  # such as a name that is too long
        return None


def read_photograph(path: Path, paper: Paper) -> Photograph | None:
    """Upright, in grey, toned for the paper and made small; ``None`` if it is too large or broken."""
    from PIL import Image, ImageOps

    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=("JPEG", "PNG")) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return None
            if image.getexif().get(_EXIF_ORIENTATION) in _LYING:
                width, height = height, width
            image.draft("L", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded no finer than that
            shown = ImageOps.exif_transpose(_small_and_grey(image))
    except Exception:  # a broken file makes Pillow raise nearly anything
        return None
    black, white = _TONES[paper]
    toned = shown.point([round(black + (white - black) * grey / 255) for grey in range(256)])
    file = BytesIO()
    toned.save(file, "JPEG", quality=_QUALITY)
    return Photograph(file.getvalue(), (width, height))


def _small_and_grey(image: Image.Image) -> Image.Image:
    """What is transparent is white."""
    from PIL import Image

    small = image.convert("RGBA" if image.has_transparency_data else "L")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if small.mode == "L":
        return small
    white = Image.new("RGBA", small.size, "white")
    white.alpha_composite(small)
    white.info = small.info  # says how it is turned
    return white.convert("L")
