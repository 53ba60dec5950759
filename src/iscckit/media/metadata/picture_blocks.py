"""Find the blocks of metadata in picture files: one function per format.

Pictures are not decoded; only headers and the blocks are read. From a cut or damaged file the
blocks before the damage are returned; the decoder reports the damage.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from iscckit.media.metadata import exif
from iscckit.media.metadata.exif import BLOCK_BYTES
from iscckit.media.metadata.iptc import RESOURCE_IPTC, RESOURCE_XMP, split_resources

__all__ = ["BLOCK_READERS", "Blocks"]

_EXIF: Final = b"Exif\0\0"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION: Final = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_KEYWORDS: Final = (b"Title", b"Author", b"Description", b"Copyright")  # of PNG
_BARE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # segments without a length


@dataclass(slots=True)
class Blocks:
    """The blocks of metadata in one picture; a missing block is empty.

    Attributes:
        exif: EXIF: a TIFF structure.
        xmp: XMP packet.
        iptc: IPTC-IIM datasets.
        texts: Text chunks of PNG with keywords of its specification, by keyword.
        further: XMP packets behind the first one, which alone has the fields.
    """

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)
    further: list[bytes] = field(default_factory=list)

    def add_packet(self, packet: bytes) -> None:
        """Add an XMP packet behind those that are there."""
        if self.xmp:
            self.further.append(packet)
        else:
            self.xmp = packet


def read_jpeg(stream: BinaryIO) -> Blocks:
    """Read the application segments before the picture."""
    blocks = Blocks()
    resources: list[bytes] = []
    for marker, data in _read_segments(stream):
        if marker == 0xE1 and data.startswith(_EXIF) and not blocks.exif:
            blocks.exif = data[len(_EXIF) :]
        elif marker == 0xE1 and data.startswith(_XMP):
            blocks.add_packet(data[len(_XMP) :])
        elif marker == 0xED and data.startswith(_PHOTOSHOP):
            resources.append(data[len(_PHOTOSHOP) :])  # long ones continue in the next segment
    _add_resources(blocks, b"".join(resources))
    return blocks


def _read_segments(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    stream.seek(2)
    total = 0
    while total < BLOCK_BYTES:
        head = stream.read(2)
        while len(head) == 2 and head == b"\xff\xff":  # padding
            head = b"\xff" + stream.read(1)
        if len(head) < 2 or head[0] != 0xFF or head[1] in (0xDA, 0xD9):
            return
        if head[1] in _BARE_MARKERS:
            total += 2
            continue
        size = int.from_bytes(stream.read(2)) - 2
        if size < 0:
            return
        data = stream.read(size)
        total += size + 4
        yield head[1], data


def _add_resources(blocks: Blocks, resources: bytes) -> None:
    for number, data in split_resources(resources):
        if number == RESOURCE_IPTC:
            blocks.iptc = blocks.iptc or data
        elif number == RESOURCE_XMP:
            blocks.xmp = blocks.xmp or data


def read_png(stream: BinaryIO) -> Blocks:
    """Read the chunks before and behind the pixels."""
    blocks = Blocks()
    stream.seek(8)
    while len(head := stream.read(8)) == 8 and head[4:] != b"IEND":
        size = int.from_bytes(head[:4])
        if head[4:] not in (b"eXIf", b"iTXt", b"zTXt", b"tEXt") or size > BLOCK_BYTES:
            stream.seek(size + 4, 1)
            continue
        data = stream.read(size)
        stream.seek(4, 1)
        if head[4:] == b"eXIf":
            blocks.exif = blocks.exif or data.removeprefix(_EXIF)
        else:
            _add_text(blocks, head[4:], data)
    return blocks


def _add_text(blocks: Blocks, kind: bytes, data: bytes) -> None:
    keyword, _, rest = data.partition(b"\0")
    if kind == b"iTXt":
        compressed, rest = rest[:1] == b"\1", rest[2:]
        text = rest.split(b"\0", 2)[-1]  # follows a language and a translated keyword
    else:
        compressed, text = kind == b"zTXt", rest[1:] if kind == b"zTXt" else rest
    if keyword == b"XML:com.adobe.xmp":
        blocks.add_packet(_inflate(text, compressed))
    elif keyword in _KEYWORDS:
        value = _inflate(text, compressed).decode(
            "utf-8" if kind == b"iTXt" else "latin-1", "replace"
        )
        blocks.texts.setdefault(keyword.decode(), value.strip())
    elif keyword.startswith(b"Raw profile type "):  # ImageMagick writes other blocks so
        profile = _decode_raw_profile(_inflate(text, compressed))
        match keyword[17:]:
            case b"exif" | b"APP1" if not profile.startswith(_XMP):
                blocks.exif = blocks.exif or profile.removeprefix(_EXIF)
            case b"xmp" | b"APP1":
                blocks.xmp = blocks.xmp or profile.removeprefix(_XMP)
            case b"iptc":
                if profile.startswith((b"8BIM", _PHOTOSHOP)):
                    _add_resources(blocks, profile.removeprefix(_PHOTOSHOP))
                else:
                    blocks.iptc = blocks.iptc or profile


def _inflate(data: bytes, compressed: bool) -> bytes:
    if not compressed:
        return data
    try:
        return zlib.decompressobj().decompress(data, BLOCK_BYTES)
    except zlib.error:
        return b""


def _decode_raw_profile(text: bytes) -> bytes:
    """Decode the lines of a raw profile: a name, a length, and hexadecimal digits."""
    lines = text.strip().split(b"\n", 2)
    try:
        return bytes.fromhex(lines[-1].decode("ascii")) if len(lines) == 3 else b""
    except ValueError:
        return b""


def read_webp(stream: BinaryIO) -> Blocks:
    """Read the chunks of RIFF."""
    blocks = Blocks()
    stream.seek(12)
    while len(head := stream.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        if head[:4] not in (b"EXIF", b"XMP ") or size > BLOCK_BYTES:
            stream.seek(size + (size & 1), 1)
            continue
        data = stream.read(size)
        stream.seek(size & 1, 1)
        if head[:4] == b"EXIF":
            blocks.exif = blocks.exif or data.removeprefix(_EXIF)
        else:
            blocks.add_packet(data)
    return blocks


def read_gif(stream: BinaryIO) -> Blocks:
    """Read the application extension of Adobe with XMP."""
    head = stream.read(13)
    if len(head) == 13 and head[10] & 0x80:
        stream.seek(3 << (head[10] & 7) + 1, 1)
    while kind := stream.read(1):
        if kind == b"!" and stream.read(1) == b"\xff":
            size = stream.read(1)
            name = stream.read(size[0] if size else 0)
            if name == b"XMP DataXMP":
                return Blocks(xmp=_read_gif_packet(stream))
        elif kind == b",":
            frame = stream.read(9)
            if len(frame) == 9 and frame[8] & 0x80:
                stream.seek(3 << (frame[8] & 7) + 1, 1)
            stream.seek(1, 1)
        elif kind != b"!":
            break
        while size := stream.read(1)[:1].strip(b"\0"):
            stream.seek(size[0], 1)
    return Blocks()


def _read_gif_packet(stream: BinaryIO) -> bytes:
    # The packet is not divided into blocks; 258 bytes mark its end.
    data = bytearray()
    while (part := stream.read(1 << 16)) and len(data) < BLOCK_BYTES:
        data += part
        end = data.find(b"\x01\xff\xfe\xfd", max(len(data) - len(part) - 3, 0))
        if end >= 0:
            return bytes(data[:end])
    return b""


def read_tiff(stream: BinaryIO) -> Blocks:
    """Read the tags of the first directory that hold blocks."""
    tags = exif.read_directory(stream, {exif.XMP, exif.IPTC, exif.RESOURCES})
    blocks = Blocks(xmp=tags.get(exif.XMP, b""), iptc=tags.get(exif.IPTC, b""))
    _add_resources(blocks, tags.get(exif.RESOURCES, b""))
    return blocks


def read_psd(stream: BinaryIO) -> Blocks:
    """Read the image resources, which follow the colour data."""
    stream.seek(26)
    stream.seek(int.from_bytes(stream.read(4)), 1)
    size = int.from_bytes(stream.read(4))
    resources = stream.read(min(size, BLOCK_BYTES))
    blocks = Blocks()
    _add_resources(blocks, resources)
    blocks.exif = next((data for number, data in split_resources(resources) if number == 1058), b"")
    return blocks


def read_avif(stream: BinaryIO) -> Blocks:
    """Read the items of an AVIF file with Pillow."""
    from PIL.AvifImagePlugin import AvifImageFile  # slow to import

    info = AvifImageFile(stream).info
    return Blocks(info.get("exif", b"").removeprefix(_EXIF), info.get("xmp", b""))


def read_heif(stream: BinaryIO) -> Blocks:
    """Read the items of an HEIF file with libheif."""
    from pillow_heif import open_heif  # slow to import

    info = open_heif(stream, convert_hdr_to_8bit=False).info
    return Blocks((info.get("exif") or b"").removeprefix(_EXIF), info.get("xmp") or b"")


BLOCK_READERS: Final[dict[str, Callable[[BinaryIO], Blocks]]] = {
    "image/jpeg": read_jpeg,
    "image/png": read_png,
    "image/webp": read_webp,
    "image/gif": read_gif,
    "image/tiff": read_tiff,
    "image/x-adobe-dng": read_tiff,
    "image/x-canon-cr2": read_tiff,
    "image/x-nikon-nef": read_tiff,
    "image/x-sony-arw": read_tiff,
    "image/vnd.adobe.photoshop": read_psd,
    "image/avif": read_avif,
    "image/heic": read_heif,
}
