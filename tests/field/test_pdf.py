"""PDF of others: pages that are damaged, other bytes in front, lost ends, and no chatter.

The documents are written here, object by object. Sources: icereed/paperless-gpt 932 and
pmgraham/datagrunt 96 (one damaged page), google/magika 292 and Muraad/Mime-Detective 25 (bytes in
front), freelawproject/courtlistener 3811 (cut before its table).
"""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from tests.field.pictures import content, equal, record

from iscckit.comparison.verdict import compare
from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.readers.pdf_repair import repair, skip_junk
from iscckit.media.readers.thumbnail import make_thumbnail
from iscckit.units.text import text_code

LINES = (
    "The quick brown fox jumps over the lazy dog near the river bank at dawn.",
    "Astronomers observed a faint signal from a distant galaxy last night.",
    "The committee postponed its final decision until the budget was reviewed.",
    "Bakers in the old town still use wooden ovens that their grandparents built.",
    "A violin, a cello and a piano were heard through the open window.",
    "The ferry to the island leaves twice a day except in winter storms.",
)
FIRST = 4  # number of the object of the first page


def make_objects() -> dict[int, bytes]:
    count = len(LINES)
    kids = b" ".join(b"%d 0 R" % (FIRST + n) for n in range(count))
    found = {
        1: b"<</Type /Catalog /Pages 2 0 R>>",
        2: b"<</Type /Pages /Count %d /Kids [%s]>>" % (count, kids),
        3: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>",
    }
    for n, line in enumerate(LINES):
        found[FIRST + n] = (
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]"
            b" /Resources <</Font <</F1 3 0 R>>>> /Contents %d 0 R>>" % (FIRST + count + n)
        )
        body = f"BT /F1 12 Tf 50 700 Td ({line}) Tj ET".encode()
        found[FIRST + count + n] = b"<</Length %d>>\nstream\n%s\nendstream" % (len(body), body)
    return found


def write(objects: dict[int, bytes], *, table: bool = True) -> bytes:
    data, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if table:
        start, size = len(data), max(objects) + 1
        data += b"xref\n0 %d\n0000000000 65535 f \n" % size
        data += b"".join(b"%010d 00000 n \n" % places.get(n, 0) for n in range(1, size))
        data += b"trailer\n<</Root 1 0 R /Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(data)


def packed(objects: dict[int, bytes]) -> dict[int, bytes]:
    """Return the objects without streams in an object stream, the others beside it."""
    inside = {n: body for n, body in objects.items() if b"stream" not in body}
    head = b" ".join(
        b"%d %d" % (n, sum(len(inside[m]) + 1 for m in list(inside)[:i]))
        for i, n in enumerate(inside)
    )
    body = zlib.compress(head + b"\n" + b"\n".join(inside.values()))
    stream = (
        b"<</Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream"
    )
    kept = {n: body for n, body in objects.items() if n not in inside}
    return {**kept, max(objects) + 1: stream % (len(inside), len(head) + 1, len(body), body)}


OBJECTS = make_objects()
WHOLE = write(OBJECTS)


def code_of(*lines: str) -> bytes:
    return text_code("\n".join(lines), bits=256).body


def without(*missing: int) -> bytes:
    return code_of(*(line for n, line in enumerate(LINES) if n not in missing))


def test_a_whole_document_is_as_it_was() -> None:
    found = record(WHOLE, "a.pdf")
    assert content(found).body == code_of(*LINES)
    assert found.flags == ()


