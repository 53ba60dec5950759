"""Soft bindings: the first vector of IEP-0020, and everything that is not one."""

from __future__ import annotations

import base64

import pytest

from iscckit.errors import InvalidInput, UnsupportedMedia
from iscckit.json_types import JsonValue
from iscckit.trust.declarations.c2pa_binding import (
    decode_binding,
    encode_binding,
    find_bindings,
    refuse_text_values,
)

# IEP-0020, vector 1: Meta, Content (image), Data and Instance units of 256 bits.
VALUE = (
    "AAdXjHyPv721jyn2Pv6zhxVT+qdf+XRY1J7/XuTd82u2ySAHqIJIxTqFLI1+nFRwR8mjbEBStqyr7x4qTOFeWG4MswUw"
    "BwW0HzRySTIl0n7cvbYyNoRqU+4o3speNWGswMm734G1QAelIq9KLJy/aoCJJK/SrPoHkzR7k2Z49ZguIv3T3UoONw=="
)
DATA = base64.b64decode(VALUE)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_vector_both_ways() -> None:
    units = decode_binding(VALUE)
    assert [unit.data[:2].hex() for unit in units] == ["0007", "2007", "3007", "4007"]
    assert encode_binding(units) == VALUE
    assert encode_binding([str(unit) for unit in units]) == VALUE
    assert encode_binding(units[::-1]) == b64(b"".join(unit.data for unit in units[::-1]))


@pytest.mark.parametrize(
    "value",
    [
        "",
        b64(bytes.fromhex("28000100000000")),
        b64(bytes.fromhex("2008") + bytes(40)),  # Length 8
        b64(DATA[:-1]),
        b64(DATA + b"\0"),
        b64(bytes.fromhex("5007") + bytes(32)),
        b64(bytes.fromhex("6007") + bytes(32)),
        b64(bytes.fromhex("0017") + bytes(32)),  # Version 1
        VALUE.rstrip("="),
        VALUE + "=",
        f" {VALUE}",
        VALUE.replace("+", "-"),
        VALUE[:-3] + "x==",  # bits behind the last byte
        "é",
        "A" * 8192,
    ],
)
def test_what_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput):
        decode_binding(value)


def test_a_short_unit_of_an_unknown_subtype_is_read_and_not_written() -> None:
    [unit] = decode_binding(b64(bytes.fromhex("270000000000")))
    assert unit.bits == 32
    with pytest.raises(InvalidInput, match="256 bits"):
        encode_binding([unit])


def test_a_manifest_must_hold_a_byte_string() -> None:
    units = decode_binding(VALUE)
    refuse_text_values(b"..\x58\x88" + DATA + b"..", units)
    for wrong in (b"\x78\xb8" + VALUE.encode(), b"\x98\x88" + DATA, b""):
        with pytest.raises(UnsupportedMedia, match="2689"):
            refuse_text_values(wrong, units)


def test_values_of_an_assertion() -> None:
    blocks: list[JsonValue] = [
        {"scope": {}, "value": VALUE},
        {"scope": {}, "value": list(DATA)},
        {"scope": {}},
    ]
    assert find_bindings({"alg": "io.iscc.v0", "blocks": blocks}) == [VALUE, VALUE]
    assert find_bindings({"alg": "other", "blocks": blocks}) == []
    assert find_bindings({"alg": "io.iscc.v0", "blocks": "x"}) == []
