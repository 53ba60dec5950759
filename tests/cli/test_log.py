"""``iscc log``: made, served, checked and watched by the real commands."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from tests.trust.log.material import HUB_KEY, HUB_SECRET, OTHER, declare, retract

from iscckit.cli.hub_options import split_logs
from iscckit.cli.main import main
from iscckit.trust.keys.keystore import StoredKey, add_key
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.checkpoint import parse_verifier_key, verify_checkpoint
from iscckit.trust.proof.log_evidence import verify_evidence
from iscckit.trust.proof.strict_json import parse_json

PASSPHRASE = "correct horse"


class Home:
    """Keys, pins and logs of one user."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        for name in ("CONFIG", "STATE", "DATA"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        keys = str(folder / "config" / "iscckit" / "keys")
        add_key(keys, StoredKey("hub", HUB_KEY, None, 0), HUB_SECRET, PASSPHRASE)
        other = StoredKey("other", ed25519.derive_public_key(OTHER), None, 0)
        add_key(keys, other, OTHER, PASSPHRASE)
        self.log = folder / "log"
        self.sign = ("--key", "hub", "--passphrase-file", str(self.passphrase))

    def init(self, *more: str) -> int:
        words = ("--domain", "hub.example", "--hub", "1", *self.sign, *more)
        return main(["log", "init", str(self.log), *words])

    @contextmanager
    def serve(self, *command: str) -> Iterator[httpx.Client]:
        """Run a command that serves; give a client to the address that it prints."""
        words = [sys.executable, "-m", "iscckit.cli.main", *command, "--port", "0", *self.sign]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        try:
            assert line.startswith("http://"), process.stderr.read()
            with httpx.Client(base_url=line.strip(), timeout=30) as client:
                yield client
        finally:
            process.terminate()
            assert process.wait(20) == 0
            process.stdout.close()
            process.stderr.close()

    def refuse(self, *command: str) -> tuple[int, str]:
        """Run a command that ends; return its exit code and what it said."""
        words = [sys.executable, "-m", "iscckit.cli.main", *command, "--port", "0", *self.sign]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stderr


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, monkeypatch)


