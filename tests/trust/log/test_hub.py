"""A hub as values: declarations, deletions, and what it answers afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.trust.log.material import HUB_KEY, IDENTITY, Place, declare, draft, retract, sign

from iscckit.trust.log.clock import LogClock
from iscckit.trust.log.hub import Hub
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.did import authorize


@pytest.fixture
def hub(place: Place) -> Iterator[Hub]:
    with place.open() as writer:
        made = Hub(writer, sign)
        yield made
        made.close()


def post(hub: Hub, note: dict[str, Any], *, is_forced: bool = False) -> tuple[int, Any]:
    answer = hub.post(json.dumps(note).encode(), is_forced=is_forced)
    return answer.status, json.loads(answer.body)


def get(hub: Hub, path: str, **query: str) -> tuple[int, Any]:
    answer = hub.get(path, query)
    return answer.status, json.loads(answer.body)


def test_a_declaration_is_acknowledged(hub: Hub) -> None:
    status, body = post(hub, declare(1))
    assert (status, body["seq"]) == (201, 0)
    assert body.keys() == {"iscc_id", "seq"}
    assert post(hub, declare(2), is_forced=True)[1]["seq"] == 1


def test_a_refusal_has_the_shape_of_the_specification(hub: Hub) -> None:
    post(hub, declare(1))
    status, body = post(hub, declare(1))
    assert status == 409
    assert body == {
        "detail": f"the nonce {declare(1)['nonce']} is used",
        "code": "NONCE_REUSED",
        "field": "nonce",
    }
    status, body = post(hub, declare(2))
    assert (status, body["code"]) == (409, "DUPLICATE_DATAHASH")
    assert body.keys() == {"detail", "code", "field", "existing_iscc_id", "existing_actor"}


def test_a_deleted_declaration_is_gone(hub: Hub) -> None:
    iscc_id = post(hub, declare(1))[1]["iscc_id"]
    assert get(hub, f"/{iscc_id}")[0] == 200
    answer = hub.delete(iscc_id, json.dumps(retract(iscc_id, 2)).encode())
    assert (answer.status, answer.body) == (204, b"")
    status, body = get(hub, f"/{iscc_id}")
    assert (status, body["code"]) == (410, "DECLARATION_DELETED")
    assert get(hub, "/search", datahash=declare(1)["datahash"])[1] == {"declarations": []}
    answer = hub.delete(iscc_id, json.dumps(retract(iscc_id, 3)).encode())
    assert answer.status == 404


def test_a_gateway_is_followed(hub: Hub) -> None:
    note = declare(1, gateway="https://example.com/iscc_id/{iscc_id}")
    iscc_id = post(hub, note)[1]["iscc_id"]
    answer = hub.get(f"/{iscc_id}", {})
    assert answer.status == 307
    lower = iscc_id.removeprefix("ISCC:").lower()
    assert dict(answer.headers)["location"] == f"https://example.com/iscc_id/{lower}"
    assert json.loads(answer.body)["iscc_note"] == note


def test_the_log_is_served(hub: Hub) -> None:
    answer = hub.get("/log/checkpoint", {})
    assert verify_checkpoint(answer.body.decode(), "hub.example/log", HUB_KEY).size == 0
    post(hub, declare(1))
    answer = hub.get("/log/checkpoint", {})
    assert answer.mediatype.startswith("text/plain")
    assert verify_checkpoint(answer.body.decode(), "hub.example/log", HUB_KEY).size == 1
    answer = hub.get("/log/tile/0/000.p/1", {})
    assert (answer.status, len(answer.body)) == (200, 32)
    assert "immutable" in dict(answer.headers)["cache-control"]
    assert hub.get("/log/tile/0/000", {}).status == 404


def test_the_hub_names_its_key(hub: Hub) -> None:
    status, document = get(hub, "/.well-known/did.json")
    assert (status, document["id"]) == (200, "did:web:hub.example")
    assert authorize(document, "did:web:hub.example", HUB_KEY, None, 0) == "verified"


def test_health_says_what_is_wrong(place: Place) -> None:
    now = [1_790_000_000_000_000]
    with place.open(clock=LogClock(lambda: now[0], lambda: 0)) as writer:
        hub = Hub(writer, sign)
        writer.append(draft(declare(1)))
        expected = {"origin": "hub.example/log", "hub_id": 1, "realm": 0, "size": 1}
        assert get(hub, "/health") == (200, {"status": "ok", **expected})
        now[0] -= 200_000
        answer = hub.post(json.dumps(declare(2)).encode(), is_forced=True)
        assert (answer.status, json.loads(answer.body)["code"]) == (503, "CLOCK_WRONG")
        assert dict(answer.headers)["retry-after"] == "5"
        fault = {"status": "fault", "detail": "clock-wrong"}
        assert get(hub, "/health") == (503, {**expected, **fault})
        hub.close()


@pytest.mark.parametrize(
    "path", ["/", "/x", "/ISCC:x", "/log/", "/log/tile/x", "/declaration/x/receipt", "/a/b/c"]
)
def test_what_is_not_there_is_not_found(hub: Hub, path: str) -> None:
    assert hub.get(path, {}).status == 404


def test_a_damaged_file_tells_nothing_of_paths(place: Place) -> None:
    with place.open() as writer:
        hub = Hub(writer, sign)
        hub.close()
        answer = hub.get("/log/checkpoint", {})
        assert (answer.status, json.loads(answer.body)["code"]) == (503, "LOG_UNAVAILABLE")
        assert str(Path(place.folder)) not in answer.body.decode()
        assert IDENTITY.origin not in answer.body.decode()
