"""A real file of every format that is read: the samples, and what other libraries write."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import cache
from typing import Any, Final

import av
import iscc_samples
import numpy as np
import pillow_heif
from PIL import Image
from tests.media.readers.test_image_formats import FILES as RARE

from iscckit.media.formats.table import FORMATS

__all__ = ["UNMADE", "files", "saved"]

# Formats of which no library here writes a file, and no package here has one.
UNMADE: Final = frozenset({"audio/x-ape", "audio/vnd.dts"})

_SECONDS: Final = 4.0  # of sound and film: enough for a code
_PILLOW: Final = {
    "webp": "WEBP",
    "avif": "AVIF",
    "jp2": "JPEG2000",
    "qoi": "QOI",
    "dds": "DDS",
    "icns": "ICNS",
    "pcx": "PCX",
    "ppm": "PPM",
    "sgi": "SGI",
    "tga": "TGA",
}
# Extension: sample whose packets are copied, and FFmpeg's name of the container.
_COPIES: Final = {
    "mp3": ("audio/demo.mp3", "mp3"),
    "ogg": ("audio/demo.ogg", "ogg"),
    "opus": ("audio/demo.opus", "opus"),
    "wav": ("audio/demo.wav", "wav"),
    "aif": ("audio/demo.aif", "aiff"),
    "wv": ("audio/demo.wv", "wv"),
    "aac": ("audio/demo.aac", "adts"),
    "ac3": ("audio/demo.ac3", "ac3"),
    "m4a": ("audio/demo.aac", "ipod"),
    "mka": ("audio/demo.ogg", "matroska"),
    "weba": ("audio/demo.opus", "webm"),
    "mp4": ("video/demo.mp4", "mp4"),
    "m4v": ("video/demo.m4v", "mp4"),
    "mov": ("video/demo.mov", "mov"),
    "3gp": ("video/demo.3gp", "3gp"),
    "3g2": ("video/demo.3g2", "3g2"),
    "mkv": ("video/demo.mp4", "matroska"),
    "webm": ("video/demo.webm", "webm"),
    "avi": ("video/demo.avi", "avi"),
    "mpg": ("video/demo.mpg", "mpeg"),
    "m2ts": ("video/demo.mp4", "mpegts"),
    "flv": ("video/demo.flv", "flv"),
    "asf": ("video/demo.asf", "asf"),
    "wmv": ("video/demo.wmv", "asf"),
    "h264": ("video/demo.mp4", "h264"),
    "swf": ("video/demo.swf", "swf"),
}
# Extension: codec, container and sampling rate, where the samples have no such sound.
_SOUNDS: Final = {
    "flac": ("flac", "flac", 44100),
    "amr": ("libopencore_amrnb", "amr", 8000),
    "au": ("pcm_s16be", "au", 22050),
    "caf": ("pcm_s16le", "caf", 22050),
    "wma": ("wmav2", "asf", 44100),
    "ra": ("ac3", "rm", 44100),
    "w64": ("pcm_s16le", "w64", 22050),
    "tta": ("tta", "tta", 44100),
}


@cache
def _samples() -> dict[str, bytes]:
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in iscc_samples.all()}


@cache
def files() -> dict[str, tuple[str, bytes]]:
    """Return a name and the bytes of a file for each media type that is read."""
    names = _made() | {f"demo{name[name.rindex('.') :]}": data for name, data in _short()}
    found: dict[str, tuple[str, bytes]] = {}
    for name, data in names.items():
        mediatype = FORMATS.by_extension[name.rpartition(".")[2]].mediatype
        found.setdefault(mediatype, (name, data))
    wanted = {row.mediatype for row in FORMATS.rows if row.content} - UNMADE
    return {mediatype: found[mediatype] for mediatype in sorted(wanted)}


def _short() -> list[tuple[str, bytes]]:
    """Return the samples that are not cut to a few seconds."""
    return [
        (name, data)
        for name, data in sorted(_samples().items())
        if name.startswith(("text/demo", "image/demo")) and not name.endswith(".sqlite")
    ]


def _made() -> dict[str, bytes]:
    made = {f"made.{name}": _copied(*row) for name, row in _COPIES.items()}
    made |= {f"made.{name}": _sound(*row) for name, row in _SOUNDS.items()}
    made |= {f"made.{name}": _film(*row) for name, row in _FILMS.items()}
    with Image.open(io.BytesIO(_samples()["image/demo.png"])) as picture:
        rgb = picture.convert("RGB").resize((128, 96))
    for name, form in _PILLOW.items():
        made[f"made.{name}"] = saved(rgb.resize((128, 128)) if name == "icns" else rgb, form)
    # Pillow writes no cursors, but one is an icon with another number in its header.
    made["made.cur"] = saved(rgb.convert("RGBA"), "ICO", sizes=[(64, 64)], bitmap_format="bmp")
    made["made.cur"] = b"\0\0\2\0" + made["made.cur"][4:]
    heif = io.BytesIO()
    pillow_heif.from_pillow(rgb).save(heif)
    made["made.heic"] = heif.getvalue()
    for mediatype, (data, _) in RARE.items():
        extension = FORMATS.by_mediatype[mediatype].extensions[0]
        made[f"made.{extension}"] = data
    text = _samples()["text/demo.txt"]
    rows = [b";".join(line.split()) for line in text.splitlines()]
    made |= {"made.csv": b"\n".join(rows), "made.tsv": b"\n".join(rows).replace(b";", b"\t")}
    odf = "application/vnd.oasis.opendocument.text"
    for name, old, sample in (
        ("ods", odf, "demo.odt"),
        ("odp", odf, "demo.odt"),
        ("ibooks", FORMATS.by_extension["epub"].mediatype, "demo.epub"),
    ):
        made[f"made.{name}"] = _renamed(f"text/{sample}", old, FORMATS.by_extension[name].mediatype)
    made["made.svgz"] = gzip.compress(_DRAWING)
    ogg = _samples()["video/demo.ogv"]  # there is no Theora to write with: whole pages of it
    made["made.ogv"] = ogg[: ogg.rindex(b"OggS", 0, 200_000)]
    return made


_DRAWING: Final = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
    b"<title>Old</title>" + b'<path d="M3 4L60 50L7 30Z" fill="#123"/>' * 40 + b"</svg>"
)
_FILMS: Final = {"drc": ("vc2", "dirac", "yuv422p"), "rv": ("rv20", "rm", "yuv420p")}


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _copied(sample: str, container: str) -> bytes:
    """Return the first seconds of a sample, packets as they are."""
    file = io.BytesIO()
    with (
        av.open(io.BytesIO(_samples()[sample]), "r") as old,
        av.open(file, "w", format=container) as new,
    ):
        single = container in {"h264", "mp3", "wav", "adts"}
        chosen = [s for s in old.streams if s.type in {"audio", "video"}][: 1 if single else None]
        streams = {s.index: new.add_stream_from_template(s) for s in chosen}
        for packet in old.demux(chosen):
            if packet.dts is None or packet.dts * packet.time_base > _SECONDS:
                continue
            packet.stream = streams[packet.stream.index]
            new.mux(packet)
    return file.getvalue()


def _sound(codec: str, container: str, rate: int) -> bytes:
    file = io.BytesIO()
    with (
        av.open(io.BytesIO(_samples()["audio/demo.mp3"]), "r") as old,
        av.open(file, "w", format=container) as new,
    ):
        stream: Any = new.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = 12200 if codec == "libopencore_amrnb" else 64000
        resampler = av.AudioResampler(
            stream.format.name, "mono", rate, frame_size=stream.codec_context.frame_size or None
        )
        for frame in old.decode(audio=0):
            assert frame.time is not None
            if frame.time > _SECONDS:
                break
            for part in resampler.resample(frame):
                part.pts = None
                new.mux(stream.encode(part))
        new.mux(stream.encode(None))
    return file.getvalue()


def _film(codec: str, container: str, pixels: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as new:
        stream: Any = new.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 352, 288, pixels
        stream.bit_rate = 4_000_000
        for number in range(12):
            picture = np.zeros((288, 352, 3), np.uint8)
            picture[:, :, 0] = np.arange(352) // 2
            picture[number * 9 : number * 9 + 60, :, 1] = 200
            frame = av.VideoFrame.from_ndarray(picture).reformat(format=pixels)
            frame.pts = number
            new.mux(stream.encode(frame))
        new.mux(stream.encode(None))
    return file.getvalue()


def _renamed(sample: str, old: str, new: str) -> bytes:
    """Return a document under another type; its content is read in the same way."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_samples()[sample])) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for info in before.infolist():
            data = before.read(info)
            if info.filename in {"mimetype", "META-INF/manifest.xml"}:
                data = data.replace(old.encode(), new.encode())
            after.writestr(info, data)
    return file.getvalue()
