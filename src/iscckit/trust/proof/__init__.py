"""Formats and their checks: bytes come in, verdicts go out; no file, clock or network."""
