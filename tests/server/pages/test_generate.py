"""The Generate screen without a browser: forms, permalinks, twins."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from iscckit.codec.names import unit_name
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.server.app import create_app
from iscckit.server.settings import Allowance, Settings

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(Settings(allowance=Allowance(workers=2)))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def sent(client: TestClient, *names: str, **fields: str) -> str:
    """Send the form with samples and return the address that it leads to."""
    files = [("file", (name, (SAMPLES / name).read_bytes())) for name in names]
    answer = client.post("/generate", files=files, data=fields, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_the_empty_page_has_a_form_for_files(client: TestClient) -> None:
    page = client.get("/generate").text
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'<input[^>]+type="file"[^>]+multiple', page)


def test_one_file_leads_to_a_page_about_it(client: TestClient) -> None:
    address = sent(client, "cat.jpg", bits="256", granular="true")
    record = create(SAMPLES / "cat.jpg", Options(bits=256, granular=True))
    page = client.get(address).text
    assert record.iscc in page
    for unit in record.units:
        assert str(unit) in page
        assert f"{unit_name(unit)}: 256 bits" in page
    assert "Content-Code Image" in page
    assert "/thumbnail" in page
    assert client.get(address).text == page
    twin = client.get(address.replace("/generate?", "/generate.json?")).json()
    assert [each["iscc"] for each in twin["records"]] == [record.iscc]


def test_what_a_page_leads_to_is_about_the_same_code(client: TestClient) -> None:
    page = client.get(sent(client, "cat.jpg")).text
    found = re.search(r'href="(/inspect[^"]+)">Inspect', page)
    assert found is not None
    assert create(SAMPLES / "cat.jpg").iscc.removeprefix("ISCC:") in client.get(found[1]).text


def test_many_files_are_a_table_and_one_file_of_lines(client: TestClient) -> None:
    names = ("cat.jpg", "gettysburg-hay.txt", "song.opus")
    address = sent(client, *names)
    page = client.get(address).text
    codes = [create(SAMPLES / name).iscc for name in names]
    assert [page.index(code) for code in codes] == sorted(page.index(code) for code in codes)
    lines = client.get(address.replace("/generate?", "/generate.jsonl?"))
    assert [json.loads(line)["iscc"] for line in lines.text.splitlines()] == codes
    assert lines.headers["content-disposition"].startswith("attachment")


def test_another_title_shows_how_the_meta_code_changes(client: TestClient) -> None:
    address = sent(client, "cat.jpg")
    twin = address.replace("/generate?", "/generate.json?")
    edited = client.get(f"{twin}&name=Kitten").json()["edited"]
    expected = create(SAMPLES / "cat.jpg", Options(name="Kitten"))
    assert edited["record"]["iscc"] == expected.iscc
    assert edited["change"]["after"] == str(expected.units[0])
    assert 0 <= edited["change"]["equal"] < edited["change"]["bits"] == 64
    assert edited["change"]["after"] in client.get(f"{address}&name=Kitten").text
    same = client.get(f"{twin}&name=cat").json()["edited"]
    assert same["change"]["equal"] == 64


def test_a_meta_that_is_none_is_explained(client: TestClient) -> None:
    address = sent(client, "cat.jpg")
    assert "meta must be" in client.get(f"{address}&meta=nonsense").text
    twin = address.replace("/generate?", "/generate.json?")
    assert client.get(f"{twin}&meta=nonsense").status_code == 422


def test_embedding_leads_to_the_copy(client: TestClient) -> None:
    number = sent(client, "cat.jpg").partition("m=")[2]
    fields = {"m": (None, number), "name": (None, "Chelsea")}
    answer = client.post("/generate/embed", files=fields, follow_redirects=False)
    assert answer.status_code == 303
    copy = answer.headers["location"].partition("m=")[2]
    assert copy != number
    assert "Chelsea" in client.get(f"/generate?m={copy}").text
    assert client.get(f"/api/v1/metadata/{copy}").json() == {"name": "Chelsea"}
    nothing = client.post("/generate/embed", files={"m": (None, number)})
    assert nothing.status_code == 422


def test_a_file_that_is_not_kept_any_more_is_named(client: TestClient) -> None:
    page = client.get(f"/generate?m={'a' * 13}")
    assert page.status_code == 200
    assert "not kept any more" in page.text
    assert client.get("/generate?m=nonsense").status_code == 422


def test_a_form_with_wrong_wishes_keeps_no_file(client: TestClient) -> None:
    files = {"file": ("a.txt", b"hello")}
    answer = client.post("/generate", files=files, data={"bits": "7"})
    assert answer.status_code == 422


def test_names_from_outside_are_text_on_the_page(client: TestClient) -> None:
    name = '"><img src=x onerror=alert(1)>.txt'
    files = {"file": (name, b"hello there")}
    answer = client.post("/generate", files=files, follow_redirects=True)
    assert "<img src=x" not in answer.text
    assert "&lt;img src=x" in answer.text


def test_the_forms_of_its_own_pages_are_let_in_and_those_of_others_are_not(
    client: TestClient,
) -> None:
    files = {"file": ("a.txt", b"hello")}
    for origin, status in (("http://127.0.0.1", 303), ("http://a.test", 403), ("null", 403)):
        headers = {"Origin": origin}
        answer = client.post("/generate", files=files, headers=headers, follow_redirects=False)
        assert answer.status_code == status
