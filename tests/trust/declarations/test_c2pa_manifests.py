"""A picture that is signed here, with a certificate of an authority that is made here."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.c2pa_signing import MINING, Sign, make_signer, sign_bytes
from tests.trust.declarations.test_c2pa_binding import VALUE

from iscckit.codec.unit import Unit
from iscckit.errors import UnsupportedMedia
from iscckit.trust.declarations.c2pa_binding import decode_binding, refuse_text_values
from iscckit.trust.declarations.c2pa_manifests import find_manifest, read_manifest


@pytest.fixture(scope="module")
def signer() -> Sign:
    return make_signer()


def sign(path: Path, signer: Sign, *assertions: dict[str, Any]) -> bytes:
    plain = io.BytesIO()
    Image.linear_gradient("L").save(plain, "png")
    signed, store = sign_bytes(plain.getvalue(), "image/png", signer, *assertions)
    path.write_bytes(signed)
    return store


def test_the_assertion_of_a_signed_picture_is_read(tmp_path: Path, signer: Sign) -> None:
    path = tmp_path / "signed.png"
    sign(path, signer, MINING)
    found = read_manifest(str(path))
    assert found is not None
    assert (found.state, found.issuer) == ("valid", "Test Press")
    assert found.reservations.said() == {"train-generative": "reserved", "inference": "open"}


def test_a_changed_picture_opens_nothing(tmp_path: Path, signer: Sign) -> None:
    path = tmp_path / "signed.png"
    sign(path, signer, MINING)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"IDAT") + 20] ^= 1
    path.write_bytes(data)
    found = read_manifest(str(path))
    assert found is not None
    assert found.state == "invalid"
    assert found.reservations.said() == {"train-generative": "reserved"}


def test_files_without_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.linear_gradient("L").save(path)
    assert read_manifest(str(path)) is None
    text = tmp_path / "a.txt"
    text.write_text("words")
    assert read_manifest(str(text)) is None


@pytest.mark.parametrize("form", ["text", "array"])
def test_a_soft_binding_given_as_json_is_no_byte_string(
    tmp_path: Path, signer: Sign, form: str
) -> None:
    units: list[str | Unit] = [*decode_binding(VALUE)]
    data = b"".join(unit.data for unit in decode_binding(VALUE))
    value = VALUE if form == "text" else list(data)
    block: dict[str, object] = {"scope": {}, "value": value}
    binding = {"alg": "io.iscc.v0", "blocks": [block]}
    path = tmp_path / "bound.png"
    store = sign(path, signer, {"label": "c2pa.soft-binding", "data": binding})
    with pytest.raises(UnsupportedMedia, match="c2pa-rs issue 2689"):
        refuse_text_values(store, units)
    found = read_manifest(str(path))
    assert found is not None
    assert found.bindings == (VALUE,)


@pytest.mark.parametrize(
    "store",
    [
        "{}",
        '{"active_manifest": "a"}',
        '{"active_manifest": "a", "manifests": {}}',
        '{"active_manifest": 1, "manifests": {"1": {}}}',
        '{"active_manifest": "a", "manifests": []}',
    ],
)
def test_a_store_without_an_active_manifest(store: str) -> None:
    assert find_manifest(json.loads(store)) is None
