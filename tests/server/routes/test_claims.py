"""Proofs, claims, ranges, reservations and declarations over the REST interface."""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.trust.claims.makers import claim_of
from tests.trust.log import material
from tools.planted import SAMPLES

from iscckit import declare
from iscckit.server.app import create_app
from iscckit.server.settings import Settings
from iscckit.trust.claims.write import write_claims
from iscckit.trust.log.hub import Hub
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.byte_range import verify_range
from iscckit.trust.proof.did import did_key
from iscckit.trust.proof.range_document import read_range
from iscckit.trust.proof.signature import verify_signature

CAT = SAMPLES / "cat.jpg"
SMALL = SAMPLES / "cat-small.webp"
SPEECH = SAMPLES / "gettysburg-hay.txt"
SECRET = bytes(range(32))
AUTHOR = did_key(ed25519.derive_public_key(SECRET))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose library has a claim about a picture by ``SECRET``."""
    folder = str(tmp_path_factory.mktemp("library"))
    key = ed25519.derive_public_key(SECRET)
    write_claims(folder, [claim_of(CAT, signer=key, tdm={"train": "reserved"})])
    with TestClient(create_app(Settings(library=folder)), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def proof() -> dict[str, Any]:
    return declare(CAT, SECRET).to_dict()


def upload(client: TestClient, path: Path) -> str:
    sent = client.post("/api/v1/media", files={"file": (path.name, path.read_bytes())})
    assert sent.status_code == 201
    media_id: str = sent.json()["media_id"]
    return media_id


def test_a_proof_is_checked_with_its_file(client: TestClient, proof: dict[str, Any]) -> None:
    asked = {"proof": proof, "media_id": upload(client, CAT)}
    found = client.post("/api/v1/proofs/verify", json=asked).json()
    assert (found["state"], found["path"]) == ("valid", "cat.jpg")
    trusted = client.post("/api/v1/proofs/verify", json={**asked, "signers": [AUTHOR]}).json()
    assert trusted["state"] == "trusted"
    assert [each["status"] for each in trusted["checks"][:3]] == ["holds"] * 3
    strict = {**asked, "signers": [AUTHOR], "require": ["log"]}
    assert client.post("/api/v1/proofs/verify", json=strict).json()["state"] == "invalid"


@pytest.mark.parametrize("other", [SMALL, SPEECH, None])
def test_another_file_or_none_is_not_what_was_declared(
    client: TestClient, proof: dict[str, Any], other: Path | None
) -> None:
    asked: dict[str, Any] = {"proof": proof, "signers": [AUTHOR]}
    if other is not None:
        asked["media_id"] = upload(client, other)
    found = client.post("/api/v1/proofs/verify", json=asked).json()
    assert found["state"] == "invalid"
    results = {SMALL: {"similar", "same-content"}, SPEECH: {"other"}, None: {"missing"}}
    assert found["checks"][0]["result"] in results[other]


def test_a_changed_or_foreign_proof_is_invalid(client: TestClient, proof: dict[str, Any]) -> None:
    note = {**proof["note"], "nonce": "fff" + "0" * 29}
    for changed in ({**proof, "note": note}, {**proof, "more": 1}, {}, {"mediaType": "text/html"}):
        answer = client.post("/api/v1/proofs/verify", json={"proof": changed})
        assert (answer.status_code, answer.json()["state"]) == (200, "invalid")


def test_a_key_that_is_none_is_named(client: TestClient) -> None:
    answer = client.post("/api/v1/proofs/verify", json={"proof": {}, "signers": [AUTHOR, "x"]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/signers/1"


def test_a_copy_leads_to_the_claim_and_only_trusted_ones_hold(client: TestClient) -> None:
    source = {"media_id": upload(client, SMALL)}
    found = client.post("/api/v1/resolve", json={"source": source}).json()
    assert [each["state"] for each in found["claims"]] == ["valid"]
    assert found["terms"] == {}
    trusted = client.post("/api/v1/resolve", json={"source": source, "signers": [AUTHOR]}).json()
    assert trusted["terms"]["train"]["answer"] == "reserved"
    text = {"source": {"text": "words that nobody has claimed"}}
    assert client.post("/api/v1/resolve", json=text).json()["claims"] == []


def test_a_service_without_claims_finds_none_but_screens_nothing(tmp_path: Path) -> None:
    app = create_app(Settings(library=str(tmp_path)))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        text = {"text": "words"}
        assert client.post("/api/v1/resolve", json={"source": text}).json()["claims"] == []
        job = client.post("/api/v1/screen", json={"use": "train", "sources": [text]}).json()
        over = client.get(f"/api/v1/jobs/{job['id']}", headers={"Prefer": "wait=30"}).json()
        assert (over["status"], over["problem"]["status"]) == ("failed", 503)
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        assert client.post("/api/v1/resolve", json={"source": text}).status_code == 404


def test_codes_texts_and_files_are_screened(client: TestClient) -> None:
    media = upload(client, SMALL)
    code = client.post("/api/v1/resolve", json={"source": {"media_id": media}}).json()["claims"][0]
    sources = [{"iscc": code["iscc"]}, {"text": "words"}, {"media_id": media}, {"text": " "}]
    asked = {"use": "train", "sources": sources, "signers": [AUTHOR]}
    sent = client.post("/api/v1/screen", json=asked)
    assert sent.status_code == 202
    job = client.get(sent.headers["Location"], headers={"Prefer": "wait=60"}).json()
    assert job["status"] == "done"
    decisions = job["result"]["decisions"]
    assert [each["decision"] for each in decisions[:2]] == ["reserved", "unknown"]
    assert decisions[2]["decision"] in {"reserved", "review"}
    assert decisions[2]["value"] == media
    assert decisions[3]["decision"] == "unknown"
    refused = client.post("/api/v1/screen", json={"use": "train", "sources": [{"path": "x"}]})
    assert refused.status_code == 422


def test_a_statement_is_said_in_another_vocabulary(client: TestClient) -> None:
    asked = {"statement": "train-ai=n", "vocabulary": "aipref", "to": "tdmrep"}
    found = client.post("/api/v1/optout/convert", json=asked).json()
    assert found["reservations"] == {"train-generative": "reserved"}
    assert found["value"]["tdm-reservation"] == 1
    assert "analyze" in found["also_reserved"]
    wrong = client.post("/api/v1/optout/convert", json={**asked, "to": "tdmai"})
    assert wrong.json()["errors"][0]["pointer"] == "/iscc"
    wrong = client.post("/api/v1/optout/convert", json={**asked, "vocabulary": "cawg"})
    assert wrong.json()["errors"][0]["pointer"] == "/statement"


def test_bytes_of_an_upload_are_proven(client: TestClient) -> None:
    asked = {"media_id": upload(client, CAT), "start": 100, "end": 300}
    document = client.post("/api/v1/ranges", json=asked).json()
    assert verify_range(read_range(document)).content == CAT.read_bytes()[100:300]
    assert b64decode(document["slice"])
    for wrong in ({"end": 100}, {"end": 10**9}, {"start": 10**9}):
        answer = client.post("/api/v1/ranges", json={**asked, **wrong})
        assert answer.status_code == 422
        assert "/" not in answer.json()["detail"]  # no path of the service


def test_a_signed_note_gets_a_number_and_a_receipt(tmp_path: Path) -> None:
    place = material.Place(tmp_path)
    place.create()
    with place.open() as writer:
        hub = Hub(writer, material.sign)
        app = create_app(Settings(), hub)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            note = material.declare(1)
            sent = client.post("/api/v1/declarations", json=note)
            assert (sent.status_code, sent.json()["seq"]) == (201, 0)
            receipt = client.get(sent.headers["Location"]).json()
            declared = receipt["credentialSubject"]["declaration"]
            assert declared["iscc_id"] == sent.json()["iscc_id"]
            assert verify_signature(declared["iscc_note"]).public_key is not None
            again = client.post("/api/v1/declarations", json=note)
            assert (again.status_code, again.json()["code"]) == (409, "NONCE_REUSED")
            wrong = client.post("/api/v1/declarations", json={**note, "nonce": "0" * 32})
            assert wrong.status_code == 422
        hub.close()


def test_a_service_without_a_log_takes_no_declaration(client: TestClient) -> None:
    answer = client.post("/api/v1/declarations", json=material.declare(1))
    assert answer.status_code == 404
    assert "--log" in answer.json()["detail"]
