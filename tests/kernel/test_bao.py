"""Slices and outboards of the kernel: official vectors, the readable twin, damage."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.twin import bao

VECTORS = json.loads(
    (Path(__file__).parent.parent / "trust" / "data" / "bao-vectors.json").read_text("ascii")
)
LEVELS = _kernel.levels["bao_verify"]
EDGES = sorted({max(0, n + d) for n in (0, 1024, 2048, 16384, 17408, 32768) for d in (-1, 0, 1)})


def make_input(size: int) -> bytes:
    """Return the input of the official vectors: a counter from 1 on in four bytes each."""
    counter = range(1, size // 4 + 2)
    return b"".join(number.to_bytes(4, "little") for number in counter)[:size]


def kernel_slice(data: bytes, start: int, count: int, level: int = 0) -> bytes:
    """Return a slice of a whole file."""
    first = min(start, max(len(data) - 1, 0))
    end = first + 1 if start >= len(data) else start + max(count, 1)
    return len(data).to_bytes(8, "little") + _kernel.bao_nodes(data, 0, first, end, level)


def outboard(data: bytes, sizes: Iterator[int], level: int = 0) -> tuple[bytes, bytes]:
    """Return root and outboard of data that comes in blocks of these sizes."""
    hasher, parents, at = _kernel.OutboardHasher(level), b"", 0
    while at < len(data):
        size = next(sizes)
        parents += hasher.update(data[at : at + size])
        at += size
    root, rest = hasher.finish()
    return root, parents + rest


def official_slices() -> list[Any]:
    return [
        pytest.param(group, each, id=f"{group['input_len']}-{each['start']}-{each['len']}")
        for group in VECTORS["slice"]
        for each in group["slices"]
    ]


def test_the_official_vectors_are_all_there() -> None:
    slices = [each for group in VECTORS["slice"] for each in group["slices"]]
    assert len(slices) == 222
    assert sum(len(each["corruptions"]) for each in slices) == 876


@pytest.mark.parametrize(("group", "vector"), official_slices())
def test_official_slices_are_equal_and_their_corruptions_rejected(
    group: dict[str, Any], vector: dict[str, Any]
) -> None:
    data, root = make_input(group["input_len"]), bytes.fromhex(group["bao_hash"])
    start, count = vector["start"], vector["len"]
    for level in LEVELS:
        piece = kernel_slice(data, start, count, level)
        assert len(piece) == vector["output_len"]
        assert blake3(piece).hexdigest() == vector["output_blake3"]
        found = _kernel.bao_verify(piece, root, start, count, level)
        assert found == (0, len(data), data[start : start + max(count, 1)])
        for at in vector["corruptions"]:
            damaged = bytearray(piece)
            damaged[at] ^= 1
            assert _kernel.bao_verify(damaged, root, start, count, level)[0] != 0


@pytest.mark.parametrize("group", VECTORS["encode"], ids=lambda group: str(group["input_len"]))
def test_official_encodings_are_slices_of_the_whole_file(group: dict[str, Any]) -> None:
    data = make_input(group["input_len"])
    piece = kernel_slice(data, 0, max(len(data), 1))
    assert len(piece) == group["output_len"]
    assert blake3(piece).hexdigest() == group["encoded_blake3"]


KNOWN = """
     0      0    1    8 af1349b9 af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc
     1      0    1    9 48fc721f f52f3a746c2545658e1c6add32e5410365553ebaaa0433f5f8bd90c6f85fd6e2
  1025      0    1 1096 36135962 e35110480d38c3e85785a7639c36ff7584aaa170f26569938e98d92c988a8802
  1025   1024    1   73 36135962 19b985886f03aac00ce6b57badb7d86abaffd8ef988baff7c3c7907c6eccbfa5
  2049   1000  100 2184 64770fa1 2bddad928a683941dc1178b46d949a10b48e6e1a1457552a7e1263e8b481c53e
  3073   3072    1  137 5ba07507 5aa157d1a3ea25731eddde8690a0fcc42fef193776aaec9f1ef4459b24eecf47
