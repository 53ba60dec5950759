"""Tags of sound and video: real files, and tags that mutagen wrote."""

import contextlib
import io
from importlib.resources import files
from pathlib import Path

import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggvorbis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.languages import shorten_language
from iscckit.media.metadata.read import find_metadata, read_metadata

SAMPLES = files("iscc_samples") / "files"
LIMITS = Limits()
SONG = Metadata(name="Belly Button")
FILM = Metadata(name="Kali by Anokato - Spiral Sessions 2019")
ENGLISH = Metadata(name=FILM.name, language="en")


def sample(name: str, mediatype: str) -> Source:
    return Source(io.BytesIO((SAMPLES / name).read_bytes()), name, mediatype)


# What iscc-sdk 0.9.7 reads, except for durations.
@pytest.mark.parametrize(
    ("name", "mediatype", "metadata"),
    [
        ("audio/demo.aac", "audio/aac", Metadata()),
        ("audio/demo.ac3", "audio/ac3", Metadata()),
        ("audio/demo.aif", "audio/aiff", SONG),
        ("audio/demo.mp3", "audio/mpeg", SONG),
        ("audio/demo.ogg", "audio/ogg", SONG),
        ("audio/demo.opus", "audio/opus", SONG),
        ("audio/demo.wav", "audio/wav", Metadata(name="Belly Button!")),
        ("audio/demo.wv", "audio/x-wavpack", SONG),
        ("audio/withcover.mp3", "audio/mpeg", Metadata(name=SONG.name, creator="Test Artist")),
        ("video/demo.3gp", "video/3gpp", Metadata(language="en")),
        ("video/demo.asf", "video/x-ms-asf", ENGLISH),
        ("video/demo.avi", "video/avi", FILM),
        ("video/demo.flv", "video/x-flv", FILM),
        ("video/demo.mkv", "video/x-matroska", ENGLISH),
        ("video/demo.mov", "video/quicktime", ENGLISH),
        ("video/demo.mp4", "video/mp4", ENGLISH),
        ("video/demo.mpg", "video/mpeg", Metadata()),
        ("video/demo.ogg", "audio/ogg", Metadata()),
        ("video/demo.rm", "audio/x-pn-realaudio", Metadata()),
        ("video/demo.webm", "video/webm", ENGLISH),
        ("video/demo.wmv", "video/x-ms-wmv", ENGLISH),
    ],
)
def test_the_samples_say_what_the_reference_says(
    name: str, mediatype: str, metadata: Metadata
) -> None:
    assert read_metadata(sample(name, mediatype), limits=LIMITS) == metadata


def test_the_isccs_own_tags_come_first_in_id3(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes((SAMPLES / "audio/demo.mp3").read_bytes())
    tags = mutagen.id3.ID3(path)
    tags.add(mutagen.id3.TXXX(desc="ISCC:NAME", text=["Own ü"]))
    tags.add(mutagen.id3.TXXX(desc="ISCC:LICENSE", text=["https://a.b/l"]))
    tags.add(mutagen.id3.TCOP(text=["2020 Ann"]))
    tags.add(mutagen.id3.TPE1(text=["Artist"]))
    tags.add(mutagen.id3.TCOM(text=["Composer"]))
    tags.save(path)
    found = find_metadata(Source(io.BytesIO(path.read_bytes()), "x", "audio/mpeg"), limits=LIMITS)
    assert found.metadata == Metadata(
        name="Own ü", creator="Composer", license="https://a.b/l", rights="2020 Ann"
    )
    assert found.origin["name"] == "tag iscc:name"


def test_vorbis_comments_are_found_in_the_stream(tmp_path: Path) -> None:
    path = tmp_path / "song.ogg"
    path.write_bytes((SAMPLES / "audio/demo.ogg").read_bytes())
    tags = mutagen.oggvorbis.OggVorbis(path)
    tags["ISCC_NAME"], tags["ISCC_META"], tags["ALBUMARTIST"] = "Own", "data:,", "Ann"
    tags.save()
    found = read_metadata(Source(io.BytesIO(path.read_bytes()), "x", "audio/ogg"), limits=LIMITS)
    assert found == Metadata(name="Own", meta="data:,", creator="Ann")


def test_free_form_atoms_of_mp4_are_found(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes((SAMPLES / "video/demo.mp4").read_bytes())
    tags = mutagen.mp4.MP4(path)
    tags["----:com.apple.iTunes:iscc_name"] = b"Own"
    tags["desc"] = "About it"
    tags["cprt"] = "(c) Ann"
    tags.save()
    found = read_metadata(Source(io.BytesIO(path.read_bytes()), "x", "video/mp4"), limits=LIMITS)
    assert found == Metadata(name="Own", description="About it", rights="(c) Ann", language="en")


@pytest.mark.parametrize(
    ("code", "tag"),
    [("eng", "en"), ("ger", "de"), ("deu", "de"), ("und", "und"), ("de-AT", "de-AT")],
)
def test_languages_have_their_shortest_code(code: str, tag: str) -> None:
    assert shorten_language(code) == tag


@pytest.mark.parametrize(
    ("name", "mediatype"),
    [
        ("audio/demo.mp3", "audio/mpeg"),
        ("audio/demo.ogg", "audio/ogg"),
        ("video/demo.mp4", "video/mp4"),
    ],
)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_damage_costs_metadata_at_most(name: str, mediatype: str, data: st.DataObject) -> None:
    whole = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(0, 20))):
        whole[data.draw(st.integers(0, 3000))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(ExtractionFailed):  # anything else fails the test
        find_metadata(Source(io.BytesIO(cut), name, mediatype), limits=LIMITS)
