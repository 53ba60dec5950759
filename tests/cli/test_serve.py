"""``iscc serve`` at its start: what it prints, what it refuses."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.server.process import Running

from iscckit.workers import landlock


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iscckit.cli.main", "serve", *arguments]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environment,
    )


def test_the_printed_address_lets_in_and_no_other(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        assert running.token
        assert running.client.get("/metrics").status_code == 200
        assert (
            running.client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 401
        )


def test_the_token_of_the_environment_counts_and_is_not_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "from-outside-and-long"
    monkeypatch.setenv("ISCC_TOKEN", token)
    with Running(tmp_path) as running:
        assert running.token == token
        assert running.client.post("/api/v1/iscc", content=b"hello").status_code == 201
        for pid in running.descendants():
            assert token.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def test_an_address_that_others_reach_needs_a_chosen_token() -> None:
    for arguments in (("--listen", "0.0.0.0"), ("--listen", "0.0.0.0", "--no-token")):
        result = run(*arguments, "--port", "0")
        assert result.returncode == 2
        assert "token" in result.stderr
        assert result.stdout == ""


def test_a_token_that_can_be_guessed_is_refused_and_a_better_one_proposed() -> None:
    for arguments, variables in (
        (("--token", "1234"), {}),
        ((), {"ISCC_TOKEN": "fifteen letters"}),
        (("--listen", "0.0.0.0", "--token", "1234"), {}),
    ):
        result = run(*arguments, "--port", "0", **variables)
        assert result.returncode == 2
        assert "at least 16" in result.stderr
        assert "openssl rand -hex 16" in result.stderr
        assert "1234" not in result.stderr
        assert result.stdout == ""


def test_a_token_of_sixteen_characters_lets_in(tmp_path: Path) -> None:
    with Running(tmp_path, "--token", "sixteen-letters!") as running:
        assert running.token == "sixteen-letters!"
        assert running.client.get("/metrics").status_code == 200


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("--port", port)
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("size", ["", "5X", "-1", "1.5G"])
def test_a_size_that_is_none_is_a_usage_error(size: str) -> None:
    result = run("--max-upload", size)
    assert result.returncode == 2
    assert "is no size" in result.stderr


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_a_required_sandbox_starts_where_the_system_has_it(tmp_path: Path) -> None:
    with Running(tmp_path, "--sandbox", "require") as running:
        assert running.client.get("/healthz").status_code == 200


def test_a_required_sandbox_refuses_where_the_system_has_none() -> None:
    script = (
        "import sys; from iscckit.workers import landlock; landlock.version = lambda: 0;"
        "from iscckit.cli.main import main; sys.exit(main(['serve', '--sandbox', 'require']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert result.returncode == 2
    assert "Landlock" in result.stderr


def test_ctrl_c_says_so(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        assert running.stop(signal.SIGINT) == 130
        assert running.log.read_text().splitlines()[-1] == "iscc: interrupted"


def test_who_serves_as_root_is_warned(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        is_warned = "runs as root" in running.log.read_text()
    assert is_warned == (os.geteuid() == 0)


@pytest.mark.parametrize("address", ["proxy.example", "10.0.0.0/8", ""])
def test_a_proxy_is_named_by_its_address(address: str) -> None:
    result = run("--trusted-proxy", address)
    assert result.returncode == 2
    assert "no IP address" in result.stderr
