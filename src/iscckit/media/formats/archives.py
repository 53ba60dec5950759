"""Formats of archives, databases, programs and fonts, and of books in a Palm database.

Some magic bytes stand further inside the file, so these rows come last in the table.
"""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Format, Magic, Structure

__all__ = ["ROWS"]

_TESTS: Final = "iscckit.media.detect.structures"

ROWS: Final = (
    Format("application/gzip", None, ("gz", "tgz"), (Magic(b"\x1f\x8b", "gzip", family="gzip"),)),
    Format("application/x-bzip2", None, ("bz2",), (Magic(b"BZh", "bzip2"),)),
    Format("application/x-xz", None, ("xz",), (Magic(b"\xfd7zXZ\x00", "xz"),)),
    Format("application/zstd", None, ("zst",), (Magic(b"(\xb5/\xfd", "Zstandard"),)),
    Format("application/x-7z-compressed", None, ("7z",), (Magic(b"7z\xbc\xaf'\x1c", "7z"),)),
    Format("application/vnd.rar", None, ("rar", "cbr"), (Magic(b"Rar!\x1a\x07", "RAR"),)),
    Format("application/x-tar", None, ("tar",), (Magic(b"ustar", "tar", offset=257),)),
    Format(
        "application/x-sqlite3",
        None,
        ("sqlite", "sqlite3", "db"),
        (Magic(b"SQLite format 3\x00", "SQLite"),),
    ),
    Format(
        "application/x-mobipocket-ebook",
        "text",
        ("mobi", "azw", "azw3", "prc"),
        (
            Structure("start", f"{_TESTS}:is_mobipocket", "Mobipocket signature"),
            Structure("start", f"{_TESTS}:is_palmdoc", "PalmDOC signature"),
        ),
        content="iscckit.media.readers.mobi",
        metadata="iscckit.media.metadata.mobi",
    ),
    Format(
        "application/x-executable",
        None,
        ("exe", "dll", "so", "o", "dylib"),
        (Magic(b"\x7fELF", "ELF"),),
    ),
    Format("application/vnd.apache.parquet", None, ("parquet",), (Magic(b"PAR1", "Parquet"),)),
    Format(
        "application/x-hdf5", None, ("h5", "hdf5", "nc"), (Magic(b"\x89HDF\r\n\x1a\n", "HDF5"),)
    ),
    Format("application/x-npy", None, ("npy",), (Magic(b"\x93NUMPY", "NumPy array"),)),
    Format("application/dicom", None, ("dcm",), (Magic(b"DICM", "DICOM", offset=128),)),
    Format("font/otf", None, ("otf",), (Magic(b"OTTO", "OpenType font"),)),
    Format("font/ttf", None, ("ttf", "ttc"), (Magic(b"\x00\x01\x00\x00\x00", "TrueType font"),)),
    Format("font/woff", None, ("woff",), (Magic(b"wOFF", "WOFF font"),)),
    Format("font/woff2", None, ("woff2",), (Magic(b"wOF2", "WOFF2 font"),)),
    Format("application/wasm", None, ("wasm",), (Magic(b"\x00asm", "WebAssembly"),)),
)