def test_init_prints_the_key_and_makes_no_second_log(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert home.init() == 0
    line = capsys.readouterr().out.strip()
    assert parse_verifier_key(line) == ("hub.example/log", HUB_KEY)
    assert home.init() == 2
    assert "exists" in capsys.readouterr().err
    (pin,) = (home.folder / "state" / "iscckit" / "logs").iterdir()
    assert verify_checkpoint(pin.read_text(), "hub.example/log", HUB_KEY).size == 0


def test_a_log_is_served_watched_checked_and_never_rolled_back(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert home.init() == 0
    backup = home.folder / "backup"
    with home.serve("log", "serve", str(home.log)) as client:
        assert client.post("/declaration", json=declare(1)).status_code == 201
        shutil.copytree(home.log, backup)
        iscc_id = client.post(
            "/declaration", json=declare(2), headers={"X-Force-Declaration": "true"}
        ).json()["iscc_id"]
        assert client.get("/health").json()["size"] == 2
        address = str(client.base_url)
        capsys.readouterr()
        assert main(["log", "watch", address, "--once"]) == 0
        assert capsys.readouterr().out == (
            "hub.example/log: 2 entries; new: 2 declared, 0 deleted, 0 skipped; its key is pinned\n"
        )
        path = f"/declaration/{iscc_id}"
        assert client.request("DELETE", path, json=retract(iscc_id, 3)).status_code == 204
        assert main(["log", "watch", address, "--once", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["deleted"], told["claims"]) == (1, 0)
        assert main(["resolve", iscc_id, "--json"]) == 3
        assert main(["resolve", str(declare(1)["iscc_code"]), "--json"]) == 0
        (claim,) = json.loads(capsys.readouterr().out.splitlines()[-1])["claims"]
        assert claim["log"] == "hub.example/log"
    assert main(["log", "check", str(home.log)]) == 0
    assert capsys.readouterr().out == "hub.example/log: 3 entries, whole, pinned at 3\n"
    shutil.rmtree(home.log)
    shutil.copytree(backup, home.log)
    code, said = home.refuse("log", "serve", str(home.log))
    assert code == 3
    assert "rollback: pinned size 3 > 1" in said
    assert "bring back the newest copy" in said
    assert main(["log", "check", str(home.log), "--json"]) == 3
    assert "rollback" in json.loads(capsys.readouterr().out)["fault"]


def test_an_edited_entry_is_named(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.init() == 0
    with home.serve("log", "serve", str(home.log)) as client:
        client.post("/declaration", json=declare(1))
    with closing(sqlite3.connect(home.log / "log.sqlite")) as connection:
        connection.execute("DROP TRIGGER entries_update")
        connection.execute("UPDATE entries SET record = replace(record, 'KACW', 'KACX')")
        connection.commit()
    capsys.readouterr()
    assert main(["log", "check", str(home.log)]) == 3
    assert capsys.readouterr().out.startswith("hub.example/log: entry 0: ")


def test_a_fork_is_frozen_with_evidence(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert home.init() == 0
    with home.serve("log", "serve", str(home.log)) as client:
        client.post("/declaration", json=declare(1))
        assert main(["log", "watch", str(client.base_url), "--once"]) == 0
    fork = str(tmp_path / "fork")
    pin = ("--pin", str(tmp_path / "other-pin"))
    words = ("--domain", "hub.example", "--hub", "1", *home.sign, *pin)
    assert main(["log", "init", fork, *words]) == 0
    with home.serve("log", "serve", fork, *pin) as client:
        client.post("/declaration", json=declare(2))
        forked = str(client.base_url)
        with closing(sqlite3.connect(tmp_path / "data/iscckit/watch/watch.sqlite")) as known:
            known.execute("UPDATE logs SET url = ?", (forked.rstrip("/"),))
            known.commit()  # the same hub at the free port of this test
        capsys.readouterr()
        assert main(["log", "watch", forked, "--once"]) == 3
        said = capsys.readouterr().err
        assert "equivocation: hub.example/log was rewritten" in said
    (path,) = (tmp_path / "data/iscckit/watch").glob("evidence-*.json")
    assert verify_evidence(parse_json(path.read_bytes(), limit=1 << 20)).is_proven


def test_the_service_has_the_hub_below_a_path(home: Home, tmp_path: Path) -> None:
    assert home.init() == 0
    spool = ("--spool", str(tmp_path / "spool"), "--library", str(tmp_path / "library"))
    with home.serve("serve", "--log", str(home.log), "--log", "off", *spool) as client:
        token = str(client.base_url.params["token"]).rstrip("/")
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(client.base_url.join("/hub/log/checkpoint"))
        assert verify_checkpoint(answer.text, "hub.example/log", HUB_KEY).size == 0
        post = client.base_url.join("/hub/declaration")
        assert httpx.post(post, json=declare(1)).status_code == 401
        assert httpx.post(post, json=declare(1), headers=headers).status_code == 201
        assert httpx.get(client.base_url.join("/hub/health")).json()["size"] == 1
        assert httpx.get(client.base_url.join("/metrics"), headers=headers).status_code == 200


def test_another_key_does_not_open_the_log(home: Home) -> None:
    assert home.init() == 0
    words = ["log", "serve", str(home.log), "--key", "other"]
    assert main([*words, "--passphrase-file", str(home.passphrase)]) == 2


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_folder_without_log_is_named(
    home: Home, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    words = ["log", command, str(home.folder / "no")]
    assert main([*words, *(home.sign if command == "serve" else ())]) == 1
    assert "no log here; iscc log init makes one" in capsys.readouterr().err


def test_a_hub_that_does_not_answer_is_an_error(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "watch", "http://127.0.0.1:9", "--once"]) == 1
    assert capsys.readouterr().err


def test_the_option_log_takes_a_form_and_a_folder() -> None:
    assert split_logs(()) == ("off", None)
    assert split_logs(("json",)) == ("json", None)
    assert split_logs(("./text", "text")) == ("text", "./text")
    for wrong in (("json", "text"), ("a", "b")):
        with pytest.raises(Exception, match="one folder"):
            split_logs(wrong)
