"""Long files are read in a stream: what they take does not grow with them."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import av
import iscc_samples
import numpy as np
import pytest
from pypdf import PdfReader, PdfWriter

from iscckit.records.batch import create_many

SAMPLES = Path(__file__).parents[2] / "samples"
PROGRAM = """
import sys, iscckit
record = iscckit.create(sys.argv[1])
assert record.mode == sys.argv[2], record.missing
status = open("/proc/self/status").read()
print(record.duration, status.split("VmHWM:")[1].split()[0])
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc"),
]


def peak(path: Path, mode: str) -> tuple[str, float]:
    """Return the duration in the record, and the highest use of memory in MB."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), mode], capture_output=True, text=True, check=True
    )
    duration, kilobytes = run.stdout.split()
    return duration, int(kilobytes) * 1024 / 1e6


def test_a_film_of_two_hours_stays_under_300_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "long.mkv"
    (source,) = iscc_samples.videos(ext="mp4")
    with av.open(str(path), "w") as out:
        copies: dict[int, av.stream.Stream] = {}
        shift = 0.0
        for _ in range(121):
            with av.open(str(source)) as film:
                for stream in film.streams:
                    if stream.index not in copies:
                        copies[stream.index] = out.add_stream_from_template(stream)
                for packet in film.demux():
                    if packet.dts is None:
                        continue
                    moved = round(shift / packet.time_base)
                    assert packet.pts is not None
                    packet.dts += moved
                    packet.pts += moved
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)
                shift += 60.2
    duration, megabytes = peak(path, "video")
    assert float(duration) > 7200
    assert megabytes < 300


def test_a_pdf_of_500_pages_stays_under_400_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    writer = PdfWriter()
    for _ in range(56):
        writer.append(PdfReader(SAMPLES / "paper.pdf"))
    with path.open("wb") as file:
        writer.write(file)
    assert len(PdfReader(path).pages) > 500
    assert peak(path, "text")[1] < 400


def test_long_files_have_the_same_code_under_limits(tmp_path: Path) -> None:
    files = [_make_film(tmp_path), _make_picture(tmp_path), _make_text(tmp_path)]
    for path, mode in zip(files, ("video", "image", "text"), strict=True):
        [confined] = create_many([path], jobs=1)
        [free] = create_many([path], jobs=1, sandbox="off")
        assert confined.record is not None
        assert confined.record.mode == mode, confined.record.missing
        assert confined.record == free.record
        path.unlink()


def _make_film(folder: Path) -> Path:
    """Make a film of two hours at one picture a second."""
    path = folder / "slides.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for second in range(7200):
            shade = np.full((48, 64, 3), second // 60 * 2 % 256, np.uint8)
            shade[: second % 48] = 255
            out.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        out.mux(stream.encode())
    return path


def _make_picture(folder: Path) -> Path:
    """Make a TIFF of 300 MB that has hardly any room on the disk: its pixels are a hole."""
    path = folder / "large.tif"
    side = 10_000
    tags = (
        (256, side), (257, side), (258, 8), (259, 1), (262, 2), (273, 512), (277, 3), (278, side),
        (279, 3 * side * side), (284, 1),
    )  # fmt: skip
    with path.open("wb") as file:
        file.write(struct.pack("<2sHIH", b"II", 42, 8, len(tags)))
        file.write(b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags))
        file.seek(512 + 3 * side * side // 2)
        file.write(b"\xff" * (1 << 20))
        file.truncate(512 + 3 * side * side)
    return path


def _make_text(folder: Path) -> Path:
    """Make a text of 100 MB, each line another one."""
    path = folder / "long.txt"
    with path.open("w") as file:
        for number in range(1_600_000):
            file.write(
                f"{number}: {number * 7919 % 1_000_003} ships passed the lighthouse in the fog\n"
            )
    return path
