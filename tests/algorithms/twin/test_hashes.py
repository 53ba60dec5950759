"""The readable twin against the published packages and Pillow: it is the measure of the kernel."""

import random
from typing import Any

import iscc_core as ic
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from iscc_core.code_content_audio import soft_hash_audio_v0
from iscc_core.code_content_mixed import soft_hash_codes_v0
from iscc_core.code_content_video import soft_hash_video_v0

from iscckit.algorithms.twin import hashes

INT32 = st.integers(-(2**31), 2**31 - 1)


@given(st.binary(max_size=100))
def test_xxh32_equals_the_published_implementation(data: bytes) -> None:
    assert hashes.xxh32(data) == xxhash.xxh32_intdigest(data)


def test_a_tie_counts_as_set() -> None:
    assert hashes.simhash([b"\x0f", b"\x00"]) == b"\x0f"


@given(st.lists(st.binary(min_size=4, max_size=4), min_size=1))
def test_simhash_equals_iscc_core(digests: list[bytes]) -> None:
    assert hashes.simhash(digests) == ic.alg_simhash(digests)


@pytest.mark.parametrize(
    ("features", "digest"),
    [
        ([0], "efbe739acbd9a4ea8edb1010cd60793516fdc2f701014a7d9955e5abce2fc7f1"),
        ([1, 2, 3], "5768d47fa44192dccb61dce6284dbee5a5548f88d365103b6634ec685e506717"),
        ([2**32 - 1], "9e63d2af54e6ec5030562d6dec85604c3b6933669c8c4111540beffb3ecd1569"),
    ],
)
def test_minhash_gives_the_worked_digests(features: list[int], digest: str) -> None:
    assert hashes.minhash(features).hex() == digest
    assert hashes.minhash(features, planes=1).hex() == digest[:16]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1))
def test_minhash_equals_iscc_core(features: list[int]) -> None:
    assert hashes.minhash(features) == ic.alg_minhash_256(features)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a" * 100,
        bytes(20_000),
        bytes(range(256)) * 40,
        bytes([0, 1]) * 9000,
        random.Random(1).randbytes(70_000),
    ],
)
@pytest.mark.parametrize(("average", "utf32"), [(64, False), (1024, False), (2048, True)])
def test_chunks_equal_iscc_core(data: bytes, average: int, utf32: bool) -> None:
    expected = [len(chunk) for chunk in ic.alg_cdc_chunks(data, utf32, average)]
    assert hashes.chunks(data, average=average, utf32=utf32) == expected


@given(st.text(min_size=0, max_size=60))
def test_text_and_meta_digests_equal_iscc_core(text: str) -> None:
    collapsed = ic.text_collapse(text)
    assert hashes.text_digest(collapsed) == ic.soft_hash_text_v0(collapsed)
    assert hashes.meta_digest(collapsed) == ic.soft_hash_meta_v0(text)
    if text:
        assert hashes.meta_digest("hello", collapsed) == ic.soft_hash_meta_v0("Hello", text)


@given(st.binary(min_size=1, max_size=60))
def test_meta_digest_of_bytes_equals_iscc_core(extra: bytes) -> None:
    assert hashes.meta_digest("hello", extra) == ic.soft_hash_meta_v0("Hello", extra)


@given(st.binary(max_size=3000))
def test_data_digest_equals_iscc_core(data: bytes) -> None:
    hasher = ic.DataHasherV0(data)
    assert hashes.data_digest(data) == hasher.digest()


def pictures() -> list[list[int]]:
    noise = random.Random(2)
    return [
        [0] * 1024,
        [255] * 1024,
        [8 * (k % 32) for k in range(1024)],
        [8 * (k // 32) for k in range(1024)],
        [255 * ((k + k // 32) % 2) for k in range(1024)],
        [255 * (abs(k % 32 - 15.5) < 8 and abs(k // 32 - 15.5) < 4) for k in range(1024)],
        *([noise.randrange(256) for _ in range(1024)] for _ in range(5)),
    ]


@pytest.mark.parametrize("pixels", pictures())
def test_image_digest_equals_iscc_core_even_where_coefficients_tie(pixels: list[int]) -> None:
    assert hashes.image_digest(pixels) == ic.soft_hash_image_v0(pixels, 256)


def test_dct_of_four_values_gives_the_worked_numbers() -> None:
    assert hashes.dct([1, 2, 3, 4]) == [10, -3.15432202989895, 0.0, -0.22417076458398263]


@given(st.lists(INT32, max_size=40))
def test_audio_digest_equals_iscc_core(fingerprint: list[int]) -> None:
    assert hashes.audio_digest(fingerprint) == soft_hash_audio_v0(fingerprint, 256)


@given(st.integers(), st.integers(1, 5))
def test_video_digest_equals_iscc_core(seed: int, count: int) -> None:
    noise = random.Random(seed)
    frames: list[Any] = [tuple(noise.choices((0, 1, 2), k=380)) for _ in range(count)]
    expected = soft_hash_video_v0(frames, 256)
    assert hashes.video_digest(frames) == expected
    assert hashes.video_digest(frames * 2) == expected
    assert hashes.wtahash(frames[0], 64) == hashes.wtahash(frames[0])[:8]


@given(st.lists(st.binary(min_size=18, max_size=18), min_size=2), st.sampled_from([32, 64, 128]))
def test_mixed_digest_equals_iscc_core(codes: list[bytes], bits: int) -> None:
    codes = [b"\x20\x03" + code[2:] for code in codes]
    assert hashes.mixed_digest(codes, bits=bits) == soft_hash_codes_v0(codes, bits)
