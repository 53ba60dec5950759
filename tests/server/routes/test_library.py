"""The library over the REST interface and on its screens."""

import asyncio
import copy
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from iscckit.cli.main import main
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.clusters.clusters import ClusterKind
from iscckit.library.library import Library
from iscckit.library.scan.scan import open_writer
from iscckit.server.app import create_app
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.queue import Jobs
from iscckit.server.services.cluster_service import Kind
from iscckit.server.services.library_service import LibraryService
from iscckit.server.settings import Allowance, Settings
from iscckit.server.uploads.spool import Spool

SAMPLES = Path(__file__).parents[3] / "samples"
HOSTILE = "<img src=x onerror=alert(1)>'$(touch gone).jpg"
CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
PASSAGE = "conceived in Liberty, and dedicated to the proposition that all men are created equal"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files, a copy under a hostile name, and a broken picture."""
    place = tmp_path_factory.mktemp("place")
    files = place / "files"
    (files / "old").mkdir(parents=True)
    for name in (
        "cat.jpg",
        "cat-small.webp",
        "gettysburg-hay.txt",
        "gettysburg-bliss.md",
        "rocket.jpg",
    ):
        shutil.copy2(SAMPLES / name, files / name)
    shutil.copy2(SAMPLES / "cat.jpg", files / "old" / HOSTILE)
    (place / "secret.txt").write_text("not for everybody", encoding="utf-8")
    (files / "link.txt").symlink_to(place / "secret.txt")
    return place


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[TestClient]:
    settings = Settings(
        library=str(place / "library"),
        roots=(str(place / "files"),),
        allowance=Allowance(rate=0),
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert client.get("/api/v1/library").json()["files"] == 0
        assert client.get("/library").status_code == 200
        assert "no library yet" in client.get("/library").text
        job = client.post("/api/v1/library/scan", json={"paths": ["."]})
        assert job.status_code == 202
        assert over(client, job.json()["id"])["result"]["counts"] == {"new": 6}
        yield client


def over(client: TestClient, job: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/jobs/{job}", headers={"Prefer": "wait=60"}).json()
    assert found["status"] == "done", found
    return found


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    main(list(arguments))
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def item_of(client: TestClient, name: str) -> dict[str, Any]:
    (found,) = client.get("/api/v1/library/items", params={"q": name}).json()["items"]
    return dict(found)


def test_the_library_tells_its_numbers(client: TestClient, place: Path) -> None:
    found = client.get("/api/v1/library").json()
    assert found["files"] == 6
    assert found["states"] == {"present": 6}
    assert found["modes"] == {"image": 4, "text": 2}
    assert found["folders"][0] == {"path": str(place / "files"), "files": 5}
    assert found["last_scan"] > 0
    assert found["scan"] is None


def test_items_come_page_by_page_and_can_be_chosen(client: TestClient) -> None:
    seen, cursor = [], ""
    while True:
        page = client.get("/api/v1/library/items", params={"limit": 4, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6
    assert seen == sorted(seen)
    texts = client.get("/api/v1/library/items", params={"mode": "text"}).json()["items"]
    assert {Path(item["path"]).suffix for item in texts} == {".txt", ".md"}
    assert client.get("/api/v1/library/items", params={"q": "100%_"}).json()["items"] == []
    refused = client.get("/api/v1/library/items", params={"cursor": "bm90aGluZw=="})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-input")


def test_an_item_has_its_record_and_its_picture(client: TestClient) -> None:
    item = item_of(client, "rocket")
    record = client.get(f"/api/v1/library/items/{item['id']}").json()["record"]
    assert record["iscc"] == item["iscc"]
    picture = client.get(f"/api/v1/library/items/{item['id']}/thumbnail", params={"size": 64})
    assert picture.headers["content-type"] == "image/webp"
    assert picture.content[8:12] == b"WEBP"
    etag = picture.headers["etag"]
    assert record["datahash"] in etag
    again = client.get(
        f"/api/v1/library/items/{item['id']}/thumbnail?size=64", headers={"If-None-Match": etag}
    )
    assert again.status_code == 304
    for path in ("/api/v1/library/items/999", "/api/v1/library/items/999/thumbnail"):
        assert client.get(path).status_code == 404


def test_a_file_that_was_replaced_is_not_shown(
    client: TestClient, place: Path, tmp_path: Path
) -> None:
    path = place / "files" / "rocket.jpg"
    item = item_of(client, "rocket")
    shutil.move(path, tmp_path)
    try:
        path.symlink_to(place / "secret.txt")
        answer = client.get(f"/api/v1/library/items/{item['id']}/thumbnail?size=77")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/media-gone")
    finally:
        path.unlink()
        shutil.move(tmp_path / "rocket.jpg", path)


def without_numbers(clusters: list[Any]) -> list[Any]:
    """Return clusters as files have them: numbers of items are addresses of this service."""
    for cluster in clusters:
        for member in cluster["members"]:
            assert member.pop("id") > 0
    return clusters


def test_clusters_are_those_that_the_command_prints(
    client: TestClient, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = client.get("/api/v1/library/clusters").json()
    shown = printed(capsys, "dupes", "--library", str(place / "library"), "--json")
    assert without_numbers(copy.deepcopy(found["items"])) == shown
    assert (found["clusters"], found["files"], found["copies"]) == (2, 5, 1)
    assert found["reclaimable"] == (SAMPLES / "cat.jpg").stat().st_size
    assert client.get("/library.json").json() == found
    first = client.get("/api/v1/library/clusters", params={"limit": 1}).json()
    second = client.get("/api/v1/library/clusters", params={"limit": 1, "cursor": first["next"]})
    assert first["items"] + second.json()["items"] == found["items"]
    assert second.json()["next"] is None


def test_a_threshold_leaves_what_is_nearer(client: TestClient) -> None:
    exact = client.get("/api/v1/library/clusters", params={"most": 0}).json()
    assert [each["kind"] for each in exact["items"]] == ["exact"]
    edits = client.get("/api/v1/library/clusters", params={"least": 1, "most": 10}).json()
    (cluster,) = edits["items"]
    names = {Path(member["path"]).name for member in cluster["members"]}
    assert names in ({"cat.jpg", "cat-small.webp"}, {HOSTILE, "cat-small.webp"})
    none = client.get("/api/v1/library/clusters", params={"kind": "versions"}).json()
    assert none["items"] == []


def test_reference_folders_and_rules_say_what_stays(client: TestClient, place: Path) -> None:
    def kept(**asked: str) -> str:
        found = client.get("/api/v1/library/clusters", params=asked).json()
        return str(found["steps"][0]["kept"])

    plain, hostile = str(place / "files/cat.jpg"), str(place / "files/old" / HOSTILE)
    assert kept(keep="shortest-path") == plain
    assert kept(reference=str(place / "files/old")) == hostile
    for nothing in ("/no/such/folder", str(place)[:-1], str(place / "library")):
        answer = client.get("/api/v1/library/clusters", params={"reference": nothing})
        assert answer.status_code == 422, nothing
        assert client.get("/library", params={"reference": nothing}).status_code == 422
        script = client.get("/api/v1/library/duplicates.sh", params={"reference": nothing})
        assert script.status_code == 422


def test_searches_give_what_the_command_prints(
    client: TestClient, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(place / "library")
    for source, given in (
        ({"text": PASSAGE}, PASSAGE),
        ({"iscc": CAT}, CAT),
        ({"path": "cat-small.webp"}, str(place / "files/cat-small.webp")),
    ):
        found = client.post("/api/v1/search", json={"source": source}).json()
        assert found["matches"] == printed(capsys, "search", "--library", library, "--json", given)
        assert len(found["ids"]) == len(found["matches"]) > 0
        assert found["items"] == 6
        assert 0 <= found["false_hits"] < 1


def test_an_uploaded_file_is_found_with_a_link_to_compare(client: TestClient) -> None:
    files = {"file": ("again.webp", (SAMPLES / "cat-small.webp").read_bytes(), "image/webp")}
    page = client.post("/search", data={"q": "", "mode": "image"}, files=files)
    assert page.url.path == "/search"
    assert re.search(r"[?&]m=[a-v0-9]{13}&mode=image$", str(page.url))
    assert 'data-relation="identical"' in page.text
    link = re.search(r'href="(/compare\?a=ISCC:[^"]+)"', page.text)
    assert link is not None
    compared = client.get(link[1].replace("&amp;", "&"))
    assert 'data-verdict="identical"' in compared.text
    twin = client.get(str(page.url).replace("/search?", "/search.json?")).json()
    media = re.search(r"m=([a-v0-9]{13})", str(page.url))
    assert media is not None
    asked = {"source": {"media_id": media[1]}, "mode": "image"}
    assert twin == client.post("/api/v1/search", json=asked).json()


def test_a_long_text_is_kept_and_found(client: TestClient) -> None:
    text = (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8") * 2
    page = client.post("/search", files={"q": (None, text)})
    assert "m=" in str(page.url)
    assert "gettysburg-bliss.md" in page.text


def test_filters_narrow_a_search(client: TestClient, place: Path) -> None:
    def names(**filters: str) -> set[str]:
        twin = client.get("/search.json", params={"q": CAT, **filters}).json()
        return {Path(match["path"]).name for match in twin["matches"]}

    assert names() == {"cat.jpg", HOSTILE, "cat-small.webp"}
    assert names(folder=str(place / "files/old")) == {HOSTILE}
    assert names(mode="text") == set()
    assert names(since="2999-01-01") == set()
    assert names(until="2999-01-01") == names()
    for moment in (1e9, "1000000000", "yesterday", True):
        asked = {"source": {"iscc": CAT}, "until": moment}
        assert client.post("/api/v1/search", json=asked).status_code == 422
    asked = {"source": {"iscc": CAT}, "since": "0001-01-01T00:00:00"}
    assert len(client.post("/api/v1/search", json=asked).json()["matches"]) == 3


def test_a_wrong_code_is_said_on_the_page(client: TestClient) -> None:
    page = client.get("/search", params={"q": "ISCC:EAASKDNZNYGUUF58"})
    assert page.status_code == 422
    assert "did you mean ISCC:EAASKDNZNYGUUF5B?" in page.text
    assert client.get("/search.json").status_code == 422


def test_one_long_word_is_a_text_not_a_wrong_code(client: TestClient) -> None:
    page = client.get("/search", params={"q": "gettysburg"})
    assert page.status_code == 200
    assert "not a valid" not in page.text


def test_hostile_names_are_shown_as_text(client: TestClient) -> None:
    for path in ("/library", f"/search?q={CAT}", "/api/v1/library/duplicates.html"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_reports_hold_all_and_the_script_only_prints(client: TestClient, place: Path) -> None:
    address = "/api/v1/library/duplicates."
    page = client.get(f"{address}html")
    assert page.headers["content-disposition"] == 'attachment; filename="duplicates.html"'
    assert page.text.count("data:image/webp;base64,") == 3
    assert re.findall(r"(?:src|href)=\"(?!data:)", page.text) == []
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}csv").text)))
    assert len(rows) == 5
    assert [row["copy_of"] for row in rows if row["copy_of"]] == [str(place / "files/cat.jpg")]
    values = client.get(f"{address}json").json()
    found = client.get("/api/v1/library/clusters").json()["items"]
    assert values["clusters"] == without_numbers(found)
    script = place / "duplicates.sh"
    script.write_bytes(client.get(f"{address}sh").content)
    copy = place / "files" / "old" / HOSTILE
    told = subprocess.run(["sh", script], capture_output=True, text=True, cwd=place, check=True)
    assert told.stdout == f"rm -- {quote(str(copy))}\n"
    assert copy.exists()
    assert not (place / "gone").exists()


def test_the_script_deletes_only_copies_and_only_when_told(place: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in ("a.txt", "it's b.txt", "c.txt"):
        (files / name).write_text("four score and seven years ago", encoding="utf-8")
    with Library.open(tmp_path / "lib") as library:
        list(library.add(files))
        settings = Settings(library=str(tmp_path / "lib"))
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            answer = client.get("/api/v1/library/duplicates.sh?keep=shortest-path")
    script = tmp_path / "duplicates.sh"
    script.write_bytes(answer.content)
    (files / "c.txt").write_text("something else by now, of which there is one", encoding="utf-8")
    told = subprocess.run(
        ["sh", script, "--apply"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert sorted(os.listdir(files)) == ["a.txt", "c.txt"]
    assert "left, it has changed" in told.stderr


def test_paths_elsewhere_are_refused(client: TestClient, place: Path) -> None:
    for path in ("..", "../secret.txt", str(place), "/etc", "link.txt", "old/../..", "a\0b"):
        for what in ("scan", "verify"):
            answer = client.post(f"/api/v1/library/{what}", json={"paths": [path]})
            assert (answer.status_code, answer.json()["type"]) == (
                403,
                "/problems/path-not-allowed",
            ), path
        form = {"path": (None, path), "root": (None, "x"), "what": (None, "scan")}
        assert client.post("/library/scan", files=form).status_code == 403
    answer = client.post("/api/v1/search", json={"source": {"path": "../secret.txt"}})
    assert answer.status_code == 403


def test_verification_says_what_has_changed(client: TestClient, place: Path) -> None:
    path = place / "files" / "gettysburg-hay.txt"
    before, stat = path.read_bytes(), path.stat()
    try:
        path.write_bytes(before.replace(b"nation", b"notion", 1))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        job = client.post("/api/v1/library/verify", json={"paths": ["."]}).json()["id"]
        result = over(client, job)["result"]
        assert result["counts"] == {"intact": 5, "modified": 1}
        (finding,) = result["findings"]
        assert (finding["path"], finding["rotten"]) == (str(path), True)
        page = client.get(f"/library/jobs/{job}").text
        assert "modified, damaged" in page
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_the_form_starts_a_scan_that_can_be_followed(client: TestClient, place: Path) -> None:
    form = {"root": (None, str(place / "files")), "path": (None, ""), "what": (None, "scan")}
    page = client.post("/library/scan", files=form)
    assert page.url.path.startswith("/library/jobs/")
    job = page.url.path.rpartition("/")[2]
    assert over(client, job)["result"]["counts"] == {}
    assert client.get(f"/library/jobs/{job}.json").json()["status"] == "done"
    assert "Done" in client.get(page.url.path).text
    assert client.post("/library/scan", files={"path": (None, "")}).status_code == 422


def test_two_items_that_were_marked_are_not_joined(client: TestClient) -> None:
    one, other = item_of(client, "gettysburg-hay"), item_of(client, "gettysburg-bliss")
    both = {one["id"], other["id"]}

    def joined() -> bool:
        clusters = client.get("/api/v1/library/clusters").json()["items"]
        return any(both <= {member["id"] for member in each["members"]} for each in clusters)

    assert joined()
    form = {"pair": (None, f"{one['id']}-{other['id']}"), "back": (None, "kind=near")}
    page = client.post("/library/unrelated", files=form)
    assert str(page.url).endswith("/library?kind=near")
    assert not joined()
    answer = client.post("/api/v1/library/unrelated", json={"a": one["id"], "b": 999})
    assert answer.status_code == 404
    assert client.post("/library/unrelated", files={"pair": (None, "1-x")}).status_code == 404
    assert client.post("/library/unrelated", files={"pair": (None, "1")}).status_code == 422


def test_chosen_copies_become_a_script(client: TestClient, place: Path) -> None:
    copy = item_of(client, "onerror")
    form = {"go": (None, str(copy["id"])), "back": (None, "keep=shortest-path")}
    script = client.post("/library/script", files=form)
    assert script.text.count("\ncopy '") + script.text.count("\ncopy /") == 1
    nothing = client.post("/library/script", files={"back": (None, "")})
    assert "\ncopy /" not in nothing.text
    assert client.post("/library/script", files={"back": (None, "most=x")}).status_code == 422


def test_failed_files_are_listed_with_reasons(tmp_path: Path) -> None:
    folder = str(tmp_path / "lib")
    with open_writer(folder) as catalog, catalog.transaction():
        catalog.add(Item(0, "/a/b.jpg", Stat(1, 1, 1, 1), "failed", error="the decoder crashed"))
    with TestClient(create_app(Settings(library=folder)), base_url="http://127.0.0.1") as client:
        page = client.get("/library?view=failed").text
        assert "the decoder crashed" in page
        (item,) = client.get("/library.json?view=failed").json()["items"]
        assert (item["state"], item["error"]) == ("failed", "the decoder crashed")


def test_a_scan_can_be_cancelled_and_only_one_runs(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(40):
        (files / f"{number}.txt").write_text(f"text of number {number} " * 2000, encoding="utf-8")
    settings = Settings(library=str(tmp_path / "lib"), roots=(str(files),))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        job = client.post("/api/v1/library/scan", json={"paths": ["."]}).json()["id"]
        second = client.post("/api/v1/library/scan", json={"paths": ["."]})
        assert (second.status_code, second.json()["type"]) == (409, "/problems/conflict")
        assert client.delete(f"/api/v1/jobs/{job}").json()["status"] == "cancelled"
        page = client.get(f"/library/jobs/{job}").text
        assert "cancelled" in page
        again = client.post("/api/v1/library/scan", json={"paths": ["."]}).json()["id"]
        assert over(client, again)["result"]["files"] == 40
        events = client.get(f"/api/v1/jobs/{again}/events").text
        assert "event: progress" in events
        assert "event: done" in events


def test_only_one_verification_runs(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text("a text", encoding="utf-8")
    settings = Settings(library=str(tmp_path / "lib"), roots=(str(files),))

    async def check() -> None:
        spool = Spool(None, settings.allowance)
        jobs = Jobs(settings, spool)
        library_service = LibraryService(settings, jobs)
        await jobs.result(library_service.scan(["."]))
        first = library_service.verify(["."])
        with pytest.raises(Problem, match="at work"):
            library_service.verify(["."])
        await jobs.result(first)
        result = await jobs.result(library_service.verify(["."]))
        assert result["counts"] == {"intact": 1}
        spool.close()

    asyncio.run(check())


@pytest.mark.parametrize("field", ["limit", "radius"])
@pytest.mark.parametrize("value", ["5", True])
def test_numbers_of_a_search_are_numbers(client: TestClient, field: str, value: object) -> None:
    answer = client.post("/api/v1/search", json={"source": {"text": "a"}, field: value})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")


def test_a_service_without_a_library_says_so() -> None:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        assert client.get("/api/v1/library").json()["files"] == 0
        assert client.get("/api/v1/library/items").json() == {"items": [], "next": None}
        assert client.get("/api/v1/library/clusters").json()["items"] == []
        assert client.get("/api/v1/library/items/1").status_code == 404
        assert client.get("/api/v1/library/duplicates.csv").status_code == 404
        assert client.post("/api/v1/library/scan", json={"paths": ["."]}).status_code == 404
        found = client.post("/api/v1/search", json={"source": {"text": "cat"}}).json()
        assert (found["matches"], found["items"]) == ([], 0)
        assert client.get("/search").status_code == client.get("/library").status_code == 200


def test_a_damaged_library_is_a_problem_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    settings = Settings(library=str(tmp_path))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        for path in ("/api/v1/library", "/api/v1/library/clusters", "/api/v1/library/items"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/library")


def test_the_kinds_of_the_interface_are_those_of_the_library() -> None:
    assert get_args(Kind) == get_args(ClusterKind)


def test_a_service_starts_without_what_only_some_questions_need() -> None:
    code = (
        "import sys; from iscckit.server.app import create_app; "
        "from iscckit.server.settings import Settings; create_app(Settings()); "
        "print('numpy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
