"""What happens to films."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.robustness.coding import Codec, Filters, filtered_film, length_of
from benchmarks.robustness.kinds import Variant

__all__ = ["clips", "variants"]

CLIPS: Final = (3, 5, 10, 20, 30)  # seconds


def _h264(quality: int) -> Codec:
    return ("libx264", 0, {"crf": str(quality), "preset": "veryfast"})


_VP9: Final[Codec] = ("libvpx-vp9", 300_000, {"cpu-used": "8", "deadline": "realtime"})
_MPEG4: Final[Codec] = ("mpeg4", 600_000, {})
_PLAIN: Final = _h264(23)
_HALF: Final = "w='trunc(iw/4)*2':h='trunc(ih/4)*2'"
CHANGES: Final[tuple[tuple[str, str, str, Codec, Filters], ...]] = (
    ("codec", "H.264 crf 23", "mp4", _h264(23), ()),
    ("codec", "H.264 crf 35", "mp4", _h264(35), ()),
    ("codec", "VP9 300 kbit/s", "webm", _VP9, ()),
    ("codec", "MPEG-4 600 kbit/s", "avi", _MPEG4, ()),
    ("scale", "to 50 %", "mp4", _PLAIN, [("scale", _HALF)]),
    ("rate", "15 frames a second", "mp4", _PLAIN, [("fps", "15")]),
    ("tone", "brightness +20 %", "mp4", _PLAIN, [("lutyuv", "y='clip(val*1.2,0,255)'")]),
    ("tone", "grey", "mp4", _PLAIN, [("hue", "s=0")]),
    ("crop", "10 % of the area cut", "mp4", _PLAIN,
     [("crop", "w='trunc(iw*0.95/2)*2':h='trunc(ih*0.95/2)*2'")]),
    ("crop", "36 % of the area cut", "mp4", _PLAIN,
     [("crop", "w='trunc(iw*0.8/2)*2':h='trunc(ih*0.8/2)*2'")]),
    ("border", "letterbox", "mp4", _PLAIN, [("pad", "w=iw:h='trunc(ih*1.2/2)*2':x=0:y=(oh-ih)/2")]),
    ("mirror", "left to right", "mp4", _PLAIN, [("hflip", "")]),
)  # fmt: skip


def variants(path: Path, folder: Path, chosen: random.Random) -> Iterator[Variant]:
    """Write each variant of a film into ``folder``, one after the other."""
    length = length_of(path)
    for group, name, ending, codec, filters in CHANGES:
        target = folder / f"{chosen.getrandbits(48):012x}.{ending}"
        filtered_film(path, target, codec, filters)
        yield Variant(group, name, target)
    for name, start, end in (
        ("first 20 % cut", 0.2 * length, length),
        ("last half cut", 0.0, 0.5 * length),
    ):
        target = folder / f"{chosen.getrandbits(48):012x}.mp4"
        filtered_film(path, target, _PLAIN, (), (start, end))
        yield Variant("cut", name, target)


def clips(path: Path, folder: Path, chosen: random.Random) -> Iterator[Variant]:
    """Write parts of a whole film from random places, encoded again."""
    length = length_of(path)
    for seconds in CLIPS:
        if seconds < length:
            for group, filters in (
                ("clip, H.264 crf 28", ()),
                ("clip, half the size", [("scale", _HALF)]),
            ):
                at = chosen.uniform(0, length - seconds)
                target = folder / f"{chosen.getrandbits(48):012x}.mp4"
                filtered_film(path, target, _h264(28), filters, (at, at + seconds))
                yield Variant(group, f"{seconds} s", target, part=True)
