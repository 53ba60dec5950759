"""The hub of a log on HTTP."""
