"""The table of formats is data, it holds, and a new format is one module and one row."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Collection
from itertools import permutations

import pytest
from tests.media.formats import note

from iscckit.errors import MissingDependency, UnsupportedMedia
from iscckit.media.content_values import Limits, Source, TextContent
from iscckit.media.detect.detect import detect
from iscckit.media.embed.av import _MUXERS
from iscckit.media.embed.writer import load_writer
from iscckit.media.formats.format import Division, Format, Magic, Root, Structure
from iscckit.media.formats.table import (
    FORMATS,
    Table,
    division_of,
    guess_type,
    is_supported,
    load,
    mode_of,
    select_signatures,
)
from iscckit.media.metadata import picture_blocks
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.read import find_metadata
from iscckit.media.readers.pillow_decoders import DECODERS
from iscckit.media.readers.reader import load_reader
from iscckit.records.format_list import divisions, formats

NOTE = note.__name__


def test_a_new_format_is_one_module_and_one_row() -> None:
    signature = Magic(b"NOTE ", "note")
    row = Format("text/x-note", "text", ("note",), (signature,), (), NOTE, NOTE, NOTE)
    table = Table((*FORMATS.rows, row))
    data = b"NOTE A title\nThe text.\n"
    found = detect(data, "a.bin", table=table)
    assert (found.mediatype, found.mode, found.reason) == ("text/x-note", "text", "note signature")
    assert detect(b"\0", "a.note", table=table).mediatype == "text/x-note"
    source, target = Source(io.BytesIO(data), "a.note", found.mediatype), io.BytesIO()
    assert find_metadata(source, limits=Limits(), table=table).metadata.name == "A title"
    source.stream.seek(0)
    extract = load_reader(found.mediatype, table).extract
    assert extract(source, profile="iso", limits=Limits()) == TextContent("The text.\n")
    source.stream.seek(0)
    load_writer(found.mediatype, "", table).write(source, target, Metadata(name="Other"))
    assert target.getvalue() == b"NOTE Other\nThe text.\n"
    listed = next(each for each in formats(table) if each["mediatype"] == "text/x-note")
    assert (listed["extensions"], listed["metadata"], listed["embed"]) == ("note", True, True)
    assert detect(data, "a.note").mediatype == "text/plain"  # FORMATS is as it was


def test_a_new_format_may_be_known_by_its_root_element() -> None:
    row = Format("application/x-fb2", "text", ("fb2",), (Root(("<fictionbook",), "FictionBook"),))
    table = Table((*FORMATS.rows, row))
    found = detect(b"<?xml version='1.0'?>\n<FictionBook/>", "", table=table)
    assert (found.mediatype, found.reason) == (row.mediatype, "UTF-8 text, FictionBook")
    assert detect(b"<?xml version='1.0'?>\n<other/>", "", table=table).mediatype == "text/xml"


def test_a_new_division_is_listed_before_folders() -> None:
    rule = Division("album", "each picture", f"{NOTE}:extract")
    table = Table([Format("application/x-album", None, ("album",), division=rule)])
    assert division_of("application/x-album", table) == rule
    rows = divisions(table)
    assert rows[0] == {"kind": "album", "extensions": "album", "parts": "each picture"}
    assert [row["kind"] for row in rows] == ["album", "folder"]


@pytest.mark.parametrize(
    "row", [Format("image/png", "image"), Format("image/x-new", "image", ("new", "jpg"))]
)
def test_no_media_type_and_no_extension_has_two_rows(row: Format) -> None:
    with pytest.raises(ValueError, match=r"two rows .* (image/png|extension jpg)"):
        Table((*FORMATS.rows, row))


def test_what_the_rows_name_exists() -> None:
    for row in FORMATS.rows:
        if row.content:
            assert callable(load_reader(row.mediatype).extract)
            assert row.mode
        if row.metadata:
            assert load(f"{row.metadata}:PRECEDENCE")
            assert callable(load(f"{row.metadata}:read"))
        if row.writer:
            assert callable(load_writer(row.mediatype, "").write)
            assert row.metadata, "what is written is read back"
        assert row.division is None or callable(load(row.division.function))
    for _, structure in select_signatures(FORMATS, Structure):
        assert callable(load(structure.function))


def test_modules_with_tables_of_their_own_have_the_types_of_their_rows() -> None:
    tables: dict[tuple[str, str], Collection[str]] = {
        ("content", "iscckit.media.readers.image"): DECODERS,
        ("metadata", "iscckit.media.metadata.image"): picture_blocks.BLOCK_READERS,
        ("writer", "iscckit.media.embed.av"): _MUXERS,
    }
    for (column, module), table in tables.items():
        rows = {row.mediatype for row in FORMATS.rows if getattr(row, column) == module}
        assert rows == set(table), module


def test_the_order_of_rows_decides_only_between_magic_bytes_at_different_places() -> None:
    for (_, one), (_, other) in permutations(select_signatures(FORMATS, Magic), 2):
        if one.offset == other.offset:
            assert not other.magic.startswith(one.magic), one.label


def test_the_mode_of_a_row_is_that_of_its_top_level_type_if_that_names_one() -> None:
    for row in FORMATS.rows:
        assert mode_of(row.mediatype) == row.mode
        top_level = row.mediatype.partition("/")[0]
        assert row.mode == top_level or top_level in {"application", "font"}
    assert mode_of("image/x-unheard-of") == "image"
    assert mode_of("application/x-unheard-of") is None


def test_a_type_without_a_row_has_no_reader_writer_or_division() -> None:
    for mediatype in ("application/x-unheard-of", "image/jxl"):
        assert not is_supported(mediatype)
        assert division_of(mediatype) is None
        with pytest.raises(UnsupportedMedia, match=f"no content decoder for {mediatype}"):
            load_reader(mediatype)
        with pytest.raises(UnsupportedMedia, match=r"into image/jxl|into application/x-unheard-of"):
            load_writer(mediatype, "a")


def test_a_reader_without_its_libraries_names_the_extra() -> None:
    row = Format("image/x-raw", "image", content="iscckit.media.readers.gone", extra="raw")
    with pytest.raises(MissingDependency, match="which the extra 'raw' installs"):
        load_reader(row.mediatype, Table([row]))
    with pytest.raises(ModuleNotFoundError):
        load_reader(row.mediatype, Table([row._replace(extra=None)]))


def test_the_extension_is_what_follows_the_last_dot_of_a_name() -> None:
    names = ("a.JPG", "a.b.tar", ".jpg", "jpg", "a.")
    assert [guess_type(name) for name in names] == [
        "image/jpeg",
        "application/x-tar",
        None,
        None,
        None,
    ]


def test_the_table_imports_no_reader() -> None:
    program = (
        "import sys, iscckit.media.formats.table; "
        "print([name for name in sys.modules if name.startswith('iscckit.media.')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "readers" not in run.stdout
    assert "metadata" not in run.stdout
