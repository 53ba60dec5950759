"""Fingerprints: codes by which the library finds parts of a content.

| kind | content | code | place |
|---|---|---|---|
| ``picture`` | pictures, alone or in documents | Image-Code, 256 bits | number of the picture |
| ``spot`` | pictures | Image-Code, 64 bits, of the window of a keypoint | centre and side |
| ``text`` | texts | 64-bit hash of 13 letters | offset in the cleaned text, to 16 characters |
| ``sound`` | sound | two words of Chromaprint, 64 bits | number of the first word |
| ``frame`` | videos | winner-takes-all hash of one frame signature, 64 bits | number of the frame |

The fingerprint ``grid`` is not a code but the picture itself at about 4,096 pixels, compressed by
zlib. Its places are four numbers: width and height of the grid in which the keypoints lie, then
width and height of the small picture.

docs/decisions/0013-fingerprints.md gives the reasons.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import Keypoints, cut_windows, find_keypoints
from iscckit.algorithms.text import text_clean, text_collapse
from iscckit.library.catalog.item import FingerprintKind, Fingerprints
from iscckit.media.content_values import (
    AudioContent,
    Content,
    ImageContent,
    TextContent,
    VideoContent,
)
from iscckit.records.timeline import frame_codes, sound_codes
from iscckit.units.image import image_code, is_featureless

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.media.picture_grid import Grid
    from iscckit.records.record import Record

__all__ = [
    "BITS",
    "KINDS",
    "extract_fingerprints",
    "grid_fingerprints",
    "keypoint_codes",
    "unpack_keypoints",
    "winnow",
]

BITS: Final[dict[FingerprintKind, int]] = {
    "picture": 256,
    "spot": 64,
    "text": 64,
    "sound": 64,
    "frame": 64,
}
KINDS: Final[tuple[FingerprintKind, ...]] = tuple(BITS)  # kinds that the index holds
_LETTERS: Final = 13  # letters, as in a feature of the Text-Code
_WINDOW: Final = 32  # hashes of which one is kept: two texts that share 44 letters share one
_BLOCK: Final = 16  # characters that are collapsed at a time; offsets are multiples of it
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, so that the product is reversible
_SHIFT: Final = np.uint64(32)
_KEYPOINTS: Final = 100  # per picture
_LARGEST: Final = 144.0  # pixels of the grid: side of the largest window
_SMALL: Final = 1 << 12  # pixels of the small picture


def extract_fingerprints(record: Record, content: Content | None) -> tuple[Fingerprints, ...]:
    """Return all fingerprints of a content.

    Args:
        record: Record of the content, made with ``granular``.
        content: Decoded content; None if it could not be decoded.
    """
    found: list[Fingerprints] = []
    if isinstance(content, ImageContent):
        found += _picture_fingerprints(content)
    elif isinstance(content, AudioContent):
        codes = sound_codes(content.fingerprint)
        found.append(_pack("sound", codes.astype(">u8").tobytes(), range(len(codes))))
    elif isinstance(content, VideoContent):
        codes, frames = frame_codes(content.signatures)
        found.append(_pack("frame", codes.astype(">u8").tobytes(), frames.tolist()))
    elif isinstance(content, TextContent):
        hashes, offsets = winnow(content.text)
        found.append(
            Fingerprints("text", hashes.astype(">u8").tobytes(), offsets.astype("<u4").tobytes())
        )
    for features in record.features:
        if features.segment == "picture":
            codes_ = b"".join(base64.urlsafe_b64decode(each + "=") for each in features.simprints)
            labels = tuple(
                f"{name}, page {page}" if page and "page" not in name else name
                for name, page in zip(
                    features.contents,
                    features.pages or (0,) * len(features.contents),
                    strict=True,
                )
            )
            found.append(_pack("picture", codes_, range(len(labels)), labels))
    return tuple(each for each in found if each.codes)


def winnow(text: str, *, keep_all: bool = False) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Return winnowing fingerprints: hashes of 13 letters, and where in the text each begins.

    Of every 32 consecutive hashes the smallest one is kept. Two texts that share 44 letters in a
    row therefore share a hash.

    Args:
        text: Extracted text, not cleaned.
        keep_all: Keep all hashes, as a query does.

    Returns:
        Hashes, and offsets in characters of the cleaned text, rounded down to a multiple of 16.

    Source:
        Schleimer, Wilkerson, Aiken 2003, "Winnowing: local algorithms for document fingerprinting".
    """
    clean = text_clean(text)
    parts = [text_collapse(clean[at : at + _BLOCK]) for at in range(0, len(clean), _BLOCK)]
    letters = np.frombuffer("".join(parts).encode("utf-32-le"), "<u4")
    ends = np.cumsum([len(part) for part in parts])
    count = len(letters) - _LETTERS + 1
    if count < 1:
        return np.empty(0, np.uint64), np.empty(0, np.uint32)
    wide = letters.astype(np.uint64)
    hashes = np.zeros(count, np.uint64)
    for i in range(_LETTERS):
        hashes = hashes * _FACTOR + wide[i : i + count]
    hashes ^= hashes >> _SHIFT
    hashes *= _FACTOR
    hashes ^= hashes >> _SHIFT
    if keep_all or count <= _WINDOW:
        kept = np.arange(count) if keep_all else np.array([int(hashes.argmin())])
        return hashes[kept], _offsets(kept, ends)
    windows = np.lib.stride_tricks.sliding_window_view(hashes, _WINDOW)
    step = 1 << 16  # windows at a time, so that memory does not grow with the text
    places = [
        windows[at : at + step].argmin(axis=1) + np.arange(at, min(at + step, len(windows)))
        for at in range(0, len(windows), step)
    ]
    kept = np.unique(np.concatenate(places))
    return hashes[kept], _offsets(kept, ends)


