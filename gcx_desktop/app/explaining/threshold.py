"""What window and report agree on before the user chooses. Loads neither torch nor Qt."""

DEFAULT_THRESHOLD = 0.1
"""Share of the scale below which an atom is not coloured."""

THRESHOLD_STEPS = 100
"""That a slider has from none to all of the scale."""
