"""The self-test: official vectors, and the kernel against its readable twin, on this machine.

The twin runs on fixed pseudo-random, constant, periodic and boundary inputs, once for every level
that a kernel has and this processor can run, so a miscompiled or misdetected level shows here.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from blake3 import blake3

from iscckit import _kernel
from iscckit.algorithms.twin import av, bao, hashes, samples
from iscckit.algorithms.twin import pixels as reference_pixels
from iscckit.algorithms.twin import text as reference_text
from iscckit.compat.conformance import conformance_testdata

__all__ = ["LEVELS", "PAIRS", "Check", "run", "run_kernel", "run_vectors"]

# Names of the kernel's levels; 4 is compiled like the baseline but with the widest vectors.
LEVELS: Final = {
    1: "baseline",
    2: "AVX2",
    3: "AVX-512",
    4: "16 lanes, baseline",
    5: "AVX-512 VBMI",
    6: "AVX-512 VPOPCNTDQ",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tested.

    Attributes:
        group: ``vector`` or ``kernel``.
        name: What was tested.
        passed: Whether it was as it must be.
        seconds: How long it took.
        detail: What differs; empty where the check passed.
    """

    group: str
    name: str
    passed: bool
    seconds: float
    detail: str = ""


def run() -> Iterator[Check]:
    """Run everything, cheapest first; yields each check as soon as it is done."""
    yield from run_vectors()
    yield from run_kernel()


def run_vectors() -> Iterator[Check]:
    """Run the 58 official vectors of iscc-core 1.5.0 through the public functions."""
    for name, function, inputs, outputs in conformance_testdata():
        start = time.perf_counter()
        try:
            result = function(*inputs)
            detail = "" if result == outputs else f"gives {result!r}, must give {outputs!r}"
        except Exception as error:  # whatever it is, this vector failed
            detail = f"raises {type(error).__name__}: {error}"
        seconds = time.perf_counter() - start
        yield Check("vector", f"{function.__name__} {name}", not detail, seconds, detail)


# --- kernel and twin ------------------------------------------------------------------------


class _Pair(NamedTuple):
    """One kernel function, its twin, and what both are given.

    Attributes:
        name: What they compute.
        kernel: Takes an input and a level.
        twin: Takes an input.
        inputs: A fixed list, made when it is needed.
        function: The name in ``_kernel.levels``; None where the kernel has one version.
    """

    name: str
    kernel: Callable[[Any, int], object]
    twin: Callable[[Any], object]
    inputs: Callable[[], list[Any]]
    function: str | None


def run_kernel() -> Iterator[Check]:
    """Compare each function of the kernel with its twin, at every level that it has here."""
    for pair in PAIRS:
        samples = [(sample, pair.twin(sample)) for sample in pair.inputs()]
        for level in (0,) if pair.function is None else _kernel.levels[pair.function]:
            start = time.perf_counter()
            wrong = [s for s, expected in samples if pair.kernel(s, level) != expected]
            seconds = time.perf_counter() - start
            detail = f"differs from the twin on {wrong[0]!r:.80}" if wrong else ""
            version = LEVELS[level] if level else "one version"
            name = f"{pair.name}, {version}, {len(samples)} inputs"
            yield Check("kernel", name, not wrong, seconds, detail)


def _kernel_pixels(picture: tuple[int, int, int, bytes], level: int) -> bytes:
    width, height, orientation, data = picture
    return _kernel.normalize_pixels(data, width, height, _RGB, orientation, _TOLERANT, level)


def _twin_pixels(picture: tuple[int, int, int, bytes]) -> bytes:
    width, _, orientation, data = picture
    pixels = [(data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), 3)]
    rows = [pixels[i : i + width] for i in range(0, len(pixels), width)]
    return reference_pixels.normalize(rows, orientation)


def _one(function: Callable[[Any], object]) -> Callable[[Any, int], object]:
    """Give a kernel function of one version the argument that the others have."""
    return lambda sample, _: function(sample)


def _twin_text(text: str) -> tuple[bytes, int]:
    collapsed = reference_text.text_collapse(text)
    return hashes.text_digest(collapsed), len(collapsed)


def _kernel_meta(text: str, level: int) -> tuple[bytes, ...]:
    data = text.encode()
    return tuple(_kernel.meta_digest("A title", extra, level) for extra in (None, text, data))


def _twin_meta(text: str) -> tuple[bytes, ...]:
    collapsed = reference_text.text_collapse(text) if text else None
    return tuple(
        hashes.meta_digest("atitle", extra) for extra in (None, collapsed, text.encode() or None)
    )


def _kernel_data(data: bytes, level: int) -> bytes:
    hasher = _kernel.DataHasher(level)
    hasher.update(data)
    return hasher.digest()


def _kernel_slices(data: bytes, level: int) -> tuple[bytes, ...]:
    hasher = _kernel.OutboardHasher(level)
    parents = hasher.update(data)
    root, rest = hasher.finish()
    first, end = len(data) // 3, len(data) // 3 + 1
    far = _kernel.bao_nodes(data, _FAR, first, end, level)
    piece = len(data).to_bytes(8, "little") + _kernel.bao_nodes(data, 0, first, end, level)
    fault, length, content = _kernel.bao_verify(piece, root, first, 1, level)
    return root, parents + rest, far, piece, bytes([fault]), length.to_bytes(8, "little"), content


