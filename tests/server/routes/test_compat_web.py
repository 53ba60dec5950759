"""Clients of iscc-web 0.2.0: its eight operations, with the shapes that it published."""

import base64
from collections.abc import Iterator
from pathlib import Path

import iscc_core
import iscc_schema
import pytest
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.settings import Settings

PICTURE = (Path(__file__).parents[3] / "samples" / "cat.jpg").read_bytes()
HEADERS = {
    "X-Upload-Filename": base64.b64encode(b"test-image.jpg").decode(),
    "Content-Type": "application/octet-stream",
}


@pytest.fixture(scope="module")
def api() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


def check_metadata(fields: dict[str, object]) -> None:
    """The shape IsccMetadata, and the model of iscc-schema for what it has of it."""
    assert {"@context", "@type", "$schema", "iscc", "content", "media_id"} <= set(fields)
    iscc_schema.IsccMeta(**fields)


def test_upload_identify_embed_download_delete(api: TestClient) -> None:
    created = api.post("/api/v1/iscc", content=PICTURE, headers=HEADERS)
    assert created.status_code == 201
    check_metadata(created.json())
    number = created.json()["media_id"]
    assert created.headers["location"] == f"/api/v1/media/{number}"
    again = api.get(f"/api/v1/iscc/{number}")
    assert (again.status_code, again.json()) == (200, created.json())

    wanted = {
        "name": "The Never Ending Story",
        "description": "a film of 1984",
        "meta": "data:application/json;charset=utf-8;base64,eyJleHRlbmRlZCI6Im1ldGFkYXRhIn0=",
        "creator": "A. Writer",
        "license": "https://example.com/license",
        "acquire": "https://example.com/buy",
        "credit": "A. Photographer",
        "rights": "Copyright 2022",
    }
    embedded = api.post(f"/api/v1/metadata/{number}", json=wanted)
    assert embedded.status_code == 201
    check_metadata(embedded.json())
    assert {key: embedded.json().get(key) for key in wanted} == wanted
    assert embedded.json()["filename"] == "test-image.jpg"
    copy = embedded.json()["media_id"]
    assert copy != number
    assert api.get(f"/api/v1/metadata/{copy}").json() == wanted

    sent = api.get(embedded.json()["content"])
    assert sent.status_code == 200
    assert 'filename="test-image.jpg"' in sent.headers["content-disposition"]
    assert api.delete(f"/api/v1/media/{copy}").status_code == 204
    assert api.get(f"/api/v1/media/{copy}").status_code == 404


def test_media_alone_have_address_and_number(api: TestClient) -> None:
    created = api.post("/api/v1/media", content=PICTURE, headers=HEADERS)
    assert created.status_code == 201
    fields = created.json()
    assert fields["content"].endswith(f"/api/v1/media/{fields['media_id']}")
    assert api.get(f"/api/v1/iscc/{fields['media_id']}").status_code == 200


def test_wrong_requests_have_the_peers_status(api: TestClient) -> None:
    bad = HEADERS | {"X-Upload-Filename": "no base64!"}
    assert api.post("/api/v1/iscc", content=PICTURE, headers=bad).status_code == 400
    assert api.get("/api/v1/iscc/c5abcdefghijk").status_code == 404
    assert api.post("/api/v1/metadata/c5abcdefghijk", json={"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    "code",
    [
        "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI",
        "ISCC:GAA4TKAJ22IHKXBO",
        "ISCC:KUAAFU2TETECRECWRKTEF64HNYYAS",
    ],
)
def test_explaining_gives_what_iscc_core_says(api: TestClient, code: str) -> None:
    answer = api.get(f"/api/v1/explain/{code}")
    assert answer.status_code == 200
    oracle = iscc_core.Code(code)
    parts = iscc_core.iscc_decompose(code)
    assert answer.json() == {
        "iscc": code,
        "readable": oracle.explain,
        "multiformat": oracle.mf_base64url,
        "decomposed": "-".join(parts),
        "units": [
            {
                "iscc_unit": f"ISCC:{part}",
                "readable": iscc_core.Code(part).explain,
                "hash_hex": iscc_core.Code(part).hash_hex,
                "hash_uint": str(iscc_core.Code(part).hash_uint),
                "hash_bits": iscc_core.Code(part).hash_bits,
            }
            for part in parts
        ],
    }


@pytest.mark.parametrize("code", ["nonsense", "ISCC:KMUIV3NRGY", "ISCC:KEC6QGTXYEN3WJG2"])
def test_explaining_what_is_no_code_is_malformed(api: TestClient, code: str) -> None:
    answer = api.get(f"/api/v1/explain/{code}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
