"""Make a small archive with planted variants, and files to look for: for tests and the tour.

python tools/planted.py FOLDER
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import av
from av.video.frame import PictureType
from PIL import Image, ImageOps
from pypdf import PdfWriter

SAMPLES = Path(__file__).parent.parent / "samples"


def clip(source: Path, target: Path, start: float, end: float) -> Path:
    """Write the sound of ``source`` between two times as WAV."""
    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.audio[0]
        copy = out.add_stream("pcm_s16le", rate=stream.rate)
        for frame in film.decode(stream):
            assert frame.time is not None
            if start <= frame.time < end:
                frame.pts = None
                out.mux(copy.encode(frame))
        out.mux(copy.encode(None))
    return target


def film_clip(source: Path, target: Path, start: float, end: float) -> Path:
    """Write the pictures of ``source`` between two times, encoded again and smaller."""
    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        rate = stream.average_rate
        assert rate is not None
        copy = out.add_stream("mpeg4", rate=rate)
        copy.width, copy.height, copy.bit_rate = 160, 128, 300_000
        count = 0
        for frame in film.decode(stream):
            assert frame.time is not None
            if start <= frame.time < end:
                small = frame.reformat(160, 128)
                small.pts, small.time_base = count, 1 / rate
                small.pict_type = PictureType.NONE
                count += 1
                out.mux(copy.encode(small))
        out.mux(copy.encode(None))
    return target


def pdf_with(picture: Path, target: Path) -> Path:
    """Write a real paper with the picture on a separate page at its end."""
    writer, page, data = PdfWriter(SAMPLES / "paper.pdf"), io.BytesIO(), io.BytesIO()
    with Image.open(picture) as photo:
        photo.convert("RGB").save(page, "PDF")
    writer.append(page)
    writer.write(data)
    target.write_bytes(data.getvalue())
    return target


def crop(picture: Path, target: Path) -> Path:
    """Write two thirds of a picture."""
    with Image.open(picture) as photo:
        width, height = photo.size
        photo.crop((width * 15 // 100, height * 15 // 100, width, height)).save(target)
    return target


def mirrored(picture: Path, target: Path) -> Path:
    """Write a picture as in a mirror."""
    with Image.open(picture) as photo:
        ImageOps.mirror(photo).save(target)
    return target


def plant(folder: Path) -> None:
    """Fill ``folder`` with ``archive`` and ``queries``."""
    archive, queries = folder / "archive", folder / "queries"
    (archive / "old").mkdir(parents=True)
    queries.mkdir()
    for path in sorted(SAMPLES.iterdir()):
        if path.name not in {"README.md", "rocket.jpg"}:
            shutil.copyfile(path, archive / path.name)
    shutil.copyfile(SAMPLES / "cat.jpg", archive / "old" / "IMG_0042.jpg")
    pdf_with(SAMPLES / "rocket.jpg", archive / "report.pdf")
    for number, path in enumerate(sorted(archive.rglob("*"))):
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    crop(SAMPLES / "cat.jpg", queries / "crop.png")
    mirrored(SAMPLES / "cat.jpg", queries / "mirrored.png")
    shutil.copyfile(SAMPLES / "rocket.jpg", queries / "rocket.jpg")
    clip(SAMPLES / "song.opus", queries / "clip.wav", 2.9, 12.9)


if __name__ == "__main__":
    plant(Path(sys.argv[1]))
