"""What a kind of graph names of itself and what recurs: a category, a relation with both its ends, or a set of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..project.plain_values import list_of, text_of

_BETWEEN = "\n"
"""The names of a key; a name is one line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that a kind of graph names, or some that occur together."""

    names: tuple[str, ...]
    """One, or those of a set, each on one line."""
    nodes: tuple[str, ...]
    """The names of its nodes, each of which is a piece by itself; of a relation subject and object."""

    @property
    def key(self) -> str:
        """By which its places are found again."""
        return _BETWEEN.join(self.names)

    @property
    def text(self) -> str:
        """As tables write it, such as "person" or "{person, shirt}"."""
        return self.names[0] if len(self.names) == 1 else f"{{{', '.join(self.names)}}}"

    @property
    def name(self) -> str:
        """As tables and files list it."""
        return self.text

    @property
    def notations(self) -> tuple[tuple[str, str], ...]:
        """None: it has its name alone."""
        return ()

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON holds it; :func:`restored_piece` makes it again."""
        return {"names": list(self.names), "nodes": list(self.nodes)}

    @property
    def nodes_text(self) -> str:
        """Its nodes as tables write them."""
        return "; ".join(self.nodes)

    @property
    def n_nodes(self) -> int:
        return len(self.nodes)

    @property
    def is_chain_of_one_element(self) -> bool:
        """Of atoms only."""
        return False


def restored_piece(value: Any) -> Piece:
    """What :attr:`Piece.plain` was.

    :raises KeyError, TypeError: if it is no piece
    """
    return Piece(tuple(map(text_of, list_of(value["names"]))), tuple(map(text_of, list_of(value["nodes"]))))


def names_of(key: str) -> tuple[str, ...]:
    """The names of the piece with that key."""
    return tuple(key.split(_BETWEEN))
