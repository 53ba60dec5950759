"""Fingerprints survive a proof file, and nothing else is taken for them."""

import base64
import json
import zlib
from copy import deepcopy
from typing import Any

import pytest
from tests.trust.claims.makers import claim_of
from tools.planted import SAMPLES

from iscckit.errors import InvalidInput
from iscckit.library.catalog.item import Fingerprints
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.trust.claims.fingerprints import SEGMENT, read_fingerprints
from iscckit.trust.declarations.content_parts import make_leaves


def leaves_of(name: str) -> tuple[list[Any], tuple[Fingerprints, ...]]:
    record = create(SAMPLES / name, Options(bits=256, granular=True))
    prints = claim_of(SAMPLES / name).prints
    return json.loads(json.dumps(make_leaves(record, prints))), prints


@pytest.mark.parametrize("name", ["cat.jpg", "song.opus", "film.mp4", "gettysburg-hay.txt"])
def test_they_come_back_as_they_were(name: str) -> None:
    leaves, prints = leaves_of(name)
    assert prints
    assert read_fingerprints(leaves) == prints


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "smell"),
        ("type", None),
        ("type", ["text"]),
        ("codes", "no base64!"),
        ("codes", 7),
        ("codes", "AAAA"),
        ("places", "AAAAAAAA"),
        ("labels", "cat"),
        ("labels", [1]),
        ("simprint", "A"),
    ],
)
def test_what_is_malformed_is_refused(member: str, value: object) -> None:
    leaves, _ = leaves_of("gettysburg-hay.txt")
    bad = deepcopy(leaves[-1:])
    bad[0][member] = value
    with pytest.raises(InvalidInput) as caught:
        read_fingerprints(bad)
    assert caught.value.reason_code == "malformed-document"


def leaf_of(kind: str, codes: bytes, places: bytes) -> dict[str, Any]:
    packed = [base64.b64encode(each).decode() for each in (codes, places)]
    return {
        "selector": {"segment": SEGMENT}, "type": kind, "codes": packed[0], "places": packed[1],
    }  # fmt: skip


def sizes_of(*sizes: int) -> bytes:
    return b"".join(each.to_bytes(4, "little") for each in sizes)


@pytest.mark.parametrize(
    ("kind", "codes", "places"),
    [
        ("picture", b"1" * 32, b"1" * 7),  # a whole place and a part of one
        ("text", b"1" * 8, b"1" * 5),
        ("grid", b"not packed", sizes_of(64, 64, 4, 4)),
        ("grid", zlib.compress(b"1" * 16), sizes_of(64, 64, 4)),
        ("grid", zlib.compress(b"1" * 15), sizes_of(64, 64, 4, 4)),
        ("grid", zlib.compress(b"1" * 17), sizes_of(64, 64, 4, 4)),
        ("grid", zlib.compress(b"1" * 16)[:-1], sizes_of(64, 64, 4, 4)),
        ("grid", zlib.compress(b"1" * 16) + b"more", sizes_of(64, 64, 4, 4)),
        ("grid", zlib.compress(bytes(1 << 22)), sizes_of(64, 64, 2048, 2048)),
        ("grid", zlib.compress(b""), sizes_of(64, 64, 0, 4)),
        ("grid", zlib.compress(b"1" * 16), sizes_of(1 << 31, 64, 4, 4)),
    ],
)
def test_what_a_search_would_fall_over_is_refused(kind: str, codes: bytes, places: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_fingerprints([leaf_of(kind, codes, places)])
    assert caught.value.reason_code == "malformed-document"
