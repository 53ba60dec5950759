"""Benchmarks: one file a question, ratios against peers in one run. See ``run``."""
