"""Pieces that a kind of graph names: a category, a relation with subject and object, or a set of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..project.plain_values import checked_list, checked_text

_BETWEEN = "\n"
"""Separates the names in a key; a name is one line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that a kind of graph names, or a set of pieces that occur together."""

    names: tuple[str, ...]
    """One name, or those of a set, each on one line."""
    nodes: tuple[str, ...]
    """The names of its nodes, which are pieces, too; for a relation subject and object."""

    @property
    def key(self) -> str:
        """A text by which its occurrences are found again."""
        return _BETWEEN.join(self.names)

    @property
    def text(self) -> str:
        """As written in tables, such as "person" or "{person, shirt}"."""
        return self.names[0] if len(self.names) == 1 else f"{{{', '.join(self.names)}}}"

    @property
    def name(self) -> str:
        """As tables and files list it."""
        return self.text

    @property
    def notations(self) -> tuple[tuple[str, str], ...]:
        """Empty: a piece has a name only."""
        return ()

    @property
    def plain(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of :func:`restored_piece`."""
        return {"names": list(self.names), "nodes": list(self.nodes)}

    @property
    def nodes_text(self) -> str:
        """Its nodes as written in tables."""
        return "; ".join(self.nodes)

    @property
    def n_nodes(self) -> int:
        return len(self.nodes)

    @property
    def is_chain_of_one_element(self) -> bool:
        """False: only patterns of atoms can be chains."""
        return False


def restored_piece(value: Any) -> Piece:
    """The piece from its :attr:`Piece.plain`.

    :raises KeyError, TypeError: if it is no piece
    """
    return Piece(
        tuple(map(checked_text, checked_list(value["names"]))), tuple(map(checked_text, checked_list(value["nodes"])))
    )


def names_of(key: str) -> tuple[str, ...]:
    """The names of the piece with that key."""
    return tuple(key.split(_BETWEEN))
