"""Manifest stores are found where the writer of C2PA puts them, and damage finds none."""

from __future__ import annotations

import io
import wave
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.c2pa_signing import make_signer, sign_bytes

from iscckit.media.metadata.manifest_store import find_manifest_store, read_active_label

SAMPLES = Path(__file__).parents[3] / "samples"
TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "audio/wav", "video/mp4")


@cache
def plain_file(mediatype: str) -> bytes:
    if mediatype == "video/mp4":
        return (SAMPLES / "film.mp4").read_bytes()
    file = io.BytesIO()
    if mediatype == "audio/wav":
        with wave.open(file, "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(8000))
        return file.getvalue()
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8)
    Image.fromarray(noise).save(file, mediatype.partition("/")[2])
    return file.getvalue()


@cache
def signed_file(mediatype: str) -> tuple[bytes, bytes]:
    # Longer than a segment of JPEG, so that the store is in several.
    long = {"label": "org.example.long", "data": {"text": "x" * 150_000}}
    return sign_bytes(plain_file(mediatype), mediatype, make_signer(), long)


@pytest.mark.parametrize("mediatype", TYPES)
def test_the_store_is_the_one_that_was_written(mediatype: str) -> None:
    file, store = signed_file(mediatype)
    assert len(store) > 150_000
    assert find_manifest_store(io.BytesIO(file)) == store
    assert read_active_label(store).startswith("urn:c2pa:")
    assert find_manifest_store(io.BytesIO(plain_file(mediatype))) == b""


@pytest.mark.parametrize("mediatype", TYPES)
def test_a_store_that_is_cut_off_is_none(mediatype: str) -> None:
    file, store = signed_file(mediatype)
    start = file.index(store[8:64])
    for end in (0, 1, 3, 8, 12, 20, start, start + 100, start + 100_000):
        assert find_manifest_store(io.BytesIO(file[:end])) == b""


@pytest.mark.parametrize("mediatype", TYPES)
def test_damage_of_the_structure_ends_the_search(mediatype: str) -> None:
    file, store = signed_file(mediatype)
    random = np.random.default_rng(2)
    head = file.index(store[8:64]) + 60
    for _ in range(300):
        damaged = bytearray(file)
        damaged[int(random.integers(head))] ^= 1 << int(random.integers(8))
        found = find_manifest_store(io.BytesIO(damaged))
        assert len(found) <= len(file)
        read_active_label(found)


@pytest.mark.parametrize(
    "store", [b"", b"\0" * 8, b"\0\0\0\x08jumb", b"\0\0\0\x20jumb\0\0\0\xffjumd"]
)
def test_a_store_without_a_manifest_has_no_label(store: bytes) -> None:
    assert read_active_label(store) == ""
