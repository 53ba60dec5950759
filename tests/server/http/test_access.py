"""Who is let in, from where, how often; and what every answer says to browsers."""

import logging
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from iscckit.errors import InvalidInput
from iscckit.server.app import create_app
from iscckit.server.http.access import HEADERS, AccessMiddleware
from iscckit.server.http.rate_limit import Rates
from iscckit.server.settings import Allowance, Settings

TOKEN = "correct horse battery staple"
HERE = "http://127.0.0.1:8000"
BODY = {"iscc": "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"}


def serving(**choices: object) -> TestClient:
    settings = Settings(**choices)  # type: ignore[arg-type]
    return TestClient(create_app(settings), base_url=HERE, follow_redirects=False)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with serving() as client:
        yield client


@pytest.fixture
def closed() -> Iterator[TestClient]:
    with serving(token=TOKEN) as client:
        yield client


class Answer(Protocol):
    def json(self) -> dict[str, str]: ...


def slug(answer: Answer) -> str:
    return answer.json()["type"].removeprefix("/problems/")


@pytest.mark.parametrize(
    "host",
    ["example.com", "127.0.0.1.example.com", "", "localhost.", "[::1", "user@127.0.0.1", "[::2]",
     "127.0.0.1:99999999", "10.0.0.1", "0.0.0.0", "127.0.0.1, example.com"],
)  # fmt: skip
def test_names_that_are_not_ours_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"host": host})
    assert (answer.status_code, slug(answer)) == (403, "unknown-host")
    assert not host or host not in answer.text


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_the_loopback_is_known_by_all_its_names(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_further_names_and_addresses_are_allowed_where_others_reach_the_service() -> None:
    with serving(host="0.0.0.0", hosts=("media.example",), token=TOKEN) as client:
        for host in ("media.example", "192.0.2.7", "[2001:db8::1]:80"):
            assert client.get("/healthz", headers={"host": host}).status_code == 200
        assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://example.com"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": HERE + ".example.com"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_pages_of_others_cannot_change_anything(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.post("/api/v1/codes/decompose", json=BODY, headers=headers)
    assert (answer.status_code, slug(answer)) == (403, "foreign-page")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
)
def test_pages_of_others_cannot_embed_or_fetch(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/compare", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": HERE},
        {"origin": HERE, "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
def test_own_pages_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/codes/decompose", json=BODY, headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_link_of_another_site_may_be_followed(client: TestClient) -> None:
    headers = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    assert client.get("/compare", headers=headers).status_code == 200


def test_only_origins_that_were_named_are_told_that_they_may() -> None:
    with serving(origins=("https://app.example",), token=TOKEN) as client:
        asks = {"access-control-request-method": "POST", "sec-fetch-site": "cross-site"}
        good = client.options("/api/v1/compare", headers={"origin": "https://app.example"} | asks)
        assert good.status_code == 204
        assert good.headers["access-control-allow-origin"] == "https://app.example"
        assert "Authorization" in good.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in good.headers
        bad = client.options("/api/v1/compare", headers={"origin": "https://evil.example"} | asks)
        assert bad.status_code == 403
        assert "access-control-allow-origin" not in bad.headers
        headers = {"origin": "https://app.example", "authorization": f"Bearer {TOKEN}"}
        answer = client.post("/api/v1/codes/decompose", json=BODY, headers=headers)
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert "Origin" in answer.headers["vary"]


def test_without_the_token_nothing_but_probes_and_styles_is_open(closed: TestClient) -> None:
    for path in ("/compare", "/api/v1/about", "/api/openapi.json", "/healthzz", "/metrics", "/"):
        answer = closed.get(path)
        assert (answer.status_code, slug(answer)) == (401, "token-missing")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert closed.get("/healthz").status_code == 200
    assert closed.get("/problems/token-missing").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic " + TOKEN},
        {"authorization": "Bearer"},
        {"x-api-key": ""},
        {"cookie": f"iscc_token={TOKEN}"},
        {"cookie": "iscc_token_8000=wrong; ;;=; a"},
        {"x-api-key": TOKEN + "\u00e9".encode().decode("latin-1")},
    ],
)
def test_a_wrong_token_is_none(closed: TestClient, headers: dict[str, str]) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert closed.get("/api/v1/about", headers=sent).status_code == 401  # type: ignore[arg-type]


