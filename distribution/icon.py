"""The program's icon as a picture, from which PyInstaller makes what Windows and macOS want."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def draw_icon(svg: Path, png: Path, size: int = 512) -> Path:
    """Writes ``png``, ``size`` pixels wide and high, and returns its path."""
    picture = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    png.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(png)):
        raise OSError(f"{png} cannot be written")
    return png
