"""What happens to sound."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.robustness.coding import Codec, Filters, filtered_sound, length_of
from benchmarks.robustness.kinds import Variant

__all__ = ["variants"]

WAV: Final[Codec] = ("pcm_s16le", 0, {})
CLIPS: Final = (3, 5, 10, 20, 30)  # seconds
_BASE: Final = 44100


def _speed(share: float) -> Filters:
    """Play faster or slower, as a turntable does: the pitch changes with it."""
    return [("aresample", str(_BASE)), ("asetrate", str(round(_BASE * share))),
            ("aresample", str(_BASE))]  # fmt: skip


def _pitch(semitones: float) -> Filters:
    """Change the pitch and keep the length."""
    share = 2 ** (semitones / 12)
    return [*_speed(share), ("atempo", f"{1 / share:.6f}")]


CHANGES: Final[tuple[tuple[str, str, str, Codec, Filters], ...]] = (
    ("codec", "MP3 128 kbit/s", "mp3", ("libmp3lame", 128_000, {}), ()),
    ("codec", "MP3 64 kbit/s", "mp3", ("libmp3lame", 64_000, {}), ()),
    ("codec", "AAC 96 kbit/s", "m4a", ("aac", 96_000, {}), ()),
    ("codec", "Opus 48 kbit/s", "opus", ("libopus", 48_000, {}), ()),
    ("codec", "Vorbis 96 kbit/s", "ogg", ("vorbis", 96_000, {"strict": "experimental"}), ()),
    ("sampling", "22 kHz", "wav", WAV, [("aresample", "22050")]),
    ("sampling", "11 kHz", "wav", WAV, [("aresample", "11025")]),
    ("sampling", "mono", "wav", WAV, [("aformat", "channel_layouts=mono")]),
    ("level", "volume -12 dB", "wav", WAV, [("volume", "-12dB")]),
    ("level", "volume +6 dB, clipped", "wav", WAV, [("volume", "6dB")]),
    ("level", "compressed", "wav", WAV, [("acompressor", "threshold=0.05:ratio=8:makeup=4")]),
    ("filter", "bass +10 dB", "wav", WAV, [("bass", "g=10")]),
    ("filter", "telephone, 300 to 3400 Hz", "wav", WAV,
     [("highpass", "f=300"), ("lowpass", "f=3400")]),
    ("filter", "echo", "wav", WAV, [("aecho", "0.8:0.7:120:0.4")]),
    ("speed", "+1 %", "wav", WAV, _speed(1.01)),
    ("speed", "-1 %", "wav", WAV, _speed(0.99)),
    ("speed", "+3 %", "wav", WAV, _speed(1.03)),
    ("speed", "+5 %", "wav", WAV, _speed(1.05)),
    ("speed", "tempo +5 %, pitch kept", "wav", WAV, [("atempo", "1.05")]),
    ("pitch", "half a semitone up", "wav", WAV, _pitch(0.5)),
)  # fmt: skip


def variants(path: Path, folder: Path, chosen: random.Random) -> Iterator[Variant]:
    """Write each variant of a sound into ``folder``, one after the other; then the clips."""
    length = length_of(path)
    for group, name, ending, codec, filters in CHANGES:
        target = folder / f"{chosen.getrandbits(48):012x}.{ending}"
        filtered_sound(path, target, codec, filters)
        yield Variant(group, name, target)
    for name, start, end in (("first 3 s cut", 3.0, length), ("last 10 s cut", 0.0, length - 10)):
        target = folder / f"{chosen.getrandbits(48):012x}.wav"
        filtered_sound(path, target, WAV, (), (start, end))
        yield Variant("cut", name, target)
    for seconds in (each for each in CLIPS if each < length):
        for group, ending, codec in (
            ("clip, as it is", "wav", WAV),
            ("clip, MP3 128 kbit/s", "mp3", ("libmp3lame", 128_000, {})),
        ):
            at = chosen.uniform(0, length - seconds)
            target = folder / f"{chosen.getrandbits(48):012x}.{ending}"
            filtered_sound(path, target, codec, (), (at, at + seconds))
            yield Variant(group, f"{seconds} s", target, part=True)
