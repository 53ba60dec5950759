"""A hub on this machine over HTTP: declared there, verified, refreshed, retracted, by commands."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.test_declare import SUFFIX, Place, place, result, verify
from tests.trust.local_server import Answer, serve

from iscckit.trust.claims.store import ClaimStore

__all__ = ["place"]  # a fixture


@contextmanager
def own_hub(place: Place, folder: Path) -> Iterator[str]:
    """Serve a log by ``iscc log serve``; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    words = ("--passphrase-file", str(place.pass_file))
    domain = ("--domain", f"127.0.0.1:{port}", "--hub", "1")
    assert place.run("log", "init", str(folder), *domain, *words) == 0
    command = [sys.executable, "-m", "iscckit.cli.main", "log", "serve", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", port, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), process.stderr.read()
        yield address
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()
        process.stderr.close()


def is_deleted(place: Place) -> list[bool]:
    with ClaimStore(str(place.folder.parent / "a" / "DATA" / "iscckit" / "library")) as claims:
        return [claim.deleted for claim in claims]


def test_a_declaration_at_a_hub_from_first_to_last(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    other = place.add("cat.jpg")
    with own_hub(place, tmp_path / "log") as url:
        assert place.declare(path, "--hub", url, "--hub-id", "2") != 0  # nonces of another hub
        assert not Path(path + SUFFIX).exists()
        assert place.declare(path, "--hub", url, "--hub-id", "1") == 0
        assert url.removeprefix("http://").rstrip("/") in capsys.readouterr().out
        code, (answer,) = verify(capsys, path)
        assert (code, result(answer, "log")) == (0, "included")
        assert place.declare(other, "--hub", url, "--hub-id", "1") == 0
        assert place.run("proof", "refresh", path, "--hub", url) == 0
        assert "2 entries" in capsys.readouterr().out
        code, (answer,) = verify(capsys, path)
        facts = next(each["facts"] for each in answer["checks"] if each["check"] == "log")
        assert (code, facts["size"], facts["receipt"]) == (0, 2, True)
        assert is_deleted(place) == [False, False]
        words = ("--passphrase-file", str(place.pass_file))
        assert place.run("retract", path, "--hub", url, *words) == 0
        assert sorted(is_deleted(place)) == [False, True]
        assert place.run("retract", path, "--hub", url, *words) != 0  # it is retracted already
        assert place.run("proof", "refresh", path, "--hub", url, "--json") == 3
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["deleted"]["seq"] == 2
    assert place.run("proof", "refresh", path, "--hub", url) == 1


def test_the_registration_of_the_doi_goes_into_the_proof(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path, "--doi", "10.5555/abc") == 0
    said = Answer(
        body=json.dumps({"DOI": "10.5555/abc"}).encode(),
        headers={"Content-Type": "application/vnd.citationstyles.csl+json"},
    )
    with serve(lambda seen: said if seen.path == "/10.5555/abc" else Answer(404)) as url:
        assert place.run("proof", "refresh", path, "--resolver", url) == 0
    code, (answer,) = verify(capsys, path)
    assert (code, result(answer, "doi")) == (0, "claimed")
    before = Path(path + SUFFIX).read_bytes()
    assert b'"metadata":{"DOI":"10.5555/abc"}' in before
    assert place.run("proof", "refresh", path, "--resolver", url) == 1
    assert Path(path + SUFFIX).read_bytes() == before


def test_a_bundle_of_iscc_monitor_is_verified(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path, "--no-fingerprints") == 0
    document = json.loads(Path(path + SUFFIX).read_text())
    names = ("iscc_id", "hub", "checkpoint", "inclusion", "record", "key")
    bundle = place.folder / "x.bundle.json"
    bundle.write_text(json.dumps({name: document[name] for name in names}))
    code, (answer,) = verify(capsys, path, "--proof", str(bundle))
    assert (code, answer["state"]) == (0, "trusted")
    code, (answer,) = verify(capsys, str(bundle))  # what is not read is not verified
    assert (code, result(answer, "content")) == (3, "missing")
