"""Search among ready-made records that clients send, with the answers of iscc-search.

It shares nothing with the catalog of files in ``library``.
"""
