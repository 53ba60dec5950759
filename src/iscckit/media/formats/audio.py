"""Formats of sound."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Container, Format, Magic, Structure

__all__ = ["ROWS"]

_TESTS: Final = "iscckit.media.detect.structures"
_SOUND: Final = "iscckit.media.readers.audio"
_TAGS: Final = "iscckit.media.metadata.av"
_TAG_WRITER: Final = "iscckit.media.embed.av"
_MATROSKA: Final = "iscckit.media.embed.matroska"
_W64: Final = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"  # a GUID

ROWS: Final = (
    Format(
        "audio/mpeg",
        "audio",
        ("mp3", "mp2", "mpga"),
        (
            Magic(b"ID3", "ID3 tag", family="id3"),
            Structure("frame", f"{_TESTS}:is_mpeg_audio", "MPEG audio frame"),
            Structure("frame", f"{_TESTS}:is_padded_mpeg_audio", "MPEG audio frame behind zeros"),
        ),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/wav",
        "audio",
        ("wav", "wave"),
        (Container("RIFF", (b"WAVE",), "WAVE signature"),),
        content=_SOUND,
        metadata=_TAGS,
        writer="iscckit.media.embed.wav",
    ),
    Format(
        "audio/ogg",
        "audio",
        ("ogg", "oga", "spx"),
        (Structure("start", f"{_TESTS}:is_ogg_audio", "Ogg signature", family="ogg"),),
        families=("ogg",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/opus",
        "audio",
        ("opus",),
        families=("ogg",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/aiff",
        "audio",
        ("aif", "aiff", "aifc"),
        (Container("IFF", (b"AIFF", b"AIFC"), "AIFF signature"),),
        families=("id3",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/x-flac",
        "audio",
        ("flac",),
        (Magic(b"fLaC", "FLAC"),),
        families=("id3", "ogg"),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/x-wavpack",
        "audio",
        ("wv",),
        (Magic(b"wvpk", "WavPack"),),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/mp4",
        "audio",
        ("m4a", "m4b"),
        (Container("ISO", (b"M4A ", b"M4B "), family="mp4"),),
        families=("mp4",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format(
        "audio/aac",
        "audio",
        ("aac", "adts"),
        (Structure("frame", f"{_TESTS}:is_adts", "ADTS frame"),),
        families=("id3",),
        content=_SOUND,
        metadata=_TAGS,
    ),
    Format(
        "audio/ac3",
        "audio",
        ("ac3",),
        (Structure("frame", f"{_TESTS}:is_ac3", "AC-3 frame"),),
        content=_SOUND,
    ),
    Format("audio/amr", "audio", ("amr",), (Magic(b"#!AMR", "AMR"),), content=_SOUND),
    Format("audio/basic", "audio", ("au", "snd"), (Magic(b".snd", "AU"),), content=_SOUND),
    Format("audio/midi", "audio", ("mid", "midi"), (Magic(b"MThd", "MIDI"),)),
    Format(
        "audio/x-ape",
        "audio",
        ("ape",),
        (Magic(b"MAC ", "Monkey's Audio"),),
        families=("id3",),
        content=_SOUND,
        metadata=_TAGS,
    ),
    Format(
        "audio/vnd.dts",
        "audio",
        ("dts",),
        (
            Magic(b"\x7f\xfe\x80\x01", "DTS"),
            Magic(b"\xfe\x7f\x01\x80", "DTS"),
            Magic(b"\x1f\xff\xe8\x00", "DTS"),
            Magic(b"\xff\x1f\x00\xe8", "DTS"),
        ),
        content=_SOUND,
    ),
    Format("audio/x-tta", "audio", ("tta",), (Magic(b"TTA1", "TTA"),), ("id3",), content=_SOUND),
    Format("audio/x-w64", "audio", ("w64",), (Magic(_W64, "Wave64"),), content=_SOUND),
    Format("audio/x-caf", "audio", ("caf",), (Magic(b"caff", "CAF"),), content=_SOUND),
    Format(
        "audio/x-matroska",
        "audio",
        ("mka",),
        families=("matroska",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_MATROSKA,
    ),
    Format(
        "audio/webm",
        "audio",
        ("weba",),
        families=("matroska",),
        content=_SOUND,
        metadata=_TAGS,
        writer=_TAG_WRITER,
    ),
    Format("audio/x-ms-wma", "audio", ("wma",), families=("asf",), content=_SOUND, metadata=_TAGS),
    Format(
        "audio/x-pn-realaudio", "audio", ("ra", "ram", "rm"), families=("real",), content=_SOUND
    ),
)
