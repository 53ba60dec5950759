"""The way from a file to its record, and the tasks of worker processes on this way."""
