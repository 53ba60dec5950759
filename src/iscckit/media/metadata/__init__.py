"""Readers of metadata: what files say about themselves."""
