"""Simprints: similarity digests of the parts of a content, without header."""

from __future__ import annotations

import base64
from typing import NamedTuple

__all__ = ["Simprint"]


class Simprint(NamedTuple):
    """The similarity digest of one part of a content, and the place of the part.

    Attributes:
        body: The digest of the part in 32 bytes, made like that of a whole content of its kind.
        offset: The start of the part, in characters or bytes.
        size: The length of the part, in characters or bytes.
    """

    body: bytes
    offset: int
    size: int

    @property
    def text(self) -> str:
        """The body in base64url without padding, 43 characters."""
        return base64.urlsafe_b64encode(self.body).decode().rstrip("=")
