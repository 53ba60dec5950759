"""Two uploads are compared as two files are: by their codes, and by the part that they share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tools.planted import SAMPLES, crop, mirrored

from iscckit.server.app import create_app
from iscckit.server.services.compare_files import Given, compare_units
from iscckit.server.settings import Settings


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


def uploaded(client: TestClient, path: Path) -> str:
    files = {"file": (path.name, path.read_bytes())}
    answer = client.post("/api/v1/media", files=files)
    assert answer.status_code == 201, answer.text
    media_id: str = answer.json()["media_id"]
    return media_id


def test_uploads_are_searched_for_a_part_and_pages_say_it(
    client: TestClient, tmp_path: Path
) -> None:
    cat = uploaded(client, SAMPLES / "cat.jpg")
    other = uploaded(client, mirrored(SAMPLES / "cat.jpg", tmp_path / "m.jpg"))
    pair = {"a": {"media_id": cat}, "b": {"media_id": other}}
    found = client.post("/api/v1/compare", json=pair).json()
    assert (found["verdict"], found["sentence"]) == ("part", "B is A mirrored.")
    assert found["part"]["turn"] == 4
    again = client.post("/api/v1/compare", json=pair).json()
    assert again == found
    codes = client.post("/api/v1/compare", json={**pair, "parts": False}).json()
    assert (codes["verdict"], codes["part"]) == ("none", None)
    assert "B is A mirrored." in client.post("/api/v1/reports/compare", json=pair).text
    for address in ("/compare", "/compare.html"):
        page = client.get(address, params={"am": cat, "bm": other})
        assert "B is A mirrored." in page.text
        assert 'data-verdict="part"' in page.text
    assert client.get("/compare.json", params={"am": cat, "bm": other}).json()["verdict"] == "part"


def test_the_sides_may_change_places(client: TestClient, tmp_path: Path) -> None:
    cat = uploaded(client, SAMPLES / "cat.jpg")
    small = uploaded(client, crop(SAMPLES / "cat.jpg", tmp_path / "crop.png"))
    for a, b, words in ((cat, small, "B is the lower"), (small, cat, "A is the lower")):
        pair = {"a": {"media_id": a}, "b": {"media_id": b}}
        assert words in client.post("/api/v1/compare", json=pair).json()["sentence"]


def test_a_text_against_its_own_code_is_undecided(client: TestClient) -> None:
    pair = {"a": {"text": "Hello World"}, "b": {"iscc": "ISCC:EAASKDNZNYGUUF5A"}}
    found = client.post("/api/v1/compare", json=pair).json()
    assert (found["verdict"], found["units"][0]["equal"]) == ("undecided", 64)


def test_sides_without_records_are_compared_as_codes() -> None:
    found = compare_units(Given("ISCC:EAASKDNZNYGUUF5A"), Given("ISCC:EAASKDNZNYGUUF5A"))
    assert (found.verdict, found.part) == ("near", None)
