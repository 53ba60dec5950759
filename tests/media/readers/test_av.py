"""Opening audio and video files opens nothing else."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest
from tests.media.av_files import sample, source

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Source
from iscckit.media.readers.av import DEMUXERS, open_container, round_half_away

PLAYLISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:15,\n{song}\n#EXT-X-ENDLIST\n",
    "net.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a\n",
    "list.mp3": "#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:15,\n{song}\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile '{song}'\n",
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=audio 5004 RTP/AVP 0\n",
    "real.mov": "rtsptext\nrtsp://127.0.0.1:9/x\n",
    "manifest.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
    'type="static"><Period><AdaptationSet><Representation id="1" bandwidth="1">'
    "<BaseURL>{song}</BaseURL></Representation></AdaptationSet></Period></MPD>",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_lists_of_other_files_are_refused(name: str, tmp_path: Path) -> None:
    song = tmp_path / "demo.mp3"
    song.write_bytes(sample("audio/demo.mp3"))
    text = PLAYLISTS[name].format(song=song)
    with pytest.raises(ExtractionFailed), open_container(source(text.encode(), name)):
        pass


def test_ffmpeg_itself_would_follow_such_a_list(tmp_path: Path) -> None:
    (tmp_path / "demo.mp3").write_bytes(sample("audio/demo.mp3"))
    path = tmp_path / "list.ffconcat"
    path.write_text("ffconcat version 1.0\nfile 'demo.mp3'\n")
    with av.open(path) as container:
        assert container.streams.best("audio")


def test_every_known_demuxer_that_reads_other_files_is_left_out() -> None:
    followers = {"concat", "dash", "hls", "image2", "imf", "rtp", "rtsp", "sap", "sdp", "vobsub"}
    followers |= {"lavfi", "smoothstreaming", "webm_dash_manifest", "alsa", "fbdev", "oss"}
    assert not followers & set(DEMUXERS)
    assert len(set(DEMUXERS)) == len(DEMUXERS)


def test_the_caller_keeps_the_stream() -> None:
    stream = io.BytesIO(sample("audio/demo.mp3"))
    with open_container(Source(stream, "demo.mp3", "audio/mpeg")) as container:
        assert container.streams.best("audio")
    assert not stream.closed


def test_an_error_while_reading_is_not_taken_for_damage() -> None:
    class Stopped(Exception):
        pass

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise Stopped
            return super().read(size)

    stream = Stream(sample("audio/demo.wav"))
    with (
        pytest.raises(Stopped),
        open_container(Source(stream, "demo.wav", "audio/wav")) as container,
    ):
        for _ in container.demux():
            pass


@pytest.mark.parametrize(
    ("value", "expected"), [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("-7/5", -1), ("0", 0), ("5", 5)]
)
def test_halves_are_rounded_away_from_zero(value: str, expected: int) -> None:
    assert round_half_away(Fraction(value)) == expected
