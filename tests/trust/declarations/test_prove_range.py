"""Proofs of byte ranges of files: reading in blocks, changed files, and foreign documents."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from blake3 import blake3
from tests.trust.golden import ALICE, ALICE_PUBLIC

from iscckit.codec.code import compose
from iscckit.errors import InvalidInput, IsccError, LimitExceeded, UnreadableFile
from iscckit.trust.declarations import prove_range as module
from iscckit.trust.declarations.prove_range import (
    is_range_file,
    prove_range,
    range_path,
    verify_range_file,
    write_range_file,
)
from iscckit.trust.proof import byte_range
from iscckit.trust.proof.byte_range import RANGE_LIMIT, verify_range
from iscckit.trust.proof.ed25519 import sign
from iscckit.trust.proof.note import make_note
from iscckit.trust.proof.proof_file import MEDIA_TYPE, encode_proof
from iscckit.trust.proof.signature import sign_document
from iscckit.units.data import data_code
from iscckit.units.instance import instance_code

DATA = random.Random(8).randbytes(3_000_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (2_999_999, None), (50_000, 53_000), (0, None), (16_383, 16_385)]
)
def test_a_proof_of_a_file_holds_without_the_file(
    file: Path, tmp_path: Path, start: int, end: int | None
) -> None:
    made = prove_range(file, start, end)
    target = tmp_path / "x.iscc-range.json"
    write_range_file(target, made)
    file.unlink()
    found, proven = verify_range_file(target)
    assert found == made
    assert proven.content == DATA[start:end]
    assert (proven.length, proven.authenticated) == (len(DATA), True)
    assert found.datahash == "1e20" + blake3(DATA).hexdigest()


def test_the_name_of_a_proof_says_the_range() -> None:
    path = range_path("a/data.bin", 50_000, 53_000)
    assert path == "a/data.bin.50000-53000.iscc-range.json"
    assert is_range_file(path)
    assert not is_range_file("a/data.bin.iscc-proof.json")


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 5), (0, 0), (5, 5), (6, 5), (0, 3_000_001), (3_000_000, None)]
)
def test_a_range_that_is_not_in_the_file_is_refused(file: Path, start: int, end: int) -> None:
    with pytest.raises(InvalidInput, match=r"data\.bin"):
        prove_range(file, start, end)


def test_an_empty_file_has_no_range(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(InvalidInput, match="has no bytes"):
        prove_range(tmp_path / "empty", 0, None)


def test_a_long_range_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(LimitExceeded):
        prove_range(path, 0, RANGE_LIMIT + 1)


def test_a_proof_is_never_replaced_unasked(file: Path, tmp_path: Path) -> None:
    made, target = prove_range(file, 5, 9), tmp_path / "p.iscc-range.json"
    write_range_file(target, made)
    with pytest.raises(InvalidInput) as caught:
        write_range_file(target, prove_range(file, 5, 10))
    assert caught.value.reason_code == "file-exists"
    assert verify_range_file(target)[0] == made
    write_range_file(target, prove_range(file, 5, 10), force=True)
    assert verify_range_file(target)[0].count == 5


@pytest.mark.parametrize("change", ["append", "cut", "edit"])
def test_a_file_that_changes_meanwhile_is_an_error(
    file: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    whole = byte_range.make_slice

    def change_first(*arguments: int, **functions: object) -> bytes:
        with file.open("r+b") as stream:
            if change == "append":
                stream.seek(0, os.SEEK_END)
                stream.write(b"more")
            elif change == "cut":
                stream.truncate(52_000)
            else:
                stream.seek(51_000)
                stream.write(bytes([DATA[51_000] ^ 1]))
        return whole(*arguments, **functions)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "make_slice", change_first)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        prove_range(file, 50_000, 53_000)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_an_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "it"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    for call in (lambda: prove_range(path, 0, 1), lambda: verify_range_file(path)):
        with pytest.raises(UnreadableFile):
            call()


def test_a_link_to_a_file_is_followed(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    assert prove_range(link, 5, 9) == prove_range(file, 5, 9)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"$schema": "note"}',
        b"\x89PNG\r\n\x1a\n",
        b"[" * 100_000,
        b" " * (7 << 20),
        b'{"count": 1, "count": 1}',
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_foreign_file_is_named_as_such(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "p.iscc-range.json"
    path.write_bytes(text)
    with pytest.raises(InvalidInput) as caught:
        verify_range_file(path)
    assert caught.value.reason_code == "malformed-document"


def test_a_truncated_proof_is_rejected(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.iscc-range.json"
    write_range_file(path, prove_range(file, 5, 9))
    text = path.read_bytes()
    for size in range(0, len(text) - 2, 7):
        path.write_bytes(text[:size])
        with pytest.raises(IsccError):
            verify_range_file(path)


def test_the_document_has_the_names_that_others_read(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.iscc-range.json"
    write_range_file(path, prove_range(file, 50_000, 53_000))
    document = json.loads(path.read_text("ascii"))
    assert list(document) == [
        "mediaType", "datahash", "start", "count", "slice", "length_proof",
        "declaration", "checksum",
    ]  # fmt: skip
    assert document["mediaType"] == "application/vnd.iscckit.byte-range.v0.1+json"
    assert (document["start"], document["count"]) == (50_000, 3000)


# Prints by how many KB the peak of memory grows while a range is proven and verified.
GROWTH = """
import sys
from iscckit.trust.declarations.prove_range import prove_range, verify_range_file, write_range_file

