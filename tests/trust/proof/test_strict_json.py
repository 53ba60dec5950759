"""Strict JSON: what parsers read differently is refused, and canonical bytes are those of JCS."""

import json
from typing import Any, cast

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.proof.strict_json import MAX_DEPTH, MAX_INTEGER, canonicalize, parse_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(-1e15, 1e15)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":1,"\\u0061":2}',
        '[{"b":{"a":1,"a":1}}]',
        "9007199254740992",
        "-9007199254740992",
        "9007199254740993.0",
        "1e300",
        "1e999",
        "-" + 5000 * "9",
        "NaN",
        "[Infinity]",
        "-Infinity",
        '"\\ud800"',
        '{"\\udfff":1}',
        '"\\udc00\\ud800"',
        "\ud800",
        '\ufeff{"a":1}',
        "{'a':1}",
        '{"a":1} x',
        '{"a":01}',
        '"\n"',
        "",
        (MAX_DEPTH + 1) * "[" + (MAX_DEPTH + 1) * "]",
        100_000 * "[",
        b"\xff\xfe[\x00]\x00",
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
    ],
)
def test_what_parsers_read_differently_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_json(text, limit=200_000)
    assert caught.value.reason_code == "malformed-document"


def test_the_largest_values_are_read() -> None:
    deep = MAX_DEPTH * "[" + MAX_DEPTH * "]"
    assert canonicalize(parse_json(deep, limit=200)) == deep.encode()
    assert parse_json(f"[{MAX_INTEGER},-{MAX_INTEGER}]", limit=99) == [MAX_INTEGER, -MAX_INTEGER]
    assert parse_json('"\\ud83d\\ude00"', limit=99) == "\U0001f600"


def test_the_limit_counts_bytes() -> None:
    assert parse_json('"é"', limit=4) == "é"
    with pytest.raises(InvalidInput, match="4 bytes, more than 3"):
        parse_json('"é"', limit=3)


@given(VALUES)
def test_canonical_bytes_are_read_back(value: JsonValue) -> None:
    data = canonicalize(value)
    assert data == rfc8785.dumps(value)
    assert canonicalize(parse_json(data, limit=10**6)) == data
    assert canonicalize(parse_json(json.dumps(value, indent=1), limit=10**6)) == data


def test_names_are_sorted_by_their_code_units() -> None:
    # The example of RFC 8785, 3.2.3.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
    names = [pair[0] for pair in json.loads(canonicalize(value), object_pairs_hook=list)]
    assert names == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    "value",
    [MAX_INTEGER + 1, float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}, {"a": b""}, ()],
)
def test_values_outside_of_json_have_no_canonical_bytes(value: object) -> None:
    with pytest.raises(InvalidInput):
        canonicalize(cast("JsonValue", [value]))


def test_a_value_within_itself_has_no_canonical_bytes() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(InvalidInput, match="levels"):
        canonicalize(value)
