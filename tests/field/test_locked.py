"""Locked and deleted: what is encrypted says so, and deleted text does not count.

``locked/drm.epub`` and ``locked/password.odt`` were made for a test of reports
(zeroCoder1/Epub-Reader 16; opendocument-app/OpenDocument.core 638); all other files are made here:
iOfficeAI/OfficeCLI 150 and Unstructured-IO/unstructured 4057 (passwords of Office), iscc/iscc-sdk
154 (encrypted fonts), ui-insight/vandalizer 822 and chrismattmann/tika-python 347 (deleted text).
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import iscc_samples
import pytest
from tests.field.pictures import content, record
from tests.field.test_sound import sound

from iscckit.codec.unit import MainType
from iscckit.errors import ExtractionFailed
from iscckit.media.readers.locked import DRM, PASSWORD

FOLDER = Path(__file__).with_name("locked")
EPUB = next(path for path in iscc_samples.texts() if path.suffix == ".epub")
ODT = next(path for path in iscc_samples.texts() if path.suffix == ".odt")


def changed(path: Path, parts: dict[str, bytes]) -> bytes:
    """Return an archive with other parts, or with more of them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info, parts.get(info.filename, old.read(info)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return buffer.getvalue()


def encryption(
    *names: str, algorithm: str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
) -> bytes:
    entries = "".join(
        f'<e:EncryptedData><e:EncryptionMethod Algorithm="{algorithm}"/>'
        f'<e:CipherData><e:CipherReference URI="{name}"/></e:CipherData></e:EncryptedData>'
        for name in names
    )
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        f'xmlns:e="http://www.w3.org/2001/04/xmlenc#">{entries}</encryption>'
    ).encode()


def list_chapters() -> list[str]:
    with zipfile.ZipFile(EPUB) as archive:
        return [name for name in archive.namelist() if name.endswith((".xhtml", ".html", ".htm"))]


def test_a_book_with_encrypted_chapters_has_drm() -> None:
    for data in (
        (FOLDER / "drm.epub").read_bytes(),
        changed(EPUB, {"META-INF/encryption.xml": encryption(*list_chapters())}),
    ):
        found = record(data, "a.epub")
        assert found.missing["content"] == DRM
        assert isinstance(found.failure, ExtractionFailed)


def test_a_book_with_encrypted_fonts_has_none() -> None:
    fonts = encryption("OEBPS/fonts/a.otf", algorithm="http://www.idpf.org/2008/embedding")
    found = record(changed(EPUB, {"META-INF/encryption.xml": fonts}), "a.epub")
    assert content(found) == content(record(EPUB.read_bytes(), "a.epub"))


