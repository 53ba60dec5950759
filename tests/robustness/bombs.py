"""Small files that would become huge, deep or endless in a careless reader."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Final

import numpy as np
from PIL import Image
from tests.robustness.corpus import files, saved

__all__ = ["deep", "deep_documents", "documents", "headers", "movies", "packed", "papers"]

_BLOCK: Final = 1 << 20  # bytes that one piece of a bomb unpacks to
BILLION: Final = (
    '<!DOCTYPE x [<!ENTITY a0 "lollollollollollol">'
    + "".join(f'<!ENTITY a{i + 1} "' + f"&a{i};" * 10 + '">' for i in range(11))
    + "]>"
)
_OOXML: Final = "application/vnd.openxmlformats-officedocument."


def deflated(count: int, filling: bytes, *, start: bytes = b"", end: bytes = b"") -> bytes:
    """Return a raw deflate stream of ``count`` MiB of ``filling`` between a start and an end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress((filling * _BLOCK)[:_BLOCK]) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * count + packer.compress(end) + packer.flush()


def with_entry(archive: bytes, name: str, packed: bytes, size: int) -> bytes:
    """Return a ZIP archive with one entry replaced by a deflate stream that claims ``size``."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(zipfile.ZipInfo(name), packed)
    data = bytearray(file.getvalue())
    entry = data.rindex(b"PK\1\2")
    local = int.from_bytes(data[entry + 42 : entry + 46], "little")
    fields = struct.pack("<III", 0, len(packed), size)
    for at, method in ((entry + 16, entry + 10), (local + 14, local + 8)):
        data[at : at + 12] = fields
        data[method : method + 2] = b"\x08\0"
    return bytes(data)


_MAIN: Final = {
    f"{_OOXML}wordprocessingml.document": "word/document.xml",
    f"{_OOXML}spreadsheetml.sheet": "xl/worksheets/sheet1.xml",
    f"{_OOXML}presentationml.presentation": "ppt/slides/slide1.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
    "application/vnd.oasis.opendocument.spreadsheet": "content.xml",
    "application/vnd.oasis.opendocument.presentation": "content.xml",
    "application/epub+zip": "EPUB/s04.xhtml",
    "application/x-ibooks+zip": "EPUB/s04.xhtml",
}


def main_part(archive: bytes, mediatype: str) -> tuple[str, bytes]:
    """Return the name and the content of the part that holds the text of a document."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
        name = _MAIN[mediatype]
        if name not in names:
            name = next(each for each in names if each.endswith("html"))
        return name, opened.read(name)


def documents() -> dict[str, bytes]:
    """Return documents whose main part unpacks to 3 GiB, honestly or not, and such archives."""
    found = {}
    honest, lying = 3 << 30, 5000
    for mediatype in _MAIN:
        name, data = files()[mediatype]
        part, whole = main_part(data, mediatype)
        at = whole.rindex(b"</")
        spaces = deflated(3072, b" ", start=whole[:at], end=whole[at:])
        letters = deflated(3072, b"bomb ", start=whole[:at], end=whole[at:])
        found[f"honest-{name}"] = with_entry(data, part, spaces, honest)
        found[f"lying-{name}"] = with_entry(data, part, letters, lying)
    zeros = deflated(3072, b"\0")
    for kind in ("zip", "cbz"):
        inner = archive_of({"a.txt": b"a"})
        found[f"honest.{kind}"] = with_entry(inner, "b.bmp", zeros, honest)
        found[f"lying.{kind}"] = with_entry(inner, "b.bmp", zeros, lying)
    nested = archive_of({"a.txt": b"a"})
    nested = with_entry(nested, "b.txt", zeros, honest)
    for _ in range(20):
        nested = archive_of({f"{i}.zip": nested for i in range(3)}) if len(nested) < 1 << 22 else (
            archive_of({"n.zip": nested})
        )  # fmt: skip
    found["nested.zip"] = nested
    found["many.zip"] = archive_of({f"{i}.txt": b"" for i in range(100_001)})
    return found


