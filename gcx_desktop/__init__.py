"""gcx-desktop: see why a graph convolutional network calls a molecule active, permeable or toxic."""

__version__ = "0.1.0"
