"""The manifest store of C2PA in a file, as bytes: JPEG, PNG, RIFF and the family of MP4.

Source: C2PA Technical Specification 2.2, appendix A (embedding manifests); ISO 19566-5 (JUMBF).
Nothing is validated here: what is found is kept and handed on as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STORE_BYTES_MAX", "find_manifest_store", "read_active_label"]

STORE_BYTES_MAX: Final = 10 << 20
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_UUID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # of the box of C2PA in MP4
_BOXES: Final = 4096  # chunks, segments and boxes that are looked at, at most
_HEAD: Final = 8  # bytes: length and type of a box
_LABEL: Final = 256  # characters of the name of a manifest, at most
_HAS_LABEL: Final = 0x02  # among the toggles of a description box
_APP11: Final = 0xEB
_SCAN: Final = 0xDA  # of JPEG: what follows is the picture
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def find_manifest_store(stream: BinaryIO) -> bytes:
    """Return the manifest store in a file, empty if it has none of at most ``STORE_BYTES_MAX``.

    Args:
        stream: The file, seekable; it is read from its start.
    """
    stream.seek(0)
    head = stream.read(12)
    if head.startswith(b"\xff\xd8"):
        store = _find_in_jpeg(stream)
    elif head.startswith(_PNG):
        store = _find_in_png(stream)
    elif head.startswith(b"RIFF"):
        store = _find_in_riff(stream)
    elif head[4:8] == b"ftyp":
        store = _find_in_boxes(stream)
    else:
        store = b""
    length = int.from_bytes(store[:4], "big")
    is_whole = store[4:8] == b"jumb" and _HEAD <= length <= min(len(store), STORE_BYTES_MAX)
    return store[:length] if is_whole else b""


def read_active_label(store: bytes) -> str:
    """Return the name of the active manifest, which is the last one of a store; empty without."""
    last = ""
    for kind, content in _list_boxes(store[_HEAD:]):
        if kind == b"jumb":
            last = _read_label(content)
    return last


def _list_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield types and contents of the boxes in a box, up to the first one that is not whole."""
    at = 0
    while at + _HEAD <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length < _HEAD or at + length > len(data):
            return
        yield data[at + 4 : at + _HEAD], data[at + _HEAD : at + length]
        at += length


def _read_label(superbox: bytes) -> str:
    kind, content = next(_list_boxes(superbox), (b"", b""))
    if kind != b"jumd" or len(content) < 17 or not content[16] & _HAS_LABEL:
        return ""
    label, end, _ = content[17 : 17 + _LABEL + 1].partition(b"\0")
    return label.decode("utf-8", "replace") if end else ""


def _find_in_jpeg(stream: BinaryIO) -> bytes:
    """Join the segments of the first superbox in APP11: each repeats the head of its box."""
    parts: dict[int, list[tuple[int, bytes]]] = {}
    left = 2 * STORE_BYTES_MAX  # bytes of all superboxes
    for data in _list_segments(stream):
        left -= len(data)
        if left < 0:
            break
        if data[:2] == b"JP" and data[12:16] == b"jumb":
            box, number = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big")
            parts.setdefault(box, []).append((number, data[8:]))
    for found in parts.values():
        ordered = [data for _, data in sorted(found, key=lambda each: each[0])]
        store = ordered[0] + b"".join(data[_HEAD:] for data in ordered[1:])
        if _read_label(store[_HEAD:]) == "c2pa":
            return store
    return b""


def _list_segments(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the segments of APP11 in front of the picture."""
    stream.seek(2)
    for _ in range(_BOXES):
        marker = stream.read(2)
        if len(marker) < 2 or marker[0] != 0xFF or marker[1] == _SCAN:
            return
        if marker[1] in _ALONE:
            continue
        if marker[1] == 0xFF:  # a filler
            stream.seek(-1, 1)
            continue
        size = int.from_bytes(stream.read(2), "big") - 2
        if size < 0:
            return
        if marker[1] == _APP11:
            yield stream.read(size)
        else:
            stream.seek(size, 1)


def _find_in_png(stream: BinaryIO) -> bytes:
    stream.seek(len(_PNG))
    for _ in range(_BOXES):
        head = stream.read(_HEAD)
        size = int.from_bytes(head[:4], "big")
        if len(head) < _HEAD or head[4:] == b"IEND":
            break
        if head[4:] == b"caBX":
            return _read(stream, size)
        stream.seek(size + 4, 1)  # and its checksum
    return b""


def _find_in_riff(stream: BinaryIO) -> bytes:
    stream.seek(12)
    for _ in range(_BOXES):
        head = stream.read(_HEAD)
        size = int.from_bytes(head[4:], "little")
        if len(head) < _HEAD:
            break
        if head[:4] == b"C2PA":
            return _read(stream, size)
        stream.seek(size + size % 2, 1)
    return b""


def _find_in_boxes(stream: BinaryIO) -> bytes:
    """Return the store in the box ``uuid`` of a file of the family of MP4."""
    stream.seek(0)
    for _ in range(_BOXES):
        start, head = stream.tell(), stream.read(_HEAD)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(stream.read(8), "big")
        if len(head) < _HEAD or size < _HEAD:
            break
        end = start + size
        if head[4:] == b"uuid" and stream.read(16) == _UUID:
            stream.seek(4, 1)  # version and flags
            purpose, zero, content = _read(stream, end - stream.tell()).partition(b"\0")
            if purpose == b"manifest" and zero:
                return content[8:]  # after the place of a box for parts of the file
        stream.seek(end)
    return b""


def _read(stream: BinaryIO, size: int) -> bytes:
    """Return some bytes, none if there would be too many."""
    return stream.read(size) if 0 <= size <= STORE_BYTES_MAX + 4096 else b""
