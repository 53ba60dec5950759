"""The screen Verify: a proof and its file, each check a line, by a permalink."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tools.planted import SAMPLES

from iscckit import Declaration, declare
from iscckit.render.proof_wording import NOT_SHOWN
from iscckit.server.app import create_app
from iscckit.server.settings import Settings
from iscckit.trust.proof.proof_file import encode_proof

CAT = SAMPLES / "cat.jpg"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return declare(CAT, bytes(range(32)))


def send(client: TestClient, files: dict[str, tuple[str, bytes]], signer: str = "") -> str:
    """Send the form, and return the permalink."""
    answer = client.post("/verify", files=files, data={"s": signer}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_proof_and_its_file_are_checked_line_by_line(
    client: TestClient, declared: Declaration
) -> None:
    files = {
        "proof": ("cat.jpg.iscc-proof.json", encode_proof(declared.document)),
        "file": ("cat.jpg", CAT.read_bytes()),
    }
    place = send(client, files)
    page = client.get(place).text
    assert 'data-state="valid"' in page
    assert declared.did in page
    assert all(f'data-check="{name}"' in page for name in NOT_SHOWN)
    assert all(text in page for text in NOT_SHOWN.values())
    place = send(client, files, declared.did)
    assert 'data-state="trusted"' in client.get(place).text
    twin = client.get(place.replace("/verify?", "/verify.json?")).json()
    assert twin["state"] == "trusted"
    assert f"{twin['checks'][0]['sentence']}" in client.get(place).text


def test_files_in_the_wrong_fields_are_told_apart_by_their_names(
    client: TestClient, declared: Declaration
) -> None:
    files = {
        "file": ("cat.jpg.iscc-proof.json", encode_proof(declared.document)),
        "proof": ("cat.jpg", CAT.read_bytes()),
    }
    assert 'data-state="trusted"' in client.get(send(client, files, declared.did)).text


def test_what_is_wrong_is_said(client: TestClient, declared: Declaration) -> None:
    assert client.get("/verify").status_code == 200
    assert client.get("/verify.json").status_code == 422
    assert client.get("/verify", params={"p": "06a9v3q1kd2ng"}).status_code == 404
    files = {"proof": ("a.iscc-proof.json", b"<b>no proof</b>")}
    page = client.get(send(client, files)).text
    assert 'data-state="invalid"' in page
    files = {"proof": ("a.iscc-proof.json", encode_proof(declared.document))}
    answer = client.get(send(client, files, "<b>"))
    assert answer.status_code == 422
    assert "<b>" not in answer.text
