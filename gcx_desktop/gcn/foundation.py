"""A foundation: hidden layers that learned what can be computed of records without labels, from which training
starts."""

from __future__ import annotations

from dataclasses import dataclass

from .network import Network


@dataclass(frozen=True, slots=True)
class Foundation:
    """Hidden layers to start from."""

    network: Network
    """The hidden layers; the head has no outputs."""
    name: str
    sha256: str
    """Hash of the weights' file."""