def _offsets(letters: NDArray[np.integer], ends: NDArray[np.integer]) -> NDArray[np.uint32]:
    """Return the offset of the block of the cleaned text in which each letter stands."""
    return (np.searchsorted(ends, letters, side="right") * _BLOCK).astype(np.uint32)


def keypoint_codes(pictures: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the 64-bit Image-Codes of windows.

    Args:
        pictures: Windows in grey, of shape (count, 32, 32).
    """
    bodies = [image_code(each, bits=64).body for each in np.ascontiguousarray(pictures)]
    return np.frombuffer(b"".join(bodies), ">u8").astype(np.uint64)


def unpack_keypoints(places: NDArray[np.integer]) -> Keypoints:
    """Return the keypoints that are packed into the places of fingerprints of kind ``spot``."""
    wide = places.astype(np.int64)
    return Keypoints((wide >> 21) / 2, (wide >> 10 & 0x7FF) / 2, (wide & 0x3FF) / 4)


def _picture_fingerprints(content: ImageContent) -> list[Fingerprints]:
    found: list[Fingerprints] = []
    unit = image_code(content.pixels, bits=256)
    if not is_featureless(unit):
        found.append(_pack("picture", unit.body, [0]))
    return found if content.grid is None else [*found, *grid_fingerprints(content.grid)]


def grid_fingerprints(grid: Grid) -> list[Fingerprints]:
    """Return the keypoints of a picture, and the small picture."""
    grey = grid.array()
    keypoints = find_keypoints(grey, most=_KEYPOINTS, largest=_LARGEST)
    codes = keypoint_codes(cut_windows(grey, keypoints))
    # Centres in half pixels, 11 bits each; sides in quarters of a pixel, 10 bits.
    x, y, side = (
        np.rint(values * parts).astype(np.uint32)
        for values, parts in ((keypoints.x, 2), (keypoints.y, 2), (keypoints.side, 4))
    )
    places = (x << 21 | y << 10 | side).astype("<u4").tobytes()
    small = grid.shrink(_SMALL)
    sizes = [grid.width, grid.height, small.width, small.height]
    return [
        Fingerprints("spot", codes.astype(">u8").tobytes(), places),
        _pack("grid", zlib.compress(small.values), sizes),
    ]


def _pack(
    kind: FingerprintKind, codes: bytes, places: range | list[int], labels: tuple[str, ...] = ()
) -> Fingerprints:
    return Fingerprints(kind, codes, np.array(places, "<u4").tobytes(), labels)
