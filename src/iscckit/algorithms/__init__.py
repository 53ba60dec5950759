"""Similarity hashes and chunking on plain bytes, numbers and text.

Each function checks its arguments and calls one function of the compiled kernel (``kernel/``).
``algorithms.twin`` has the readable twin.
"""
