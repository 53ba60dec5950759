"""IPTC-IIM, and the image resources of Photoshop that hold it in JPEG, TIFF and PSD files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["RESOURCE_IPTC", "RESOURCE_XMP", "decode_text", "read_iptc_tags", "split_resources"]

RESOURCE_IPTC: Final = 0x0404  # Adobe Photoshop File Formats Specification, image resource IDs
RESOURCE_XMP: Final = 0x0424

_MARKER: Final = 0x1C
_EXTENDED: Final = 0x8000  # flag of a value whose length does not fit into two bytes

# IPTC-NAA Information Interchange Model 4.2, record 2.
_DATASETS: Final[dict[tuple[int, int], str]] = {
    (2, 5): "IPTC ObjectName",
    (2, 25): "IPTC Keywords",
    (2, 80): "IPTC Byline",
    (2, 85): "IPTC BylineTitle",
    (2, 105): "IPTC Headline",
    (2, 110): "IPTC Credit",
    (2, 135): "IPTC Language",
}


def decode_text(data: bytes) -> str:
    """Return ``data`` as text: UTF-8, or else Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_iptc_tags(block: bytes) -> dict[str, str]:
    """Return the datasets that fill metadata fields.

    The last one of repeated datasets counts; keywords are joined. Reading stops at the first
    malformed dataset, as files pad the block in many ways.
    """
    tags: dict[str, str] = {}
    keywords: list[str] = []
    at = 0
    while at + 5 <= len(block) and block[at] == _MARKER:
        record, dataset = block[at + 1], block[at + 2]
        size = int.from_bytes(block[at + 3 : at + 5])
        at += 5
        if size & _EXTENDED:
            width = size & ~_EXTENDED
            size = int.from_bytes(block[at : at + min(width, 8)])
            at += width
        name = _DATASETS.get((record, dataset))
        value = decode_text(block[at : at + size]).strip("\0 \r\n\t")
        at += size
        if name is None or at > len(block):
            continue
        if name == "IPTC Keywords":
            keywords.append(value)
        tags[name] = value
    return tags | ({"IPTC Keywords": ", ".join(keywords)} if keywords else {})


def split_resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the data of each resource, up to the first malformed one.

    A resource is ``8BIM``, a number of two bytes, a Pascal string padded to even length, four
    bytes of size, and data padded to even length.
    """
    at = 0
    while at + 12 <= len(block) and block[at : at + 4] in (b"8BIM", b"MeSa", b"AgHg", b"PHUT"):
        number = int.from_bytes(block[at + 4 : at + 6])
        name = block[at + 6]
        at += 6 + ((name + 2) & ~1)
        size = int.from_bytes(block[at : at + 4])
        at += 4
        if at + size > len(block):
            return
        yield number, block[at : at + size]
        at += (size + 1) & ~1
