"""A hub on HTTP, by itself and below a path, and read by the aggregator of iscc-search."""

from __future__ import annotations

import asyncio
import json as json_text
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from iscc_search.aggregator.hublist import Hub as ListedHub
from iscc_search.aggregator.poller import PollResult, poll_hub_once
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.trust.log.material import Place, declare, draft, retract, sign

from iscckit.server.hub.hub_app import HubApp, mount_below
from iscckit.trust.log.hub import Hub


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.create()
    return made


@pytest.fixture
def hub(place: Place) -> Iterator[Hub]:
    with place.open() as writer:
        made = Hub(writer, sign)
        yield made
        made.close()


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    json: object = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
            return await client.request(
                method, path, json=json, content=content, headers=headers, params=params
            )

    return asyncio.run(run())


def test_a_declaration_goes_its_way(hub: Hub) -> None:
    app = HubApp(hub)
    answer = ask(app, "POST", "/declaration", json=declare(1))
    assert answer.status_code == 201
    iscc_id = answer.json()["iscc_id"]
    receipt = ask(app, "GET", f"/declaration/{iscc_id}/receipt")
    assert receipt.json()["credentialSubject"]["declaration"]["seq"] == 0
    found = ask(app, "GET", "/search", params={"datahash": declare(1)["datahash"]})
    assert len(found.json()["declarations"]) == 1
    assert ask(app, "POST", "/declaration", json=declare(2)).json()["code"] == "DUPLICATE_DATAHASH"
    forced = ask(
        app, "POST", "/declaration", json=declare(2), headers={"X-Force-Declaration": "true"}
    )
    assert forced.json()["seq"] == 1
    path = f"/declaration/{iscc_id}"
    assert ask(app, "DELETE", path, json=retract(iscc_id, 3)).status_code == 204
    assert ask(app, "GET", f"/{iscc_id}").status_code == 410
    assert ask(app, "GET", "/health").json()["size"] == 3


def test_of_fifty_equal_posts_one_is_created(hub: Hub) -> None:
    async def run() -> list[int]:
        transport = httpx.ASGITransport(HubApp(hub))
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            posts = (client.post("/declaration", json=declare(1)) for _ in range(50))
            return sorted(answer.status_code for answer in await asyncio.gather(*posts))

    assert asyncio.run(run()) == [201] + [409] * 49


def test_one_byte_too_many_is_refused(hub: Hub) -> None:
    data = json_text.dumps(declare(1)).encode()
    answer = ask(HubApp(hub), "POST", "/declaration", content=data.ljust(8193))
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    assert ask(HubApp(hub), "POST", "/declaration", content=data.ljust(8192)).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/declaration", "POST"),
        ("POST", "/declaration/x", "DELETE"),
        ("PUT", "/health", "GET, HEAD"),
    ],
)
def test_another_method_is_refused(hub: Hub, method: str, path: str, allow: str) -> None:
    answer = ask(HubApp(hub), method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


def test_a_head_has_no_body(hub: Hub) -> None:
    answer = ask(HubApp(hub), "HEAD", "/log/checkpoint")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100


def test_a_hub_lies_below_a_path(hub: Hub) -> None:
    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = mount_below("/hub", HubApp(hub), outer)
    assert ask(app, "GET", "/hub/health").json()["status"] == "ok"
    for path in ("/health", "/hub", "/hubs/health"):
        assert ask(app, "GET", path).status_code == 204


class Index:
    """An index of iscc-search that keeps what it is given."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def add_assets(self, name: str, entries: list[Any]) -> None:
        self.entries += entries


def poll(hub: Hub, last_size: int, index: Index) -> PollResult:
    async def run() -> PollResult:
        transport = httpx.ASGITransport(HubApp(hub))
        async with httpx.AsyncClient(transport=transport) as client:
            listed = ListedHub(hub_id=1, url="http://hub.example")
            return await poll_hub_once(
                client, listed, last_size, index, "idptest", "testnet", asyncio.Event()
            )

    return asyncio.run(run())


def test_the_aggregator_of_iscc_search_reads_the_log(hub: Hub) -> None:
    ids = [done.iscc_id for done in hub.writer.append_all([draft(declare(i)) for i in range(300)])]
    index = Index()
    result = poll(hub, 0, index)
    assert (result.error, result.last_size, result.counts["ok"]) == (None, 300, 300)
    assert [entry.iscc_id for entry in index.entries] == [str(each) for each in ids]
    hub.writer.append(draft(retract(str(ids[0]), 1000)))
    hub.writer.append(draft(declare(1001, gateway="https://example.com/{iscc_id}")))
    result = poll(hub, 300, index)
    assert (result.error, result.last_size) == (None, 302)
    assert (result.counts["ok"], result.counts["deletion"]) == (1, 1)
    assert index.entries[-1].metadata["gateway"].startswith("https://example.com/mai")
