"""Tags of sound and video with several values, of which FFmpeg gives the first or a mixture.

Source: ID3v2.4.0 (texts separated by NUL), APEv2, the comment headers of Vorbis, Opus and FLAC
(repeated names), and QuickTime File Format Specification (repeated values of iTunes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from iscckit.media.content_values import Source

__all__ = ["decode_synchsafe", "list_boxes", "read_ape_tags", "read_at", "read_several"]

Values = dict[str, list[str]]

_BLOCK: Final = 1 << 22  # bytes of tags; covers may be among them
_BOXES: Final = 100_000
# Names of the creators, as FFmpeg spells them.
_FRAMES: Final = {
    **{b"TPE1": "artist", b"TP1": "artist", b"TPE2": "album_artist", b"TP2": "album_artist"},
    **{b"TCOM": "composer", b"TCM": "composer", b"TOPE": "tope", b"TOA": "tope"},
}
_ATOMS: Final = {b"\xa9ART": "artist", b"aART": "album_artist", b"\xa9wrt": "composer"}
_COMMENTS: Final = {"albumartist": "album_artist", "album artist": "album_artist"}
_CODECS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # by the first byte of a frame
_COMMENT_STARTS: Final = re.compile(rb"\x03vorbis|OpusTags")


def read_several(source: Source) -> Values:
    """Return the values of the tags that name creators, by FFmpeg's names of the tags.

    Args:
        source: The file; the position of its stream afterwards is undefined.
    """
    stream = source.stream
    head = read_at(stream, 0, 12)
    if head[:3] == b"ID3":
        return _read_frames(read_at(stream, 0, 10 + decode_synchsafe(head[6:10])))
    if head[:4] in (b"RIFF", b"FORM"):
        return _read_frames(_find_chunk(stream, "little" if head[:4] == b"RIFF" else "big"))
    if head[:4] in (b"OggS", b"fLaC"):
        return _read_comments(_find_comments(stream, head[:4] == b"OggS"))
    if head[4:8] == b"ftyp":
        return _read_list(stream)
    return read_ape_tags(stream)


def read_at(stream: BinaryIO, at: int, size: int) -> bytes:
    """Return at most ``size`` bytes, and no more than 4 MiB, from a position on."""
    stream.seek(at)
    return stream.read(min(size, _BLOCK))


def decode_synchsafe(digits: bytes) -> int:
    """Return the number of ID3 whose bytes have seven bits each."""
    number = 0
    for digit in digits:
        number = number << 7 | digit & 0x7F
    return number


def _find_chunk(stream: BinaryIO, order: str) -> bytes:
    at = 12
    for _ in range(_BOXES):
        head = read_at(stream, at, 8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[4:], order)  # type: ignore[arg-type]
        if head[:4].upper() == b"ID3 ":
            return read_at(stream, at + 8, size)
        at += 8 + size + size % 2
    return b""


def _read_frames(tag: bytes) -> Values:
    found: Values = {}
    if len(tag) < 10 or tag[3] not in (2, 3, 4):
        return found
    version, body = tag[3], tag[10:]
    if tag[5] & 0x80:  # unsynchronised as a whole
        body = body.replace(b"\xff\0", b"\xff")
    at, width = 0, 6 if version == 2 else 10
    if tag[5] & 0x40 and version > 2:
        at = int.from_bytes(body[:4]) + 4 if version == 3 else decode_synchsafe(body[:4])
    while at + width <= len(body) and body[at]:
        name = body[at : at + (3 if version == 2 else 4)]
        digits = body[at + len(name) : at + 2 * len(name)]
        size = decode_synchsafe(digits) if version == 4 else int.from_bytes(digits)
        at += width
        plain = version == 2 or not body[at - 1]  # neither compressed nor encrypted
        if name in _FRAMES and plain and 1 < size <= len(body) - at:
            found.setdefault(_FRAMES[name], []).extend(_split_text(body[at : at + size]))
        at += size
    return found


def _split_text(frame: bytes) -> Iterator[str]:
    codec = _CODECS[frame[0]] if frame[0] < len(_CODECS) else "latin-1"
    for text in frame[1:].decode(codec, "replace").split("\0"):
        value = text.lstrip("\ufeff").strip()
        if value:
            yield value


def _find_comments(stream: BinaryIO, paged: bool) -> bytes:
    """Return the comments of Ogg or FLAC, from the length of the vendor's name on."""
    if paged:
        packets = b"".join(_read_pages(read_at(stream, 0, _BLOCK)))
        found = _COMMENT_STARTS.search(packets)
        return packets[found.end() :] if found else b""
    at = 4
    for _ in range(_BOXES):
        head = read_at(stream, at, 4)
        size = int.from_bytes(head[1:])
        if len(head) < 4 or head[0] & 0x7F == 4:
            return read_at(stream, at + 4, size) if len(head) == 4 else b""
        if head[0] & 0x80:
            break
        at += 4 + size
    return b""


