"""Fingerprints survive a proof file, and nothing else is taken for them."""

import json
from copy import deepcopy
from typing import Any

import pytest
from tests.trust.claims.makers import claim_of
from tools.planted import SAMPLES

from iscckit.errors import InvalidInput
from iscckit.library.catalog.item import Fingerprints
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.trust.claims.fingerprints import read_fingerprints
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
