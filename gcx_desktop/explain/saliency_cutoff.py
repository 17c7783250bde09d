"""Above which share of its graph's largest saliency a node is salient. Loads neither numpy nor torch.

What is measured and mined goes by this cutoff. What is drawn goes by another number: the colour threshold, a share of
the colour scale (``app.explaining.colour_threshold``).
"""

PAPER_CUTOFF = 0.01
"""Of a graph's largest value over all classes; that of Pope et al. (CVPR 2019, section 4)."""
