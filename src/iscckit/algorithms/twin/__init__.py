"""The readable twin: each algorithm of the kernel again in plain Python, for readers and tests."""
