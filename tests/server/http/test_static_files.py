"""Stylesheet, script and icon: each is one file, whose address says which one it is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from iscckit.render.page import stylesheet
from iscckit.server.app import create_app
from iscckit.server.http import static_files
from iscckit.server.http.static_files import assets
from iscckit.server.settings import Settings


@pytest.mark.parametrize("token", [None, "a token of the tests"])
def test_pages_name_files_that_are_open_and_may_be_kept(token: str | None) -> None:
    with TestClient(create_app(Settings(token=token)), base_url="http://127.0.0.1") as client:
        if token is None:
            page = client.get("/compare").text
            assert all(f'"{asset.path}"' in page for asset in assets().values())
        for asset in assets().values():
            answer = client.get(asset.path)
            assert (answer.status_code, answer.content) == (200, asset.content)
            assert answer.headers["content-type"] == asset.mediatype
            assert "immutable" in answer.headers["cache-control"]


def test_another_content_has_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    style, script, _ = assets().values()
    assert style.content.startswith(stylesheet().encode())
    monkeypatch.setattr(static_files, "stylesheet", lambda: "p { color: red }")
    changed = assets()
    assert changed["style"].path != style.path
    assert changed["script"] == script