def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])

path, target, start, end, small = sys.argv[1:]
write_range_file(target, prove_range(small, 0, 10), force=True)
verify_range_file(target)
before = peak()
write_range_file(target, prove_range(path, int(start), int(end)), force=True)
verify_range_file(target)
print(peak() - before)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


def growth(path: Path, start: int, end: int) -> int:
    """Return by how many bytes a process grows that proves and verifies a range."""
    small = path.with_name("small")
    small.write_bytes(bytes(100))
    target = path.with_name("range.json")
    arguments = [str(path), str(target), str(start), str(end), str(small)]
    run = subprocess.run(
        [sys.executable, "-c", GROWTH, *arguments], capture_output=True, text=True, check=True
    )
    return int(run.stdout) * 1024


@LINUX
@pytest.mark.parametrize("count", [1_000_000, RANGE_LIMIT])
def test_memory_is_bounded_by_the_range(tmp_path: Path, count: int) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert growth(path, 100_000_000, 100_000_000 + count) < 32 << 20


@LINUX
@pytest.mark.slow
@pytest.mark.deep
def test_a_range_of_ten_gigabytes_in_32_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(10 << 30)
        file.seek((5 << 30) + 123)
        file.write(DATA)
    start = 5 << 30
    assert growth(path, start, start + 1_000_000) < 32 << 20
    found, proven = verify_range_file(tmp_path / "range.json")
    assert proven.content == bytes(123) + DATA[: 1_000_000 - 123]
    assert (proven.length, proven.authenticated) == (10 << 30, True)
    assert verify_range(found) == proven
    hasher = blake3(max_threads=blake3.AUTO)
    hasher.update_mmap(path)
    assert found.datahash == "1e20" + hasher.hexdigest()


def test_the_declaration_of_the_proof_beside_the_file_is_taken_along(file: Path) -> None:
    composite = compose([data_code(DATA), instance_code(DATA)])
    unsigned = make_note(
        iscc_code=composite, datahash="1e20" + blake3(DATA).hexdigest(), nonce="001" + 29 * "a"
    )
    note = sign_document(unsigned, ALICE_PUBLIC, lambda message: sign(ALICE, message))
    proof = file.with_name("data.bin.iscc-proof.json")
    proof.write_bytes(encode_proof({"mediaType": MEDIA_TYPE, "note": note}))
    made = prove_range(file, 5, 9)
    assert made.declaration is not None
    assert (made.declaration.note, made.declaration.iscc_id) == (note, None)
    assert verify_range(made).signer == ALICE_PUBLIC
    file.write_bytes(DATA[:-1])  # the declaration is of other bytes now
    assert prove_range(file, 5, 9).declaration is None
    proof.write_bytes(b"{}")
    assert prove_range(file, 5, 9).declaration is None
