"""Readers of content, one module for each kind of format, and what they share."""
