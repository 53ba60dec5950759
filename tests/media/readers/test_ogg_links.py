"""A chained Ogg file of Vorbis is read to its end, also where a link has another rate."""

from __future__ import annotations

import io
from functools import cache
from typing import cast

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from iscckit.media.content_values import AudioContent, Limits, Source
from iscckit.media.readers.audio import extract
from iscckit.media.readers.ogg_links import split_links

SECONDS = 6


@cache
def link(rate: int, seed: int, codec: str = "vorbis") -> bytes:
    """Return a file of noise whose loudness changes."""
    count = rate * SECONDS
    rng = np.random.default_rng(seed)
    loud = np.resize(np.repeat(rng.uniform(0.05, 0.4, 4 * SECONDS), rate // 4), count)
    samples = (rng.normal(0, 1, count) * loud).astype(np.float32)
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        options = {"strict": "experimental"}
        stream = cast("AudioStream", container.add_stream(codec, rate=rate, options=options))
        stream.layout = "stereo"
        for start in range(0, count, 1024):
            block = np.stack([samples[start : start + 1024]] * 2)
            if codec == "flac":
                block = (block.T.reshape(1, -1) * 32767).astype(np.int16)
            kind = "s16" if codec == "flac" else "fltp"
            frame = av.AudioFrame.from_ndarray(block, format=kind, layout="stereo")
            frame.sample_rate, frame.pts = rate, start
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return out.getvalue()


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data), "a.ogg", "audio/ogg")


def read(data: bytes, profile: str = "iscckit-1") -> AudioContent:
    return extract(source(data), profile=profile, limits=Limits())  # type: ignore[arg-type]


def test_links_of_other_rates_are_read_one_behind_the_other() -> None:
    links = [link(44_100, 1), link(22_050, 2), link(44_100, 3)]
    whole = read(b"".join(links))
    assert whole.duration == pytest.approx(3 * SECONDS, abs=0.5)
    alone = [read(each).fingerprint for each in links]
    assert len(whole.fingerprint) > 0.9 * sum(map(len, alone))
    # In the middle of each link the fingerprint is that of the link alone.
    words = np.frombuffer(whole.fingerprint, "<u4")
    for each in alone:
        middle = np.frombuffer(each, "<u4")[8:-8]
        equal = [
            np.bitwise_count(words[at : at + len(middle)] ^ middle).mean()
            for at in range(len(words) - len(middle) + 1)
        ]
        assert min(equal) < 4


def test_the_profile_of_the_sdk_stops_where_ffmpeg_does() -> None:
    data = link(44_100, 1) + link(22_050, 2)
    assert len(read(data, "sdk-0.9.7").fingerprint) < 0.7 * len(read(data).fingerprint)


@pytest.mark.parametrize(
    "links",
    [
        [link(44_100, 1)],
        [link(44_100, 1), link(44_100, 2)],
        [link(44_100, 1, "flac"), link(22_050, 2, "flac")],
        [link(44_100, 1), link(22_050, 2, "flac")],
        [b"no Ogg"],
        [b"OggS"],
    ],
    ids=["one", "one rate", "flac", "another codec", "other", "cut"],
)
def test_other_files_are_not_split(links: list[bytes]) -> None:
    given = source(b"".join(links))
    given.stream.seek(3)
    assert split_links(given) == (given,)
    assert given.stream.tell() == 3


def test_a_file_that_is_cut_or_damaged_ends_where_its_pages_do() -> None:
    data = link(44_100, 1) + link(22_050, 2)
    for cut in range(0, len(data), 997):
        assert 1 <= len(split_links(source(data[:cut]))) <= 2