@pytest.mark.parametrize("headers", [{"authorization": f"Bearer {TOKEN}"}, {"x-api-key": TOKEN}])
def test_programs_show_the_token_in_a_header(closed: TestClient, headers: dict[str, str]) -> None:
    assert closed.get("/api/v1/about", headers=headers).status_code == 200


def test_the_printed_address_becomes_a_cookie_of_this_port_only(closed: TestClient) -> None:
    answer = closed.get(f"/compare?a=x%20y&token={TOKEN.replace(' ', '+')}&b=%C3%A9")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/compare?a=x%20y&b=%C3%A9"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("iscc_token_8000=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert closed.get("/compare").status_code == 200  # the client keeps cookies
    other = {"host": "127.0.0.1:9000", "cookie": cookie.partition(";")[0]}
    assert closed.get("/compare", headers=other).status_code == 401


@pytest.mark.parametrize("path", ["//example.com/x", "/%0d%0aset-cookie:%20a=b", "/\\example.com"])
def test_entering_leads_nowhere_else(closed: TestClient, path: str) -> None:
    answer = closed.get(f"http://127.0.0.1:8000{path}?token={TOKEN}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))
    assert "a=b" not in answer.headers["set-cookie"]


def test_the_token_in_an_address_does_not_change_anything(closed: TestClient) -> None:
    assert closed.post(f"/api/v1/codes/decompose?token={TOKEN}", json=BODY).status_code == 401


def test_the_token_is_neither_repeated_nor_logged(
    closed: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "hunter2-hunter2"
    answer = closed.get(f"/api/v1/about?token={secret}", headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert secret not in answer.text
    seen: dict[str, object] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope)

    guarded = TestClient(
        AccessMiddleware(app, Settings()), base_url=HERE, raise_server_exceptions=False
    )
    guarded.get(f"/x?a=1&%74oken={secret}&b=2")
    assert seen["query_string"] == b"a=1&b=2"
    own = [record for record in caplog.records if record.name.startswith(("iscckit", "uvicorn"))]
    assert all(secret not in record.getMessage() for record in own)


GUESSES = {
    "header": ("/api/v1/about", {"x-api-key": "guess"}),
    "address": ("/api/v1/about?token=guess", {}),
    "cookie": ("/api/v1/about", {"cookie": "iscc_token_8000=guess"}),
}


@pytest.mark.parametrize("way", GUESSES)
def test_a_right_guess_among_wrong_ones_is_slowed_down_like_these(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(
        "iscckit.server.http.access.Rates", lambda rates: Rates(rates, lambda: now[0])
    )
    app = create_app(Settings(token=TOKEN))
    here = {"base_url": HERE, "follow_redirects": False}
    right = {"x-api-key": TOKEN}
    with TestClient(app, client=("192.0.2.1", 1), **here) as guesser:  # type: ignore[arg-type]
        path, headers = GUESSES[way]
        codes = [guesser.get(path, headers=headers).status_code for _ in range(26)]
        assert codes[:25] == [401] * 25
        refused = guesser.get("/api/v1/about", headers=right)
        assert (codes[-1], refused.status_code, slug(refused)) == (429, 429, "rate-limit")
        assert guesser.get(f"/compare?token={TOKEN}").status_code == 429
        assert guesser.get("/healthz").status_code == 200
        other = TestClient(app, client=("192.0.2.2", 1), **here)  # type: ignore[arg-type]
        other.portal = guesser.portal
        assert other.get("/api/v1/about", headers=right).status_code == 200
        now[0] += 0.2
        assert guesser.get("/api/v1/about", headers=right).status_code == 200


def test_who_shows_no_token_or_the_right_one_is_never_slowed_down(closed: TestClient) -> None:
    for headers, code in (({}, 401), ({"x-api-key": TOKEN}, 200)):
        codes = {closed.get("/api/v1/about", headers=headers).status_code for _ in range(60)}
        assert codes == {code}


@pytest.mark.parametrize("token", ["", " "])
def test_an_empty_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput, match="token is empty"):
        create_app(Settings(token=token))


@pytest.mark.parametrize("origin", ["*", "null", "example.com", "https://a.example/", "https://*"])
def test_an_origin_that_browsers_do_not_send_is_refused(origin: str) -> None:
    with pytest.raises(InvalidInput, match="no origin"):
        create_app(Settings(origins=(origin,)))


@pytest.mark.parametrize(
    "path", ["/compare", "/api/v1/about", "/api/v1/nothing", "/api/openapi.json", "/healthz", "/"]
)
def test_every_answer_has_the_headers_that_protect(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_two_names_are_one_too_many(client: TestClient) -> None:
    headers = [("host", "127.0.0.1"), ("host", "example.com")]
    assert client.get("/healthz", headers=headers).status_code == 400


def test_long_headers_are_refused() -> None:
    with serving(allowance=Allowance(header_bytes=2000)) as client:
        answer = client.get("/healthz", headers={"x-long": "x" * 2000})
        assert (answer.status_code, slug(answer)) == (431, "headers-too-large")


def test_head_is_get_without_a_body(client: TestClient) -> None:
    got, asked = client.get("/api/v1/about"), client.head("/api/v1/about")
    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers["content-length"] == got.headers["content-length"]


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    with serving(allowance=Allowance(light_rate=1.0)) as client:
        first = client.get("/api/v1/about")
        assert first.headers["ratelimit-policy"] == '"light";q=5;w=5'
        assert first.headers["ratelimit"] == '"light";r=4;t=1'
        for _ in range(100):  # a slow machine gets more answers before it asks too often
            refused = client.get("/api/v1/about")
            if refused.status_code == 429:
                break
        assert (refused.status_code, slug(refused)) == (429, "rate-limit")
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/healthz").status_code == 200


def test_a_fault_is_told_by_its_number_only(
    client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> dict[str, object]:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("iscckit.server.services.inspection.inspection", broken)
    answer = client.get("/api/v1/inspect/ISCC:EAASKDNZNYGUUF5A")
    assert (answer.status_code, slug(answer)) == (500, "internal")
    assert "secret" not in answer.text
    numbers = {getattr(record, "instance", "") for record in caplog.records}
    assert answer.json()["instance"] in numbers


def test_a_faulty_route_that_sent_nothing_still_answers() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret detail")

    guarded = TestClient(
        AccessMiddleware(broken, Settings()), base_url=HERE, raise_server_exceptions=False
    )
    answer = guarded.get("/x")
    assert (answer.status_code, slug(answer)) == (500, "internal")


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "\u202egpj.exe",
    "{{7*7}}",
    "javascript:alert(1)",
    "a\x00b",
    "' onmouseover='x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_escaped(client: TestClient, text: str) -> None:
    answer = client.get("/problems/x", params={"q": text}, headers={"accept": "text/html"})
    assert text not in answer.text
    page = client.get(f"/problems/{quote(text, safe='')}", headers={"accept": "text/html"})
    assert page.status_code == 404
    for mark in ("<img", "<script>alert", "' onmouseover"):
        assert mark not in page.text
    assert "49" not in page.text.partition("<main")[2].partition("urn:uuid")[0]
    found = client.post("/api/v1/compare", json={"a": {"iscc": text}, "b": BODY})
    assert found.status_code == 422
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["x-content-type-options"] == "nosniff"
