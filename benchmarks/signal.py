"""Image, audio, video and mixed codes, SimHash, and the way from decoded pixels to 32 x 32."""

import random
from collections.abc import Iterator
from functools import partial

import iscc_core
import iscc_lib
import numpy as np
from PIL import Image

from benchmarks.harness import Case
from iscckit import compat
from iscckit.algorithms.pixels import normalize_pixels
from iscckit.algorithms.simhash import simhash, simhash_buffer

CODES = ["EUA6GIKXN42IQV3S", "EIAUKMOUIOYZCKA5", "EQA6JK5IEKO6E732", "EIAU2XRWOT4AKMTZ"]


def code_of(result: dict[str, str]) -> str:
    """Return the ISCC of a result."""
    return result["iscc"]


def _unit_case(
    operation: str, name: str, inputs: object, given: object, *, bits: int,
    goals: tuple[float, float],
) -> Case:  # fmt: skip
    """Let all programs make one code and print it into a dict; peers are given ``inputs``."""
    ours = partial(getattr(compat, name), given, bits=bits)
    peers = {
        "iscc-core": partial(getattr(iscc_core, name), inputs, bits=bits),
        "iscc-lib": partial(getattr(iscc_lib, name), inputs, bits=bits),
    }
    return Case(operation, ours, peers, *goals, key=code_of)


def _images(make: random.Random) -> Iterator[Case]:
    pixels = make.randbytes(1024)
    for bits in (64, 256):
        for kind, given in (("list", list(pixels)), ("bytes", pixels)):
            yield _unit_case(
                f"Image-Code {bits} bits, {kind}", "gen_image_code_v0", given, given,
                bits=bits, goals=(55, 25),
            )  # fmt: skip


def _audio(make: random.Random) -> Iterator[Case]:
    for count, goals in ((300, (5, 5)), (10_000, (60, 40))):
        words = [make.randint(-(2**31), 2**31 - 1) for _ in range(count)]
        for kind, given in (("list", words), ("int32 array", np.array(words, np.int32))):
            for bits in (64, 256):
                yield _unit_case(
                    f"Audio-Code {bits} bits, {count} values, {kind}", "gen_audio_code_v0",
                    words, given, bits=bits, goals=goals,
                )  # fmt: skip


def _video(make: np.random.Generator) -> Iterator[Case]:
    array = make.integers(0, 2, (500, 380), np.uint8, endpoint=True)
    frames = [tuple(row) for row in array.tolist()]
    for kind, given, goal in (("list of tuples", frames, 1.5), ("uint8 array", array, 50)):
        yield _unit_case(
            f"Video-Code 64 bits, 500 frames, {kind}", "gen_video_code_v0", frames, given,
            bits=64, goals=(goal, goal),
        )  # fmt: skip


def _simhash(make: random.Random) -> Iterator[Case]:
    digests = [make.randbytes(32) for _ in range(10_000)]
    joined = b"".join(digests)
    peers = {
        "iscc-core": partial(iscc_core.alg_simhash, digests),
        "iscc-lib": partial(iscc_lib.alg_simhash, digests),
    }
    for operation, ours, goals in (
        ("list", partial(simhash, digests), (50, 40)),
        ("buffer", partial(simhash_buffer, joined, 32), (500, 100)),
    ):
        yield Case(
            f"SimHash of 10 000 digests, {operation}", ours, peers,
            goal=goals[0], goal_other=goals[1], key=bytes,
        )  # fmt: skip


def _pillow(picture: Image.Image) -> bytes:
    grey = picture.convert("L")
    return grey.resize((32, 32), Image.Resampling.BICUBIC).tobytes()


def _pixels(make: np.random.Generator, quick: bool) -> Iterator[Case]:
    width, height = (1200, 900) if quick else (4000, 3000)
    for mode in ("RGB", "L"):
        for size in ((width, height), (height // 3, width * 3)):
            data = make.integers(0, 256, size[0] * size[1] * len(mode), np.uint8).tobytes()
            picture = Image.frombytes(mode, size, data)
            yield Case(
                f"{mode} {size[0]} x {size[1]} to 32 x 32 grey",
                partial(normalize_pixels, data, *size, mode, trim=None),
                {"Pillow": partial(_pillow, picture)}, goal=2, goal_other=2,
                key=bytes, unit=("MP", size[0] * size[1] / 1e6),
            )  # fmt: skip


def cases(quick: bool) -> Iterator[Case]:
    """Give one case after the other; ``quick`` makes the pictures small."""
    make = random.Random(1)
    arrays = np.random.default_rng(1)
    yield from _images(make)
    yield from _audio(make)
    yield from _video(arrays)
    yield from _simhash(make)
    yield _unit_case(
        "Mixed-Code of 4 codes", "gen_mixed_code_v0", CODES, CODES, bits=64, goals=(3, 3)
    )
    yield from _pixels(arrays, quick)
