"""A transparency log: an append-only tree of entries, its store, checks and routes."""
