"""The values of detection."""

# Annotations are evaluated here, not kept as strings: NamedTuple compiles strings, which is slow.
from typing import Final, NamedTuple

__all__ = ["HEAD_SIZE", "Sniff"]

HEAD_SIZE: Final = 4096  # bytes at the start of a file that are examined


class Sniff(NamedTuple):
    """The type that the bytes of a file indicate.

    Attributes:
        mediatype: Media type.
        label: What was recognised, in words: "JPEG signature".
        family: Group of types that these bytes do not tell apart; within it the file name decides.
            Empty if the bytes alone decide.
    """

    mediatype: str
    label: str
    family: str = ""
