"""Long files are read in a stream: what they take does not grow with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import iscc_samples
import pytest
from pypdf import PdfReader, PdfWriter

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
