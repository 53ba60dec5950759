"""JSON in requests: one meaning, a counted size."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.http.json_body import DEPTH, FIELDS, parse
from iscckit.server.http.problems import Problem
from iscckit.server.settings import Allowance, Settings

PATH = "/api/v1/codes/text"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = Settings(allowance=Allowance(json_bytes=1000))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def send(client: TestClient, body: bytes | Iterator[bytes], kind: str = "application/json") -> str:
    answer = client.post(PATH, content=body, headers={"content-type": kind})
    return f"{answer.status_code} {answer.json().get('type', '').removeprefix('/problems/')}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "a", "text": "b"}',
        b'{"text": NaN}',
        b'{"text": -Infinity}',
        b'{"text": 1e999}',
        b'{"text": ' + b"9" * 900 + b"e999}",
        b"[" * 900,
        b'{"text": "\\ud800"}',
        b'{"\\udfff": "x"}',
        b'{"text": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b"\xff",
        b"",
        b"{",
        b"{'text': 'a'}",
    ],
)
def test_what_is_not_json_is_malformed(client: TestClient, body: bytes) -> None:
    assert send(client, body) == "400 malformed"


@pytest.mark.parametrize(
    "body",
    [
        b"null", b"[]", b'"text"', b"{}", b'{"text": null}', b'{"text": 1}',
        b'{"text": "a", "more": 1}', b'{"text": "a", "bits": "64"}', b'{"text": "a", "bits": 33}',
    ],
)  # fmt: skip
def test_json_of_another_form_does_not_fit(client: TestClient, body: bytes) -> None:
    assert send(client, body) == "422 invalid-input"


def test_the_field_that_is_wrong_is_named(client: TestClient) -> None:
    answer = client.post(PATH, json={"text": "a", "x/y~z": 1}).json()
    assert answer["errors"] == [{"pointer": "/x~1y~0z", "detail": "Extra inputs are not permitted"}]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "a/json"])
def test_other_types_are_refused(client: TestClient, kind: str) -> None:
    assert send(client, b'{"text": "a"}', kind) == "415 unsupported-media"


def test_nul_and_other_characters_are_text_like_any_other(client: TestClient) -> None:
    answer = client.post(PATH, json={"text": "a\x00b\U0001f600\u202e"})
    assert answer.status_code == 200


def test_the_size_is_counted_even_if_nobody_told_it(client: TestClient) -> None:
    body = json.dumps({"text": "a" * 1000}).encode()
    assert send(client, body) == "413 too-large"
    assert send(client, iter([body[:500], body[500:]])) == "413 too-large"
    assert send(client, iter([b'{"text":', b'"a"}'])) == "200 "


def test_a_body_that_stops_is_given_up() -> None:
    import asyncio

    app = create_app(Settings(allowance=Allowance(stall_seconds=0.01)))
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        if not sent and not receive.__dict__.get("begun"):
            receive.__dict__["begun"] = True
            return {"type": "http.request", "body": b"{", "more_body": True}
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def reply(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(),
        "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip
    asyncio.run(app(scope, receive, reply))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])), inner
        ),
    )
)  # fmt: skip
def test_what_json_writes_is_read_as_it_was(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=50))
def test_any_bytes_are_read_or_a_problem(body: bytes) -> None:
    with suppress(Problem):
        json.dumps(parse(body), ensure_ascii=False, allow_nan=False).encode()


def many(count: int) -> bytes:
    """An object of so many fields that no model knows."""
    return json.dumps({f"k{i}": 1 for i in range(count)}).encode()


@pytest.fixture(scope="module")
def patient() -> Iterator[TestClient]:
    """A service with the usual limit of bytes."""
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        many(400_000),
        b'{"text": ' + many(FIELDS + 1) + b"}",
        b"[" + b",".join([many(FIELDS)] * 201) + b"]",
    ],
)
def test_too_many_fields_are_refused_before_a_model_sees_them(
    patient: TestClient, body: bytes
) -> None:
    assert send(patient, body) == "413 too-large"


def test_fields_are_counted_outside_of_strings_only(patient: TestClient) -> None:
    text = '":{[\\' * 20_000
    assert send(patient, json.dumps({"text": text}).encode()) == "200 "


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth_has_one_limit_for_all_lengths(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    for inside in (b"0", b'"' + b"x" * 100_000 + b'"'):
        parse(opening * DEPTH + inside + closing * DEPTH)
        with pytest.raises(Problem, match="deeper than 100 levels"):
            parse(opening * (DEPTH + 1) + inside + closing * (DEPTH + 1))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("audio", {"fingerprint": [""] * 1000}),
        ("video", {"frames": [[""] * 380] * 10}),
        ("video", {"frames": [1] * 1000}),
        ("image", {"pixels": [""] * 1024}),
        ("mixed", {"codes": [1] * 1000}),
        ("semantic-text", {"embedding": [""] * 1000}),
    ],
)
def test_a_long_list_ends_at_its_first_mistake(
    patient: TestClient, path: str, body: dict[str, object]
) -> None:
    answer = patient.post(f"/api/v1/codes/{path}", json=body)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 1


def test_a_large_body_is_read_beside_the_event_loop(patient: TestClient) -> None:
    """While a body of 4 MB is looked at, other requests are answered."""
    threads: list[str] = []

    def spy(body: bytes) -> object:
        threads.append(threading.current_thread().name)
        return parse(body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("iscckit.server.http.json_body.parse", spy)
        assert send(patient, b'{"text": "a"}') == "200 "
        assert send(patient, b'{"text": "' + b"a" * 900_000 + b'"}') == "200 "
    small, large = threads
    assert "AnyIO worker" in large
    assert small != large
