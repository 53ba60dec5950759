"""The catalog in SQLite: items, files and fingerprints. It is the truth of a library."""
