"""The reference of the interface: offline, whole, and its commands work."""

import json
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.settings import Settings


class Page(HTMLParser):
    """What a test looks for in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.code: list[str] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses += [str(values[key]) for key in ("href", "src", "action") if key in values]
        assert not any(key.startswith("on") or key == "style" for key in values)
        if tag == "code":
            self._open = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.code[-1] += data


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(Settings())
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def test_every_operation_has_a_page_of_its_own(client: TestClient) -> None:
    index = Page(client.get("/api").text)
    described = client.get("/api/openapi.json").json()
    for item in described["paths"].values():
        for operation in item.values():
            address = f"/api/{operation['operationId']}"
            assert address in index.addresses
            page = client.get(address)
            assert page.status_code == 200
            assert operation["summary"] in page.text
            assert len(page.content) < 60_000
            assert all(each.startswith(("/", "#")) for each in Page(page.text).addresses)


def test_the_form_of_a_get_works_without_a_script(client: TestClient) -> None:
    page = Page(client.get("/api/inspect").text)
    assert "/api/try/inspect" in page.addresses
    answer = client.get("/api/try/inspect", params={"iscc": "ISCC:EAASKDNZNYGUUF5A", "x": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/api/v1/inspect/ISCC:EAASKDNZNYGUUF5A"
    assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("given", ["//example.com", "../../x", "a?b#c", "\r\nx: y"])
def test_the_form_leads_nowhere_else(client: TestClient, given: str) -> None:
    answer = client.get("/api/try/inspect", params={"iscc": given})
    location = answer.headers["location"]
    assert location.startswith("/api/v1/inspect/")
    assert not {"?", "#", "\r", "\n", "/"} & set(location.removeprefix("/api/v1/inspect/"))


@pytest.mark.parametrize("name", ["nothing", "try/nothing", "try/compare"])
def test_what_is_not_there_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/api/{name}").status_code == 404


def test_the_command_that_is_shown_does_what_the_page_says(client: TestClient) -> None:
    page = Page(client.get("/api/compare").text)
    command = next(code for code in page.code if code.startswith("curl"))
    words = shlex.split(command)
    assert words[-1].endswith("/api/v1/compare")
    body = json.loads(words[words.index("--json") + 1])
    assert client.post("/api/v1/compare", json=body).json()["verdict"] == "near"


def test_the_program_that_is_shown_can_be_compiled(client: TestClient) -> None:
    for name in ("compare", "inspect", "about"):
        page = Page(client.get(f"/api/{name}").text)
        program = next(code for code in page.code if code.startswith("import json"))
        assert "urlopen" in compile(program, "shown", "exec").co_names


def test_a_secured_service_shows_where_the_token_goes_and_not_which() -> None:
    app = create_app(Settings(token="hunter2"))
    headers = {"authorization": "Bearer hunter2"}
    with TestClient(app, base_url="http://127.0.0.1", headers=headers) as client:
        page = client.get("/api/compare").text
        assert "Bearer TOKEN" in page
        assert "hunter2" not in page
