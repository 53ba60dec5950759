"""Write tags into Matroska: at the end of the segment, so that packets and times do not move.

The old tags become empty space (Void) of the same length. The index at the start of the file
(SeekHead) is rewritten in place; it may grow into the empty space behind it.
Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, UnsupportedMedia
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.av import AUDIO_PRECEDENCE, PRECEDENCE

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_SEGMENT: Final = 0x18538067
_SEEK_HEAD: Final = 0x114D9B74
_SEEK: Final = 0x4DBB
_SEEK_ID: Final = 0x53AB
_SEEK_POSITION: Final = 0x53AC
_VOID: Final = 0xEC
_CRC: Final = 0xBF
_INFO: Final = 0x1549A966
_TITLE: Final = 0x7BA9
_TAGS: Final = 0x1254C367
_TAG: Final = 0x7373
_TARGETS: Final = 0x63C0
_SIMPLE: Final = 0x67C8
_NAME: Final = 0x45A3
_TEXT: Final = 0x4487
_MOST: Final = 1 << 26  # bytes of tags or of an index
_ELEMENTS: Final = 1_000_000  # maximum number in a segment
_POSITION: Final = 8  # bytes of a position in the index; any position fits
_STANDARD: Final = {"name": "TITLE"}  # tags that players show


@dataclass(frozen=True, slots=True)
class _Element:
    """An element: ID, start, start of its data, and end."""

    id: int
    start: int
    data: int
    end: int


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its tags.

    Raises:
        ExtractionFailed: An element is damaged.
        UnsupportedMedia: The segment states no length, or its index does not fit.
    """
    import shutil  # slow to import

    stream = source.stream
    try:
        segment, children = _read_outline(source)
        old = [each for each in children if each.id == _TAGS]
        data = b"".join(_read_data(stream, each) for each in old)
        tags = _make_element(_TAGS, _update_tags(data, _name_tags(source, changes)))
        stream.seek(0)
        shutil.copyfileobj(stream, target, 1 << 20)
        end = segment.end
        if old and old[-1].end == end:
            end = old.pop().start  # it ends the segment and is overwritten
        for each in old:
            _make_void(target, each)
        if changes.name is not None:
            for each in (child for child in children if child.id == _INFO):
                target.seek(each.data)
                target.write(_replace_title(_read_data(stream, each), changes.name))
        _write_index(source, target, segment, children, end)
        target.seek(end)
        target.truncate()
        target.write(tags)
        _resize(source, target, segment)
    except (ValueError, IndexError) as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error


def _read_outline(source: Source) -> tuple[_Element, list[_Element]]:
    """Return the segment, which must end with the file, and the elements in it."""
    stream = source.stream
    size = stream.seek(0, os.SEEK_END)
    segment = next((e for e in _read_elements(source, 0, size) if e.id == _SEGMENT), None)
    if segment is None or segment.end != size:
        raise UnsupportedMedia(f"{source.path}: its segment does not end with the file")
    children = []
    for child in _read_elements(source, segment.data, segment.end):
        children.append(child)
        if len(children) > _ELEMENTS:
            raise ValueError("it has too many elements")
    return segment, children


def _read_elements(source: Source, at: int, end: int) -> Iterator[_Element]:
    stream = source.stream
    while at < end:
        stream.seek(at)
        head = stream.read(12)
        kind, after = _read_number(head, 0, keep=True)
        size, data = _read_number(head, after)
        if size == (1 << 7 * (data - after)) - 1:
            raise UnsupportedMedia(f"{source.path}: an element has no stated length")
        if at + data + size > end:
            raise ValueError("an element is cut off")
        yield _Element(kind, at, at + data, at + data + size)
        at += data + size


