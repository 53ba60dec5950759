"""Connections that send slowly, endlessly or no HTTP at all, against the real server."""

import json
import socket
import time
from collections.abc import Iterator

import pytest
from tests.server.process import served

from iscckit.server.settings import Allowance, Settings

ALLOWANCE = Allowance(header_bytes=4000, header_seconds=0.4, stall_seconds=0.4)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(Settings(allowance=ALLOWANCE)) as port:
        yield port


def talk(port: int, *blocks: bytes, pause: float = 0.0) -> bytes:
    """Send blocks, then return what comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for block in blocks:
            try:
                connection.sendall(block)
            except OSError:
                break  # the server has had enough
            time.sleep(pause)
        received = b""
        try:
            while block := connection.recv(1 << 16):
                received += block
        except ConnectionResetError:
            pass
        return received


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head.lower()
    return int(head.split()[1]), json.loads(body)["type"].removeprefix("/problems/")


def test_a_request_is_answered_and_the_server_does_not_name_itself(port: int) -> None:
    answer = talk(port, b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"uvicorn" not in answer.lower()


def test_a_silent_connection_is_closed(port: int) -> None:
    assert problem(talk(port)) == (408, "request-timeout")


def test_a_header_that_drips_is_cut(port: int) -> None:
    drops = [b"GET / HTTP/1.1\r\n", *[b"x: y\r\n"] * 12]
    assert problem(talk(port, *drops, pause=0.05)) == (408, "request-timeout")


def test_empty_lines_do_not_keep_a_connection(port: int) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    answer = talk(port, whole, *[b"\r\n"] * 12, pause=0.05)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answer


def test_an_endless_header_is_cut(port: int) -> None:
    answer = talk(port, b"GET / HTTP/1.1\r\nx: ", *[b"y" * 1000] * 10)
    assert answer == b"" or problem(answer) == (431, "headers-too-large")


def test_what_is_no_http_is_a_problem(port: int) -> None:
    assert problem(talk(port, b"\x16\x03\x01 hello\r\n\r\n")) == (400, "malformed")


def test_a_body_that_stops_is_given_up(port: int) -> None:
    head = b"POST /api/v1/compare HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    answer = talk(port, head + b"connection: close\r\ncontent-length: 100\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408")


def test_connections_may_be_used_again(port: int) -> None:
    one = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
    assert talk(port, one + one, one, last, pause=0.2).count(b"HTTP/1.1 200") == 4
