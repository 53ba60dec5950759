"""What manifests say is read where there is one, and damage is told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from tests.c2pa_signing import MINING, make_signer, sign_bytes

from iscckit.json_types import JsonValue
from iscckit.media.content_values import Source
from iscckit.media.metadata.c2pa_store import (
    find_active,
    find_c2pa_signals,
    list_data,
    read_store_json,
)

SAMPLES = Path(__file__).parents[3] / "samples"


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, kind)
    return file.getvalue()


# A format whose store is cut out here, and two that only the library of C2PA reads.
@pytest.mark.parametrize("kind", ["jpeg", "tiff", "gif"])
def test_assertions_are_signals(kind: str) -> None:
    signed, _ = sign_bytes(picture(kind), f"image/{kind}", make_signer(), MINING)
    source = Source(io.BytesIO(signed), "signed", f"image/{kind}")
    (signal,), damage = find_c2pa_signals(source)
    assert damage == ()
    assert signal[0] == "C2PA cawg.training-mining"
    assert json.loads(signal[1]) == MINING["data"]


def test_what_has_no_manifest_says_nothing() -> None:
    for kind in ("jpeg", "gif"):
        source = Source(io.BytesIO(picture(kind)), "plain", f"image/{kind}")
        assert find_c2pa_signals(source) == ((), ())
    text = Source(io.BytesIO(b"a text about C2PA"), "a.txt", "text/plain")
    assert find_c2pa_signals(text) == ((), ())


def test_a_damaged_store_is_told() -> None:
    signed, store = sign_bytes(picture("png"), "image/png", make_signer(), MINING)
    at = signed.index(store[:32]) + 8 + 4  # the type of the description box
    broken = signed[:at] + b"wrong" + signed[at + 5 :]
    signals, damage = find_c2pa_signals(Source(io.BytesIO(broken), "broken", "image/png"))
    assert signals == ()
    assert len(damage) == 1
    assert damage[0].startswith("C2PA: ")


def test_the_store_as_json() -> None:
    signed, _ = sign_bytes(picture("png"), "image/png", make_signer(), MINING)
    text = read_store_json(Source(io.BytesIO(signed), "signed", "image/png"))
    store: dict[str, JsonValue] = json.loads(text)
    found = find_active(store)
    assert found is not None
    assert list(list_data(found[1], ("cawg.training-mining",))) == [
        ("cawg.training-mining", MINING["data"])
    ]
    assert find_active({"active_manifest": "a", "manifests": {}}) is None
