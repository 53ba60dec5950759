"""Every error has a problem, every problem has a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from iscckit import errors
from iscckit.server.app import create_app
from iscckit.server.http.problems import KINDS, SLUGS, Problem, pointer, problem_of
from iscckit.server.settings import Settings

SERVER = Path(__file__).parents[3] / "src" / "iscckit" / "server"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


def tree(cls: type[errors.IsccError]) -> Iterator[type[errors.IsccError]]:
    yield cls
    for each in cls.__subclasses__():
        yield from tree(each)


def test_every_error_of_iscckit_is_some_problem() -> None:
    exported = [getattr(errors, name) for name in errors.__all__]
    named = {each for each in exported if isinstance(each, type)}
    assert named == set(SLUGS)
    assert set(SLUGS.values()) <= set(KINDS)
    assert named <= set(tree(errors.IsccError))


def test_an_answer_names_the_way_out_where_the_service_runs() -> None:
    missing = errors.MissingDependency("no model", reason_code="model-missing", model="iscc-sct")
    told = problem_of(missing, "/kind").to_dict()
    assert told["detail"] == "no model; iscc models get iscc-sct installs it"
    assert told["errors"] == [{"pointer": "/kind", "detail": told["detail"]}]
    assert problem_of(errors.InvalidInput("no data")).detail == "no data"


def test_every_slug_in_the_code_is_in_the_table() -> None:
    used = set()
    for path in SERVER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"\bProblem\(\s*\"([a-z-]+)\"", text))
        for arguments in re.findall(r"\bproblems\(([^)]*)\)", text):
            used |= set(re.findall(r"\"([a-z-]+)\"", arguments))
    assert used
    assert used <= set(KINDS)


@pytest.mark.parametrize("slug", KINDS)
def test_every_problem_has_a_page(client: TestClient, slug: str) -> None:
    page = client.get(Problem(slug, "").to_dict()["type"])  # type: ignore[arg-type]
    assert page.status_code == 200
    assert KINDS[slug].title in page.text


def test_a_malformed_code_tells_place_and_repair() -> None:
    error = errors.InvalidCode("ISCC:X", "too short", position=5, suggestion="ISCC:Y")
    problem = problem_of(error, "/a/iscc")
    told = problem.to_dict()
    assert (told["status"], told["position"], told["suggestion"]) == (422, 5, "ISCC:Y")
    assert told["errors"] == [{"pointer": "/a/iscc", "detail": str(error)}]
    assert str(told["instance"]).startswith("urn:uuid:")


def test_halves_of_characters_do_not_break_the_answer() -> None:
    assert b"\\udc80" in Problem("not-found", "no file \udc80").to_json()


def test_pointers_count_from_the_root_of_the_body() -> None:
    assert pointer(("body", "codes", 0)) == "/codes/0"
    assert pointer(("query", "a/b~")) == "/query/a~1b~0"
    assert pointer(("body",)) == ""


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/api/v1/compare", 405, "method-not-allowed"),
        ("TRACE", "/api/v1/about", 405, "method-not-allowed"),
        ("GET", "/api/v1/iscc/text", 405, "method-not-allowed"),
        ("PUT", "/api/v1/iscc/0000000000000", 405, "method-not-allowed"),
        ("GET", "/api/v1/inspect/", 422, "invalid-input"),
        ("GET", "/api/v1/inspect/ISCC:EAASKDNZNYGUUF50", 422, "invalid-iscc"),
    ],
)
def test_refusals_have_one_form(
    client: TestClient, method: str, path: str, status: int, slug: str
) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"], told["type"]) == (
        status, status, f"/problems/{slug}",
    )  # fmt: skip
    assert (status == 405) == ("allow" in answer.headers)


def test_people_get_a_page_and_programs_json(client: TestClient) -> None:
    page = client.get("/nothing", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Accept" in page.headers["vary"]
    api = client.get("/api/v1/nothing", headers={"accept": "text/html,*/*"})
    assert api.headers["content-type"] == "application/problem+json"


def test_the_header_allow_names_all_methods_of_a_path(client: TestClient) -> None:
    for path, methods in (
        ("/api/v1/iscc/text", "OPTIONS, POST"),
        ("/api/v1/media/0000000000000", "DELETE, GET, HEAD, OPTIONS"),
        ("/api/v1/about", "GET, HEAD, OPTIONS"),
    ):
        assert client.request("PROPFIND", path).headers["allow"] == methods
