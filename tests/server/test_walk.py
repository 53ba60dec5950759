"""A client walks the whole way over HTTP: upload, code, library, search, cluster, report."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.process import Running

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "files").mkdir()
    with Running(tmp_path, "--root", str(tmp_path / "files")) as running:
        yield running


def test_a_client_walks_from_the_upload_to_the_report(running: Running, tmp_path: Path) -> None:
    client = running.client
    content = (SAMPLES / "cat.jpg").read_bytes()
    uploaded = client.post(
        "/api/v1/iscc", content=content, headers={"X-Upload-Filename": "Y2F0LmpwZw=="}
    )
    assert uploaded.status_code == 201
    record = uploaded.json()
    code = record["iscc"]
    assert client.get(f"/api/v1/inspect/{code}").status_code == 200

    for name in ("cat.jpg", "cat-small.webp", "gettysburg-hay.txt"):
        shutil.copy2(SAMPLES / name, tmp_path / "files" / name)
    shutil.copy2(SAMPLES / "cat.jpg", tmp_path / "files" / "again.jpg")
    started = client.post("/api/v1/library/scan", json={"paths": [str(tmp_path / "files")]})
    assert started.status_code == 202
    with client.stream("GET", f"{started.headers['location']}/events") as events:
        told = [line for line in events.iter_lines() if line.startswith("event: ")]
    assert told[-1] == "event: done"
    assert client.get("/api/v1/library").json()["states"] == {"present": 4}

    source = {"media_id": record["media_id"]}
    by_file = client.post("/api/v1/search", json={"source": source}).json()
    by_code = client.post("/api/v1/search", json={"source": {"iscc": code}}).json()
    for found in (by_file, by_code):
        assert [match["relation"] for match in found["matches"]] == [
            "identical",
            "identical",
            "near",
        ]

    (cluster,) = client.get("/api/v1/library/clusters").json()["items"]
    assert {Path(member["path"]).name for member in cluster["members"]} == {
        "cat.jpg",
        "again.jpg",
        "cat-small.webp",
    }
    picture = client.get(f"/api/v1/library/items/{cluster['members'][0]['id']}/thumbnail")
    assert picture.headers["content-type"] == "image/webp"
    report = client.get("/api/v1/library/duplicates.html?keep=shortest-path")
    assert report.text.count("data:image/webp;base64,") == 3
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == [
        "again.jpg",
        "cat-small.webp",
        "cat.jpg",
        "gettysburg-hay.txt",
    ]
    assert running.stop() == 0
