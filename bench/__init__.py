"""Benchmarks: what the portal costs beside the least that does the same, side by side in one run."""
