"""Tests of first bytes for formats without a fixed signature. Rows of the table name them."""

from __future__ import annotations

from typing import Final

__all__ = [
    "is_ac3",
    "is_adts",
    "is_bitmap",
    "is_cursor",
    "is_icon",
    "is_matroska",
    "is_mobipocket",
    "is_mpeg_audio",
    "is_ogg_audio",
    "is_ogg_video",
    "is_padded_mpeg_audio",
    "is_palmdoc",
    "is_transport_stream",
    "is_webm",
]

_EBML: Final = b"\x1a\x45\xdf\xa3"
_DOCTYPE_END: Final = 64  # bytes in which the EBML header names its document type
_DIB_HEADER_SIZES: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_ICON_SIZE: Final = 22  # bytes of the header and the first entry
# Kilobits per second: of MPEG-2, of MPEG-1 layer III, of MPEG-1 layer II.
_BITRATES: Final = (
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
)
_RATES: Final = (44100, 48000, 32000)  # of MPEG-1
_PACKET_SIZES: Final = (188, 192, 204)  # MPEG-TS: plain, with time code, with error correction


def is_webm(head: bytes) -> bool:
    """Tell whether the file is an EBML file of document type WebM."""
    return head.startswith(_EBML) and b"webm" in head[:_DOCTYPE_END]


def is_matroska(head: bytes) -> bool:
    """Tell whether the file is an EBML file of a document type other than WebM."""
    return head.startswith(_EBML) and not is_webm(head)


def is_ogg_video(head: bytes) -> bool:
    """Tell whether the first stream of an Ogg file is Theora or a skeleton."""
    return head.startswith(b"OggS") and head.startswith((b"\x80theora", b"fishead\0"), 28)


def is_ogg_audio(head: bytes) -> bool:
    """Tell whether the first stream of an Ogg file is neither Theora nor a skeleton."""
    return head.startswith(b"OggS") and not is_ogg_video(head)


def is_mobipocket(head: bytes) -> bool:
    """Tell whether the file is a Palm database of a Mobipocket book."""
    return _is_palm_database(head, b"BOOKMOBI")


def is_palmdoc(head: bytes) -> bool:
    """Tell whether the file is a Palm database of a PalmDOC text."""
    return _is_palm_database(head, b"TEXtREAd")


def _is_palm_database(head: bytes, kind: bytes) -> bool:
    # The name of the database ends with a zero in the first 32 bytes.
    return head.startswith(kind, 60) and b"\0" in head[:32]


def is_bitmap(head: bytes) -> bool:
    """Tell whether the file starts with BM and a known size of a DIB header."""
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _DIB_HEADER_SIZES


def is_icon(head: bytes) -> bool:
    """Tell whether the file is a Windows icon with at least one picture."""
    return head.startswith(b"\0\0\1\0") and _has_pictures(head)


def is_cursor(head: bytes) -> bool:
    """Tell whether the file is a Windows cursor with at least one picture."""
    return head.startswith(b"\0\0\2\0") and _has_pictures(head)


def _has_pictures(head: bytes) -> bool:
    # The number of pictures tells a cursor from a TGA file, which has an empty palette there.
    return head[4:6] != b"\0\0" and len(head) >= _ICON_SIZE


def is_transport_stream(head: bytes) -> bool:
    """Tell whether at least three packets of an MPEG transport stream follow each other."""
    for packet in _PACKET_SIZES:
        first = 4 if packet == 192 else 0
        starts = range(first, min(len(head), 5 * packet), packet)
        if len(starts) >= 3 and all(head[at] == 0x47 for at in starts):
            return True
    return False


def is_ac3(head: bytes) -> bool:
    """Tell whether the file starts with the sync word of an AC-3 frame."""
    return head.startswith(b"\x0b\x77")


def _is_frame(head: bytes) -> bool:
    """Tell whether the file starts with the sync word of MPEG audio: eleven bits."""
    return len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0


def is_adts(head: bytes) -> bool:
    """Tell whether the file starts with an ADTS frame, the header of raw AAC."""
    if not _is_frame(head):
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return layer == 0 and version >= 2 and head[2] >> 2 & 15 < 13


def is_mpeg_audio(head: bytes) -> bool:
    """Tell whether the file starts with a frame of MPEG audio, layer 2 or 3."""
    return _measure_frame(head) is not None


def is_padded_mpeg_audio(head: bytes) -> bool:
    """Tell whether zeros stand in front of two frames of MPEG audio, or of one at the end."""
    frames = head.lstrip(b"\0")
    size = _measure_frame(frames)
    if len(frames) == len(head) or size is None:
        return False
    return _measure_frame(frames[size:]) is not None or size + 4 > len(frames)


def _measure_frame(head: bytes) -> int | None:
    """Return the bytes of the frame at the start of ``head``, or None if there is none.

    Source: ISO/IEC 11172-3, 2.4.2.3, and ISO/IEC 13818-3, 2.4.2.3.
    """
    if not _is_frame(head):
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3  # 3: MPEG-1, 2: MPEG-2; 1: layer III
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if layer not in (1, 2) or version == 1 or bitrate in (0, 15) or rate == 3:
        return None
    kilobits = _BITRATES[0 if version != 3 else layer][bitrate - 1]
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    samples = 576 if version != 3 and layer == 1 else 1152
    return samples * kilobits * 125 // hertz + (head[2] >> 1 & 1)
