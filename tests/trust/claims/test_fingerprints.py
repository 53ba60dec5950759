"""Fingerprints survive a proof file, and nothing else is taken for them."""

import json
from copy import deepcopy
from typing import Any, cast

import pytest
from tests.trust.claims.makers import claim_of
from tools.planted import SAMPLES

from iscckit.errors import InvalidInput
from iscckit.trust.claims.fingerprints import fingerprints_json, read_fingerprints


@pytest.mark.parametrize("name", ["cat.jpg", "song.opus", "film.mp4", "gettysburg-hay.txt"])
def test_they_come_back_as_they_were(name: str) -> None:
    prints = claim_of(SAMPLES / name).prints
    assert prints
    assert read_fingerprints(json.loads(json.dumps(fingerprints_json(prints)))) == prints


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("kind", "smell"),
        ("kind", None),
        ("codes", "no base64!"),
        ("codes", 7),
        ("codes", "AAAA"),
        ("places", "AAAAAAAA"),
        ("labels", "cat"),
        ("labels", [1]),
        ("more", 1),
    ],
)
def test_what_is_malformed_is_refused(member: str, value: object) -> None:
    good = cast("list[Any]", fingerprints_json(claim_of(SAMPLES / "gettysburg-hay.txt").prints))
    bad = deepcopy(good)
    bad[0][member] = value
    with pytest.raises(InvalidInput) as caught:
        read_fingerprints(bad)
    assert caught.value.reason_code == "malformed-document"
    others: list[Any] = [{}, None, [None], [[]], good * 65]
    for other in others:
        with pytest.raises(InvalidInput):
            read_fingerprints(other)
