"""What the first bytes of a file say about its type, and how sure they are.

Source: the formats' own specifications; the table is ours and no other package is asked.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["HEAD_SIZE", "ZIP_PARTS", "Sniff", "sniff"]

HEAD_SIZE: Final = 4096  # bytes of a file that are looked at


class Sniff(NamedTuple):
    """What the bytes say.

    Attributes:
        mediatype: The type.
        label: What was recognised, in words: "JPEG signature".
        family: Name of the group of types that look alike from here; within it the file name
            decides. Empty where the bytes alone are enough.
    """

    mediatype: str
    label: str
    family: str = ""


# offset, bytes, type, label, family
_SIGNATURES: Final[tuple[tuple[int, bytes, str, str, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg", "JPEG", ""),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "PNG", ""),
    (0, b"GIF87a", "image/gif", "GIF", ""),
    (0, b"GIF89a", "image/gif", "GIF", ""),
    (0, b"II*\0", "image/tiff", "TIFF", "tiff"),
    (0, b"MM\0*", "image/tiff", "TIFF", "tiff"),
    (0, b"II+\0", "image/tiff", "BigTIFF", "tiff"),
    (0, b"MM\0+", "image/tiff", "BigTIFF", "tiff"),
    (0, b"8BPS\0", "image/vnd.adobe.photoshop", "Photoshop", ""),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2", "JPEG 2000", ""),
    (0, b"\xff\x4f\xff\x51", "image/jp2", "JPEG 2000 codestream", ""),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl", "JPEG XL", ""),
    (0, b"\xff\x0a", "image/jxl", "JPEG XL codestream", ""),
    (0, b"icns", "image/x-icns", "Apple icon", ""),
    (0, b"qoif", "image/qoi", "QOI", ""),
    (0, b"\x01\xda", "image/x-sgi", "SGI", ""),
    (0, b"\x59\xa6\x6a\x95", "image/x-sun-raster", "Sun raster", ""),
    (0, b"DDS ", "image/vnd.ms-dds", "DDS", ""),
    (0, b"/* XPM */", "image/x-xpixmap", "XPM", ""),
    (0, b"SIMPLE  =", "image/fits", "FITS", ""),
    (0, b"\x76\x2f\x31\x01", "image/x-exr", "OpenEXR", ""),
    (0, b"AT&TFORM", "image/vnd.djvu", "DjVu", ""),
    (0, b"%!PS", "application/postscript", "PostScript", ""),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript", "EPS with preview", ""),
    (0, b"{\\rtf", "application/rtf", "RTF", ""),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "OLE", "ole"),
    (0, b"ID3", "audio/mpeg", "ID3 tag", "id3"),
    (0, b"fLaC", "audio/x-flac", "FLAC", ""),
    (0, b"wvpk", "audio/x-wavpack", "WavPack", ""),
    (0, b"#!AMR", "audio/amr", "AMR", ""),
    (0, b".snd", "audio/basic", "AU", ""),
    (0, b"MThd", "audio/midi", "MIDI", ""),
    (0, b"MAC ", "audio/x-ape", "Monkey's Audio", ""),
    (0, b"caff", "audio/x-caf", "CAF", ""),
    (0, b".RMF", "application/vnd.rn-realmedia", "RealMedia", "real"),
    (0, b"FLV\x01", "video/x-flv", "Flash video", ""),
    (0, b"FWS", "application/x-shockwave-flash", "Flash", ""),
    (0, b"CWS", "application/x-shockwave-flash", "Flash", ""),
    (0, b"\0\0\1\xba", "video/mpeg", "MPEG program stream", ""),
    (0, b"\0\0\1\xb3", "video/mpeg", "MPEG video", ""),
    (0, b"\0\0\0\1\x67", "video/h264", "H.264 stream", ""),
    (0, b"\0\0\0\1\x09", "video/h264", "H.264 stream", ""),
    (0, b"BBCD\0", "video/x-dirac", "Dirac", ""),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf", "ASF", "asf"),
    (0, b"\x1f\x8b", "application/gzip", "gzip", "gzip"),
    (0, b"BZh", "application/x-bzip2", "bzip2", ""),
    (0, b"\xfd7zXZ\0", "application/x-xz", "xz", ""),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd", "Zstandard", ""),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z", ""),
    (0, b"Rar!\x1a\x07", "application/vnd.rar", "RAR", ""),
    (257, b"ustar", "application/x-tar", "tar", ""),
    (0, b"SQLite format 3\0", "application/x-sqlite3", "SQLite", ""),
    (60, b"BOOKMOBI", "application/x-mobipocket-ebook", "Mobipocket", ""),
    (60, b"TEXtREAd", "application/x-mobipocket-ebook", "PalmDOC", ""),
    (0, b"\x7fELF", "application/x-executable", "ELF", ""),
    (0, b"PAR1", "application/vnd.apache.parquet", "Parquet", ""),
    (0, b"\x89HDF\r\n\x1a\n", "application/x-hdf5", "HDF5", ""),
    (0, b"\x93NUMPY", "application/x-npy", "NumPy array", ""),
    (128, b"DICM", "application/dicom", "DICOM", ""),
    (0, b"OTTO", "font/otf", "OpenType font", ""),
    (0, b"\0\1\0\0\0", "font/ttf", "TrueType font", ""),
    (0, b"wOFF", "font/woff", "WOFF font", ""),
    (0, b"wOF2", "font/woff2", "WOFF2 font", ""),
    (0, b"\0asm", "application/wasm", "WebAssembly", ""),
)

_RIFF: Final = {
    b"WAVE": ("audio/wav", "WAVE"),
    b"AVI ": ("video/avi", "AVI"),
    b"WEBP": ("image/webp", "WebP"),
}
_ICONS: Final = {
    b"\0\0\1\0": ("image/x-icon", "icon"),
    b"\0\0\2\0": ("image/x-win-bitmap", "cursor"),
}
_ICON_SIZE: Final = 22  # bytes of the header and the first entry
_AVIF_BRANDS: Final = (b"avif", b"avis")
_HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4V ": "video/x-m4v",
    b"crx ": "image/x-canon-cr3",
}
_OLD_QUICKTIME: Final = (b"moov", b"mdat", b"wide", b"pnot")
_DIB_HEADER_SIZES: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
ZIP_PARTS: Final = (  # the first part of this name says what an Office Open XML file is
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
_PACKET_SIZES: Final = (188, 192, 204)  # MPEG-TS: plain, with time code, with error correction
_ALLOWED_CONTROLS: Final = frozenset(b"\t\n\x0b\x0c\r\x08\x1b\x1a")
_XBM: Final = re.compile(  # a C source, but of a picture; as Pillow reads it
    rb"\s*#define[ \t]+\S*_width[ \t]+[0-9]+[\r\n]+#define[ \t]+\S*_height[ \t]+[0-9]+[\r\n]+"
    rb"(?:#define[^\r\n]*[\r\n]+)*static[ \t][^\r\n]*_bits\[\]"
)
_MARKUP: Final = re.compile(r"\s*(?:<\?xml.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)


def sniff(head: bytes) -> Sniff | None:
    """Return what ``head``, the first ``HEAD_SIZE`` bytes of a file, says; None if nothing."""
    for offset, magic, mediatype, label, family in _SIGNATURES:
        if head.startswith(magic, offset):
            return Sniff(mediatype, f"{label} signature", family)
    if _XBM.match(head):
        return Sniff("image/x-xbitmap", "XBM definitions")
    return _container(head) or _stream(head) or _text(head)


def _container(head: bytes) -> Sniff | None:
    """Recognise formats that say further in what they hold."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] in _RIFF:
        mediatype, label = _RIFF[head[8:12]]
        return Sniff(mediatype, f"{label} signature")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Sniff("audio/aiff", "AIFF signature")
    if head[4:8] == b"ftyp":
        return _isobmff(head)
    if head[4:8] in _OLD_QUICKTIME:
        return Sniff("video/quicktime", "QuickTime atom", "mp4")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        webm = b"webm" in head[:64]
        return Sniff("video/webm" if webm else "video/x-matroska", "EBML signature", "matroska")
    if head[:4] == b"OggS":
        video = head[28:35] == b"\x80theora" or head[28:36] == b"fishead\0"
        return Sniff("video/ogg" if video else "audio/ogg", "Ogg signature", "ogg")
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return _zip(head)
    if b"%PDF-" in head[:1024]:
        return Sniff("application/pdf", "PDF signature")
    return _bitmap(head)


