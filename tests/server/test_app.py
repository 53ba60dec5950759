"""The application as a whole: it starts, it describes itself, it says no in one form."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.settings import Settings


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


def test_the_description_can_be_read(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/compare" in described["paths"]


def test_what_is_not_there_is_a_problem_with_a_page(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(answer.json()["type"]).status_code == 200


def test_a_foreign_name_is_refused(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "example.com"}).status_code == 403
