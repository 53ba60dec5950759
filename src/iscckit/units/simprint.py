"""Simprints: similarity digests, without header, of the parts of a content."""

from __future__ import annotations

import base64
from typing import NamedTuple

__all__ = ["Simprint"]


class Simprint(NamedTuple):
    """The similarity digest of one part of a content, and where the part is.

    Attributes:
        body: 32 bytes: the digest of the part, as that of a whole content of its kind.
        offset: Start of the part, in characters or bytes.
        size: Length of the part in the same unit.
    """

    body: bytes
    offset: int
    size: int

    @property
    def text(self) -> str:
        """Return the body in base64url without padding, 43 characters."""
        return base64.urlsafe_b64encode(self.body).decode().rstrip("=")
