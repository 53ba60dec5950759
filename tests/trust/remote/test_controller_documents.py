"""Documents of controllers from a real server with TLS, and from hostile ones."""

import json
import ssl
import time
from pathlib import Path

import pytest
from tests.trust.local_server import Answer, Seen, make_tls, serve

from iscckit.errors import RemoteFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof.did import ControlledKey, did_key, make_did_document
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.remote.controller_documents import ControllerDocuments

KEY = derive_public_key(bytes(range(32)))
OTHER = derive_public_key(bytes(32))
NOW = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    folder: Path = tmp_path_factory.mktemp("tls")
    return make_tls(folder, "a.example")


class Site:
    """A site at a.example that serves documents by path, and counts the requests."""

    def __init__(self) -> None:
        self.documents: dict[str, Answer] = {}
        self.asked: list[str] = []

    def answer(self, seen: Seen) -> Answer:
        self.asked.append(seen.path)
        return self.documents.get(seen.path, Answer(404))


def document(controller: str, *keys: ControlledKey) -> Answer:
    return Answer(body=json.dumps(make_did_document(controller, keys)).encode())


def inside(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_key_is_verified_revoked_foreign_or_not_claimed(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    site = Site()
    with serve(site.answer, contexts[0]) as url:
        host = f"a.example%3A{url.rpartition(':')[2]}"
        whole, person = f"did:web:{host}", f"did:web:{host}:alice"
        address = f"https://a.example:{url.rpartition(':')[2]}/cid.json"
        site.documents["/.well-known/did.json"] = document(whole, ControlledKey(KEY))
        site.documents["/alice/did.json"] = document(person, ControlledKey(KEY, NOW))
        site.documents["/cid.json"] = document(address, ControlledKey(KEY))
        site.documents["/bob/did.json"] = document(whole, ControlledKey(KEY))
        documents = ControllerDocuments(tls=contexts[1], resolve=inside)

        def state(controller: str | None, key: bytes = KEY, when_us: int = NOW) -> str:
            found = documents.identify(controller, key, None, when_us, trusted_address=True)
            assert (found.reason_code is None) == (found.state != "unresolvable")
            return found.state

        assert state(whole) == "verified"
        assert state(whole, OTHER) == "unauthorized"
        assert state(person) == "unauthorized"
        assert state(person, when_us=NOW - 1) == "verified"
        assert state(address) == "verified"
        assert state(f"did:web:{host}:bob") == "unauthorized"  # the document is another's
        assert state(f"did:web:{host}:carol") == "unresolvable"
        assert state(None) == "not_claimed"


def test_a_did_key_needs_no_network() -> None:
    def fail(host: str, port: int) -> list[str]:
        raise AssertionError("asked for a name")

    documents = ControllerDocuments(resolve=fail)
    assert documents.identify(did_key(KEY), KEY, None, NOW).state == "verified"
    assert documents.identify(did_key(KEY), OTHER, None, NOW).state == "unauthorized"
    found = documents.identify("did:example:123", KEY, None, NOW)
    assert (found.state, found.reason_code) == ("unresolvable", "remote-failed")


@pytest.mark.parametrize(
    ("controller", "reason"),
    [
        ("did:web:127.0.0.1", "address-refused"),
        ("did:web:localhost%3A8080", "address-refused"),
        ("did:web:169.254.169.254", "address-refused"),
        ("https://[::1]/did.json", "address-refused"),
        ("https://[::ffff:127.0.0.1]/did.json", "address-refused"),
        ("did:web:a.example%2Fb", "malformed-document"),
        ("did:web:user%40a.example", "malformed-document"),
        ("http://a.example/did.json", "remote-failed"),
    ],
)
def test_a_document_cannot_lead_inside(controller: str, reason: str) -> None:
    found = ControllerDocuments().identify(controller, KEY, None, NOW)
    assert (found.state, found.reason_code) == ("unresolvable", reason)
    assert found.message


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(302, headers={"Location": "https://127.0.0.1/did.json"}), "redirect-refused"),
        (Answer(body=bytes(70_000)), "remote-large"),
        (Answer(body=b'{"id":1,"id":2}'), "malformed-document"),
        (Answer(body=b"<html>"), "malformed-document"),
        (Answer(410), "remote-failed"),
    ],
)
def test_a_site_that_misbehaves_is_unresolvable(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], answer: Answer, reason: str
) -> None:
    with serve(lambda _: answer, contexts[0]) as url:
        controller = f"did:web:a.example%3A{url.rpartition(':')[2]}"
        documents = ControllerDocuments(tls=contexts[1], resolve=inside)
        found = documents.identify(controller, KEY, None, NOW, trusted_address=True)
    assert (found.state, found.reason_code) == ("unresolvable", reason)


def test_documents_are_kept_and_failures_are_not(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site()
    with serve(site.answer, contexts[0]) as url:
        controller = f"did:web:a.example%3A{url.rpartition(':')[2]}"
        documents = ControllerDocuments(tls=contexts[1], resolve=inside)

        def ask() -> JsonValue:
            return documents.fetch(controller, trusted_address=True)

        for _ in range(2):
            with pytest.raises(RemoteFailed):
                ask()
        site.documents["/.well-known/did.json"] = document(controller, ControlledKey(KEY))
        assert ask() == ask()
        assert len(site.asked) == 3
        later = time.monotonic() + 301
        monkeypatch.setattr(time, "monotonic", lambda: later)
        ask()
        assert len(site.asked) == 4
