"""Office files, e-books and PDF: the codes of the reference, own readers against Tika, damage."""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import threading
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import cast

import iscc_samples
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.work import count_calls

from iscckit.algorithms.text import text_clean, text_collapse, text_digest
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import ExtractionFailed, LimitExceeded, MissingDependency
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.formats.table import is_supported
from iscckit.media.readers.documents import extract_natively
from iscckit.media.readers.pdf import render_page
from iscckit.media.readers.reader import load_reader
from iscckit.media.readers.text import LOST_CHARACTER

REFERENCE = json.loads((Path(__file__).parents[2] / "data" / "interop.json").read_text("utf-8"))
SAMPLES = [path for path in iscc_samples.texts() if path.suffix not in (".mobi", ".sqlite")]
OWN = [path for path in SAMPLES if path.suffix in (".docx", ".odt", ".pptx", ".xlsx", ".epub")]
BY_SUFFIX = {path.suffix: path for path in SAMPLES}


def source_of(path: Path, data: bytes | None = None) -> Source:
    data = path.read_bytes() if data is None else data
    mediatype = detect(path.read_bytes()[:HEAD_SIZE], path.name).mediatype
    return Source(io.BytesIO(data), str(path), mediatype)


def read(source: Source, profile: str = "iscckit-1", limits: Limits | None = None) -> TextContent:
    handler = load_reader(source.mediatype)
    content = handler.extract(source, profile=cast("Profile", profile), limits=limits or Limits())
    assert isinstance(content, TextContent)
    return content


