"""Ways out: what the command line adds to the message of an error."""

import zipfile
from pathlib import Path

import pytest

from iscckit.cli.main import main
from iscckit.cli.ways_out import WAYS_OUT, add_way_out, describe, describe_missing
from iscckit.errors import InvalidInput, LibraryError
from iscckit.records.create import create
from iscckit.records.options import Options, Semantics

CODE = "ISCC:EAASKDNZNYGUUF5A"
PICTURE = Path(__file__).parents[2] / "samples" / "cat.jpg"


def test_the_way_out_follows_the_message() -> None:
    error = InvalidInput("a.txt exists", reason_code="file-exists", path="a.txt")
    assert describe(error) == "a.txt exists; --force replaces it"
    missing = LibraryError("x: no library here", reason_code="library-missing", folder="x")
    assert describe(missing) == "x: no library here; iscc scan makes one"


def test_an_error_without_a_way_out_is_its_message() -> None:
    assert WAYS_OUT["invalid-input"] is None
    assert describe(InvalidInput("no data")) == "no data"
    assert add_way_out("no data", "", {}) == "no data"


def test_facts_may_hold_braces() -> None:
    error = InvalidInput("no model", reason_code="own-model-missing", model="{x}")
    assert describe(error) == "no model; iscc models add {x} FILE installs it"


def test_the_error_line_names_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "--library", str(tmp_path), "ships"]) == 1
    assert capsys.readouterr().err == f"iscc: {tmp_path}: no library here; iscc scan makes one\n"
    page = tmp_path / "page.html"
    page.touch()
    assert main(["compare", "--html", str(page), *2 * [CODE]]) == 2
    assert capsys.readouterr().err == f"iscc: {page} exists; --force replaces it\n"


def test_what_a_record_lacks_comes_with_the_way_out(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as whole:
        whole.write(PICTURE, "cat.jpg")
    (content,) = describe_missing(create(archive), None)
    assert content[0] == "content"
    assert content[1].endswith("; --mixed makes a code of what it holds")
    semantic = Semantics(str(tmp_path))
    record = create(PICTURE, Options(semantic=semantic))
    told = "the model iscc-sci is not installed; iscc models get iscc-sci installs it"
    assert list(describe_missing(record, semantic)) == [("semantic", told)]
    assert list(describe_missing(record, None)) == list(record.missing.items())
