"""The resolver of soft bindings over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.c2pa_signing import make_signer, sign_bytes

from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.server.app import create_app
from iscckit.server.settings import Allowance, Settings
from iscckit.trust.declarations.c2pa_binding import encode_binding

SAMPLES = Path(__file__).parents[3] / "samples"
PATH = "/v1/matches/byBinding"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    place = tmp_path_factory.mktemp("signed")
    (place / "files").mkdir()
    plain = (SAMPLES / "cat.jpg").read_bytes()
    file, store = sign_bytes(plain, "image/jpeg", make_signer())
    (place / "files" / "cat.jpg").write_bytes(file)
    with Library.open(place / "library") as library:
        list(library.add(place / "files", options=ScanOptions(keep_manifests=True)))
    return place, store


@pytest.fixture(scope="module")
def client(signed: tuple[Path, bytes]) -> Iterator[TestClient]:
    settings = Settings(library=str(signed[0] / "library"), allowance=Allowance(rate=0))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


def binding_of(path: Path) -> dict[str, str]:
    units = create(path, Options(bits=256)).units
    return {"alg": "io.iscc.v0", "value": encode_binding([*units])}


def test_a_copy_gets_its_manifest_back(client: TestClient, signed: tuple[Path, bytes]) -> None:
    place, store = signed
    asked = binding_of(SAMPLES / "cat-small.webp")
    answers = [
        client.get(PATH, params=asked),
        client.post(PATH, params=asked),
        client.post(PATH, json=asked),
    ]
    for answer in answers:
        assert answer.status_code == 200
        (match,) = answer.json()["matches"]
        assert match["similarityScore"] <= 99
        assert match["endpoint"].startswith("http://127.0.0.1:8000/v1/manifests/urn%3Ac2pa%3A")
        manifest = client.get(match["endpoint"])
        assert manifest.headers["content-type"] == "application/c2pa"
        assert manifest.content == store
    (exact,) = client.get(PATH, params=binding_of(place / "files" / "cat.jpg")).json()["matches"]
    assert exact["similarityScore"] == 100
    assert exact["manifestId"] == match["manifestId"]


def test_what_is_not_like_it_gets_none(client: TestClient) -> None:
    answer = client.get(PATH, params=binding_of(SAMPLES / "rocket.jpg"))
    assert answer.json() == {"matches": []}
    zero = {"alg": "io.iscc.v0", "value": "JwAAAAAA"}  # a short unit of zeros is well-formed
    assert client.get(PATH, params=zero).json() == {"matches": []}


@pytest.mark.parametrize("value", ["", "!", "KAAAAAAAAAA=", "AAdXjHyP", "J", "JwAAAAAA=="])
def test_malformed_values_are_named(client: TestClient, value: str) -> None:
    answer = client.get(PATH, params={"alg": "io.iscc.v0", "value": value})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_other_algorithms_and_bodies_are_refused(client: TestClient) -> None:
    assert client.get(PATH, params={"alg": "com.other", "value": "AA=="}).status_code == 422
    assert client.post(PATH, content=b"{").status_code == 422
    assert client.post(PATH, json=["alg"]).status_code == 422
    assert client.post(PATH, json={"alg": 1, "value": 2}).status_code == 422
    assert client.post(PATH, content=b" " * 70_000).status_code == 413
    assert client.get("/v1/manifests/urn:c2pa:another").status_code == 404


def test_the_service_says_what_it_knows(client: TestClient) -> None:
    found = client.get("/v1/services/supportedAlgorithms").json()
    assert found == {"fingerprints": [{"alg": "io.iscc.v0"}], "watermarks": []}
    place = client.get("/.well-known/c2pa-soft-binding-resolution").json()
    assert place == {"endpoint": "http://127.0.0.1:8000/v1", "algorithms": ["io.iscc.v0"]}


def test_a_service_without_a_library() -> None:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        asked = binding_of(SAMPLES / "cat.jpg")
        assert client.get(PATH, params=asked).status_code == 404