def _read_pages(data: bytes) -> Iterator[bytes]:
    at = 0
    while data.startswith(b"OggS", at) and at + 27 <= len(data):
        count = data[at + 26]
        size = sum(data[at + 27 : at + 27 + count])
        yield data[at + 27 + count : at + 27 + count + size]
        at += 27 + count + size


def _read_comments(data: bytes) -> Values:
    found: Values = {}
    at = 4 + int.from_bytes(data[:4], "little")
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    for _ in range(min(count, _BOXES)):
        if at + 4 > len(data):
            break
        size = int.from_bytes(data[at : at + 4], "little")
        name, mark, value = data[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        if mark and value.strip():
            name = name.lower()
            found.setdefault(_COMMENTS.get(name, name), []).append(value.strip())
        at += 4 + size
    return found


def _read_list(stream: BinaryIO) -> Values:
    """Return the values in the list of iTunes: moov, udta, meta, ilst."""
    at, end = 0, stream.seek(0, 2)
    for kind, skipped in ((b"moov", 0), (b"udta", 0), (b"meta", 4), (b"ilst", 0)):
        place = next((each for each in list_boxes(stream, at, end) if each[0] == kind), None)
        if place is None:
            return {}
        at, end = place[1] + skipped, place[2]
    found: Values = {}
    for kind, start, stop in list_boxes(stream, at, end):
        for inner, first, last in list_boxes(stream, start, stop) if kind in _ATOMS else ():
            value = read_at(stream, first + 8, last - first - 8).decode("utf-8", "replace").strip()
            if inner == b"data" and value:
                found.setdefault(_ATOMS[kind], []).append(value)
    return found


def list_boxes(stream: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type of each box, and the start and end of what it holds."""
    for _ in range(_BOXES):
        head = read_at(stream, at, 16)
        if at + 8 > end or len(head) < 8:
            return
        size, width = int.from_bytes(head[:4]), 8
        if size == 1:
            size, width = int.from_bytes(head[8:16]), 16
        size = size or end - at
        if size < width or at + size > end:
            return
        yield head[4:8], at + width, at + size
        at += size


def read_ape_tags(stream: BinaryIO) -> Values:
    """Return the texts of an APE tag at the end of a file, by name in lower case."""
    size = stream.seek(0, 2)
    for end in (size, size - 128):  # an ID3v1 tag may follow
        footer = read_at(stream, max(end - 32, 0), 32)
        if footer[:8] == b"APETAGEX":
            length = int.from_bytes(footer[12:16], "little")
            if 32 <= length <= min(end, _BLOCK):
                return _read_items(read_at(stream, end - length, length - 32))
    return {}


def _read_items(data: bytes) -> Values:
    found: Values = {}
    at = 0
    while at + 8 < len(data):
        size, flags = (int.from_bytes(data[n : n + 4], "little") for n in (at, at + 4))
        stop = data.find(b"\0", at + 8, at + 8 + 256)
        if stop < 0 or stop + 1 + size > len(data):
            break
        if not flags & 6:  # a text
            name = data[at + 8 : stop].decode("latin-1").lower()
            values = data[stop + 1 : stop + 1 + size].decode("utf-8", "replace").split("\0")
            found[_COMMENTS.get(name, name)] = [text.strip() for text in values if text.strip()]
        at = stop + 1 + size
    return found
