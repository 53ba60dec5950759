"""Encodings of text: which one a file has, and its decoding."""
