"""Compare, Inspect and the pages around them, without a browser."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from iscckit import compare, decompose, explain
from iscckit.render.comparison_json import comparison_json
from iscckit.server.app import ROUTES, create_app
from iscckit.server.pages.forms import codes_in
from iscckit.server.pages.samples import CODES, EXAMPLES, content_of
from iscckit.server.settings import Allowance, Settings

SAMPLES = Path(__file__).parents[3] / "samples"
CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
SMALL = "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI"
TEXT = "ISCC:KACYLZBIW7CQ3ZWQFQVMQG4YR75XLBAFJCVXOINMADT33LTL5T6H5MQ"
OF_2019 = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"


def form(fields: dict[str, str]) -> dict[str, tuple[None, str]]:
    """Return fields as pages send them: in parts."""
    return {name: (None, value) for name, value in fields.items()}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


def test_the_twin_of_a_comparison_is_what_python_gives(client: TestClient) -> None:
    found = client.get("/compare.json", params={"a": CAT, "b": SMALL}).json()
    assert found == {
        "a": {"input": CAT},
        "b": {"input": SMALL},
        **comparison_json(compare(CAT, SMALL)),
    }


def test_the_twin_of_a_dissection_is_what_the_interface_gives(client: TestClient) -> None:
    found = client.get("/inspect.json", params={"code": CAT}).json()
    assert found == client.get(f"/api/v1/inspect/{CAT}").json()
    assert found["canonical"] == explain(CAT).canonical


def test_two_files_become_a_permalink_that_compares_them(client: TestClient) -> None:
    files = {
        "file_a": ("cat.jpg", (SAMPLES / "cat.jpg").read_bytes()),
        "file_b": ("cat-small.webp", (SAMPLES / "cat-small.webp").read_bytes()),
    }
    answer = client.post("/compare", files=files, follow_redirects=False)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    assert 'data-verdict="near"' in page.text
    assert "254 of 256" in page.text
    assert "cat-small.webp" in page.text


def test_a_permalink_outlives_its_files(client: TestClient) -> None:
    page = client.get("/compare", params={"a": CAT, "b": SMALL, "am": "a" * 13})
    assert page.status_code == 200
    assert "not kept any more" in page.text
    assert 'data-verdict="near"' in page.text


def test_a_file_without_a_code_that_is_gone_is_a_problem(client: TestClient) -> None:
    answer = client.get("/compare.json", params={"am": "a" * 13, "b": SMALL})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/media-gone")


def test_texts_are_compared_as_texts(client: TestClient) -> None:
    fields = {
        "a": (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8"),
        "b": (SAMPLES / "gettysburg-bliss.md").read_text(encoding="utf-8"),
    }
    assert 'data-verdict="near"' in client.post("/compare", files=form(fields)).text


def test_a_wrong_code_is_shown_at_its_field_with_its_repair(client: TestClient) -> None:
    page = client.get("/compare", params={"a": "ISCC:EAASKDNZNYGUUF58", "b": CAT})
    assert page.status_code == 422
    assert "^ position 21" in page.text
    assert "/compare?a=ISCC:EAASKDNZNYGUUF5B&amp;b=" in page.text
    twin = client.get("/compare.json", params={"a": "ISCC:EAASKDNZNYGUUF58", "b": CAT})
    assert twin.status_code == 422
    assert twin.json()["position"] == 20


@pytest.mark.parametrize("other", [TEXT, OF_2019, "ISCC:EAASKDNZNYGUUF5A", "ISCC:MEIGFO6WVP2QAAAH"])
def test_what_cannot_be_compared_is_said_and_never_a_fault(client: TestClient, other: str) -> None:
    page = client.get("/compare", params={"a": CAT, "b": other})
    assert page.status_code == 200
    assert "not compared" in page.text


def test_many_are_compared_each_with_each(client: TestClient) -> None:
    asked = {"a": CAT, "b": SMALL, "c": [TEXT, CAT]}
    page = client.get("/compare", params=asked)
    assert page.text.count('<td class="soft">itself</td>') == 4
    pairs = client.get("/compare.json", params=asked).json()["pairs"]
    assert len(pairs) == 6
    last = comparison_json(compare(TEXT, CAT))
    assert pairs[-1] == {"a": 2, "b": 3, **last}


def test_a_report_stands_alone_and_holds_the_values(client: TestClient) -> None:
    sent = client.post("/compare/example", files=form({"example": "image"}), follow_redirects=False)
    address = sent.headers["location"].replace("/compare?", "/compare.html?")
    answer = client.get(address)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.text.count("data:image/webp;base64,") == 2
    twin = re.search(r'<script type="application/json" id="data">(.*)</script>', answer.text)
    assert twin is not None
    assert json.loads(twin[1]) == client.get(address.replace(".html?", ".json?")).json()


def test_the_version_line_names_the_decoders_that_the_interface_names(client: TestClient) -> None:
    footer = client.get("/").text.partition("<footer>")[2]
    told = client.get("/api/v1/about").json()
    assert f"iscckit {told['version']} · ISO {told['iso']}" in footer
    assert len(told["decoders"]) >= 6
    assert " · ".join(told["decoders"].values()) in footer


def test_pages_are_compressed_for_those_who_can_read_it(client: TestClient) -> None:
    plain = client.get("/", headers={"accept-encoding": "identity"})
    packed = client.get("/", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_says_what_it_should(client: TestClient, key: str) -> None:
    page = client.post("/compare/example", files=form({"example": key}))
    verdict = "none" if key == "unlike" else "near"
    assert f'data-verdict="{verdict}"' in page.text


def test_an_unknown_example_is_refused(client: TestClient) -> None:
    assert client.post("/compare/example", files=form({"example": "nothing"})).status_code == 422


def test_the_examples_are_small() -> None:
    names = {name for example in EXAMPLES.values() for name in example.files}
    assert sum(len(content_of(name)) for name in names) <= 400 * 1024


@pytest.mark.parametrize(("name", "code"), CODES)
def test_every_code_among_the_examples_is_taken_apart(
    client: TestClient, name: str, code: str
) -> None:
    page = client.get("/inspect", params={"code": code})
    assert page.status_code == (422 if "slip" in name else 200)
    assert ('class="dissection"' in page.text) == ("slip" not in name)


def test_an_iscc_id_shows_when_and_by_whom(client: TestClient) -> None:
    page = client.get("/inspect", params={"code": "ISCC:MEIGFO6WVP2QAAAH"}).text
    assert "2025-01-15T12:00:00Z" in page
    assert "7, realm 1" in page


def test_a_mistyped_code_is_shown_with_place_and_repair(client: TestClient) -> None:
    page = client.get("/inspect", params={"code": "ISCC:EAASKDNZNYGUUF58"})
    assert page.status_code == 422
    assert '<a class="code" href="/inspect?code=ISCC:EAASKDNZNYGUUF5B">' in page.text


HOSTILE = '<img src=x onerror=alert(1)>"><script>alert(2)</script>\u202e'
NAME = HOSTILE.replace("/", "")  # what stands before a slash is a folder


def test_hostile_input_is_shown_as_text(client: TestClient) -> None:
    pages = [
        client.get("/inspect", params={"code": HOSTILE}).text,
        client.get("/compare", params={"a": HOSTILE, "b": CAT}).text,
        client.post("/compare", files={"file_a": (NAME, b"x"), "file_b": ("b", b"y")}).text,
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (CAT, "/inspect?code="),
        (f"{CAT}\n{SMALL}", "/compare?a=ISCC:"),
        (f"{CAT} {SMALL} {TEXT}", "/compare?a=ISCC:"),
        ("Four score and seven years ago our fathers brought forth", "/chunker?m="),
        ("", "/"),
    ],
)
def test_what_is_pasted_goes_where_it_belongs(client: TestClient, text: str, place: str) -> None:
    answer = client.post("/open", files=form({"text": text}), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(place)


def test_files_that_are_dropped_go_where_they_belong(client: TestClient) -> None:
    one = [("files", ("a.txt", b"one"))]
    answer = client.post("/open", files=one, follow_redirects=False)
    assert answer.headers["location"].startswith("/generate?m=")
    answer = client.post("/open", files=[*one, ("files", ("b.txt", b"two"))])
    assert answer.url.path == "/compare"
    many = [("files", (f"{n}.bin", bytes([n]))) for n in range(17)]
    answer = client.post("/open", files=many, follow_redirects=False)
    assert answer.headers["location"].startswith("/generate?m=")
    assert answer.headers["location"].count("m=") == 17


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (CAT, [CAT]),
        (f"{CAT}\n\t{TEXT} ", [CAT, TEXT]),
        (OF_2019, [OF_2019]),
        ("ISCC:nonsense", ["ISCC:nonsense"]),
        ("hello", []),
        ("a text of several words", []),
        ("", []),
    ],
)
def test_codes_are_told_from_text(text: str, codes: list[str]) -> None:
    assert codes_in(text) == codes


def test_the_start_and_the_page_about_the_service_are_there(client: TestClient) -> None:
    assert "Drop or paste anything" in client.get("/").text
    about = client.get("/about").text
    assert "Reachable from this computer only." in about
    assert "24138:2024" in about


def test_units_of_an_example_are_those_of_its_file(client: TestClient) -> None:
    sent = client.post("/compare/example", files=form({"example": "image"}), follow_redirects=False)
    code = re.search(r"a=(ISCC:[A-Z2-7]+)", sent.headers["location"])
    assert code is not None
    units = {str(unit) for unit in decompose(code[1])}
    assert "ISCC:EED3CX7GIZISCF26VT5NWIRRJDRNTJHJKI33QPK5IIIWLWXKZFDAO3Y" in units


@pytest.mark.parametrize(("key", "place"), [("text", "/chunker?m="), ("audio", "/timeline?a=")])
def test_a_comparison_leads_to_where_its_parts_are_aligned(
    client: TestClient, key: str, place: str
) -> None:
    page = client.post("/compare/example", files=form({"example": key}))
    assert f'href="{place}' in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/chunker?m=abc",
        "/chunker.json?m=abc",
        "/chunker?m=0123456789abc&n=ABC",
        "/timeline?a=abc&b=abc",
        "/timeline.json?a=abc&b=abc",
    ],
)
def test_what_is_no_id_of_a_file_is_refused(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 422


def test_a_full_queue_is_not_told_as_a_file_that_is_gone(tmp_path: Path) -> None:
    settings = Settings(spool=str(tmp_path), allowance=Allowance(queue=0))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        kept = client.post("/api/v1/media", content=b"a file").json()["media_id"]
        for address in (f"/compare?am={kept}", f"/compare?a={CAT}&am={kept}&b={CAT}"):
            answer = client.get(address)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/queue-full")


def form_pages() -> list[str]:
    """Return the paths of all pages that take a form, each with something for its parameters."""
    routers = [import_module(f"iscckit.server.{name}").router for name in ROUTES]
    return [
        re.sub(r"\{[^}]+\}", "0" * 13, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        and "POST" in (route.methods or ())
        and not route.include_in_schema
    ]


WRONG_BODIES = [
    ("application/x-www-form-urlencoded", b"a=b&paths=x"),
    ("application/json", b"{}"),
    ("text/plain", b"some text"),
    ("application/octet-stream", b"\x00\xff"),
    ("", b"no type"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"no form"),
    ("MULTIPART/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=" + "x" * 3000, b"--x--"),
]


@pytest.mark.parametrize(("kind", "body"), WRONG_BODIES)
def test_every_form_refuses_a_body_of_another_type(
    client: TestClient, kind: str, body: bytes
) -> None:
    paths = form_pages()
    assert {"/library/scan", "/timeline/example", "/generate", "/open"} <= set(paths)
    for path in set(paths) - {"/chunker/example"}:  # it reads no body: its form has no field
        answer = client.post(path, content=body, headers={"content-type": kind})
        wanted = 400 if kind.lower().startswith("multipart") else 415
        assert answer.status_code == (404 if "/0000" in path else wanted), path
    assert client.get("/healthz").status_code == 200
