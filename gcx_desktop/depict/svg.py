"""Standalone SVG documents."""

from __future__ import annotations


def svg_document(body: str, width: float, height: float, left: float = 0.0) -> str:
    """A standalone SVG document of this size.

    :param left: x coordinate of its left edge; the y coordinate of its top is 0
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{body}</svg>'
    )
