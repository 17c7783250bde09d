"""The default colour threshold: the share of the colour scale from which a node is coloured. Imports no torch or Qt.

It applies to pictures. Measures and mining use the saliency cutoff instead, a share of each graph's own largest
saliency (``explain.saliency_cutoff``).
"""

DEFAULT_COLOUR_THRESHOLD = 0.1
"""Share of the colour scale below which an atom is not coloured."""

COLOUR_THRESHOLD_STEPS = 100
"""Number of steps of the slider from 0 to 1."""
