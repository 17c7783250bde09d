"""From which share of the colour scale on a node is coloured, before the user chooses. Loads neither torch nor Qt.

What is drawn goes by this threshold. What is measured and mined goes by another number: the saliency cutoff, a share of
each graph's own largest saliency (``explain.saliency_cutoff``).
"""

DEFAULT_COLOUR_THRESHOLD = 0.1
"""Share of the colour scale below which an atom is not coloured."""

COLOUR_THRESHOLD_STEPS = 100
"""That the slider has from none to all of the scale."""