def _bitmap(head: bytes) -> Sniff | None:
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _DIB_HEADER_SIZES:
        return Sniff("image/bmp", "BMP signature")
    # The count of pictures tells a cursor from a TGA file, which has an empty palette there.
    if head[:4] in _ICONS and head[4:6] != b"\0\0" and len(head) >= _ICON_SIZE:
        mediatype, label = _ICONS[head[:4]]
        return Sniff(mediatype, f"{label} signature")
    return None


def _isobmff(head: bytes) -> Sniff:
    size = min(max(int.from_bytes(head[:4]), 16), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    major = brands[0]
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and set(brands) & set(_AVIF_BRANDS)):
        return Sniff("image/avif", "AVIF brand")
    if major in _HEIF_BRANDS:
        return Sniff("image/heic", "HEIF brand")
    shown = f"ISO media brand {major.decode('latin-1').strip()!r}"
    if major.startswith(b"3g2"):
        return Sniff("video/3gpp2", shown)
    if major.startswith(b"3g"):
        return Sniff("video/3gpp", shown)
    return Sniff(_BRANDS.get(major, "video/mp4"), shown, "mp4")


def _zip(head: bytes) -> Sniff:
    # OpenDocument and EPUB store their type, uncompressed, as the first entry.
    if head[30:38] == b"mimetype":
        size = int.from_bytes(head[18:22], "little")
        start = 38 + int.from_bytes(head[28:30], "little")
        named = head[start : start + size].decode("ascii", "replace").strip()
        if re.fullmatch(r"application/[\w.+-]+", named):
            return Sniff(named, "mimetype entry of the ZIP archive", "book")
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for part, mediatype in ZIP_PARTS:
            if part in head:
                return Sniff(mediatype, f"Office part {part.decode()!r}", "zip")
    return Sniff("application/zip", "ZIP signature", "zip")


