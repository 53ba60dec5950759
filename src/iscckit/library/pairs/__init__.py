"""Two files: the detectors of search, without a library."""
