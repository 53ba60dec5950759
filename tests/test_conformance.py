"""Every pinned vector through the public functions and through the readable twin."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from math import cos, pi
from pathlib import Path
from statistics import median_high
from typing import Any

import pytest
from blake3 import blake3
from tools.generate_vectors import EXTRA, OFFICIAL, decode

from iscckit import compat
from iscckit.algorithms.twin import hashes
from iscckit.algorithms.twin import text as reference_text
from iscckit.algorithms.twin.hashes import xxh32


def vectors(path: Path) -> Iterator[Any]:
    """Yield function, spelled inputs and expected outputs of each vector in a file."""
    for function, cases in json.loads(path.read_text(encoding="ascii")).items():
        if function.startswith("_"):
            continue
        for name, case in cases.items():
            outputs = decode(case["outputs"])
            yield pytest.param(function, case["inputs"], outputs, id=f"{function}-{name}")


ALL = [*vectors(OFFICIAL), *vectors(EXTRA)]


def test_there_are_58_official_vectors() -> None:
    assert len(list(vectors(OFFICIAL))) == 58


@pytest.mark.parametrize(("function", "inputs", "outputs"), ALL)
def test_the_public_function_gives_the_complete_output(
    function: str, inputs: list[Any], outputs: object
) -> None:
    assert getattr(compat, function)(*map(decode, inputs)) == outputs


# --- the twin -------------------------------------------------------------------------------


def unit(code: str) -> tuple[bytes, bytes]:
    """Return header and body of a code."""
    code = code.removeprefix("ISCC:")
    data = base64.b32decode(code + "=" * (-len(code) % 8))
    return data[:2], data[2:]


def meta(name: str, description: str | None = None, extra: object = None, _bits: int = 64) -> bytes:
    text = reference_text
    name = text.text_trim(text.text_remove_newlines(text.text_clean(name)), 128)
    description = text.text_trim(text.text_clean(description or ""), 4096)
    if isinstance(extra, dict):
        payload = compat.json_canonical(extra)
    elif isinstance(extra, str) and extra:
        payload = base64.b64decode(extra.partition(",")[2])
    else:
        collapsed = text.text_collapse(description) if description else None
        return hashes.meta_digest(text.text_collapse(name), collapsed)
    return hashes.meta_digest(text.text_collapse(name), payload)


def text_body(text: str, _bits: int = 64) -> bytes:
    return hashes.text_digest(reference_text.text_collapse(text))


def mixed(codes: Sequence[str], bits: int = 64) -> bytes:
    return hashes.mixed_digest([b"".join(unit(code)) for code in codes], bits=bits)


def composite(codes: Sequence[str], wide: bool = False) -> bytes:
    bodies = [body for _, body in sorted(map(unit, codes))]
    wide = wide and len(codes) == 2 and min(map(len, bodies)) >= 16
    return b"".join(body[: 16 if wide else 8] for body in bodies)


TWIN: dict[str, Callable[..., bytes]] = {
    "gen_meta_code_v0": meta,
    "gen_text_code_v0": text_body,
    "gen_image_code_v0": lambda pixels, _=64: hashes.image_digest(pixels),
    "gen_audio_code_v0": lambda words, _=64: hashes.audio_digest(words),
    "gen_video_code_v0": lambda frames, _=64: hashes.video_digest(frames),
    "gen_mixed_code_v0": mixed,
    "gen_data_code_v0": lambda stream, _=64: hashes.data_digest(stream.read()),
    "gen_instance_code_v0": lambda stream, _=64: blake3(stream.read()).digest(),
    "gen_iscc_code_v0": composite,
}
OF_UNITS = [case for case in ALL if case.values[0] in TWIN]


@pytest.mark.parametrize(("function", "inputs", "outputs"), OF_UNITS)
def test_the_twin_gives_the_same_body(
    function: str, inputs: list[Any], outputs: dict[str, str]
) -> None:
    _, body = unit(outputs["iscc"])
    assert TWIN[function](*map(decode, inputs))[: len(body)] == body
    assert body


# --- a vector that cannot fail tests nothing -------------------------------------------------


def strict_majority(digests: Sequence[bytes]) -> bytes:
    votes = [sum(d[i // 8] >> (7 - i % 8) & 1 for d in digests) for i in range(8 * len(digests[0]))]
    number = int("".join(str(int(2 * vote > len(digests))) for vote in votes), 2)
    return number.to_bytes(len(digests[0]), "big")


def matrix_dct(values: Sequence[float]) -> list[float]:
    n = len(values)

    def wave(k: int, i: int) -> float:
        return cos(pi * k * (2 * i + 1) / (2 * n))

    return [sum(v * wave(k, i) for i, v in enumerate(values)) for k in range(n)]


def every_other_window(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, max(len(text), 1), 2)]


def unsigned_order(words: Sequence[int]) -> list[int]:
    return sorted(words, key=lambda word: word % 2**32)


OLD_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
SWAPPED_CORNERS = ((0, 0), (8, 0), (0, 8), (8, 8))


def rotated(name: str) -> Callable[[], dict[str, Any]]:
    table = hashes.tables()
    return lambda: table | {name: [*table[name][1:], table[name][0]]}


# Each row breaks one rule of the twin: function, what is replaced, by what.
MUTANTS: dict[str, tuple[str, str, object]] = {
    "ties do not count, in names": ("gen_meta_code_v0", "simhash", strict_majority),
    "ties do not count, in sounds": ("gen_audio_code_v0", "simhash", strict_majority),
    "ties do not count, in mixtures": ("gen_mixed_code_v0", "simhash", strict_majority),
    "windows do not overlap fully": ("gen_text_code_v0", "windows", every_other_window),
    "features are signed": ("gen_text_code_v0", "xxh32", lambda data: xxh32(data) - 2**31),
    "no wrap at 64 bits": ("gen_text_code_v0", "_U64", 2**200 - 1),
    "another prime": ("gen_text_code_v0", "_MERSENNE", 2**61 + 1),
    "another factor": ("gen_text_code_v0", "tables", rotated("minhash_a")),
    "another summand": ("gen_data_code_v0", "tables", rotated("minhash_b")),
    "another gear": ("gen_data_code_v0", "tables", rotated("gear")),
    "the blocks of iscc-core 1.4": ("gen_image_code_v0", "_CORNERS", OLD_CORNERS),
    "blocks in another order": ("gen_image_code_v0", "_CORNERS", SWAPPED_CORNERS),
    "a cosine transform by its definition": ("gen_image_code_v0", "dct", matrix_dct),
    "the upper median": ("gen_image_code_v0", "median", median_high),
    "words sorted as unsigned": ("gen_audio_code_v0", "sorted", unsigned_order),
    "repeated frames count": ("gen_video_code_v0", "set", list),
    "other pairs": ("gen_video_code_v0", "tables", rotated("wta_pairs")),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_breaking_a_rule_fails_a_vector(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, name, replacement = MUTANTS[mutant]
    monkeypatch.setattr(hashes, name, replacement, raising=False)
    for case in OF_UNITS:
        if case.values[0] == function:
            _, body = unit(case.values[2]["iscc"])
            if TWIN[function](*map(decode, case.values[1]))[: len(body)] != body:
                return
    pytest.fail(f"no vector of {function} notices: {mutant}")
