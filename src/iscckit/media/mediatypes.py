"""Media types as data: which extension means which type, and which type has which mode.

Both tables are frozen here, so that no code depends on the host's mime.types, on an installed
``magic`` package or on the Python version. Only the mode decides which Content-Code is made.
"""

from __future__ import annotations

from typing import Final, Literal

__all__ = ["EXTENSIONS", "UNKNOWN", "Mode", "from_name", "mode_of"]

Mode = Literal["text", "image", "audio", "video"]

UNKNOWN: Final = "application/octet-stream"

_OOXML: Final = "application/vnd.openxmlformats-officedocument"
_ODF: Final = "application/vnd.oasis.opendocument"

# media type: extensions. The first type that names an extension owns it; a test says that no
# extension is named twice.
_TYPES: Final[dict[str, str]] = {
    # text
    "text/plain": "txt text log asc rst tex srt vtt ini cfg toml yaml yml",
    "text/markdown": "md markdown mdown mkd",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/html": "html htm",
    "text/xml": "xml",
    "application/json": "json geojson jsonl ndjson",
    "application/xhtml+xml": "xhtml xht",
    "application/rtf": "rtf",
    "application/pdf": "pdf",
    "application/epub+zip": "epub",
    "application/x-ibooks+zip": "ibooks",
    "application/msword": "doc dot",
    "application/vnd.ms-powerpoint": "ppt pps pot",
    "application/vnd.ms-excel": "xls xlt",
    "application/vnd.ms-outlook": "msg",
    "application/vnd.visio": "vsd vst",
    f"{_OOXML}.wordprocessingml.document": "docx",
    f"{_OOXML}.presentationml.presentation": "pptx",
    f"{_OOXML}.spreadsheetml.sheet": "xlsx",
    f"{_ODF}.text": "odt",
    f"{_ODF}.spreadsheet": "ods",
    f"{_ODF}.presentation": "odp",
    # image
    "image/jpeg": "jpg jpeg jpe jfif",
    "image/png": "png apng",
    "image/gif": "gif",
    "image/tiff": "tif tiff",
    "image/bmp": "bmp dib",
    "image/webp": "webp",
    "image/avif": "avif avifs",
    "image/heic": "heic heif hif",
    "image/svg+xml": "svg svgz",
    "image/jp2": "jp2 j2k jpx jpf",
    "image/jxl": "jxl",
    "image/vnd.adobe.photoshop": "psd",
    "image/x-icon": "ico",
    "image/x-win-bitmap": "cur",
    "image/x-tga": "tga",
    "image/qoi": "qoi",
    "image/x-portable-anymap": "pbm pgm ppm pnm pam",
    "image/x-icns": "icns",
    "image/x-pcx": "pcx",
    "image/x-sgi": "sgi rgb rgba bw",
    "image/x-sun-raster": "ras",
    "image/vnd.ms-dds": "dds",
    "image/x-xbitmap": "xbm",
    "image/x-xpixmap": "xpm",
    "image/fits": "fits fit fts",
    "image/x-exr": "exr",
    "image/vnd.djvu": "djvu djv",
    "image/x-adobe-dng": "dng",
    "image/x-canon-cr2": "cr2",
    "image/x-canon-cr3": "cr3",
    "image/x-nikon-nef": "nef",
    "image/x-sony-arw": "arw",
    "application/postscript": "eps ps epsf epsi",
    # audio
    "audio/mpeg": "mp3 mp2 mpga",
    "audio/wav": "wav wave",
    "audio/ogg": "ogg oga spx",
    "audio/opus": "opus",
    "audio/aiff": "aif aiff aifc",
    "audio/x-flac": "flac",
    "audio/x-wavpack": "wv",
    "audio/mp4": "m4a m4b",
    "audio/aac": "aac adts",
    "audio/ac3": "ac3",
    "audio/amr": "amr",
    "audio/basic": "au snd",
    "audio/midi": "mid midi",
    "audio/x-ape": "ape",
    "audio/x-caf": "caf",
    "audio/x-matroska": "mka",
    "audio/webm": "weba",
    "audio/x-ms-wma": "wma",
    "audio/x-pn-realaudio": "ra ram rm",
    # video
    "video/mp4": "mp4 f4v mpg4",
    "video/x-m4v": "m4v",
    "video/quicktime": "mov qt",
    "video/3gpp": "3gp 3gpp",
    "video/3gpp2": "3g2",
    "video/x-matroska": "mkv mk3d",
    "video/webm": "webm",
    "video/avi": "avi",
    "video/mpeg": "mpeg mpg mpe m1v m2v vob",
    "video/mp2t": "m2ts mts",
    "video/ogg": "ogv",
    "video/x-flv": "flv",
    "video/x-ms-asf": "asf",
    "video/x-ms-wmv": "wmv",
    "video/h264": "h264 264",
    "video/x-dirac": "drc",
    "application/vnd.rn-realmedia": "rv rmvb",
    "application/x-shockwave-flash": "swf",
    # neither
    "application/zip": "zip cbz",
    "application/x-tar": "tar",
    "application/gzip": "gz tgz",
    "application/x-bzip2": "bz2",
    "application/x-xz": "xz",
    "application/zstd": "zst",
    "application/x-7z-compressed": "7z",
    "application/vnd.rar": "rar cbr",
    "application/x-mobipocket-ebook": "mobi azw azw3 prc",
    "application/x-sqlite3": "sqlite sqlite3 db",
    "application/java-archive": "jar",
    "application/x-executable": "exe dll so o dylib",
    "application/vnd.apache.parquet": "parquet",
    "application/x-hdf5": "h5 hdf5 nc",
    "application/x-npy": "npy",
    "application/dicom": "dcm",
    "font/otf": "otf",
    "font/ttf": "ttf ttc",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "application/wasm": "wasm",
}

EXTENSIONS: Final[dict[str, str]] = {
    extension: mediatype for mediatype, names in _TYPES.items() for extension in names.split()
}

# Types whose mode is not their top-level type. The reference SDK treats the same ones so.
_MODES: Final[dict[str, Mode]] = {
    "application/rtf": "text",
    "application/pdf": "text",
    "application/json": "text",
    "application/xhtml+xml": "text",
    "application/epub+zip": "text",
    "application/x-ibooks+zip": "text",
    "application/x-mobipocket-ebook": "text",
    "application/msword": "text",
    "application/vnd.ms-powerpoint": "text",
    "application/vnd.ms-excel": "text",
    f"{_OOXML}.wordprocessingml.document": "text",
    f"{_OOXML}.presentationml.presentation": "text",
    f"{_OOXML}.spreadsheetml.sheet": "text",
    f"{_ODF}.text": "text",
    f"{_ODF}.spreadsheet": "text",
    f"{_ODF}.presentation": "text",
    "application/postscript": "image",
    "application/vnd.rn-realmedia": "video",
    "application/x-shockwave-flash": "video",
}
_TOP_LEVEL: Final[dict[str, Mode]] = {
    "text": "text",
    "image": "image",
    "audio": "audio",
    "video": "video",
}


def from_name(filename: str) -> str | None:
    """Return the media type that the extension of ``filename`` stands for, or None."""
    stem, dot, extension = filename.rpartition(".")
    return EXTENSIONS.get(extension.lower()) if stem and dot else None


def mode_of(mediatype: str) -> Mode | None:
    """Return the mode of ``mediatype``, or None where no Content-Code exists for it."""
    return _MODES.get(mediatype) or _TOP_LEVEL.get(mediatype.partition("/")[0])
