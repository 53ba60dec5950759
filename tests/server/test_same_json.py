"""The service, its pages, the command and Python give the same JSON for the same input."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from tools.planted import mirrored

import iscckit
from iscckit.cli.compare import compare
from iscckit.cli.formats import formats
from iscckit.cli.inspect import inspect
from iscckit.codec.explain import inspection
from iscckit.comparison.matrix import matrix
from iscckit.records import format_list as listing
from iscckit.render.comparison_json import add_sides, side_values
from iscckit.server.app import create_app
from iscckit.server.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"
CODES = [
    "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI",
    "iscc:kec76w25o4e7h5p6wfp6mrsreelv5b6jcvainjdivaf2uztqiteu7xi",
    "EAASKDNZNYGUUF5A",
    "bzqasaajfbw4w4dkkc6qa",
    "ISCC:MAIGIIFJRDGEQQAA",
    "CCDFPFc87MhdT-CTWAGYJ9HZGj1-CDRiFC5VQG2Kx-CR9JBkUHPT1zR",
    "ISCC:EAASKDNZNYGUUF5A AAA6QGTXYEN3WJG2",
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    for name in ("cat.jpg", "cat-small.webp"):
        shutil.copy(SAMPLES / name, folder)
    (folder / "note.txt").write_text("A short text.", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[TestClient]:
    app = create_app(Settings(roots=(str(root),)))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def printed(command: click.Command, *arguments: str) -> list[Any]:
    result = CliRunner().invoke(command, [*arguments, "--json"], standalone_mode=False)
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("code", CODES)
def test_inspecting_gives_the_same_everywhere(client: TestClient, code: str) -> None:
    own = inspection(code)
    assert printed(inspect, code) == [own]
    answer = client.get(f"/api/v1/inspect/{quote(code, safe=':')}")
    if "form" in own:
        assert answer.json() == own
        assert client.get("/inspect.json", params={"code": code}).json() == own
    else:
        told = answer.json()
        assert answer.status_code == 422
        assert told["position"] == own["errors"][0]["position"]
        assert told["suggestion"] == own["errors"][0]["suggestion"]


@pytest.mark.parametrize("a", CODES[:2])
@pytest.mark.parametrize("b", [*CODES[:3], CODES[5]])
def test_comparing_codes_gives_the_same_everywhere(client: TestClient, a: str, b: str) -> None:
    own = add_sides(iscckit.compare(a, b), side_values(a), side_values(b))
    assert printed(compare, a, b) == [own]
    answer = client.post("/api/v1/compare", json={"a": {"iscc": a}, "b": {"iscc": b}})
    assert answer.json() == own
    assert client.get("/compare.json", params={"a": a, "b": b}).json() == own
    report = client.post("/api/v1/reports/compare", json={"a": {"iscc": a}, "b": {"iscc": b}})
    assert report.headers["content-type"] == "text/html; charset=utf-8"
    held = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', report.text, re.S)
    assert held is not None
    assert json.loads(held[1]) == own


@pytest.mark.parametrize("b", ["cat-small.webp", "note.txt", "mirrored.png"])
def test_comparing_files_gives_the_same_everywhere(
    client: TestClient, root: Path, monkeypatch: pytest.MonkeyPatch, b: str
) -> None:
    monkeypatch.chdir(root)
    mirrored(root / "cat.jpg", root / "mirrored.png")
    options = iscckit.Options(bits=256)
    left, right = iscckit.create("cat.jpg", options), iscckit.create(b, options)
    found = iscckit.compare("cat.jpg", b)
    assert (found.part is not None) == (b == "mirrored.png")
    own = add_sides(found, side_values("cat.jpg", left), side_values(b, right))
    assert printed(compare, "cat.jpg", b) == [own]
    answer = client.post("/api/v1/compare", json={"a": {"path": "cat.jpg"}, "b": {"path": b}})
    assert answer.json() == own
    codes = {"a": {"path": "cat.jpg"}, "b": {"path": b}, "parts": False}
    answer = client.post("/api/v1/compare", json=codes)
    assert answer.json() == add_sides(
        iscckit.compare(left, right), side_values("cat.jpg", left), side_values(b, right)
    )


def test_formats_are_the_same_everywhere(client: TestClient) -> None:
    told = client.get("/api/v1/formats").json()
    assert told["formats"] == printed(formats) == listing.formats()
    assert told["mixed"] == printed(formats, "--mixed") == listing.divisions()


def test_units_and_matrices_are_those_of_python(client: TestClient) -> None:
    for bits in (64, 256):
        made = client.post("/api/v1/codes/text", json={"text": "Hello World", "bits": bits})
        assert made.json()["iscc"] == str(iscckit.text_code("Hello World", bits=bits))
    pixels = [number % 251 for number in range(1024)]
    made = client.post("/api/v1/codes/image", json={"pixels": pixels}).json()
    assert made == {"iscc": str(iscckit.image_code(pixels))}
    words = [number * 7_777_777 % 2**31 - 2**30 for number in range(100)]
    made = client.post("/api/v1/codes/audio", json={"fingerprint": words, "bits": 128}).json()
    assert made == {"iscc": str(iscckit.audio_code(words, bits=128))}
    frames = [[(i * j) % 3 for i in range(380)] for j in range(5)]
    made = client.post("/api/v1/codes/video", json={"frames": frames}).json()
    assert made == {"iscc": str(iscckit.video_code(frames))}
    made = client.post("/api/v1/codes/data", json={"data": "SGVsbG8="}).json()
    assert made == {"iscc": str(iscckit.data_code(b"Hello"))}
    made = client.post("/api/v1/codes/instance", json={"data": "SGVsbG8="}).json()
    assert made["iscc"] == str(iscckit.instance_code(b"Hello"))
    assert (made["filesize"], made["datahash"][:4]) == (5, "1e20")
    meta = {"name": "Title", "meta": {"x": [1, 2.5, None], "ä": "ö"}}
    made = client.post("/api/v1/codes/meta", json=meta).json()
    assert made["iscc"] == str(iscckit.meta_code("Title", meta=meta["meta"]))  # type: ignore[arg-type]
    assert made["metahash"] == iscckit.metahash("Title", meta=meta["meta"])  # type: ignore[arg-type]
    parts = [str(iscckit.text_code(text)) for text in ("one", "two", "three")]
    made = client.post("/api/v1/codes/mixed", json={"codes": parts}).json()
    assert made == {"iscc": str(iscckit.mixed_code(parts)), "parts": parts}
    told = client.post("/api/v1/compare/matrix", json={"codes": parts, "unit": "content"}).json()
    assert told == matrix(parts, "content").to_dict()


def test_composing_and_taking_apart_are_inverse(client: TestClient) -> None:
    units = client.post("/api/v1/codes/decompose", json={"iscc": CODES[0]}).json()["units"]
    assert units == [str(unit) for unit in iscckit.decompose(CODES[0])]
    assert client.post("/api/v1/codes/compose", json={"units": units}).json() == {"iscc": CODES[0]}
    broken = client.post(
        "/api/v1/codes/compose", json={"units": [units[0], "ISCC:AAA6QGTXYEN3WJG0"]}
    )
    assert broken.json()["errors"][0]["pointer"] == "/units/1"


def test_creating_gives_the_same_units_everywhere(client: TestClient, root: Path) -> None:
    record = iscckit.create(str(root / "cat.jpg"), iscckit.Options(bits=256))
    told = client.post(
        "/api/v1/compare", json={"a": {"path": "cat.jpg"}, "b": {"path": "cat.jpg"}}
    ).json()
    assert told["verdict"] == "identical"
    assert told["a"]["iscc"] == record.iscc
    assert told["a"]["units"] == [str(unit) for unit in record.units]


@pytest.mark.parametrize("path", ["../cat.jpg", "/etc/passwd", "\x00", "nothing", ".", "x" * 4000])
def test_only_files_below_a_root_may_be_named(client: TestClient, path: str) -> None:
    answer = client.post("/api/v1/compare", json={"a": {"path": path}, "b": {"text": "x"}})
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/path-not-allowed"


def test_a_link_out_of_the_root_is_not_followed(client: TestClient, root: Path) -> None:
    (root / "link").symlink_to("/etc/passwd")
    answer = client.post("/api/v1/compare", json={"a": {"path": "link"}, "b": {"text": "x"}})
    assert answer.status_code == 403


def test_the_permalink_names_both_sides(client: TestClient) -> None:
    body = {"a": {"iscc": CODES[0]}, "b": {"text": "Hello World"}}
    link = client.post("/api/v1/compare", json=body).headers["link"]
    assert link.startswith(f"</compare?a={CODES[0]}&b=ISCC:EAD")


@pytest.mark.parametrize(
    "source", [{}, {"iscc": None}, {"iscc": CODES[0], "text": "x"}, {"media_id": "x"}, [], None]
)
def test_a_source_is_exactly_one_thing(client: TestClient, source: object) -> None:
    answer = client.post("/api/v1/compare", json={"a": source, "b": {"text": "x"}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/a")
