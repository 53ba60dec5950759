"""Downloads: resumed, checked, whole or not there. Against a real server on this machine."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from blake3 import blake3

from iscckit.errors import InvalidInput, LibraryError, RemoteFailed, VerificationFailed
from iscckit.models import download, model_card
from iscckit.models.download import get
from iscckit.models.model_card import ModelFile
from iscckit.models.registry import check, find, lock_model

WEIGHTS = os.urandom(700_000)
TOKENIZER = b'{"version": "1.0"}' * 500


class Server(ThreadingHTTPServer):
    """Serves two files; ``breaks`` connections end in the middle, ``lies`` change a byte."""

    breaks = 0
    lies = False
    ignores_ranges = False
    asked: list[str]
    goes_on: threading.Event | None = None  # what it waits for in the middle of a file
    waits: threading.Event


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        content = {"/m/w.onnx": WEIGHTS, "/m/tokenizer.json": TOKENIZER}.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = 0
        given = self.headers.get("Range")
        self.server.asked.append(given or "all")
        if given and not self.server.ignores_ranges:
            start = int(given.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                self.send_error(416)
                return
        if self.server.lies:
            content = b"X" + content[1:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.server.breaks > 0:
            self.server.breaks -= 1
            self.wfile.write(content[start : start + 100_000])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(content[start : start + 5000])
        if self.server.goes_on is not None:
            self.server.waits.set()
            self.server.goes_on.wait(60)
        self.wfile.write(content[start + 5000 :])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as serving:
        serving.asked, serving.waits = [], threading.Event()
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def mirror(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the known text model one of two small files, and return where they are served."""
    real = model_card.KNOWN[0]
    files = (
        ModelFile("weights.onnx", blake3(WEIGHTS).hexdigest(), None, "https://x.invalid/w.onnx"),
        ModelFile("tokenizer.json", blake3(TOKENIZER).hexdigest(), len(TOKENIZER),
                  "https://x.invalid/tokenizer.json"),
    )  # fmt: skip
    monkeypatch.setattr(model_card, "KNOWN", (replace(real, files=files),))
    return f"http://127.0.0.1:{server.server_address[1]}/m"


def test_both_files_arrive_and_are_checked(tmp_path: Path, mirror: str) -> None:
    seen: list[tuple[str, int, int | None]] = []
    assert get(str(tmp_path), "iscc-sct", mirror=mirror, progress=lambda *told: seen.append(told))
    model = find(str(tmp_path), "iscc-sct")
    check(str(tmp_path), model)
    assert model == model_card.KNOWN[0]
    assert seen[-1] == ("tokenizer.json", len(TOKENIZER), len(TOKENIZER))
    assert {path.name for path in tmp_path.iterdir()} == {"iscc-sct", ".parts"}
    assert [path.name for path in (tmp_path / ".parts").iterdir()] == ["iscc-sct.lock"]


def test_a_broken_transfer_goes_on_where_it_stopped(
    tmp_path: Path, mirror: str, server: Server
) -> None:
    server.breaks = 1
    get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert server.asked[:2] == ["all", "bytes=100000-"]


def test_what_was_received_is_kept_for_the_next_call(
    tmp_path: Path, mirror: str, server: Server
) -> None:
    server.breaks = 3
    with pytest.raises(RemoteFailed, match="the received bytes are kept"):
        get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert not (tmp_path / "iscc-sct").exists()
    server.asked.clear()
    get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert server.asked[0].startswith("bytes=")


def test_a_server_without_ranges_begins_anew(tmp_path: Path, mirror: str, server: Server) -> None:
    server.breaks, server.ignores_ranges = 1, True
    assert get(str(tmp_path), "iscc-sct", mirror=mirror)
    check(str(tmp_path), find(str(tmp_path), "iscc-sct"))


def test_an_installed_model_is_downloaded_again_only_if_it_is_damaged(
    tmp_path: Path, mirror: str, server: Server
) -> None:
    assert get(str(tmp_path), "iscc-sct", mirror=mirror)
    server.asked.clear()
    assert not get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert server.asked == []
    for damaged in ("weights.onnx", "model.json"):
        (tmp_path / "iscc-sct" / damaged).write_bytes(b"other")
        assert get(str(tmp_path), "iscc-sct", mirror=mirror)
        check(str(tmp_path), find(str(tmp_path), "iscc-sct"))


def test_a_second_download_of_a_model_is_refused_and_spoils_nothing(
    tmp_path: Path, mirror: str, server: Server
) -> None:
    server.goes_on = threading.Event()
    first = threading.Thread(
        target=get, args=(str(tmp_path), "iscc-sct"), kwargs={"mirror": mirror}
    )
    first.start()
    try:
        assert server.waits.wait(60)
        with pytest.raises(LibraryError, match=r"another process gets.* the model iscc-sct"):
            get(str(tmp_path), "iscc-sct", mirror=mirror)
        with lock_model(str(tmp_path), "iscc-sci"):
            pass  # another model is free
    finally:
        server.goes_on.set()
        first.join()
    assert server.asked == ["all", "all"]
    check(str(tmp_path), find(str(tmp_path), "iscc-sct"))


def test_other_bytes_are_refused_and_not_kept(tmp_path: Path, mirror: str, server: Server) -> None:
    server.lies = True
    with pytest.raises(VerificationFailed, match="nothing was installed"):
        get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert not (tmp_path / "iscc-sct").exists()
    server.lies = False
    assert get(str(tmp_path), "iscc-sct", mirror=mirror)
    check(str(tmp_path), find(str(tmp_path), "iscc-sct"))


def test_a_file_that_is_not_there_and_a_host_that_is_not_there(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(RemoteFailed, match="404"):
        get(str(tmp_path), "iscc-sct", mirror=f"{mirror}/elsewhere")
    with pytest.raises(RemoteFailed, match=r"127\.0\.0\.1"):
        get(str(tmp_path), "iscc-sct", mirror="http://127.0.0.1:9/m")


def test_only_known_models_and_web_addresses_are_taken(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not a known model"):
        get(str(tmp_path), "mine")
    with pytest.raises(InvalidInput, match="http"):
        get(str(tmp_path), "iscc-sct", mirror="file:///etc")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(LibraryError, match="file"):
        get(str(tmp_path / "file" / "models"), "iscc-sct", mirror=mirror)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_leaves_no_model(
    tmp_path: Path, mirror: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / ".parts"
    parts.mkdir()
    name = f"{blake3(WEIGHTS).hexdigest()[:16]}-w.onnx"
    (parts / name).symlink_to("/dev/full")
    monkeypatch.setattr(download, "hash_file", lambda path: "none")
    with pytest.raises(LibraryError, match="No space left"):
        get(str(tmp_path), "iscc-sct", mirror=mirror)
    assert not (tmp_path / "iscc-sct").exists()
