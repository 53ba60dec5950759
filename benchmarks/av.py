"""Fingerprints and frame signatures: the kernels alone, and whole files against the programs.

fpcalc (Debian: libchromaprint-tools) and ffmpeg (PyPI: imageio-ffmpeg, a GPL program) are timed
where they are installed. Both start a process for a file, as the reference SDK does; we do not.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Case
from iscckit.algorithms.chromaprint import SAMPLE_RATE, fingerprint
from iscckit.algorithms.frame_signature import frame_signature
from iscckit.algorithms.twin.av import cell_sums
from iscckit.media.content_values import Limits, Source
from iscckit.media.readers import audio, video

_FRAME, _HOP = 4096, 1365


def _sample(name: str) -> bytes:
    return (files("iscc_samples") / "files" / name).read_bytes()


def _spectra(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Do with NumPy the greatest part of a fingerprint, the transforms, and nothing else."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    power: NDArray[np.float32] = np.abs(np.fft.rfft(frames.astype(np.float32))) ** 2
    return power


def _kernels(quick: bool) -> Iterator[Case]:
    make = np.random.default_rng(1)
    seconds = 20 if quick else 120
    samples = make.integers(-9000, 9000, seconds * SAMPLE_RATE, dtype=np.int16)
    yield Case(
        f"Fingerprint of {seconds} s of samples", partial(fingerprint, samples.data),
        {"numpy (transforms only)": partial(_spectra, samples)}, unit=("s", seconds),
    )  # fmt: skip
    for width, height in ((176, 144), (1920, 1080), (3840, 2160)):
        plane = make.integers(0, 256, (height, width), dtype=np.uint8)
        yield Case(
            f"Frame signature {width} x {height}",
            partial(frame_signature, plane.data, width, height),
            {"numpy (cell sums only)": partial(cell_sums, plane)},
        )  # fmt: skip


def _audio_file(path: Path) -> list[int]:
    with path.open("rb") as stream:
        source = Source(stream, str(path), "audio/mpeg")
        words = audio.extract(source, profile="iscckit-1", limits=Limits()).fingerprint
    return memoryview(words).cast("i").tolist()


def _fpcalc(program: str, path: Path) -> list[int]:
    call = [program, "-raw", "-signed", "-plain", "-length", "0", str(path)]
    # Builds against FFmpeg 5 print the fingerprint, then report the end of the file as an error.
    text = subprocess.run(call, capture_output=True, text=True, check=False).stdout
    return [int(word) for word in text.split(",")]


def _video_file(path: Path) -> int:
    with path.open("rb") as stream:
        source = Source(stream, str(path), "video/mp4")
        return len(video.extract(source, profile="iscckit-1", limits=Limits()).signatures) // 380


def _ffmpeg(program: str, path: Path) -> int:
    """Return how many signatures the filter has written: their number follows the header."""
    graph = "fps=fps=5,signature=format=binary:filename=signature.bin"
    call = [program, "-v", "error", "-i", str(path), "-an", "-filter_complex", graph, "-f", "null"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*call, "-"], cwd=folder, check=True)
        head = Path(folder, "signature.bin").read_bytes()[16:21]
    return int.from_bytes(head, "big") >> 7 & 0xFFFFFFFF


def _film(width: int, height: int, seconds: int) -> bytes:
    """Return a sample, scaled to another size."""
    file = io.BytesIO()
    with (
        av.open(io.BytesIO(_sample("video/demo.mp4")), "r") as old,
        av.open(file, "w", format="mp4") as new,
    ):
        stream = new.add_stream("libx264", rate=24, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for i, frame in zip(range(24 * seconds), old.decode(video=0), strict=False):
            scaled = frame.reformat(width, height, "yuv420p")
            scaled.pts, scaled.time_base = i, Fraction(1, 24)
            new.mux(stream.encode(scaled))
        new.mux(stream.encode(None))
    return file.getvalue()


def _whole_files(folder: Path, quick: bool) -> Iterator[Case]:
    times = 4 if quick else 20
    song = folder / "song.mp3"
    song.write_bytes(_sample("audio/demo.mp3") * times)
    program = shutil.which("fpcalc")
    if program:
        yield Case(
            f"Fingerprint of an MP3 file of {times / 4:.0f} min", partial(_audio_file, song),
            {"fpcalc": partial(_fpcalc, program, song)}, 2, 2, key=repr,
            note="decoding, by the same library in both, takes most of the time of both",
        )  # fmt: skip
    if find_spec("imageio_ffmpeg") is None:
        return
    from imageio_ffmpeg import get_ffmpeg_exe

    small, large = folder / "small.mp4", folder / "large.mp4"
    small.write_bytes(_sample("video/demo.mp4"))
    large.write_bytes(_film(1280, 720, 5 if quick else 20))
    for name, path in (("60 s of 176 x 144", small), ("720p", large)):
        yield Case(
            f"Signatures of an MP4 file, {name}", partial(_video_file, path),
            {"ffmpeg": partial(_ffmpeg, get_ffmpeg_exe(), path)}, 1.5, 1.5, key=repr,
            note="decoding, by the same library in both, takes most of the time of both",
        )  # fmt: skip


def cases(quick: bool) -> Iterator[Case]:
    """Yield all cases whose programs are here."""
    yield from _kernels(quick)
    with tempfile.TemporaryDirectory() as folder:
        yield from _whole_files(Path(folder), quick)
