"""The exact search engine: codes of one length in bit planes, in memory or mapped from disk.

It knows no files and no records: ``library.partitions`` and ``asset_search`` say what a row stands
for.
"""
