"""Walks over folders in the order of TREEWALK, and ignore files."""