def archive_of(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def packed() -> dict[str, bytes]:
    """Return compressed drawings and pictures of which some part unpacks to 3 GiB."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    body = deflated(3072, b" ", start=svg, end=b"</svg>")
    bomb = zlib.compress(b"x")[:2] + deflated(3072, b"\0") + b"\0\0\0\0"
    png = files()["image/png"][1]
    chunks = {
        "iccp": b"iCCP" + b"a\0\0" + bomb,
        "ztxt": b"zTXt" + b"a\0\0" + bomb,
        "xmp": b"iTXt" + b"XML:com.adobe.xmp\0\1\0\0\0" + bomb,
    }
    found = {"drawing.svgz": b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + bytes(8)}
    for name, chunk in chunks.items():
        whole = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        found[f"{name}.png"] = png[:33] + whole + png[33:]
    return found


def headers() -> dict[str, bytes]:
    """Return pictures whose headers claim at least a thousand million pixels."""
    big = 40_000
    le, be = struct.pack("<H", big), struct.pack(">H", big)
    le4, be4 = struct.pack("<I", big), struct.pack(">I", big)
    places = {  # media type: where width and height stand, and how they are written
        "image/png": (16, be4 + be4),
        "image/gif": (6, le + le),
        "image/bmp": (18, le4 + le4),
        "image/vnd.adobe.photoshop": (14, be4 + be4),
        "image/x-tga": (12, le + le),
        "image/qoi": (4, be4 + be4),
        "image/x-sgi": (6, be + be),
        "image/x-sun-raster": (4, be4 + be4),
        "image/vnd.ms-dds": (12, le4 + le4),
        "image/x-pcx": (4, b"\0\0\0\0" + le + le),
    }
    found = {}
    for mediatype, (at, size) in places.items():
        name, data = files()[mediatype]
        found[name] = data[:at] + size + data[at + len(size) :]
    png = bytearray(found[files()["image/png"][0]])
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    found[files()["image/png"][0]] = bytes(png)
    return found | _other_headers(be, le, be4)


def _other_headers(be: bytes, le: bytes, be4: bytes) -> dict[str, bytes]:
    # In a GIF it is the frame that counts, not the screen.
    gif = files()["image/gif"][1]
    frame = gif.index(b"\x2c\0\0\0\0")
    found = {}
    found["frame.gif"] = gif[: frame + 5] + le + le + gif[frame + 9 :]
    jpeg = files()["image/webp"][1]
    with Image.open(io.BytesIO(jpeg)) as picture:
        jpeg = saved(picture, "JPEG")
    start = jpeg.index(b"\xff\xc0") + 5
    found["made.jpg"] = jpeg[:start] + be + be + jpeg[start + 4 :]
    jp2 = files()["image/jp2"][1]
    for marker, at in ((b"ihdr", 4), (b"\xff\x51", 6)):
        start = jp2.index(marker) + at
        jp2 = jp2[:start] + be4 + be4 + jp2[start + 8 :]
    found["made.jp2"] = jp2
    for mediatype in ("image/avif", "image/heic"):
        name, data = files()[mediatype]
        start = data.index(b"ispe") + 8
        found[name] = data[:start] + be4 + be4 + data[start + 8 :]
    webp = files()["image/webp"][1]
    start = webp.index(b"\x9d\x01\x2a") + 3
    found["made.webp"] = webp[:start] + b"\xff\x3f\xff\x3f" + webp[start + 4 :]
    found["demo.tif"] = _tiff()
    found["made.ppm"] = b"P6 40000 40000 255\n" + bytes(1000)
    found["made.xbm"] = b"#define a_width 40000\n#define a_height 40000\nstatic char a_bits[] = {\n"
    found["made.xpm"] = (
        b'/* XPM */\nstatic char * a[] = {\n"40000 40000 1 1",\n"a c #000000",\n"a"};'
    )
    found["made.fits"] = files()["image/fits"][1].replace(b"= 96   ", b"= 40000", 1)
    found["made.svg"] = b'<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>'
    return found


def _tiff() -> bytes:
    tif = bytearray(files()["image/tiff"][1])
    order = "<" if tif[:2] == b"II" else ">"
    for tag in (256, 257):
        heads = [struct.pack(f"{order}HHI", tag, kind, 1) for kind in (3, 4)]
        at = next(tif.index(head) for head in heads if head in tif)
        tif[at : at + 12] = struct.pack(f"{order}HHII", tag, 4, 1, 40_000)
    return bytes(tif)


def papers() -> dict[str, bytes]:
    """Return PDF files with endless and enormous structures."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"

    def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
        data, places = b"%PDF-1.7\n", []
        for number, each in enumerate(objects, 1):
            places.append(len(data))
            data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        start = b"startxref\n%d\n%%%%EOF" % len(data)
        tail = b"trailer << /Root 1 0 R /Size %d %s >>\n" % (len(objects) + 1, trailer)
        return data + head + table + tail + start

    root = b"<< /Type /Catalog /Pages 2 0 R >>"
    kids = b"<< /Type /Pages /Kids [%s] /Count %d >>"
    bomb = zlib.compress(b"x")[:2] + deflated(2048, b"q ") + bytes(4)
    stream = b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(bomb), bomb)
    twice = zlib.compress(zlib.compress(bytes(1 << 28), 9), 9)
    text = b"<< /Length 30 >> stream\nBT /F 9 Tf (Hello world) Tj ET\nendstream"
    loop = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 6 0 R "
    return {
        "count.pdf": pdf(root, kids % (b"3 0 R", 2_000_000_000), page, text, font),
        "many.pdf": pdf(root, kids % (b"3 0 R " * 100_000, 100_000), page, text, font),
        "loop.pdf": pdf(root, kids % (b"2 0 R 2 0 R", 4), page, text, font),
        "tree.pdf": pdf(
            root,
            kids % (b"3 0 R " * 20, 1 << 30),
            *(kids % (b"%d 0 R " % (i + 4) * 20, 1 << 30) for i in range(20)),
            page,
        ),
        "xref.pdf": pdf(root, kids % (b"3 0 R", 1), page, text, font, trailer=b"/Prev 9"),
        "flate.pdf": pdf(root, kids % (b"3 0 R", 1), page, stream, font),
        "twice.pdf": pdf(
            root,
            kids % (b"3 0 R", 1),
            page,
            b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >> stream\n%s\nendstream"
            % (len(twice), twice),
        ),
        "form.pdf": pdf(
            root,
            kids % (b"3 0 R", 1),
            page[:-2] + b"/Resources << /XObject << /A 6 0 R >> >> >>",
            b"<< /Length 12 >> stream\n/A Do /A Do \nendstream",
            font,
            loop + b">> >> /Length 12 >> stream\n/A Do /A Do \nendstream",
        ),
        "deep.pdf": pdf(root, b"[" * 200_000 + b"]" * 200_000, page),
        "prev.pdf": pdf(root, kids % (b"3 0 R", 1), page, text).replace(b"/Size", b"/Prev 9 /Size"),
        "image.pdf": pdf(
            root,
            kids % (b"3 0 R", 1),
            page[:-2] + b"/Resources << /XObject << /A 5 0 R >> >> >>",
            b"<< /Length 30 >> stream\nq 9 0 0 9 0 0 cm /A Do Q     \nendstream",
            b"<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
            b"/ColorSpace /DeviceRGB /Length 3 >> stream\nabc\nendstream",
        ),
    }


