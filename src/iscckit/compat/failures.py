"""Errors that callers of iscc_core catch by its built-in class, and callers of iscckit by theirs.

iscc_core raises ``AssertionError``, ``TypeError`` or ``AttributeError`` where iscckit has one
class, ``InvalidInput``. A program that catches the one must keep working, so these classes are
both.
"""

from __future__ import annotations

from iscckit.errors import InvalidInput

__all__ = ["AssertedInput", "MissingDataUrl", "MistypedInput"]


class AssertedInput(InvalidInput, AssertionError):
    """A value that iscc_core refuses by an assertion."""


class MistypedInput(InvalidInput, TypeError):
    """A value of a type that iscc_core refuses."""


class MissingDataUrl(InvalidInput, AttributeError):
    """A text in place of a Data-URL; iscc_core asks the parsed URL, which is None, for its data."""
