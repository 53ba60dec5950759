"""Audio and video files for tests: real ones, and ones made on the spot."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

import av
import numpy as np

from iscckit.media.content_values import Limits, Source

Content = TypeVar("Content")

SAMPLES: Final = Path(__file__).parents[2] / "samples"

REFERENCE: Final[dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "data/samples-av.json").read_text(encoding="utf-8")
)["files"]


def sample(name: str) -> bytes:
    """Return a file of the package iscc-samples (CC-BY-4.0), for example ``audio/demo.mp3``."""
    return (files("iscc_samples") / "files" / name).read_bytes()


def source(data: bytes, name: str = "file", mediatype: str = "audio/mpeg") -> Source:
    return Source(io.BytesIO(data), name, mediatype)


def extracted(
    extract: Callable[..., Content], data: bytes, name: str = "file", limits: Limits | None = None
) -> Content:
    """Return what ``extract`` makes of a file with these bytes."""
    return extract(source(data, name), profile="iscckit-1", limits=limits or Limits())


def wave(samples: np.ndarray, rate: int = 11025) -> bytes:
    """Return a mono WAV file of 16-bit ``samples``."""
    data = samples.astype("<i2").tobytes()
    head = b"fmt " + b"".join(
        n.to_bytes(size, "little")
        for n, size in ((16, 4), (1, 2), (1, 2), (rate, 4), (2 * rate, 4), (2, 2), (16, 2))
    )
    body = b"WAVE" + head + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def film(
    pictures: list[np.ndarray],
    *,
    codec: str = "ffv1",
    container: str = "matroska",
    pixels: str = "gray",
    rate: int = 25,
    times: list[int] | None = None,
    matrix: list[int] | None = None,
) -> bytes:
    """Return a video of grey ``pictures``, shown at ``times`` in units of 1/rate seconds."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        assert isinstance(stream, av.VideoStream)
        height, width = pictures[0].shape
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        if matrix:
            stream.set_display_matrix(matrix)
        for time, picture in zip(times or range(len(pictures)), pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format=pixels)
            frame.pts, frame.time_base = time, Fraction(1, rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def long_film(target: Path) -> Path:
    """Write the pictures of a sample forty times in a row: decoding them takes seconds."""
    with av.open(str(target), "w") as out:
        copy, start = None, 0
        for _ in range(40):
            with av.open(str(SAMPLES / "film.mp4")) as film:
                stream = film.streams.video[0]
                copy = copy or out.add_stream_from_template(stream)
                for packet in film.demux(stream):
                    if packet.dts is not None and packet.pts is not None:
                        packet.dts, packet.pts = packet.dts + start, packet.pts + start
                        packet.stream = copy
                        out.mux(packet)
                start += stream.duration or 0
    return target