@pytest.mark.parametrize("profile", ["iscckit-1", "sdk-0.9.7", "iso"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_text_codes_equal_the_reference_at_256_bits(path: Path, profile: str) -> None:
    row = REFERENCE["files"][f"text/{path.name}"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    digest, _ = text_digest(text_clean(read(source_of(path), profile).text))
    assert str(Unit(MainType.CONTENT, SubType.TEXT, digest)) == row["units"][1]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_readers_find_the_characters_that_tika_finds(path: Path) -> None:
    own = text_collapse(extract_natively(source_of(path), Limits()))
    tika = text_collapse(read(source_of(path), "sdk-0.9.7").text)
    if path.suffix == ".epub":
        # Tika appends the names of embedded pictures.
        tika = tika.removesuffix("epubimagescoverpng")
    assert own == tika


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_characters_above_ffff_survive_unless_the_sdk_loses_them(path: Path) -> None:
    data = rewritten(path, lambda text: text.replace("Lorem", "😀", 1).replace("children", "😀", 1))
    assert "😀" in read(source_of(path, data)).text
    assert "lxml" in read(source_of(path, data)).extractor
    assert LOST_CHARACTER in read(source_of(path, data), "sdk-0.9.7").text
    assert "😀" not in read(source_of(path, data), "sdk-0.9.7").text


def rewritten(path: Path, change: object) -> bytes:
    """Return the archive with ``change`` made to each of its XML parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith(("ml", "opf")):
                data = change(data.decode("utf-8")).encode()  # type: ignore[operator]
            new.writestr(info, data)
    return buffer.getvalue()


def test_what_no_reader_of_ours_knows_says_that_characters_were_lost() -> None:
    data = rb"{\rtf1\ansi a\u-10179?\u-8704?b}"
    content = read(Source(io.BytesIO(data), "a.rtf", "application/rtf"))
    assert content.lost == (LOST_CHARACTER in content.text)


def test_without_tika_our_own_readers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "iscc_tika", None)
    content = read(source_of(BY_SUFFIX[".docx"]))
    assert "lxml" in content.extractor
    with pytest.raises(MissingDependency, match="needs iscc-tika"):
        read(source_of(BY_SUFFIX[".doc"]))


def test_long_documents_are_cut_and_say_so() -> None:
    for suffix in (".docx", ".pdf", ".epub"):
        content = read(source_of(BY_SUFFIX[suffix]), limits=Limits(characters=500))
        assert len(content.text) == 500
        assert content.cut


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(LimitExceeded, match="bytes unpacked"):
        read(source_of(BY_SUFFIX[".docx"]), limits=Limits(archive_bytes=1000))
    with pytest.raises(LimitExceeded, match="bytes of markup"):
        read(source_of(BY_SUFFIX[".docx"]), limits=Limits(markup_bytes=1000))


def test_a_string_in_very_many_cells_does_not_multiply() -> None:
    cells = '<c t="s"><v>0</v></c>' * 5000
    parts = {
        "xl/workbook.xml": "<workbook><sheets><sheet name='a' r:id='x' "
        "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'/>"
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<r><R Id='x' Target='worksheets/s.xml'/></r>",
        "xl/worksheets/s.xml": f"<worksheet><row>{cells}</row></worksheet>",
        "xl/sharedStrings.xml": "<sst><si><t>" + "x" * 20_000 + "</t></si></sst>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    mediatype = source_of(BY_SUFFIX[".xlsx"]).mediatype
    text = extract_natively(Source(buffer, "a.xlsx", mediatype), Limits(characters=1000))
    assert 20_000 < len(text) < 60_000


def test_the_reason_of_damage_is_the_same_each_time() -> None:
    reasons = set()
    for _ in range(2):
        with pytest.raises(ExtractionFailed) as caught:
            read(source_of(BY_SUFFIX[".docx"], BY_SUFFIX[".docx"].read_bytes()[:-3000]))
        reasons.add(str(caught.value))
    assert len(reasons) == 1
    with pytest.raises(ExtractionFailed) as caught:
        read(source_of(BY_SUFFIX[".doc"], BY_SUFFIX[".doc"].read_bytes()[:3000]))
    assert "@" not in str(caught.value)


def test_threads_read_documents_side_by_side() -> None:
    expected = {path: read(source_of(path)).text for path in SAMPLES}
    wrong: list[Path] = []

    def work() -> None:
        for path in SAMPLES:
            if read(source_of(path)).text != expected[path]:
                wrong.append(path)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_sdk_reads_a_pdf_of_another_name_with_tika() -> None:
    data = BY_SUFFIX[".pdf"].read_bytes()
    for profile, reader in (("sdk-0.9.7", "iscc-tika"), ("iscckit-1", "pypdfium2")):
        content = read(Source(io.BytesIO(data), "paper.dat", "application/pdf"), profile)
        assert list(content.extractor) == [reader]


def test_pages_of_a_pdf_joined_are_its_text() -> None:
    content = read(source_of(BY_SUFFIX[".pdf"]))
    assert len(content.pages) > 1
    assert "\n".join(content.pages) == content.text


def test_a_page_is_rendered_within_the_side() -> None:
    picture = render_page(source_of(BY_SUFFIX[".pdf"]), 0, 128)
    assert max(picture.size) == 128
    assert len(set(picture.convert("L").tobytes())) > 10
    with pytest.raises(ExtractionFailed, match="page 100000"):
        render_page(source_of(BY_SUFFIX[".pdf"]), 99_999, 128)


def test_a_pdf_without_text_has_a_code_nevertheless() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    buffer = io.BytesIO()
    writer.write(buffer)
    content = read(Source(io.BytesIO(buffer.getvalue()), "blank.pdf", "application/pdf"))
    assert content.text == ""
    assert content.code_if_empty


def test_a_pdf_with_a_password_says_so() -> None:
    writer = pypdf.PdfWriter(clone_from=BY_SUFFIX[".pdf"])
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(ExtractionFailed, match="needs a password"):
        read(Source(io.BytesIO(buffer.getvalue()), "locked.pdf", "application/pdf"))


@pytest.mark.parametrize("path", [BY_SUFFIX[".docx"], BY_SUFFIX[".xlsx"], BY_SUFFIX[".odt"],
                                  BY_SUFFIX[".doc"], BY_SUFFIX[".rtf"], BY_SUFFIX[".pdf"]],
                         ids=lambda path: path.name)  # fmt: skip
@settings(max_examples=25)
@given(seed=st.integers(0, 1 << 32))
def test_damage_costs_an_error_at_most(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    source = source_of(path, bytes(data[: chance.randrange(len(data)) if seed % 2 else len(data)]))
    with suppress(ExtractionFailed, LimitExceeded):
        read(source)
    with suppress(ExtractionFailed, LimitExceeded):
        if path in OWN:
            source.stream.seek(0)
            extract_natively(source, Limits())


def test_the_table_names_them_all() -> None:
    for path in SAMPLES:
        assert is_supported(source_of(path).mediatype)


def book(chapters: int) -> bytes:
    """Return a book whose spine names one chapter many times."""
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container><rootfiles><rootfile full-path='c.opf'/></rootfiles>"
        "</container>",
        "c.opf": "<package><manifest><item id='a' href='a.xhtml'/></manifest><spine>"
        + "<itemref idref='a'/>" * chapters
        + "</spine></package>",
        "a.xhtml": f"<html><body>{'<p>Some words.</p>' * 100}</body></html>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_a_chapter_that_a_book_repeats_is_read_once_and_stands_as_often_as_named() -> None:
    def read(chapters: int, characters: int = 10**8) -> str:
        source = Source(io.BytesIO(book(chapters)), "dir/a.epub", "application/epub+zip")
        return extract_natively(source, Limits(characters=characters))

    assert read(3).split() == read(1).split() * 3
    work = [count_calls(lambda n=n: read(n)) for n in (1, 1001)]  # type: ignore[misc]
    assert work[1] - work[0] < 1000 * 60  # to read one takes over 400 calls
    assert len(read(1000, 5000)) < 8000
