"""PDF files that lost their end, or have other bytes in front: a copy that PDFium can open.

PDFium looks for objects itself where the table of objects is wrong, but needs a trailer that names
the catalog. Here objects are found by their headers, those in object streams are unpacked, and a
trailer is appended; where the catalog or the tree of pages is lost, the pages that are there
follow each other in the order of the file.
Source: ISO 32000-2, 7.3.10, 7.5.5 and 7.5.7.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["repair", "skip_junk"]

_LONGEST: Final = 1 << 28  # bytes of a file that is repaired, which is held in memory
_JUNK: Final = 1 << 16  # bytes in which the signature is looked for
_HEAD: Final = 1 << 16  # bytes of an object in which its dictionary is looked for
_OBJECTS: Final = 1_000_000
_UNPACKED: Final = 1 << 26  # bytes of all object streams
_HEADER: Final = rb"(?<![0-9])([0-9]{1,9})[ \t\r\n\f]{1,8}([0-9]{1,5})[ \t\r\n\f]{1,8}obj\b"


@cache
def _compile(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def skip_junk(stream: BinaryIO) -> bytes | None:
    """Return the file from its signature on, or None if nothing precedes it.

    Args:
        stream: The file, seekable.
    """
    stream.seek(0)
    at = stream.read(_JUNK).find(b"%PDF-")
    if at <= 0:
        return None
    stream.seek(at)
    data = stream.read(_LONGEST + 1)
    return None if len(data) > _LONGEST else data


def repair(stream: BinaryIO) -> bytes | None:
    """Return a copy of a damaged file with a catalog, or None where that is not possible.

    Args:
        stream: The file, seekable.
    """
    stream.seek(0)
    data = skip_junk(stream)
    if data is None:
        stream.seek(0)
        data = stream.read(_LONGEST + 1)
    if len(data) > _LONGEST or b"/Encrypt" in data:
        return None
    objects = _find_objects(data)
    heads = {number: head for number, _, head in objects}
    unpacked = list(_unpack_objects(data, objects))
    if not heads:
        return None
    heads |= {number: body for number, body in unpacked if number not in heads}
    pieces = [data, b"\nendstream\nendobj\n"]  # ends the object that was cut
    pieces += [b"%d 0 obj\n%s\nendobj\n" % each for each in unpacked]
    root = _find_catalog(heads)
    if root is None:
        pages = [number for number, head in heads.items() if _is_of_type(head, b"Page")]
        if not pages:
            return None
        tree = max(heads) + 1
        root = tree + 1
        kids = b" ".join(b"%d 0 R" % number for number in pages)
        pieces += [
            b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n" % (tree, len(pages), kids),
            b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (root, tree),
        ]
    size = max(root, *heads) + 1
    pieces.append(b"trailer\n<</Root %d 0 R/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (root, size))
    return b"".join(pieces)


def _find_objects(data: bytes) -> list[tuple[int, int, bytes]]:
    """Return the number of each object of generation 0, its place, and its first bytes."""
    starts: list[tuple[int, int]] = []
    for found in _compile(_HEADER).finditer(data):
        if len(starts) >= _OBJECTS:
            break
        if int(found[2]) == 0:
            starts.append((int(found[1]), found.end()))
    ends = [*(at for _, at in starts[1:]), len(data)]
    return [
        (number, at, data[at : min(end, at + _HEAD)].partition(b"endobj")[0])
        for (number, at), end in zip(starts, ends, strict=False)
    ]


def _is_of_type(head: bytes, name: bytes) -> bool:
    dictionary = head.partition(b"stream")[0]
    return (
        _compile(rb"/Type[ \t\r\n\f]{0,8}/" + name + rb"(?![A-Za-z])").search(dictionary)
        is not None
    )


def _find_catalog(heads: dict[int, bytes]) -> int | None:
    """Return the number of the last catalog whose tree of pages is there."""
    for number, head in reversed(heads.items()):
        if _is_of_type(head, b"Catalog"):
            tree = _compile(rb"/Pages[ \t\r\n\f]{0,8}([0-9]{1,9})[ \t\r\n\f]{1,8}0").search(head)
            if tree is not None and _is_of_type(heads.get(int(tree[1]), b""), b"Pages"):
                return number
    return None


def _unpack_objects(
    data: bytes, objects: list[tuple[int, int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """Yield the objects that stand in object streams of the usual compression."""
    left = _UNPACKED
    for _, start, head in objects:
        dictionary, mark, _ = head.partition(b"stream")
        if not mark or not _is_of_type(head, b"ObjStm") or b"/DecodeParms" in dictionary:
            continue
        at = start + len(dictionary) + len(mark)
        at += 2 if data[at : at + 2] == b"\r\n" else 1
        try:
            body = zlib.decompressobj().decompress(memoryview(data)[at:], left)
        except zlib.error:
            continue
        left -= len(body)
        yield from _split_objects(dictionary, body)
        if left <= 0:
            return


def _split_objects(dictionary: bytes, body: bytes) -> Iterator[tuple[int, bytes]]:
    first = _compile(rb"/First[ \t\r\n\f]{0,8}([0-9]{1,9})").search(dictionary)
    if first is None:
        return
    numbers = [int(each) for each in body[: int(first[1])].split() if each.isdigit()]
    places = [int(first[1]) + at for at in numbers[1::2]]
    ends = [*places[1:], len(body)]
    for number, at, end in zip(numbers[::2], places, ends, strict=False):
        yield number, body[at:end]
