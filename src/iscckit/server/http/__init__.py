"""Middleware and forms of responses: access, limits, logs, errors."""
