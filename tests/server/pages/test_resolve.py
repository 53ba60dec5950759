"""The screen Resolve: a picture or a paragraph leads to the claims, by a permalink."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.trust.claims.makers import claim_of
from tools.planted import SAMPLES

from iscckit.server.app import create_app
from iscckit.server.settings import Settings
from iscckit.trust.claims.write import write_claims
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.did import did_key

KEY = ed25519.derive_public_key(bytes(range(32)))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = str(tmp_path_factory.mktemp("library"))
    write_claims(folder, [claim_of(SAMPLES / "cat.jpg", signer=KEY, tdm={"train": "reserved"})])
    with TestClient(create_app(Settings(library=folder)), base_url="http://127.0.0.1") as client:
        yield client


def test_a_copy_of_a_picture_leads_to_its_claim(client: TestClient) -> None:
    small = ("x.webp", (SAMPLES / "cat-small.webp").read_bytes())
    answer = client.post("/resolve", files={"file": small}, follow_redirects=False)
    assert answer.status_code == 303
    place = answer.headers["location"]
    page = client.get(place).text
    assert 'data-state="valid"' in page
    assert "no trusted signer says anything" in page
    trusted = client.get(place, params={"m": place.partition("m=")[2], "s": did_key(KEY)})
    assert "train is reserved" in trusted.text
    twin = client.get(place.replace("/resolve?", "/resolve.json?")).json()
    assert [each["signer"] for each in twin["claims"]] == [did_key(KEY)]


def test_a_paragraph_nobody_claimed_has_no_claim(client: TestClient) -> None:
    words = {"q": (None, "four score and <b>seven</b> years ago")}
    page = client.post("/resolve", files=words).text
    assert "No claim is known" in page
    assert "<b>" not in page
    long = client.post("/resolve", files={"q": (None, "many words " * 400)})
    assert "No claim is known" in long.text


def test_the_first_page_leads_here_and_what_is_wrong_is_said(client: TestClient) -> None:
    assert 'action="/resolve"' in client.get("/").text
    assert client.get("/resolve").status_code == 200
    assert client.get("/resolve.json").status_code == 422
    assert client.get("/resolve", params={"q": "words", "s": "<i>"}).status_code == 422