def manifest(encrypted: str) -> bytes:
    """Return the manifest of the sample with a part that is encrypted."""
    with zipfile.ZipFile(ODT) as archive:
        old = archive.read("META-INF/manifest.xml")
    entry = (
        f'<manifest:file-entry manifest:full-path="{encrypted}" manifest:media-type="">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    return old.replace(b"</manifest:manifest>", entry.encode())


@pytest.mark.parametrize("part", ["content.xml", "encrypted-package"])
def test_an_open_document_with_a_password_says_so(part: str) -> None:
    found = record(changed(ODT, {"META-INF/manifest.xml": manifest(part)}), "a.odt")
    assert found.missing["content"] == PASSWORD
    assert record((FOLDER / "password.odt").read_bytes(), "a.odt").missing["content"] == PASSWORD


def compound_file(*names: str) -> bytes:
    """Return an OLE file with empty streams in its root: a header, a table, a directory."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<IIIIII", header, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504
    entries = b""
    for number, name in enumerate(("Root Entry", *names)):
        entry = bytearray(128)
        text = name.encode("utf-16-le") + b"\0\0"
        entry[: len(text)] = text
        struct.pack_into("<HBB", entry, 64, len(text), 2 if number else 5, 1)
        following = number + 1 if 0 < number < len(names) else 0xFFFFFFFF
        child = 0xFFFFFFFF if number else 1
        struct.pack_into("<III", entry, 68, 0xFFFFFFFF, following, child)
        entries += entry
    return bytes(header) + table + entries.ljust(512, b"\0")


@pytest.mark.parametrize("extension", ["docx", "xlsx", "pptx", "bin"])
def test_office_documents_with_a_password_say_so(extension: str) -> None:
    found = record(compound_file("EncryptionInfo", "EncryptedPackage"), f"a.{extension}")
    assert found.missing["content"] == PASSWORD
    assert isinstance(found.failure, ExtractionFailed)


def test_another_compound_file_has_another_reason() -> None:
    found = record(compound_file("Notes"), "a.bin")
    assert found.missing["content"] == "no content decoder for application/x-ole-storage"
    assert found.failure is None


def test_encrypted_sound_and_video_has_drm() -> None:
    for name, codec in (("mp4", "aac"), ("mov", "aac")):
        data = sound(name, codec).replace(b"mp4a\0", b"enca\0")
        found = record(data, f"a.{name}")
        assert found.missing["content"] == "it has DRM: its audio is encrypted"


# --- archives


def archive(parts: dict[str, bytes], *, locked: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    whole = bytearray(buffer.getvalue())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = whole.find(mark)
        while locked and place >= 0:
            whole[place + at] |= 1
            place = whole.find(mark, place + 4)
    return bytes(whole)


TEXT = b"The quick brown fox jumps over the lazy dog near the river bank at dawn."


def test_an_archive_of_one_part_says_what_is_missing() -> None:
    found = record(archive({"a.txt": TEXT}), "a.zip", mixed=True)
    assert found.missing["mixed"] == "it takes two parts that count, found 1: a.txt"
    assert [part.name for part in found.parts] == ["a.txt"]
    assert found.undivided is False


def test_an_encrypted_archive_needs_a_password() -> None:
    parts = {"a.txt": TEXT, "b.txt": TEXT[::-1]}
    found = record(archive(parts, locked=True), "a.zip", mixed=True)
    assert found.missing["mixed"].endswith("2 of 2 are encrypted, and need a password")
    inside = archive(
        {"a.docx": compound_file("EncryptedPackage"), "b.txt": TEXT, "c.txt": TEXT[4:]}
    )
    reasons = {part.name: part.reason for part in record(inside, "a.zip", mixed=True).parts}
    assert reasons["a.docx"] == PASSWORD


# --- deleted text

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
LINES = [
    f"Line {n} of the letter tells of matter {n * 7919 % 1000} and of {n * 31}." for n in range(9)
]
DELETED = [f"This was deleted on day {n * 613}, and nobody reads it any more." for n in range(6)]


def letter(*, tracked: bool) -> bytes:
    removed = "".join(
        f'<text:changed-region text:id="c{n}"><text:deletion><text:p>{line}</text:p>'
        "</text:deletion></text:changed-region>"
        for n, line in enumerate(DELETED)
    )
    changes = f"<text:tracked-changes>{removed}</text:tracked-changes>" if tracked else ""
    lines = "".join(
        f"<text:p>{line}" + f'<text:change text:change-id="c{n}"/>' * tracked + "</text:p>"
        for n, line in enumerate(LINES)
    )
    spaces = " ".join(f'xmlns:{each}="{ODF}{each}:1.0"' for each in ("office", "text", "table"))
    return (
        f"<office:document-content {spaces}><office:body><office:text>{changes}{lines}"
        "</office:text></office:body></office:document-content>"
    ).encode()


def test_deleted_text_of_an_open_document_is_no_text() -> None:
    plain, tracked = (
        record(changed(ODT, {"content.xml": letter(tracked=each)}), "a.odt")
        for each in (False, True)
    )
    assert content(tracked).body == content(plain).body
    assert tracked.units[0].maintype == MainType.META


def test_the_profile_of_the_sdk_keeps_deleted_text_as_the_sdk_does() -> None:
    plain, tracked = (
        record(changed(ODT, {"content.xml": letter(tracked=each)}), "a.odt", "sdk-0.9.7")
        for each in (False, True)
    )
    assert content(tracked).body != content(plain).body
    assert record((FOLDER / "drm.epub").read_bytes(), "a.epub", "sdk-0.9.7").failure is None