def _twin_slices(data: bytes) -> tuple[bytes, ...]:
    first = len(data) // 3
    root, piece = bao.root(data), bao.slice_of(data, first, 1)
    length, content = bao.verify(piece, root, first, 1) or (0, b"")
    far = bao.nodes(data, _FAR, first, first + 1)
    return root, bao.outboard(data), far, piece, b"\0", length.to_bytes(8, "little"), content


def _kernel_plane(plane: tuple[int, int, bytes], level: int) -> bytes:
    width, height, data = plane
    return _kernel.frame_signature(data, width, height, width, level)


def _twin_plane(plane: tuple[int, int, bytes]) -> bytes:
    width, height, data = plane
    return av.frame_signature(np.frombuffer(data, np.uint8).reshape(height, width))


def _kernel_search(codes: list[bytes], level: int) -> list[int]:
    wide = [code.ljust(32, b"\0") for code in codes]
    planes = [
        array("Q", (int.from_bytes(code[at : at + 8], "big") for code in wide))
        for at in range(0, len(codes[0]), 8)
    ]
    bits = 8 * len(codes[0])
    return array("I", _kernel.search_within(planes, codes[0], bits, bits // 2, level)).tolist()


def _twin_search(codes: list[bytes]) -> list[int]:
    """Return row and distance of each code that differs from the first in half the bits at most."""
    first = int.from_bytes(codes[0], "big")
    distances = ((int.from_bytes(code, "big") ^ first).bit_count() for code in codes)
    hits = sorted((distance, row) for row, distance in enumerate(distances))
    near = [(row, distance) for distance, row in hits if distance <= 4 * len(codes[0])]
    return [number for hit in near for number in hit]


_FAR: Final = (1 << 32) - 3  # a number of a chunk that soon needs more than 32 bits
_RGB: Final = 2  # pixel mode of kernel/image/picture.hpp
_TOLERANT: Final = 1  # trim of kernel/image/trim.hpp

PAIRS: Final = (
    _Pair(
        "XXH32",
        _kernel.xxh32,
        hashes.xxh32,
        lambda: samples.byte_strings(0, 1, 3, 4, 15, 16, 17, 31, 32, 33, 100),
        "xxh32",
    ),
    _Pair(
        "chunks",
        _kernel.data_chunk_lengths,
        hashes.chunks,
        lambda: samples.byte_strings(0, 1, 255, 256, 257, 640, 1024, 8191, 8192, 8193, 40_000),
        "data_chunk_lengths",
    ),
    _Pair(
        "chunks of UTF-32",
        lambda data, _: _kernel.chunk_lengths(data, 2048, True),
        lambda data: hashes.chunks(data, average=2048, utf32=True),
        lambda: samples.byte_strings(0, 512, 2048, 40_000),
        None,
    ),
    _Pair(
        "MinHash",
        lambda features, level: _kernel.minhash(array("I", features), level)[:32],
        hashes.minhash,
        samples.feature_lists,
        "minhash",
    ),
    _Pair("SimHash", _kernel.simhash_items, hashes.simhash, samples.digest_lists, "simhash_items"),
    _Pair(
        "text cleaning",
        _one(_kernel.text_clean),
        reference_text.text_clean,
        samples.texts,
        None,
    ),
    _Pair(
        "text collapsing",
        _kernel.text_collapse,
        reference_text.text_collapse,
        samples.texts,
        "text_collapse",
    ),
    _Pair("Text-Code", _kernel.text_digest, _twin_text, samples.texts, "text_digest"),
    _Pair("Meta-Code", _kernel_meta, _twin_meta, samples.texts, "meta_digest"),
    _Pair("pixels", _kernel_pixels, _twin_pixels, samples.make_framed, "normalize_pixels"),
    _Pair(
        "Image-Code",
        lambda p, level: _kernel.image_digest(p, 256, False, level),
        hashes.image_digest,
        samples.pictures,
        "image_digest",
    ),
    _Pair(
        "Audio-Code",
        lambda w, level: _kernel.audio_digest(w, 256, level),
        hashes.audio_digest,
        samples.word_lists,
        "audio_digest",
    ),
    _Pair(
        "Video-Code",
        lambda f, level: _kernel.video_digest(f, 256, level),
        hashes.video_digest,
        samples.frame_lists,
        "video_digest",
    ),
    _Pair("frame signature", _kernel_plane, _twin_plane, samples.planes, "frame_signature"),
    _Pair("search", _kernel_search, _twin_search, samples.digest_lists, "search_within"),
    _Pair(
        "Data-Code",
        _kernel_data,
        hashes.data_digest,
        lambda: samples.byte_strings(0, 1, 256, 8192, 40_000),
        "DataHasher",
    ),
    _Pair(
        "slices",
        _kernel_slices,
        _twin_slices,
        lambda: samples.byte_strings(0, 1, 1024, 1025, 6 * 1024 + 5)[::3],
        "bao_nodes",
    ),
    _Pair(
        "BLAKE3",
        _one(_kernel.blake3),
        lambda data: blake3(data).digest(),
        lambda: samples.byte_strings(0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 20_000),
        None,
    ),
)
