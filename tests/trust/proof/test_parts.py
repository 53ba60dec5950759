"""Parts: bound by one root, and cut out one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscckit.errors import InvalidInput, IsccError
from iscckit.json_types import JsonValue
from iscckit.trust.proof.parts import (
    Part,
    Parts,
    bind_parts,
    check_parts,
    cut_part,
    decode_base64,
    read_parts,
)


def leaves(count: int) -> list[dict[str, Any]]:
    return [
        {
            "selector": {
                "segment": "passage",
                "offset": 1000 * i,
                "size": 1000,
                "page": i // 3 + 1,
            },
            "type": "content-text-v0",
            "simprint": f"{i:043d}",
        }
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_each_part_alone_belongs_to_the_root(count: int) -> None:
    whole = Parts(tuple(leaves(count)))
    bound = bind_parts(whole.leaves)
    check_parts(whole, bound)
    for index in range(count):
        part = cut_part(whole, index)
        check_parts(part, bound)
        read = read_parts(json.loads(json.dumps(part.to_dict())))
        assert read == part
        with pytest.raises(IsccError):
            check_parts(Part({**part.leaf, "type": "other"}, index, part.path), bound)
        with pytest.raises(IsccError):
            check_parts(Part(part.leaf, index + 1, part.path), bound)


def test_other_leaves_are_not_those_that_were_bound() -> None:
    some = leaves(5)
    bound = bind_parts(some)
    for changed in (some[:-1], [*some, some[0]], [some[1], some[0], *some[2:]]):
        with pytest.raises(IsccError) as caught:
            check_parts(Parts(tuple(changed)), bound)
        assert caught.value.reason_code == "merkle-proof-wrong"


def test_one_of_2000_paragraphs_takes_less_than_1500_bytes() -> None:
    part = cut_part(Parts(tuple(leaves(2000))), 1234)
    assert len(json.dumps(part.to_dict())) <= 1500


def test_a_part_that_is_not_there_is_named() -> None:
    whole = Parts(tuple(leaves(3)))
    with pytest.raises(InvalidInput, match="there is no part 3: the parts are 0 to 2"):
        cut_part(whole, 3)
    part = cut_part(whole, 1)
    assert cut_part(part, 1) == part
    with pytest.raises(InvalidInput, match="has part 1 only"):
        cut_part(part, 2)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"leaves": []},
        {"leaves": [{"simprint": "x"}]},
        {"leaves": [{"selector": {"offset": 1}}]},
        {"leaves": [{"selector": {"segment": 3}}]},
        {"leaves": [{"selector": {"segment": "passage", "line": 1}}]},
        {"leaves": [{"selector": {"segment": "passage"}, "owner": "me"}]},
        {"leaf": {"selector": {"segment": "passage"}}, "index": -1, "path": []},
        {"leaf": {"selector": {"segment": "passage"}}, "index": True, "path": []},
        {"leaf": {"selector": {"segment": "passage"}}, "index": 0, "path": ["x"]},
        {"leaf": {"selector": {"segment": "passage"}}, "index": 0, "path": ["QUJD"] * 65},
    ],
)
def test_malformed_parts_are_refused(value: JsonValue) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_parts(value)
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize("text", ["", "QQ", "QR==", "QQ==\n", "Q Q=", "\u0410QQQ", 3, None])
def test_base64_has_one_spelling(text: JsonValue) -> None:
    assert decode_base64("QQ==", "field") == b"A"
    with pytest.raises(InvalidInput):
        decode_base64(text, "field")
