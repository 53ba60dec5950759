"""Chunks and alignments: over the interface, and on the two screens that show them."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from iscckit.algorithms.text import text_clean
from iscckit.server.app import create_app
from iscckit.server.settings import Settings
from iscckit.units.text import text_simprints

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
SPEECH = (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8")
sys.path.insert(0, str(ROOT / "tools"))
planted = import_module("planted")
sys.path.pop(0)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = Settings(roots=(str(SAMPLES),))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def sent(client: TestClient, path: Path) -> str:
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    answer = client.post("/api/v1/media", content=path.read_bytes(), headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["media_id"])


def test_chunks_of_a_text_are_those_of_python(client: TestClient) -> None:
    asked = {"source": {"text": SPEECH}, "kind": "text", "average": 128}
    found = client.post("/api/v1/chunks", json=asked).json()
    expected = text_simprints(text_clean(SPEECH), average=128)
    assert [(each["offset"], each["size"], each["simprint"]) for each in found["chunks"]] == [
        (each.offset, each.size, each.text) for each in expected
    ]
    assert "".join(each["text"] for each in found["chunks"]) in text_clean(SPEECH)
    assert found["stats"]["count"] == len(expected)


def test_a_file_is_cut_by_its_text_or_its_bytes(client: TestClient) -> None:
    for kind, scale in (("text", "character"), ("data", "byte")):
        asked = {"source": {"path": "paper.pdf"}, "kind": kind}
        found = client.post("/api/v1/chunks", json=asked).json()
        assert found["scale"] == scale
        assert found["stats"]["count"] > 1
    whole = sum(each["size"] for each in found["chunks"])
    assert whole == (SAMPLES / "paper.pdf").stat().st_size


def test_a_paragraph_put_first_leaves_most_chunks_matched(client: TestClient) -> None:
    longer = "A new paragraph stands before all others, and is not in A.\n\n" + SPEECH
    asked = {"a": {"text": SPEECH}, "b": {"text": longer}, "average": 64}
    found = client.post("/api/v1/align", json=asked).json()
    assert found["coverage"]["a"] >= 90
    assert found["segments"][-1]["b"][0] - found["segments"][-1]["a"][0] == 60


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clips")
    return Path(planted.clip(SAMPLES / "song.opus", place / "clip.wav", 3.0, 15.0))


def test_a_clip_is_found_in_its_song(client: TestClient, clip: Path) -> None:
    song, part = sent(client, SAMPLES / "song.opus"), sent(client, clip)
    asked = {"a": {"media_id": song}, "b": {"media_id": part}, "kind": "time"}
    answer = client.post("/api/v1/align", json=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["offset"] == pytest.approx(-3.0, abs=0.5)
    assert found["coverage"]["b"] > 90
    page = client.get(f"/timeline?a={song}&b={part}").text
    assert "earlier in B than in A" in page
    assert 'class="band' in page
    assert page.count("<audio") == 2
    assert client.get(f"/timeline.json?a={song}&b={part}").json() == found


@pytest.mark.parametrize("key", ["audio", "video"])
def test_two_encodings_lie_over_each_other_in_time(client: TestClient, key: str) -> None:
    chosen = {"example": (None, key)}
    answer = client.post("/timeline/example", files=chosen, follow_redirects=False)
    assert answer.status_code == 303
    address = answer.headers["location"]
    found = client.get(address.replace("/timeline?", "/timeline.json?")).json()
    assert found["offset"] == pytest.approx(0, abs=0.5)
    assert found["coverage"]["a"] > 80
    assert found["coverage"]["b"] > 80
    page = client.get(address).text
    assert page.count(f"<{key}") == 2
    wrong = client.post("/timeline/example", files={"example": (None, "text")})
    assert wrong.status_code == 422


def test_a_stretch_of_a_film_is_found_in_it(client: TestClient, tmp_path: Path) -> None:
    film = SAMPLES / "film.mp4"
    part = Path(planted.film_clip(film, tmp_path / "part.mp4", 2.0, 10.0))
    a, b = sent(client, film), sent(client, part)
    asked = {"a": {"media_id": a}, "b": {"media_id": b}, "kind": "time"}
    found = client.post("/api/v1/align", json=asked).json()
    assert found["offset"] == pytest.approx(-2.0, abs=0.5)
    assert found["coverage"]["b"] > 80


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"a": {"iscc": "ISCC:EAASKDNZNYGUUF5A"}, "b": {"text": "b"}}, "/a"),
        ({"a": {"text": "a"}, "b": {"path": "song.opus"}}, "/b"),
        ({"a": {"path": "cat.jpg"}, "b": {"path": "song.opus"}, "kind": "time"}, "/a"),
    ],
)
def test_what_has_no_parts_is_named(
    client: TestClient, asked: dict[str, object], pointer: str
) -> None:
    answer = client.post("/api/v1/align", json=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


def test_two_versions_lie_over_each_other_on_the_page(client: TestClient) -> None:
    files = {
        "text_m": (None, SPEECH),
        "text_n": (None, f"Something else first. {SPEECH}"),
        "average": (None, "64"),
    }
    answer = client.post("/chunker", files=files, follow_redirects=False)
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = client.get(address).text
    assert re.search(r"\d+ of \d+ chunks of A are in B unchanged", page)
    assert 'href="#B' in page
    twin = client.get(address.replace("/chunker?", "/chunker.json?")).json()
    assert twin["coverage"]["a"] > 80


def test_text_on_the_page_is_escaped(client: TestClient) -> None:
    files = {"text_m": (None, "<script>alert(1)</script> & more"), "average": (None, "64")}
    page = client.post("/chunker", files=files).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_a_file_that_is_gone_is_said(client: TestClient) -> None:
    answer = client.get("/chunker?m=0000000000000")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert client.get("/timeline.json?a=0000000000000").status_code == 422