def deep() -> dict[str, bytes]:
    """Return texts and drawings nested a hundred thousand levels deep, and with entities."""
    levels = 100_000
    svg = 'xmlns="http://www.w3.org/2000/svg" width="9" height="9"'
    lol = f'<?xml version="1.0"?>{BILLION}'
    ten = [f"<use href='#a{i}'/>" * 10 for i in range(11)]
    uses = "".join(f"<g id='a{i}'>{each}</g>" for i, each in enumerate(ten, 1))
    blurs = "<feGaussianBlur stdDeviation='900'/>" * 900
    long = "x" * (20 << 20)
    found = {
        "deep.json": "[" * levels + "]" * levels,
        "deep.html": "<html><body>" + "<div>" * levels + "word",
        "table.html": "<html><body>" + "<table><tr><td>" * levels + "word",
        "deep.xhtml": f'<?xml version="1.0"?><html>{"<b>" * levels}word{"</b>" * levels}</html>',
        "deep.xml": f'<?xml version="1.0"?>{"<a>" * levels}word{"</a>" * levels}',
        "deep.svg": f"<svg {svg}>{'<g>' * levels}{'</g>' * levels}</svg>",
        "deep.rtf": "{\\rtf1 " + "{" * levels + "word" + "}" * levels + "}",
        "lol.xml": f"{lol}<x>word &a11;</x>",
        "lol.xhtml": f"{lol}<html><body>word &a11;</body></html>",
        "lol.svg": f"{lol}<svg {svg}><text>&a11;</text></svg>",
        "use.svg": f"<svg {svg}><g id='a0'><path d='M1 1h2v2'/></g>{uses}</svg>",
        "filter.svg": f"<svg {svg}><filter id='f'>{blurs}</filter>"
        "<rect width='9' height='9' filter='url(#f)'/></svg>",
        "attribute.xml": f'<?xml version="1.0"?><a b="{long}">word</a>',
    }  # fmt: skip
    return {name: text.encode() for name, text in found.items()}