def _read_number(data: bytes, at: int, *, keep: bool = False) -> tuple[int, int]:
    """Return the variable-length number at ``at``, and the position behind it."""
    first = data[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(data):
        raise ValueError("a number is damaged")
    value = int.from_bytes(data[at : at + length])
    return (value if keep else value & ((1 << 7 * length) - 1)), at + length


def _read_data(stream: BinaryIO, element: _Element) -> bytes:
    if element.end - element.data > _MOST:
        raise ValueError("its tags are too long")
    stream.seek(element.data)
    return stream.read(element.end - element.data)


def _split(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield ID, data and bytes of each element in ``data``."""
    at = 0
    while at < len(data):
        kind, after = _read_number(data, at, keep=True)
        size, start = _read_number(data, after)
        if start + size > len(data):
            raise ValueError("its tags are damaged")
        yield kind, data[start : start + size], data[at : start + size]
        at = start + size


def _make_element(kind: int, data: bytes, *, length: int = 0) -> bytes:
    """Return an element whose size takes ``length`` bytes; by default as few as possible."""
    length = length or next(n for n in range(1, 9) if len(data) < (1 << 7 * n) - 1)
    size = (len(data) | 1 << 7 * length).to_bytes(length)
    return kind.to_bytes(-(-kind.bit_length() // 8)) + size + data


def _name_tags(source: Source, changes: Metadata) -> dict[str, str]:
    sound = mode_of(source.mediatype) == "audio"
    precedence = AUDIO_PRECEDENCE if sound else PRECEDENCE
    texts = {}
    for field, value in changes.as_dict().items():
        names = [name.removeprefix("tag ").upper() for name in precedence[field]]
        texts[names[0]] = value
        if field in _STANDARD:
            texts[_STANDARD[field]] = value
    return texts


def _update_tags(data: bytes, texts: dict[str, str]) -> bytes:
    """Return the content of the tags, with ``texts`` in the tags of the whole file."""
    kept: list[bytes] = []
    own: list[bytes] = []
    for kind, body, whole in _split(data):
        if kind == _TAG and not _is_of_a_part(body):
            own += [
                each
                for part, inner, each in _split(body)
                if part != _TARGETS and not (part == _SIMPLE and _read_name(inner) in texts)
            ]
        elif kind not in {_VOID, _CRC}:
            kept.append(whole)
    new = [
        _make_element(
            _SIMPLE, _make_element(_NAME, name.encode()) + _make_element(_TEXT, text.encode())
        )
        for name, text in texts.items()
    ]
    return _make_element(_TAG, _make_element(_TARGETS, b"") + b"".join((*own, *new))) + b"".join(
        kept
    )


def _replace_title(info: bytes, name: str) -> bytes:
    """Return the segment information, of the same length, with another title or without one."""
    pieces: list[bytes] = []
    checked = False
    for kind, body, whole in _split(info):
        title = name.encode()
        if kind == _CRC:
            checked = True
        elif kind != _TITLE:
            pieces.append(whole)
        elif len(title) <= len(body):  # a text may end with zeros
            pieces.append(whole[: len(whole) - len(body)] + title.ljust(len(body), b"\0"))
        else:
            pieces.append(_encode_void(len(whole)))
    rest = b"".join(pieces)
    code = zlib.crc32(rest).to_bytes(4, "little")
    return (_make_element(_CRC, code) if checked else b"") + rest


def _is_of_a_part(tag: bytes) -> bool:
    """Tell whether a tag is about a track, a chapter or an attachment."""
    return any(kind == _TARGETS and body for kind, body, _ in _split(tag))


def _read_name(simple: bytes) -> str:
    name = next((body for kind, body, _ in _split(simple) if kind == _NAME), b"")
    return name.decode("utf-8", "replace").upper()


def _make_void(target: BinaryIO, element: _Element) -> None:
    """Overwrite an element with empty space."""
    target.seek(element.start)
    target.write(_encode_void(element.end - element.start))


def _encode_void(length: int) -> bytes:
    if length < 2:
        raise ValueError("there is a gap that cannot be filled")
    size = 8 if length >= 9 else 1
    return _make_element(_VOID, bytes(length - 1 - size), length=size)


def _write_index(
    source: Source, target: BinaryIO, segment: _Element, children: list[_Element], tags: int
) -> None:
    """Rewrite the index at the start of the file with the new position of the tags."""
    number = next((i for i, each in enumerate(children) if each.id == _SEEK_HEAD), None)
    if number is None:
        return
    head = children[number]
    room = head.end - head.start
    if number + 1 < len(children) and children[number + 1].id == _VOID:
        room = children[number + 1].end - head.start
    seeks = []
    for kind, body, whole in _split(_read_data(source.stream, head)):
        if kind == _SEEK:
            parts = {part: inner for part, inner, _ in _split(body)}
            if int.from_bytes(parts.get(_SEEK_ID, b"")) != _TAGS:
                seeks.append(whole)
    place = (tags - segment.data).to_bytes(_POSITION)
    entry = _make_element(_SEEK_ID, _TAGS.to_bytes(4)) + _make_element(_SEEK_POSITION, place)
    new = _make_element(_SEEK_HEAD, b"".join((*seeks, _make_element(_SEEK, entry))))
    left = room - len(new)
    if left < 0 or left == 1:
        raise UnsupportedMedia(f"{source.path}: there is no room for the place of its tags")
    target.seek(head.start)
    target.write(new + (_encode_void(left) if left else b""))


def _resize(source: Source, target: BinaryIO, segment: _Element) -> None:
    """Write the new length of the segment into the bytes that hold it."""
    end = target.seek(0, os.SEEK_END)
    length = segment.data - segment.start - 4
    size = end - segment.data
    if size >= (1 << 7 * length) - 1:
        raise UnsupportedMedia(f"{source.path}: its segment cannot become longer")
    target.seek(segment.start + 4)
    target.write((size | 1 << 7 * length).to_bytes(length))
    target.seek(0, os.SEEK_END)
