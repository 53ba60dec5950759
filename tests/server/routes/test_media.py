"""Files in the REST interface: received, identified, described, sent back, deleted."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.server.app import create_app
from iscckit.server.settings import Allowance, Settings

SAMPLES = Path(__file__).parents[3] / "samples"
CAT = (SAMPLES / "cat.jpg").read_bytes()
ALLOWED = Allowance(upload_bytes=1 << 20, client_bytes=3 << 20, workers=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[TestClient]:
    app = create_app(Settings(spool=str(folder), allowance=ALLOWED))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def client(service: TestClient, folder: Path) -> Iterator[TestClient]:
    yield service
    for path in folder.iterdir():
        if path.name != "lock":
            assert service.delete(f"/api/v1/media/{path.name}").status_code == 204


def named(name: str) -> dict[str, str]:
    return {"X-Upload-Filename": base64.b64encode(name.encode()).decode()}


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name != "lock"]


def test_the_record_is_that_of_the_command_with_the_addresses_of_the_file(
    client: TestClient,
) -> None:
    answer = client.post(
        "/api/v1/iscc?bits=256&granular=true", content=CAT, headers=named("cat.jpg")
    )
    assert answer.status_code == 201
    fields = answer.json()
    number = fields.pop("media_id")
    assert answer.headers["location"] == f"/api/v1/media/{number}"
    assert fields.pop("content") == f"http://127.0.0.1/api/v1/media/{number}"
    assert fields.pop("thumbnail") == f"http://127.0.0.1/api/v1/media/{number}/thumbnail"
    assert fields.pop("@context").startswith("http://purl.org/iscc/context/")
    made = create(SAMPLES / "cat.jpg", Options(bits=256, granular=True, units=True))
    assert fields == replace(made, path=None).to_dict()
    assert client.get(f"/api/v1/iscc/{number}").json()["iscc"] == made.iscc


def test_a_record_keeps_its_options_whatever_the_file_is_used_for(client: TestClient) -> None:
    query = "/api/v1/iscc?name=Another%20title"
    made = client.post(query, content=CAT, headers=named("cat.jpg")).json()
    side = {"media_id": made["media_id"]}
    assert client.post("/api/v1/compare", json={"a": side, "b": side}).status_code == 200
    again = client.get(f"/api/v1/iscc/{made['media_id']}").json()
    assert (again["iscc"], again["name"]) == (made["iscc"], "Another title")


@pytest.mark.parametrize("boundary", ["x", "a" * 70])
def test_a_form_gives_the_same_record_as_a_body(client: TestClient, boundary: str) -> None:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="cat.jpg"\r\n\r\n'
    )
    body = head.encode() + CAT + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    by_form = client.post("/api/v1/iscc", content=body, headers=kind).json()
    by_name = {"Content-Disposition": "attachment; filename*=UTF-8''cat.jpg"}
    by_body = client.post("/api/v1/iscc", content=CAT, headers=by_name).json()
    for fields in (by_form, by_body):
        for own in ("media_id", "content", "thumbnail"):
            del fields[own]
    assert by_form == by_body


def test_media_are_hashed_but_not_decoded(client: TestClient) -> None:
    fields = client.post("/api/v1/media", content=CAT, headers=named("cat.jpg")).json()
    made = create(SAMPLES / "cat.jpg")
    assert fields["datahash"] == made.datahash
    assert fields["filesize"] == len(CAT)
    assert fields["mediatype"] == "image/jpeg"
    assert fields["iscc_sum"].startswith("ISCC:KU")


def test_a_text_is_a_text_whatever_it_looks_like(client: TestClient) -> None:
    for text in ("plain", "<html><p>not a page", '{"not": "JSON"}', "🙂 \ud7ff"):
        answer = client.post("/api/v1/iscc/text", json={"text": text, "name": "Title"})
        assert answer.status_code == 201
        fields = answer.json()
        assert (fields["mediatype"], fields["mode"], fields["name"]) == (
            "text/plain",
            "text",
            "Title",
        )
        got = client.get(f"/api/v1/media/{fields['media_id']}").content
        assert got.decode() == text


HOSTILE = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "a\0b\r\nX: y.txt": "abX: y.txt",
    "CON": "CON",
    "%2e%2e%2fx": "%2e%2e%2fx",
    "\u202egpj.exe": "\u202egpj.exe",
    '"><script>alert(1)</script>.txt': "script>.txt",
    "n" * 4000 + ".jpg": "n" * 4000 + ".jpg",
    "": None,
}


@pytest.mark.parametrize(("name", "kept"), HOSTILE.items())
def test_names_are_only_names(
    client: TestClient, folder: Path, name: str, kept: str | None
) -> None:
    answer = client.post("/api/v1/iscc", content=b"hello", headers=named(name))
    assert answer.status_code == 201
    number = answer.json()["media_id"]
    assert answer.json().get("filename") == kept
    assert files(folder) == [number]
    sent = client.get(f"/api/v1/media/{number}")
    assert sent.headers["content-disposition"].startswith("attachment; ")
    page = client.get(f"/generate?m={number}").text
    assert "<script>alert" not in page


def test_a_name_that_no_file_can_have_is_refused(client: TestClient, folder: Path) -> None:
    answer = client.post("/api/v1/media", content=b"x", headers=named("n" * 5000))
    assert answer.status_code == 400
    for body in ({"content": b"x"}, {"files": {"file": ("a.txt", b"x")}}):
        answer = client.post("/api/v1/media", headers={"X-Upload-Filename": "a" * 8196}, **body)
        assert answer.status_code == 400
    answer = client.post("/api/v1/media", content=b"x", headers={"X-Upload-Filename": "%%%"})
    assert answer.json()["type"] == "/problems/malformed"
    assert files(folder) == []


FORMS = {
    "no boundary": (b"", "multipart/form-data"),
    "nothing": (b"", "multipart/form-data; boundary=x"),
    "no end": (b"--x\r\n" + b'Content-Disposition: form-data; name="a"\r\n\r\nb', None),
    "no form": (b"hello", "multipart/form-data; boundary=x"),
    "no file": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', None),
    "cut file": (b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nb', None),
    "two files": (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nb\r\n' * 2
        + b"--x--\r\n",
        None,
    ),
    "too many files": (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nb\r\n' * 201
        + b"--x--\r\n",
        None,
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_form_that_is_none_is_malformed_and_leaves_nothing(
    client: TestClient, folder: Path, case: str
) -> None:
    body, kind = FORMS[case]
    headers = {"Content-Type": kind or "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/media", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert files(folder) == []


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), is_prefixed=st.booleans())
def test_no_form_breaks_the_parser(
    client: TestClient, folder: Path, body: bytes, is_prefixed: bool
) -> None:
    start = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n' if is_prefixed else b""
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/media", content=start + body, headers=headers)
    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        client.delete(f"/api/v1/media/{answer.json()['media_id']}")
    assert files(folder) == []


def test_limits_hold_for_one_file_and_for_one_client(client: TestClient, folder: Path) -> None:
    answer = client.post("/api/v1/media", content=iter([bytes(1 << 19)] * 3))
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert files(folder) == []
    for _ in range(3):
        assert client.post("/api/v1/media", content=bytes(1 << 20)).status_code == 201
    answer = client.post("/api/v1/media", content=b"one more")
    assert (answer.status_code, answer.json()["type"]) == (507, "/problems/storage-full")
    assert "retry-after" in answer.headers
    assert len(files(folder)) == 3


def test_the_disk_keeps_a_reserve(tmp_path: Path) -> None:
    allowed = Allowance(disk_reserve=1 << 60)
    app = create_app(Settings(spool=str(tmp_path), allowance=allowed))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.post("/api/v1/media", content=b"x").status_code == 507
        assert client.get("/readyz").status_code == 503
        assert files(tmp_path) == []


def test_what_nobody_uses_expires(tmp_path: Path) -> None:
    allowed = Allowance(spool_seconds=0.2)
    app = create_app(Settings(spool=str(tmp_path), allowance=allowed))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        number = client.post("/api/v1/media", content=b"x").json()["media_id"]
        for _ in range(1000):
            if not files(tmp_path):
                break
            client.portal.call(__import__("anyio").sleep, 0.05)  # type: ignore[union-attr]
        answer = client.get(f"/api/v1/media/{number}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/media-gone")


def picture_bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in chunks
    )


def archive_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(200 << 20))
    return file.getvalue()


BOMBS = {
    "a.png": (picture_bomb, "pixels"),
    "a.docx": (archive_bomb, "bytes of markup unpacked"),
    "a.svg": (
        lambda: (
            b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            b'<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
        ),
        "entities",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_get_a_record_of_their_bytes_and_the_reason(client: TestClient, name: str) -> None:
    make, reason = BOMBS[name]
    answer = client.post("/api/v1/iscc", content=make(), headers=named(name))
    assert answer.status_code == 201
    assert answer.json()["iscc"].startswith("ISCC:KU")
    assert reason in answer.json()["properties"]["missing"]["content"]


RANGES = {
    "bytes=0-9": (206, CAT[:10]),
    "bytes=31580-": (206, CAT[31580:]),
    "bytes=-7": (206, CAT[-7:]),
    "bytes=0-99999999": (206, CAT),
    "bytes=5-2": (200, CAT),
    "bytes=0-1,4-5": (200, CAT),
    "lines=0-1": (200, CAT),
    "bytes=99999999-": (416, None),
    "bytes=-0": (416, None),
}


@pytest.mark.parametrize(("wanted", "expected"), RANGES.items())
def test_a_file_comes_back_whole_or_in_part(
    client: TestClient, wanted: str, expected: tuple[int, bytes | None]
) -> None:
    number = client.post("/api/v1/media", content=CAT, headers=named("cat.jpg")).json()["media_id"]
    answer = client.get(f"/api/v1/media/{number}", headers={"Range": wanted})
    status, content = expected
    assert answer.status_code == status
    if content is None:
        assert answer.headers["content-range"] == f"bytes */{len(CAT)}"
        return
    assert answer.content == content
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    head = client.head(f"/api/v1/media/{number}", headers={"Range": wanted})
    assert (head.status_code, head.content) == (status, b"")
    assert head.headers["content-length"] == str(len(content))


def test_a_page_among_the_files_is_not_sent_as_a_page(client: TestClient) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    number = client.post("/api/v1/media", content=page, headers=named("a.html")).json()["media_id"]
    answer = client.get(f"/api/v1/media/{number}")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_thumbnail_is_made_once_and_known_by_its_tag(client: TestClient) -> None:
    number = client.post("/api/v1/media", content=CAT).json()["media_id"]
    first = client.get(f"/api/v1/media/{number}/thumbnail?size=64")
    assert first.headers["content-type"] == "image/webp"
    assert first.content[8:12] == b"WEBP"
    headers = {"If-None-Match": first.headers["etag"]}
    assert (
        client.get(f"/api/v1/media/{number}/thumbnail?size=64", headers=headers).status_code == 304
    )
    assert client.get(f"/api/v1/media/{number}/thumbnail?size=9999").status_code == 422
    text = client.post("/api/v1/media", content=b"\0\1\2").json()["media_id"]
    assert client.get(f"/api/v1/media/{text}/thumbnail").status_code == 415


def test_metadata_are_written_into_a_copy(client: TestClient) -> None:
    number = client.post("/api/v1/iscc", content=CAT, headers=named("cat.jpg")).json()["media_id"]
    assert client.get(f"/api/v1/metadata/{number}").json() == {}
    given = {"name": "Chelsea", "creator": "Stefan"}
    answer = client.post(f"/api/v1/metadata/{number}", json=given)
    assert answer.status_code == 201
    copy = answer.json()
    assert copy["media_id"] != number
    assert (copy["name"], copy["creator"], copy["filename"]) == ("Chelsea", "Stefan", "cat.jpg")
    assert client.get(f"/api/v1/metadata/{copy['media_id']}").json() == given
    assert client.get(f"/api/v1/media/{number}").content == CAT
    assert client.post(f"/api/v1/metadata/{number}", json={}).status_code == 422
    assert client.post(f"/api/v1/metadata/{number}", json={"nme": "x"}).status_code == 422


def test_a_file_without_place_for_metadata_says_so(client: TestClient) -> None:
    number = client.post("/api/v1/media", content=b"\0\1\2").json()["media_id"]
    answer = client.post(f"/api/v1/metadata/{number}", json={"name": "x"})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media")


def test_a_request_with_a_name_is_answered_once(client: TestClient, folder: Path) -> None:
    headers = {"Idempotency-Key": "first"}
    one = client.post("/api/v1/media", content=CAT, headers=headers)
    two = client.post("/api/v1/media", content=CAT, headers=headers)
    assert one.json() == two.json()
    assert two.headers["idempotent-replayed"] == "true"
    assert len(files(folder)) == 1
    other = client.post("/api/v1/iscc", content=CAT, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-input")


@pytest.mark.parametrize(
    ("path", "key"), [("iscc", "content"), ("media", "media_id"), ("iscc/text", "content")]
)
def test_an_answer_is_not_repeated_when_its_file_is_gone(
    client: TestClient, path: str, key: str
) -> None:
    """Else a client that uploads again after an hour is sent to a file that nobody has."""
    headers = {"Idempotency-Key": f"gone {path}"}
    body: dict[str, Any] = {"json": {"text": "hello"}} if path == "iscc/text" else {"content": CAT}
    one = client.post(f"/api/v1/{path}", headers=headers, **body).json()
    assert client.delete(one["content"]).status_code == 204
    two = client.post(f"/api/v1/{path}", headers=headers, **body)
    assert two.status_code == 201
    assert "idempotent-replayed" not in two.headers
    assert two.json()[key] != one[key]
    again = client.post(f"/api/v1/{path}", headers=headers, **body)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()[key] == two.json()[key]


@pytest.mark.parametrize(
    "query", ["bits=65", "bits=512", "granular=maybe", "colour=red", "meta=none"]
)
def test_wishes_that_nobody_can_fulfil_are_refused(client: TestClient, query: str) -> None:
    answer = client.post(f"/api/v1/iscc?{query}", content=CAT)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input")


@pytest.mark.parametrize("path", ["iscc", "media", "metadata", "media/{}/thumbnail"])
def test_a_file_that_is_not_there_is_gone(client: TestClient, path: str) -> None:
    number = "a" * 13
    address = path.format(number) if "{}" in path else f"{path}/{number}"
    answer = client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/media-gone")
    assert client.get("/api/v1/media/NOT-AN-ID").status_code == 422
