"""Each row of a collection gets one decision, in the order of the rows."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.c2pa_signing import MINING, make_signer, sign_bytes
from tests.trust.claims.makers import ANNA, claim_of
from tools.planted import SAMPLES

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.library.search.query import build_query
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.trust.claims.claim import Known
from iscckit.trust.claims.decision import decide
from iscckit.trust.claims.resolve import Claims
from iscckit.trust.claims.screen import Screened, ScreenOptions, screen
from iscckit.trust.claims.screen_input import Row, read_rows
from iscckit.trust.claims.write import write_claims

CAT, ROCKET = SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining='
    '"http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"/></rdf:RDF></x:xmpmeta>'
)


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[Claims]:
    folder = str(tmp_path / "library")
    write_claims(folder, [claim_of(CAT, tdm={"train": "reserved"})])
    opened = Claims(folder, (ANNA,))
    yield opened
    opened.close()


def rows(path: Path, column: str | None = None) -> list[Row]:
    failed: list[UnreadableFile] = []
    found = list(read_rows(str(path), column, failed.append))
    assert failed == []
    return found


def screened(path: Path, claims: Claims) -> list[Screened]:
    return list(screen(rows(path), claims, ScreenOptions("train", jobs=2)))


def outcomes(path: Path, claims: Claims) -> list[tuple[str, str]]:
    return [(each.decision.outcome, each.decision.reason) for each in screened(path, claims)]


def test_the_files_of_a_folder(tmp_path: Path, claims: Claims) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a cat.jpg").write_bytes(CAT.read_bytes())
    (folder / "broken.jpg").write_bytes(CAT.read_bytes()[:300])
    with Image.open(ROCKET) as picture:
        picture.save(folder / "reserved by itself.webp", xmp=XMP.encode())
    (folder / "rocket.jpg").write_bytes(ROCKET.read_bytes())
    assert outcomes(folder, claims) == [
        ("reserved", "claim"),
        ("review", "unreadable"),
        ("reserved", "file"),
        ("unknown", "none"),
    ]


def test_lines_with_paths_codes_and_texts(tmp_path: Path, claims: Claims) -> None:
    (tmp_path / "here.jpg").write_bytes(CAT.read_bytes())
    code = claim_of(CAT, "code").claim.iscc_code
    listed = tmp_path / "list.txt"
    listed.write_text(f"here.jpg\n{code}\n\nsome words that nobody claims\n")
    assert [row.kind for row in rows(listed)] == ["file", "code", "empty", "text"]
    assert [each for each, _ in outcomes(listed, claims)] == [
        "reserved", "reserved", "unknown", "unknown",
    ]  # fmt: skip


def test_json_lines_and_tables_have_columns(tmp_path: Path, claims: Claims) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    code = claim_of(CAT, "code").claim.iscc_code
    values = [{"n": 1, "iscc": code}, {"n": 2, "iscc": None}]
    lines, table = tmp_path / "rows.jsonl", tmp_path / "rows.parquet"
    lines.write_text("".join(json.dumps(value) + "\n" for value in values))
    pq.write_table(pa.Table.from_pylist(values), table)
    for path in (lines, table):
        assert [row.kind for row in rows(path)] == ["code", "empty"]
        assert [row.value for row in rows(path, "iscc")] == [code, ""]
        assert [each for each, _ in outcomes(path, claims)] == ["reserved", "unknown"]
        with pytest.raises(InvalidInput, match=r"no column caption; it has n, iscc") as caught:
            rows(path, "caption")
        assert caught.value.reason_code == "column-missing"
        with pytest.raises(InvalidInput, match="something else than texts"):
            rows(path, "n")


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "rows.txt"])
def test_input_that_is_damaged_or_missing_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(UnreadableFile, match=name):
        rows(path)
    path.write_bytes(b"{not this")
    if not name.endswith("txt"):
        with pytest.raises((UnreadableFile, InvalidInput), match=name):
            rows(path)


def test_what_cannot_be_read_is_for_review(tmp_path: Path, claims: Claims) -> None:
    listed = tmp_path / "rows.jsonl"
    listed.write_text('{"path": "gone.jpg"}\n')
    (found,) = screened(listed, claims)
    assert (found.decision.outcome, found.decision.reason) == ("review", "unreadable")
    assert "gone.jpg" in found.error


def test_a_code_is_one_in_any_spelling(tmp_path: Path, claims: Claims) -> None:
    code = claim_of(CAT, "code").claim.iscc_code
    listed = tmp_path / "list.txt"
    listed.write_text("\n".join([code, code.lower(), code[5:], f"  {code}\t"]), "utf-8-sig")
    assert [row.kind for row in rows(listed)] == ["code"] * 4
    assert {each for each, _ in outcomes(listed, claims)} == {"reserved"}


def test_what_a_column_of_codes_has_is_never_taken_for_a_text(
    tmp_path: Path, claims: Claims
) -> None:
    listed = tmp_path / "rows.jsonl"
    listed.write_text('{"iscc": "no code at all"}\n{"iscc_code": "ISCC:KACRO5RP"}\n')
    assert outcomes(listed, claims) == [("review", "unreadable")] * 2


def test_a_file_that_is_not_there_is_for_review(tmp_path: Path, claims: Claims) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("gone.jpg\nfolder/gone.mp4\nnothing more. He went\nversion.2\n")
    assert [each for each, _ in outcomes(listed, claims)] == [
        "review", "review", "unknown", "unknown",
    ]  # fmt: skip


def test_a_name_that_is_not_unicode_leads_to_its_file(tmp_path: Path, claims: Claims) -> None:
    name = b"caf\xe9 cat"
    Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(CAT.read_bytes())
    (tmp_path / "list.txt").write_bytes(name + b"\nwords with \xe9 alone\n")
    assert [each for each, _ in outcomes(tmp_path / "list.txt", claims)] == ["reserved", "unknown"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.txt", "a text\nanother\n".encode("utf-16")),
        ("list.txt", "a text\n".encode("utf-16-le")),
        ("list.txt", b"two\rlines\n"),
        ("rows.jsonl", b'{"text": "a", "text": "b"}\n'),
        ("rows.jsonl", b'{"text": "a", "more": {"x": 1, "x": 2}}\n'),
    ],
)
def test_rows_that_other_readers_read_otherwise_are_refused(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput, match=name):
        rows(tmp_path / name)


def test_a_manifest_of_a_file_reserves(tmp_path: Path, claims: Claims) -> None:
    folder = tmp_path / "signed"
    folder.mkdir()
    signed, _ = sign_bytes(ROCKET.read_bytes(), "image/jpeg", make_signer(), MINING)
    (folder / "rocket.jpg").write_bytes(signed)
    options = ScreenOptions("train-generative", jobs=1)
    (found,) = screen(rows(folder), claims, options)
    assert (found.decision.outcome, found.decision.reason) == ("reserved", "file")
    (found,) = screen(rows(folder), claims, ScreenOptions("inference", jobs=1))
    assert found.decision.outcome == "unknown"  # only a trusted claim opens


@pytest.mark.parametrize("known", ["fingerprints", "code"])
def test_the_index_finds_each_code_that_a_search_finds(tmp_path: Path, known: Known) -> None:
    folder = str(tmp_path / "library")
    paths = [CAT, ROCKET, SAMPLES / "gettysburg-hay.txt"]
    write_claims(folder, [claim_of(path, known, tdm={"train": "reserved"}) for path in paths])
    claims = Claims(folder, (ANNA,))
    names = ["cat-small.webp", "gettysburg-bliss.md", "song.opus", "cat.jpg", "paper.pdf"]
    codes = [create(SAMPLES / name, Options(bits=256)).iscc or "" for name in names]
    codes += [create(SAMPLES / name, Options()).iscc or "" for name in names]
    (tmp_path / "codes.txt").write_text("\n".join(codes))
    found = screened(tmp_path / "codes.txt", claims)
    asked = [claims.resolve(build_query(code, "code")) for code in codes]
    assert [each.decision for each in found] == [decide(each, "train") for each in asked]
    assert sum(map(bool, asked)) >= 4
    claims.close()


def test_many_codes_and_files_keep_their_order(tmp_path: Path, claims: Claims) -> None:
    code = create(CAT, Options()).iscc or ""
    lines = [code if number % 50 else str(ROCKET) for number in range(400)]
    (tmp_path / "rows.txt").write_text("\n".join(lines))
    found = screened(tmp_path / "rows.txt", claims)
    assert [each.row.number for each in found] == list(range(400))
    assert {each.decision.outcome for each in found if each.row.kind == "code"} == {"reserved"}
    assert {each.decision.outcome for each in found if each.row.kind == "file"} == {"unknown"}
