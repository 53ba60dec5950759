"""Tokens of a real authority, by HTTP and from a command, and of servers that are none."""

import sys
from pathlib import Path

import pytest
from tests.trust.authority import Authority, make_authority, serve_authority
from tests.trust.local_server import Answer, serve

from iscckit.errors import InvalidInput, IsccError, RemoteFailed, VerificationFailed
from iscckit.trust.proof.timestamp import read_token
from iscckit.trust.remote.timestamps import request_timestamp, request_timestamps

MESSAGE = b"a checkpoint"
REPLY = {"Content-Type": "application/timestamp-reply"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"), "ec")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("other"), "ec")


def test_an_authority_answers_by_http(authority: Authority, other: Authority) -> None:
    with serve_authority(authority) as url:
        obtained = request_timestamp(url, MESSAGE, [other.root, authority.root])
    assert obtained.root == authority.root
    assert obtained.source == url
    assert read_token(obtained.token, MESSAGE, [authority.root]) == obtained.stamped


def test_a_command_is_an_authority(authority: Authority) -> None:
    obtained = request_timestamp(authority.command, MESSAGE, [authority.root])
    assert obtained.root == authority.root


def test_a_token_without_a_pinned_root_says_so(authority: Authority, other: Authority) -> None:
    assert request_timestamp(authority.command, MESSAGE).root is None
    assert request_timestamp(authority.command, MESSAGE, [other.root]).root is None


def test_each_request_has_its_nonce(authority: Authority) -> None:
    nonces = {request_timestamp(authority.command, MESSAGE).stamped.nonce for _ in range(2)}
    assert len(nonces - {None}) == 2


def test_a_token_of_another_request_is_refused(authority: Authority) -> None:
    old = request_timestamp(authority.command, MESSAGE).token
    with serve(lambda _: Answer(body=old, headers=REPLY)) as url:
        with pytest.raises(VerificationFailed) as error:
            request_timestamp(url, MESSAGE, [authority.root])
        assert error.value.reason_code == "timestamp-nonce-differs"
        with pytest.raises(VerificationFailed) as error:
            request_timestamp(url, b"another", [authority.root])
        assert error.value.reason_code == "timestamp-message-differs"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(body=b"<html>", headers={"Content-Type": "text/html"}), RemoteFailed),
        (Answer(503, headers=REPLY), RemoteFailed),
        (Answer(301, headers={"Location": "https://a.example/"}), RemoteFailed),
        (Answer(body=bytes(1 << 17), headers=REPLY), RemoteFailed),
        (Answer(body=b"junk", headers=REPLY), InvalidInput),
    ],
)
def test_what_is_not_a_token_is_named(answer: Answer, kind: type[IsccError]) -> None:
    with serve(lambda _: answer) as url, pytest.raises(kind):
        request_timestamp(url, MESSAGE)


@pytest.mark.parametrize(
    "command",
    ["", "'", "no-such-program-anywhere", f"{sys.executable} -c 'raise SystemExit(4)'"],
)
def test_a_command_that_fails_is_named(command: str) -> None:
    with pytest.raises(RemoteFailed):
        request_timestamp(command, MESSAGE)


def test_a_command_sees_no_shell(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(IsccError):
        request_timestamp(f"true; touch {mark}", MESSAGE)
    assert not mark.exists()


def test_of_several_authorities_some_may_fail(authority: Authority, other: Authority) -> None:
    commands = [authority.command, other.command]
    found, errors = request_timestamps(commands, MESSAGE, [authority.root, other.root])
    assert [each.root for each in found] == [authority.root, other.root]
    assert errors == ()
    broken = [authority.command, "no-such-program-anywhere"]
    with pytest.raises(RemoteFailed):
        request_timestamps(broken, MESSAGE)
    found, errors = request_timestamps(broken, MESSAGE, needed=1)
    assert [each.source for each in found] == [authority.command]
    assert [each.reason_code for each in errors] == ["remote-failed"]
    assert request_timestamps([], MESSAGE) == ((), ())
