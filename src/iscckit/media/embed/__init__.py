"""Writers of metadata: each copies a file and changes some fields."""
