"""Replace some frames of an ID3v2 tag and keep all others.

Source: the informal standards ID3v2.3.0 and ID3v2.4.0.
"""

from __future__ import annotations

from typing import Final

__all__ = ["update_tag"]

_HEADER: Final = 10
_LARGEST: Final = 1 << 28  # bytes; a size has four times seven bits
_UTF_8: Final = b"\x03"
_UTF_16: Final = b"\x01"


def update_tag(old: bytes, values: dict[str, str]) -> bytes:
    """Return a tag with the texts ``values``.

    Args:
        old: The whole old tag, or empty.
        values: The text of each frame; ``TXXX:name`` stands for the frame TXXX of that name.

    Raises:
        ValueError: The old tag is damaged, of another version, or has features that get lost.
    """
    version, frames = _split_frames(old) if old else (4, [])
    names = {name.lower() for name in values}
    kept = [frame for frame in frames if _name_frame(frame).lower() not in names]
    new = [_make_frame(name, text, version) for name, text in values.items()]
    body = b"".join((*kept, *new))
    if len(body) >= _LARGEST:
        raise ValueError("an ID3 tag has no room for so much")
    return b"ID3" + bytes([version, 0, 0]) + _encode_synchsafe(len(body)) + body


def _split_frames(tag: bytes) -> tuple[int, list[bytes]]:
    """Return the version of a tag and its frames with headers."""
    if len(tag) < _HEADER or tag[:3] != b"ID3" or tag[3] not in (3, 4) or tag[5]:
        raise ValueError("its ID3 tag is of a kind that cannot be changed")
    version, end = tag[3], min(_HEADER + _decode_synchsafe(tag[6:10]), len(tag))
    frames, at = [], _HEADER
    while at + _HEADER <= end and tag[at]:
        size = (
            _decode_synchsafe(tag[at + 4 : at + 8])
            if version == 4
            else int.from_bytes(tag[at + 4 : at + 8])
        )
        following = at + _HEADER + size
        if following > end:
            raise ValueError("its ID3 tag is damaged")
        frames.append(tag[at:following])
        at = following
    return version, frames


def _name_frame(frame: bytes) -> str:
    """Return the name of a frame; that of TXXX includes the description."""
    name = frame[:4].decode("latin-1")
    if name != "TXXX" or len(frame) <= _HEADER:
        return name
    encoding, text = frame[_HEADER], frame[_HEADER + 1 :]
    if encoding in (1, 2):
        at = next((i for i in range(0, len(text) - 1, 2) if text[i : i + 2] == b"\0\0"), len(text))
        codec = "utf-16" if encoding == 1 else "utf-16-be"
        return f"TXXX:{text[:at].decode(codec, 'replace')}"
    codec = "utf-8" if encoding == 3 else "latin-1"
    return f"TXXX:{text.split(bytes(1))[0].decode(codec, 'replace')}"


def _make_frame(name: str, text: str, version: int) -> bytes:
    kind, _, about = name.partition(":")
    parts = [about, text] if kind == "TXXX" else [text]
    if version == 4:
        body = _UTF_8 + b"\0".join(part.encode() for part in parts)
        size = _encode_synchsafe(len(body))
    else:
        body = _UTF_16 + b"\0\0".join(b"\xff\xfe" + part.encode("utf-16-le") for part in parts)
        size = len(body).to_bytes(4)
    return kind.encode() + size + bytes(2) + body


def _encode_synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _decode_synchsafe(digits: bytes) -> int:
    number = 0
    for digit in digits:
        number = number << 7 | digit & 0x7F
    return number
