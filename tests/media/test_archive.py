"""ZIP archives: what is read, and what is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits, Source


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def source_of(data: bytes) -> Source:
    return Source(io.BytesIO(data), "dir/pack.zip", "application/zip")


def test_names_sizes_and_contents_come_out() -> None:
    with open_zip(source_of(zipped({"a/": b"", "b.txt": b"bee", "c": b""})), Limits()) as archive:
        assert archive.names() == ("b.txt", "c")
        assert "b.txt" in archive
        assert "d" not in archive
        assert archive.size("b.txt") == 3
        assert archive.read("b.txt") == b"bee"


def test_a_name_that_stands_twice_is_named_once() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        pack.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            pack.writestr("a", b"2")
    with open_zip(source_of(buffer.getvalue()), Limits()) as archive:
        assert archive.names() == ("a",)
        assert archive.read("a") == b"2"


def test_all_that_is_read_counts() -> None:
    data = zipped({"a": bytes(1000), "b": bytes(1000)})
    with open_zip(source_of(data), Limits(archive_bytes=1999)) as archive:
        archive.read("a")
        with pytest.raises(LimitExceeded, match="1999 bytes unpacked"):
            archive.read("b")


def test_an_entry_that_lies_about_its_size_is_cut_off() -> None:
    data = bytearray(zipped({"a": bytes(10_000_000)}))
    central = data.rindex(b"PK\1\2")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    with (
        open_zip(source_of(bytes(data)), Limits(archive_bytes=1000)) as archive,
        pytest.raises((ExtractionFailed, LimitExceeded)),
    ):
        archive.read("a")


def test_too_many_entries_are_refused() -> None:
    data = zipped({f"{k}": b"" for k in range(20)})
    with (
        pytest.raises(LimitExceeded, match="19 files in an archive"),
        open_zip(source_of(data), Limits(archive_entries=19)),
    ):
        pass


def test_an_encrypted_entry_is_named() -> None:
    data = bytearray(zipped({"secret": b"text"}))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + offset] |= 1
    with (
        open_zip(source_of(bytes(data)), Limits()) as archive,
        pytest.raises(ExtractionFailed, match="secret is encrypted"),
    ):
        archive.read("secret")


@pytest.mark.parametrize("make", [lambda data: b"", lambda data: data[:30], lambda data: b"PK\3\4"])
def test_what_is_no_archive_is_refused(make: Callable[[bytes], bytes]) -> None:
    with (
        pytest.raises(ExtractionFailed, match="dir/pack"),
        open_zip(source_of(make(zipped({"a": b"x"}))), Limits()),
    ):
        pass


@given(st.integers(0, 10_000))
def test_damage_costs_an_error_at_most(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(zipped({"a.xml": b"<a>text</a>" * 50, "b": bytes(300)}))
    for _ in range(chance.randrange(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with (
        suppress(ExtractionFailed, LimitExceeded),
        open_zip(source_of(bytes(data)), Limits()) as archive,
    ):
        for name in archive.names():
            assert len(archive.read(name)) <= Limits().archive_bytes