100001  50000 3000 4616 269006ad ee67664c757857f589e7e4cd03b1679a30eea8878db89ac16dac06fe01dfdf99
100001 100000    1  873 269006ad 437516d123f8bcad3283fb62c49ca388ce00d3073fd4832720c9b14fca45e666
"""


@pytest.mark.parametrize("known", KNOWN.split("\n")[1:-1])
def test_known_slices(known: str) -> None:
    """Size of the file, start, count, size of the slice; root; SHA-256 of the slice."""
    size, start, count, length = map(int, known.split()[:4])
    root, digest = known.split()[4:]
    piece = kernel_slice(make_input(size), start, count)
    assert len(piece) == length
    assert blake3(make_input(size)).hexdigest()[:8] == root
    assert sha256(piece).hexdigest() == digest


def test_a_slice_without_the_last_chunk_does_not_prove_the_length() -> None:
    data = make_input(2049)
    root, piece = blake3(data).digest(), kernel_slice(data, 1000, 100)
    accepted = []
    for bit in range(8 * len(piece)):
        damaged = bytearray(piece)
        damaged[bit // 8] ^= 1 << bit % 8
        if _kernel.bao_verify(damaged, root, 1000, 100)[0] == 0:
            accepted.append(bit // 8)
    assert set(accepted) == {0, 1}  # of the length; its high bytes ask for more levels
    last = kernel_slice(data, 2048, 1)
    for length in (*range(2048), *range(2050, 5000), 2**63, 2**64 - 1):
        claim = length.to_bytes(8, "little") + last[8:]
        assert _kernel.bao_verify(claim, root, max(length - 1, 0), 1)[0] != 0


@pytest.mark.parametrize("level", LEVELS)
@given(
    size=st.one_of(st.sampled_from(EDGES), st.integers(0, 40_000)),
    seed=st.integers(0, 2**32),
    first=st.sampled_from([0, 1, 2**32 - 3, 2**53]),
)
def test_every_level_agrees_with_the_readable_twin(
    level: int, size: int, seed: int, first: int
) -> None:
    chosen = random.Random(seed)
    data = chosen.randbytes(size)
    start, count = chosen.randrange(size + 2), chosen.randrange(3 * 1024)
    root, parents = outboard(data, iter(lambda: chosen.randrange(1, 20_000), 0), level)
    assert root == blake3(data).digest()
    assert parents == bao.outboard(data)
    piece = kernel_slice(data, start, count, level)
    assert piece == bao.slice_of(data, start, count)
    fault, length, content = _kernel.bao_verify(piece, root, start, count, level)
    assert (fault, (length, content)) == (0, bao.verify(piece, root, start, count))
    end = min(start + count + 1, max(size, 1))
    if start < end:
        nodes = _kernel.bao_nodes(data, first, start, end, level)
        assert nodes == bao.nodes(data, first, start, end)


@given(
    size=st.sampled_from([0, 1, 1024, 1025, 3000, 5000]),
    seed=st.integers(0, 2**32),
    damage=st.sampled_from(["flip", "cut", "append", "length", "start", "root", "random"]),
)
def test_damaged_slices_are_judged_as_the_twin_judges_them(
    size: int, seed: int, damage: str
) -> None:
    chosen = random.Random(seed)
    data = chosen.randbytes(size)
    start, count = chosen.randrange(size + 2), chosen.randrange(1, 3000)
    root, piece = blake3(data).digest(), bytearray(kernel_slice(data, start, count))
    if damage == "flip":
        piece[chosen.randrange(len(piece))] ^= 1 << chosen.randrange(8)
    elif damage == "cut":
        del piece[chosen.randrange(len(piece)) :]
    elif damage == "append":
        piece += chosen.randbytes(chosen.randrange(1, 200))
    elif damage == "length":
        claim = chosen.choice([chosen.randrange(8000), chosen.getrandbits(64)])
        piece[:8] = claim.to_bytes(8, "little")
    elif damage == "start":
        start = chosen.choice([chosen.randrange(size + 2), chosen.getrandbits(64)])
    elif damage == "root":
        root = chosen.randbytes(32)
    else:
        piece = bytearray(chosen.randbytes(chosen.randrange(400)))
    found = _kernel.bao_verify(piece, root, start, count)
    expected = bao.verify(bytes(piece), root, start, count)
    assert (None if found[0] else found[1:]) == expected
    assert found[0] == 0 or found[2] == b""


def test_faults_are_told_apart() -> None:
    data = make_input(5000)
    root, piece = blake3(data).digest(), kernel_slice(data, 1500, 2000)
    assert _kernel.bao_verify(piece[:-1], root, 1500, 2000)[0] == 1
    assert _kernel.bao_verify(piece[:7], root, 1500, 2000)[0] == 1
    assert _kernel.bao_verify(piece + b"\0", root, 1500, 2000)[0] == 2
    assert _kernel.bao_verify(piece, bytes(32), 1500, 2000)[0] == 3


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_root_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a root has 32 bytes"):
        _kernel.bao_verify(b"", bytes(size), 0, 1)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (6, 5)])
def test_an_empty_part_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="the part is empty"):
        _kernel.bao_nodes(bytes(10), 0, start, end)


def test_numbers_beyond_64_bits_are_refused() -> None:
    for start, count in ((2**64, 1), (0, 2**64), (-1, 1)):
        with pytest.raises(TypeError):
            _kernel.bao_verify(bytes(8), bytes(32), start, count)
    assert _kernel.bao_verify(bytes(8), blake3(b"").digest(), 2**64 - 1, 2**64 - 1) == (0, 0, b"")


def test_an_outboard_is_finished_once() -> None:
    hasher = _kernel.OutboardHasher()
    hasher.update(b"abc")
    assert hasher.finish() == (blake3(b"abc").digest(), b"")
    with pytest.raises(ValueError, match="the outboard is finished"):
        hasher.update(b"")
    with pytest.raises(ValueError, match="the outboard is finished"):
        hasher.finish()


def test_two_threads_cannot_damage_an_outboard() -> None:
    hasher = _kernel.OutboardHasher()
    parents: list[bytes] = []

    def add() -> None:
        parents.extend(hasher.update(bytes(70_000)) for _ in range(50))

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    root, rest = hasher.finish()
    assert root == blake3(bytes(7_000_000)).digest()
    assert sum(map(len, parents)) + len(rest) == 64 * (-(-7_000_000 // 16_384) - 1)