def deep_documents() -> dict[str, bytes]:
    """Return documents whose main part is nested deeply, and such with entities."""
    levels, data = 100_000, {}
    for mediatype in _MAIN:
        name, archive = files()[mediatype]
        part, content = main_part(archive, mediatype)
        whole = content.decode()
        start = whole.index("?>") + 2 if whole.startswith("<?xml") else 0
        end = whole.rindex("</")
        lol = f"{whole[:start]}{BILLION}{whole[start:end]}&a11;{whole[end:]}".encode()
        nested = f"{whole[:end]}{'<a>' * levels}{'</a>' * levels}{whole[end:]}".encode()
        data[f"lol-{name}"] = with_entry(archive, part, _raw(lol), len(lol))
        data[f"deep-{name}"] = with_entry(archive, part, _raw(nested), len(nested))
    return data


def _raw(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def movies() -> dict[str, bytes]:
    """Return sound and films whose headers claim far more than there is."""
    found = {}
    wav = files()["audio/wav"][1]
    found["long.wav"] = wav[:4] + b"\xf0\xff\xff\xff" + wav[8:40] + b"\xc0\xff\xff\xff" + wav[44:]
    found["rate.wav"] = wav[:24] + b"\xff\xff\xff\x7f" + wav[28:]
    found["channels.wav"] = wav[:22] + b"\xff\xff" + wav[24:]
    mp4 = files()["video/mp4"][1]
    for box, at in ((b"stsz", 12), (b"stts", 8), (b"stsc", 8), (b"stco", 8), (b"elst", 8)):
        if box in mp4:
            start = mp4.index(box) + at
            found[f"{box.decode()}.mp4"] = mp4[:start] + b"\x7f\xff\xff\xff" + mp4[start + 4 :]
    start = mp4.index(b"stsz") + 8
    found["size.mp4"] = mp4[:start] + b"\0\0\0\1\x7f\xff\xff\xff" + mp4[start + 8 :]
    start = mp4.index(b"stts") + 12
    found["time.mp4"] = mp4[:start] + b"\0\0\0\1\x7f\xff\xff\xff" + mp4[start + 8 :]
    for box in (b"avc1", b"mp4v"):
        if box in mp4[:-40]:
            start = mp4.index(box, mp4.index(b"stsd")) + 28
            found["big.mp4"] = mp4[:start] + b"\xff\xff\xff\xff" + mp4[start + 4 :]
    flv = files()["video/x-flv"][1]
    found["time.flv"] = flv[:17] + b"\x7f\xff\xff\xff" + flv[21:]
    return found | {"noise.mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(2000), "many.gif": _frames()}


def _frames() -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (8, 8, 3), np.uint8)
    frames = [Image.fromarray(noise ^ i) for i in range(256)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()
