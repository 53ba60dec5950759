"""The index that is derived from the catalog: one partition for each kind of code."""
