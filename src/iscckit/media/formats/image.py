"""Formats of pictures."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Container, Division, Format, Magic, Root, Structure

__all__ = ["ROWS"]

_TESTS: Final = "iscckit.media.detect.structures"
_TEXTS: Final = "iscckit.media.detect.text_structures"
_PILLOW: Final = "iscckit.media.readers.image"
_BLOCKS: Final = "iscckit.media.metadata.image"

_PAGES: Final = Division(
    "TIFF of several pages",
    "each page, but no mask, and none that is another one in less resolution",
    "iscckit.media.readers.parts:divide_pages",
)

ROWS: Final = (
    Format(
        "image/jpeg",
        "image",
        ("jpg", "jpeg", "jpe", "jfif"),
        (Magic(b"\xff\xd8\xff", "JPEG"),),
        content=_PILLOW,
        metadata=_BLOCKS,
        writer="iscckit.media.embed.jpeg",
    ),
    Format(
        "image/png",
        "image",
        ("png", "apng"),
        (Magic(b"\x89PNG\r\n\x1a\n", "PNG"),),
        content=_PILLOW,
        metadata=_BLOCKS,
        writer="iscckit.media.embed.png",
    ),
    Format(
        "image/gif",
        "image",
        ("gif",),
        (Magic(b"GIF87a", "GIF"), Magic(b"GIF89a", "GIF")),
        content=_PILLOW,
        metadata=_BLOCKS,
        writer="iscckit.media.embed.gif",
    ),
    Format(
        "image/tiff",
        "image",
        ("tif", "tiff"),
        (
            Magic(b"II*\x00", "TIFF", family="tiff"),
            Magic(b"MM\x00*", "TIFF", family="tiff"),
            Magic(b"II+\x00", "BigTIFF", family="tiff"),
            Magic(b"MM\x00+", "BigTIFF", family="tiff"),
        ),
        content=_PILLOW,
        metadata=_BLOCKS,
        writer="iscckit.media.embed.tiff",
        division=_PAGES,
    ),
    Format(
        "image/bmp",
        "image",
        ("bmp", "dib"),
        (Structure("header", f"{_TESTS}:is_bitmap", "BMP signature"),),
        content=_PILLOW,
    ),
    Format(
        "image/webp",
        "image",
        ("webp",),
        (Container("RIFF", (b"WEBP",), "WebP signature"),),
        content=_PILLOW,
        metadata=_BLOCKS,
        writer="iscckit.media.embed.webp",
    ),
    Format(
        "image/avif",
        "image",
        ("avif", "avifs"),
        (
            Container("ISO", (b"avif", b"avis"), "AVIF brand"),
            Container("ISO picture", (b"avif", b"avis"), "AVIF brand"),
        ),
        content=_PILLOW,
        metadata=_BLOCKS,
    ),
    Format(
        "image/heic",
        "image",
        ("heic", "heif", "hif"),
        (
            Container(
                "ISO",
                (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
                "HEIF brand",
            ),
        ),
        content=_PILLOW,
        metadata=_BLOCKS,
    ),
    Format(
        "image/svg+xml",
        "image",
        ("svg", "svgz"),
        (Root(("<svg", "<!doctype svg"), "SVG", holds="http://www.w3.org/2000/svg"),),
        families=("gzip", "text"),
        content="iscckit.media.readers.svg",
        metadata="iscckit.media.metadata.svg",
        writer="iscckit.media.embed.svg",
    ),
    Format(
        "image/jp2",
        "image",
        ("jp2", "j2k", "jpx", "jpf"),
        (
            Magic(b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
            Magic(b"\xffO\xffQ", "JPEG 2000 codestream"),
        ),
        content=_PILLOW,
    ),
    Format(
        "image/jxl",
        "image",
        ("jxl",),
        (
            Magic(b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
            Magic(b"\xff\n", "JPEG XL codestream"),
        ),
    ),
    Format(
        "image/vnd.adobe.photoshop",
        "image",
        ("psd",),
        (Magic(b"8BPS\x00", "Photoshop"),),
        content=_PILLOW,
        metadata=_BLOCKS,
    ),
    Format(
        "image/x-icon",
        "image",
        ("ico",),
        (Structure("header", f"{_TESTS}:is_icon", "icon signature"),),
        content=_PILLOW,
    ),
    Format(
        "image/x-win-bitmap",
        "image",
        ("cur",),
        (Structure("header", f"{_TESTS}:is_cursor", "cursor signature"),),
        content=_PILLOW,
    ),
    Format("image/x-tga", "image", ("tga",), content=_PILLOW),
    Format("image/qoi", "image", ("qoi",), (Magic(b"qoif", "QOI"),), content=_PILLOW),
    Format(
        "image/x-portable-anymap",
        "image",
        ("pbm", "pgm", "ppm", "pnm", "pam", "pfm"),
        (Structure("inside", f"{_TEXTS}:is_anymap", "portable anymap header"),),
        content=_PILLOW,
    ),
    Format("image/x-icns", "image", ("icns",), (Magic(b"icns", "Apple icon"),), content=_PILLOW),
    Format("image/x-pcx", "image", ("pcx",), content=_PILLOW),
    Format(
        "image/x-sgi",
        "image",
        ("sgi", "rgb", "rgba", "bw"),
        (Magic(b"\x01\xda", "SGI"),),
        content=_PILLOW,
    ),
    Format(
        "image/x-sun-raster",
        "image",
        ("ras",),
        (Magic(b"Y\xa6j\x95", "Sun raster"),),
        content=_PILLOW,
    ),
    Format("image/vnd.ms-dds", "image", ("dds",), (Magic(b"DDS ", "DDS"),), content=_PILLOW),
    Format(
        "image/x-xbitmap",
        "image",
        ("xbm",),
        (Structure("inside", f"{_TEXTS}:is_xbm", "XBM definitions"),),
        content=_PILLOW,
    ),
    Format(
        "image/x-xpixmap",
        "image",
        ("xpm",),
        (Structure("inside", f"{_TEXTS}:is_xpm", "XPM signature"),),
        content=_PILLOW,
    ),
    Format(
        "image/fits",
        "image",
        ("fits", "fit", "fts"),
        (Structure("inside", f"{_TEXTS}:is_fits", "FITS signature"),),
        content=_PILLOW,
    ),
    Format("image/x-exr", "image", ("exr",), (Magic(b"v/1\x01", "OpenEXR"),)),
    Format("image/vnd.djvu", "image", ("djvu", "djv"), (Magic(b"AT&TFORM", "DjVu"),)),
    Format("image/x-adobe-dng", "image", ("dng",), families=("tiff",), metadata=_BLOCKS),
    Format("image/x-canon-cr2", "image", ("cr2",), families=("tiff",), metadata=_BLOCKS),
    Format("image/x-canon-cr3", "image", ("cr3",), (Container("ISO", (b"crx ",), family="mp4"),)),
    Format("image/x-nikon-nef", "image", ("nef",), families=("tiff",), metadata=_BLOCKS),
    Format("image/x-sony-arw", "image", ("arw",), families=("tiff",), metadata=_BLOCKS),
    Format(
        "application/postscript",
        "image",
        ("eps", "ps", "epsf", "epsi"),
        (
            Structure("inside", f"{_TEXTS}:is_postscript", "PostScript signature"),
            Magic(b"\xc5\xd0\xd3\xc6", "EPS with preview"),
        ),
    ),
)
