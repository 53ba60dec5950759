"""Requests against real servers on this machine, most of them hostile."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.trust.local_server import Answer, Seen, Serve, make_tls, serve, serve_raw

from iscckit.errors import InvalidInput, RemoteFailed
from iscckit.trust.remote.fetch import Request, fetch

QUICK = Request(total_s=1.0, connect_s=0.5)


def echo(seen: Seen) -> Answer:
    return Answer(body=f"{seen.method} {seen.path} {seen.headers['host']}".encode())


def record_in(seen: list[Seen]) -> Serve:
    """Return a server that keeps what it was asked."""

    def answer(each: Seen) -> Answer:
        seen.append(each)
        return Answer()

    return answer


def reason_of(url: str, request: Request = QUICK, *, trusted: bool = True) -> str:
    """Return why a request fails."""
    with pytest.raises(RemoteFailed) as error:
        fetch(url, request, trusted_address=trusted)
    assert error.value.facts["url"]
    return error.value.reason_code


def test_get_and_post_reach_a_server_that_a_person_named() -> None:
    with serve(lambda seen: Answer(body=seen.body or echo(seen).body)) as url:
        host = url.removeprefix("http://")
        answer = fetch(f"{url}/a?b=c", trusted_address=True)
        assert answer.body.decode() == f"GET /a?b=c {host}"
        assert answer.status == 200
        posted = fetch(url, Request(body=b"note"), trusted_address=True)
        assert posted.body == b"note"
        deleted = fetch(f"{url}/x", Request(method="DELETE"), trusted_address=True)
        assert deleted.body.startswith(b"DELETE /x")


def test_headers_say_what_is_wanted() -> None:
    seen: list[Seen] = []
    with serve(record_in(seen)) as url:
        request = Request(
            accept="text/plain", body=b"1", content_type="a/b", headers={"X-F": "true"}
        )
        fetch(url, request, trusted_address=True)
    assert seen[0].headers["accept"] == "text/plain"
    assert seen[0].headers["content-type"] == "a/b"
    assert seen[0].headers["x-f"] == "true"
    assert seen[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_an_answer_of_any_status_is_an_answer(status: int) -> None:
    with serve(lambda _: Answer(status, b"gone")) as url:
        answer = fetch(url, trusted_address=True)
    assert (answer.status, answer.body) == (status, b"gone")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "2130706433",  # 127.0.0.1 as one number
        "0x7f.1",
        "0",
    ],
)
def test_an_address_of_a_document_does_not_lead_inside(host: str) -> None:
    seen: list[Seen] = []
    with serve(record_in(seen)) as url:
        port = url.rpartition(":")[2]
        assert reason_of(f"https://{host}:{port}/", trusted=False) == "address-refused"
    assert not seen


def test_one_inner_address_among_many_is_enough_to_refuse() -> None:
    with pytest.raises(RemoteFailed) as error:
        fetch("https://a.example/", resolve=lambda *_: ["8.8.8.8", "127.0.0.1"])
    assert error.value.reason_code == "address-refused"
    with pytest.raises(RemoteFailed) as error:
        fetch("https://a.example/", resolve=lambda *_: [])
    assert error.value.reason_code == "address-refused"


def test_a_name_is_resolved_once() -> None:
    # DNS rebinding: the first answer is global, each later one leads inside.
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    asked = []

    def rebind(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return next(answers)

    with serve(echo) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(RemoteFailed):
            # Trusted, so that the address of documentation is tried, which leads nowhere.
            fetch(f"http://a.example:{port}/", QUICK, trusted_address=True, resolve=rebind)
    assert asked == [("a.example", port)]


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    server, client = make_tls(tmp_path, "a.example")
    with serve(echo, server) as url:
        port = url.rpartition(":")[2]
        answer = fetch(
            f"https://a.example:{port}/x",
            Request(tls=client),
            trusted_address=True,
            resolve=lambda *_: ["127.0.0.1"],
        )
    assert answer.body.decode() == f"GET /x a.example:{port}"


def test_a_certificate_of_another_name_or_root_is_refused(tmp_path: Path) -> None:
    server, client = make_tls(tmp_path, "b.example")
    with serve(echo, server) as url:
        port = url.rpartition(":")[2]
        for tls in (client, None):
            with pytest.raises(RemoteFailed, match=r"(?i)certificate"):
                fetch(
                    f"https://a.example:{port}/",
                    Request(tls=tls),
                    trusted_address=True,
                    resolve=lambda *_: ["127.0.0.1"],
                )


def test_a_server_without_tls_is_not_taken_for_one_with_it() -> None:
    with serve(echo) as url:
        assert reason_of(url.replace("http:", "https:")) == "remote-failed"


def test_redirects_are_refused_unless_they_are_allowed() -> None:
    def move(seen: Seen) -> Answer:
        number = int(seen.path.strip("/"))
        if number == 0:
            return Answer(body=b"end")
        return Answer(302, headers={"Location": f"/{number - 1}"})

    with serve(move) as url:
        assert reason_of(f"{url}/1") == "redirect-refused"
        three = Request(redirects=3)
        answer = fetch(f"{url}/3", three, trusted_address=True)
        assert (answer.body, answer.url) == (b"end", f"{url}/0")
        assert reason_of(f"{url}/4", three) == "redirect-refused"
        assert reason_of(f"{url}/1", Request(redirects=3, body=b"note")) == "redirect-refused"


def test_a_redirect_to_another_machine_is_checked_like_an_address_of_a_document() -> None:
    seen: list[Seen] = []
    with serve(record_in(seen)) as inner:
        port = inner.rpartition(":")[2]
        for to in (f"https://127.0.0.1:{port}/", "https://169.254.169.254/"):
            with serve(lambda _, to=to: Answer(301, headers={"Location": to})) as url:  # type: ignore[misc]
                assert reason_of(url, Request(redirects=3)) == "address-refused"
        with (
            serve(lambda _: Answer(301, headers={"Location": f"{inner}/"})) as url,
            pytest.raises(InvalidInput),  # not even without TLS
        ):
            fetch(url, Request(redirects=3), trusted_address=True)
    assert not seen


@pytest.mark.parametrize(
    "to",
    ["https://[x", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b/", "//"],
)
def test_a_redirect_to_nothing_is_named(to: str) -> None:
    with (
        serve(lambda _: Answer(302, headers={"Location": to})) as url,
        pytest.raises((RemoteFailed, InvalidInput)),
    ):
        fetch(f"{url}/1", Request(redirects=1), trusted_address=True)


def test_a_name_that_cannot_be_one_is_named() -> None:
    for host in ("a..example", ".example", "x" * 64 + ".example", "xn--a"):
        with pytest.raises(RemoteFailed):
            fetch(f"https://{host}/", QUICK)


HEAD = b"HTTP/1.1 200 OK\r\n"


def send_much(start: bytes, block: bytes) -> Callable[[socket.socket], None]:
    """Return a server that sends up to 1 GB."""

    def talk(sock: socket.socket) -> None:
        sock.sendall(start)
        for _ in range((1 << 30) // len(block)):
            sock.sendall(block)

    return talk


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """Return a server that sends a piece every 50 ms."""

    def talk(sock: socket.socket) -> None:
        sock.sendall(start)
        for _ in range(200):
            sock.sendall(piece)
            time.sleep(0.05)

    return talk


CHUNK = b"10000\r\n" + bytes(1 << 16) + b"\r\n"


@pytest.mark.parametrize(
    ("start", "block", "reason"),
    [
        (HEAD + b"Content-Length: 1073741824\r\n\r\n", bytes(1 << 16), "remote-large"),
        (HEAD + b"\r\n", bytes(1 << 16), "remote-large"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK, "remote-large"),
        (HEAD + b"X: ", bytes(1 << 16), "remote-failed"),
        (HEAD, b"X: y\r\n" * 1000, "remote-failed"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "remote-failed"),
    ],
)
def test_an_endless_answer_is_cut(start: bytes, block: bytes, reason: str) -> None:
    with serve_raw(send_much(start, block)) as url:
        assert reason_of(url, Request()) == reason


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (HEAD + b"Content-Length: 10000\r\n\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEAD + b"X: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_slow_drip_ends_at_the_deadline(start: bytes, piece: bytes) -> None:
    with serve_raw(drip(start, piece)) as url:
        assert reason_of(url) == "remote-slow"


def test_a_server_that_says_nothing_ends_at_the_deadline() -> None:
    with serve_raw(lambda _: time.sleep(1.5)) as url:
        assert reason_of(url) == "remote-slow"


def test_a_name_service_that_hangs_ends_at_the_deadline() -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(3)
        return []

    with pytest.raises(RemoteFailed) as error:
        fetch("https://a.example/", QUICK, resolve=hang)
    assert error.value.reason_code == "remote-slow"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        HEAD + b"Content-Length: 10\r\n\r\nshort",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
    ],
)
def test_what_is_not_an_answer_is_named(said: bytes) -> None:
    with serve_raw(lambda sock: sock.sendall(said)) as url:
        assert reason_of(url) == "remote-failed"


def test_a_closed_port_and_an_unknown_name_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert reason_of(f"http://127.0.0.1:{port}/") == "remote-failed"

    def fail(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(RemoteFailed, match="not known"):
        fetch("https://a.example/", resolve=fail)


def test_proxies_of_the_environment_have_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(echo) as url:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9/")
        assert fetch(url, trusted_address=True).status == 200
