"""Speed and memory against peers and bounds, as ratios measured in one run: ``python -m benchmarks speed``."""