BROKEN = {
    "no page": b"<</Type /Nope>>",
    "null": b"null",
    "array": b"[1 2 3]",
    "number": b"7",
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("page", [0, 2, 5])
def test_pages_are_read_beside_one_that_is_damaged(kind: str, page: int) -> None:
    data = write({**OBJECTS, FIRST + page: BROKEN[kind]})
    found = record(data, "a.pdf")
    assert content(found).body == without(page)
    assert found.flags == ("missing-pages",)
    assert found.failure is None


def test_a_page_that_the_tree_does_not_name_well_costs_itself() -> None:
    for reference in (b"null", b"99 0 R", b"(x)"):
        tree = OBJECTS[2].replace(b"%d 0 R" % (FIRST + 1), reference)
        found = record(write({**OBJECTS, 2: tree}), "a.pdf")
        assert content(found).body == without(1)
        assert found.flags == ("missing-pages",)


def test_a_document_without_a_page_that_can_be_read_fails() -> None:
    lost = {FIRST + n: b"null" for n in range(len(LINES))}
    found = record(write({**OBJECTS, **lost}), "a.pdf")
    assert found.missing["content"].startswith("page 1:")
    assert isinstance(found.failure, ExtractionFailed)


def test_the_profile_of_the_sdk_fails_as_the_sdk_does() -> None:
    found = record(write({**OBJECTS, FIRST + 2: b"null"}), "a.pdf", "sdk-0.9.7")
    assert found.missing["content"].startswith("page 3:")
    assert record(b"x" * 2000 + b"\n" + WHOLE, "a.pdf", "sdk-0.9.7").mode is None


def test_pages_that_are_missing_do_not_undecide() -> None:
    whole, damaged = record(WHOLE, "a.pdf"), record(write({**OBJECTS, 9: b"null"}), "b.pdf")
    found = compare(whole.units, damaged.units, quality_b=damaged.flags)
    assert found.rule is not None
    assert "undecided" not in {pair.answer for pair in found.units}


JUNK = {
    "a line": b"garbage\n",
    "2 KB of text": b"x" * 2000 + b"\n",
    "3 KB of HTML": b"<p>Warning: something in line 7</p>\n" * 90,
    "headers of HTTP": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n",
    "8 KB of zeros": bytes(8000),
    "20 KB of noise": bytes(range(1, 256)) * 80,
}


@pytest.mark.parametrize("kind", JUNK)
def test_other_bytes_in_front_are_skipped(kind: str) -> None:
    found = record(JUNK[kind] + WHOLE, "a.pdf")
    assert found.mediatype == "application/pdf"
    assert content(found).body == code_of(*LINES)
    assert found.flags == ()


@pytest.mark.parametrize("lost", ["table", "table and catalog", "table and tree", "packed"])
def test_a_document_without_its_end_is_read(lost: str) -> None:
    objects = dict(OBJECTS)
    if lost == "table and catalog":
        del objects[1]
    elif lost == "table and tree":
        del objects[2]
    elif lost == "packed":
        objects = packed(objects)
    found = record(write(objects, table=False), "a.pdf")
    assert equal(content(found), content(record(WHOLE, "a.pdf"))) == 256
    assert found.flags == ("missing-pages",)
    assert make_thumbnail(Source(io.BytesIO(WHOLE), "a.pdf", "application/pdf"))[:4] == b"RIFF"


def test_a_document_that_is_cut_in_its_pages_has_those_before() -> None:
    at = WHOLE.find(LINES[4].encode()) - 40
    found = record(WHOLE[:at], "a.pdf")
    assert content(found).body == code_of(*LINES[:4])
    assert found.flags == ("missing-pages",)


def test_what_is_no_document_is_not_repaired() -> None:
    for data in (b"", b"%PDF-1.4\n", b"no document", WHOLE[:60], b"%PDF-1.4\n/Encrypt" + WHOLE):
        assert repair(io.BytesIO(data)) is None
    assert skip_junk(io.BytesIO(WHOLE)) is None
    assert skip_junk(io.BytesIO(b"abc" + WHOLE)) == WHOLE


NOISY = {
    "junk": b"garbage\n" + WHOLE,
    "startxref": WHOLE.replace(b"startxref\n", b"startxref\n9"),
    "no end": write(OBJECTS, table=False),
    "half": WHOLE[: len(WHOLE) // 2],
    "info": WHOLE.replace(b"<</Root 1 0 R", b"<</Root 1 0 R /Info 77 0 R"),
}
API = """
import io, sys
from iscckit.media.content_values import Limits, Source
from iscckit.media.embed.writer import write_metadata
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create
for path in sys.argv[1:]:
    create(path)
    with open(path, "rb") as stream:
        try:
            source = Source(stream, path, "application/pdf")
            write_metadata(source, io.BytesIO(), Metadata(rights="x"))
        except Exception:
            pass
"""


def test_nothing_but_our_lines_is_on_standard_error(tmp_path: Path) -> None:
    paths = []
    for name, data in NOISY.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        paths.append(str(path))
    command = [str(Path(sys.executable).with_name("iscc"))]
    calls = [
        [sys.executable, "-c", API, *paths],
        [*command, "create", "--sandbox", "off", *paths],
        [*command, "create", *paths],
        [*command, "meta", *paths],
        *([*command, "embed", path, "--rights", "x", "-o", f"{path}.new"] for path in paths[:2]),
        [*command, "scan", "--library", str(tmp_path / "library"), str(tmp_path)],
    ]
    for call in calls:
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        lines = [line for line in done.stderr.splitlines() if not line.startswith("iscc:")]
        assert not lines, (call[:4], lines)


def test_the_thumbnail_is_of_the_first_page_that_is_there() -> None:
    data = write({**OBJECTS, FIRST: b"null"})
    source = Source(io.BytesIO(data), "a.pdf", "application/pdf")
    assert make_thumbnail(source, limits=Limits())[:4] == b"RIFF"
