"""Numbers for Prometheus, and the log: right, and without content."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.http.access_log import JsonLines, TextLines, hash_name
from iscckit.server.http.metrics import Metrics
from iscckit.server.settings import Settings

LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+')


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(token="t")), base_url="http://127.0.0.1") as client:
        yield client


def test_every_answer_is_counted_once_in_one_bucket() -> None:
    metrics = Metrics()
    metrics.count_answer("GET", "/a", 200, 0.001)
    metrics.count_answer("GET", "/a", 200, 0.3)
    metrics.count_answer("GET", "/a", 404, 100)
    text = metrics.text({"iscc_now": ("The moment.", 2.5)})
    assert 'iscc_requests_total{method="GET",route="/a",status="200"} 2' in text
    assert 'iscc_request_seconds_bucket{route="/a",le="0.001"} 1' in text
    assert 'iscc_request_seconds_bucket{route="/a",le="0.5"} 2' in text
    assert 'iscc_request_seconds_bucket{route="/a",le="60"} 2' in text
    assert 'iscc_request_seconds_bucket{route="/a",le="+Inf"} 3' in text
    assert 'iscc_request_seconds_count{route="/a"} 3' in text
    assert "iscc_now 2.5" in text


def test_the_numbers_are_behind_the_token_and_well_formed(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401
    client.headers["Authorization"] = "Bearer t"
    client.post("/api/v1/media", content=b"12345")
    text = client.get("/metrics").text
    for line in text.splitlines():
        assert line.startswith("# ") or LINE.fullmatch(line), line
    assert 'route="/api/v1/media",status="201"' in text
    assert "iscc_received_bytes_total 5" in text
    assert "iscc_spool_files 1" in text


def test_readiness_needs_no_token_and_names_its_checks(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"workers": "ok", "disk": "ok", "library": "ok"}


def test_a_fault_is_a_problem_with_a_number_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("secret content")

    monkeypatch.setattr("iscckit.server.routes.compat_web.explain", fail)
    app = create_app(Settings())
    with (
        caplog.at_level(logging.INFO, "iscckit.server"),
        TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        answer = client.get("/api/v1/explain/x")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    record = next(each for each in caplog.records if each.levelno == logging.ERROR)
    for form in (JsonLines(), TextLines()):
        assert "secret" not in form.format(record)
        assert "RuntimeError" in form.format(record)
        assert answer.json()["instance"] in form.format(record)


def test_lines_of_the_log_are_json() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "request", None, None)
    record.route, record.status = "/a", 200
    fields = json.loads(JsonLines().format(record))
    assert (fields["event"], fields["route"], fields["status"]) == ("request", "/a", 200)
    assert TextLines().format(record).endswith("info request route=/a status=200")


def test_a_hashed_name_is_the_same_for_the_same_name_only() -> None:
    assert hash_name("a.txt") == hash_name("a.txt") != hash_name("b.txt")