def _stream(head: bytes) -> Sniff | None:
    """Recognise streams that start with a frame instead of a signature."""
    for packet in _PACKET_SIZES:
        first = 4 if packet == 192 else 0
        starts = range(first, min(len(head), 5 * packet), packet)
        if len(starts) >= 3 and all(head[at] == 0x47 for at in starts):
            return Sniff("video/mp2t", "MPEG-TS packets")
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        ac3 = head[:2] == b"\x0b\x77"
        return Sniff("audio/ac3", "AC-3 frame") if ac3 else None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0 and version >= 2:
        return Sniff("audio/aac", "ADTS frame") if head[2] >> 2 & 15 < 13 else None
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if layer in (1, 2) and version != 1 and bitrate not in (0, 15) and rate != 3:
        return Sniff("audio/mpeg", "MPEG audio frame")
    return None


def _text(head: bytes) -> Sniff | None:
    """Recognise text: by byte order mark, as UTF-8, or as an 8-bit encoding."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            text = head[len(mark) :].decode(encoding, "ignore")
            if any(ord(char) < 32 and ord(char) not in _ALLOWED_CONTROLS for char in text):
                return None
            return _markup(text, f"{encoding.upper()} byte order mark")
    if not head or any(byte < 32 and byte not in _ALLOWED_CONTROLS for byte in set(head)):
        return None
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end inside a character; anywhere else it is not UTF-8.
        if error.reason == "unexpected end of data" and len(head) >= HEAD_SIZE:
            return _markup(head[: error.start].decode("utf-8"), "UTF-8 text")
        plain = sum(byte < 128 for byte in head)
        family = "text" if 4 * plain >= 3 * len(head) else "maybe text"
        return Sniff("text/plain", "8-bit text", family)
    return _markup(text, "UTF-8 text")


def _markup(text: str, label: str) -> Sniff:
    """Tell XML, SVG and HTML from other text."""
    prolog = _MARKUP.match(text)
    rest = text[prolog.end() if prolog else 0 :][:200].lower()
    if rest.startswith(("<!doctype html", "<html", "<head", "<body")):
        xhtml = "<?xml" in text[:200]
        mediatype = "application/xhtml+xml" if xhtml else "text/html"
        return Sniff(mediatype, f"{label}, HTML", "text")
    if rest.startswith(("<svg", "<!doctype svg")) and "http://www.w3.org/2000/svg" in text:
        return Sniff("image/svg+xml", f"{label}, SVG", "text")
    if text.lstrip().startswith("<?xml"):
        return Sniff("text/xml", f"{label}, XML", "text")
    return Sniff("text/plain", label, "text")
