"""Four ways through the code, from the door to the answer, are as docs/architecture.md tells them.

Each road lists the modules that carry the value on; what they ask on the way (tables, units,
arithmetic) is left out. A road is walked in its order, and no module of it is entered again.
"""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.walks import trace, walk
from tools import small_models

from iscckit.library.library import Library
from iscckit.models.registry import CustomModel, add
from iscckit.records.create import create
from iscckit.records.options import Options, Semantics
from iscckit.server.app import create_app
from iscckit.server.settings import Settings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
CREATE = (
    "records.create",
    "records.draft",
    "records.hash_and_detect",
    "media.detect.detect",
    "records.extract",
    "media.readers.image",
    "records.content",
    "records.meta",
    "records.finish",
    "records.record",
)
SEARCH = (
    "library.library",
    "library.search.query",
    "library.search.search",
    "library.search.candidates",
    "library.search.crops",
    "library.search.passages",
    "library.search.comparisons",
    "library.search.evidence",
    "library.search.ranking",
    "library.search.make_matches",
)
UPLOAD = (
    "server.http.access_log",
    "server.http.access",
    "server.http.json_body",
    "server.routes.media",
    "server.services.create_service",
    "server.uploads.multipart",
    "server.uploads.spool",
    "server.uploads.body_writer",
    "server.jobs.queue",
    "workers.supervisor",
    "server.http.responses",
)
SEMANTIC = (
    "records.create",
    "records.draft",
    "records.hash_and_detect",
    "records.extract",
    "records.content",
    "records.meta",
    "records.semantic",
    "models.text",
    "records.record",
)


def follow(entered: list[str], road: tuple[str, ...]) -> list[str]:
    print(" -> ".join(dict.fromkeys(entered)))
    return walk(entered, road)


def test_create_goes_one_way() -> None:
    entered = trace(lambda _: create(SAMPLES / "cat.jpg").to_json())
    assert follow(entered, CREATE) == list(CREATE)


def test_search_goes_one_way(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        list(library.add(SAMPLES / "cat.jpg", SAMPLES / "gettysburg-hay.txt"))
        entered = trace(lambda _: library.search(SAMPLES / "cat-small.webp", kind="file"))
    assert follow(entered, SEARCH) == list(SEARCH)


def test_an_upload_goes_one_way() -> None:
    app, picture = create_app(Settings()), (SAMPLES / "cat.jpg").read_bytes()

    def upload(entered: list[str]) -> None:
        with TestClient(app, base_url="http://127.0.0.1") as client:
            entered.clear()  # the start of the service
            assert client.post("/api/v1/iscc", content=picture).status_code == 201

    # The body arrives while the middleware waits: only where a module is entered first counts.
    entered = list(dict.fromkeys(trace(upload)))
    assert follow(entered, UPLOAD) == list(UPLOAD)


def test_a_semantic_code_goes_one_way(tmp_path: Path) -> None:
    small_models.main(tmp_path)
    models = str(tmp_path / "models")
    weights, own = str(tmp_path / "text.onnx"), CustomModel("text")
    add(models, "small-text", weights, str(small_models.TOKENIZER), own)
    options = Options(semantic=Semantics(models, text="small-text"))
    entered = trace(lambda _: create(SAMPLES / "gettysburg-hay.txt", options).to_json())
    assert follow(entered, SEMANTIC) == list(SEMANTIC)


@pytest.mark.parametrize("road", [CREATE, SEARCH, UPLOAD, SEMANTIC])
def test_the_page_tells_each_road(road: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for module in road:
        assert f"`{module}`" in page, module


def test_a_way_back_is_seen() -> None:
    assert walk(["a", "x", "b", "a", "a", "c"], ("a", "b", "c")) == ["a", "b", "a", "c"]
