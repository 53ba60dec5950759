"""A hub over a log: requests come in as values, answers go out as values.

It speaks the protocol of IDP-Declaration v0.1-draft and ISCC-Log v0.1-draft; whoever serves it puts
both on HTTP.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, IsccError
from iscckit.trust.log.admission import (
    HubPolicy,
    admit_declaration,
    admit_deletion,
    authorize_offline,
)
from iscckit.trust.log.hub_reads import (
    find_declarations,
    make_hub_document,
    make_stored_receipt,
    read_tile,
    resolve,
)
from iscckit.trust.log.refusals import Refused, refuse_for
from iscckit.trust.log.store import LogStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iscckit.json_types import JsonValue
    from iscckit.trust.log.draft import Appended, Draft
    from iscckit.trust.log.writer import LogWriter

__all__ = ["Hub", "HubAnswer", "answer_json", "answer_refusal"]

_JSON: Final = "application/json"
_FOREVER: Final = ("cache-control", "public, max-age=31536000, immutable")
_SHARED: Final = ("access-control-allow-origin", "*")


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """An answer.

    Attributes:
        status: The status of HTTP.
        body: The bytes.
        mediatype: What they are; empty without body.
        headers: Further header fields.
    """

    status: int
    body: bytes = b""
    mediatype: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()


def answer_json(status: int, value: JsonValue, *headers: tuple[str, str]) -> HubAnswer:
    """Return an answer in JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return HubAnswer(status, body, _JSON, headers)


def answer_refusal(refused: Refused) -> HubAnswer:
    """Return the answer to a request that is refused."""
    body: dict[str, JsonValue] = {"detail": refused.detail, "code": refused.code}
    if refused.field:
        body["field"] = refused.field
    again = (("retry-after", "5"),) if refused.status == 503 else ()
    body.update(refused.more)
    return answer_json(refused.status, body, *again)


class Hub:
    """The requests that a hub answers."""

    def __init__(
        self, writer: LogWriter, sign: Callable[[bytes], bytes], policy: HubPolicy | None = None
    ) -> None:
        """Serve a log that is open.

        Args:
            writer: The writer of the log.
            sign: Signs receipts with the key of the log.
            policy: Whom the hub admits.
        """
        self.writer = writer
        self._sign = sign
        # Reads of a connection wait while it commits; those of another one do not.
        self._store = LogStore(os.path.dirname(writer.store.path))
        self._policy = policy or HubPolicy()

    @property
    def asks_network(self) -> bool:
        """Whether a check of a note may take long."""
        return self._policy.authorize is not authorize_offline

    def close(self) -> None:
        """Close the reader; the writer stays open."""
        self._store.close()

    def admit_declaration(self, data: bytes, *, is_forced: bool = False) -> Draft:
        """Check ``POST /declaration``.

        Raises:
            Refused: A check fails.
        """
        return self._admit(
            lambda: admit_declaration(data, self._store, self._policy, is_forced=is_forced)
        )

    def admit_deletion(self, iscc_id: str, data: bytes) -> Draft:
        """Check ``DELETE /declaration/{iscc_id}``.

        Raises:
            Refused: A check fails.
        """
        return self._admit(lambda: admit_deletion(iscc_id, data, self._store, self._policy))

    def answer_appended(self, draft: Draft, done: Appended) -> HubAnswer:
        """Return the answer for an entry that is on the disk."""
        if draft.deletes is not None:
            return HubAnswer(204, mediatype="")
        return answer_json(201, {"iscc_id": str(done.iscc_id), "seq": done.seq})

    def post(self, data: bytes, *, is_forced: bool = False) -> HubAnswer:
        """Do ``POST /declaration`` and wait for the disk."""
        try:
            return self._append(self.admit_declaration(data, is_forced=is_forced))
        except Refused as refused:
            return answer_refusal(refused)

    def delete(self, iscc_id: str, data: bytes) -> HubAnswer:
        """Do ``DELETE /declaration/{iscc_id}`` and wait for the disk."""
        try:
            return self._append(self.admit_deletion(iscc_id, data))
        except Refused as refused:
            return answer_refusal(refused)

    def get(self, path: str, query: Mapping[str, str]) -> HubAnswer:
        """Answer a request that changes nothing.

        Args:
            path: The path below the hub, beginning with a slash.
            query: What the address asks for.
        """
        try:
            return self._get(path, query)
        except Refused as refused:
            return answer_refusal(refused)
        except IsccError as error:
            return answer_refusal(refuse_for(error))

    def _get(self, path: str, query: Mapping[str, str]) -> HubAnswer:
        if path == "/log/checkpoint":
            text = self._store.head().checkpoint.encode()
            cache = ("cache-control", "public, max-age=1")
            return HubAnswer(200, text, "text/plain; charset=utf-8", (cache, _SHARED))
        if path.startswith("/log/tile/"):
            data = read_tile(self._store, path.removeprefix("/log/"))
            return HubAnswer(200, data, "application/octet-stream", (_FOREVER, _SHARED))
        if path == "/.well-known/did.json":
            return answer_json(200, make_hub_document(self._store.identity), _SHARED)
        if path == "/health":
            return self._answer_health()
        if path == "/search":
            return answer_json(200, find_declarations(self._store, query))
        head, _, tail = path.removeprefix("/declaration/").partition("/")
        if path.startswith("/declaration/") and tail == "receipt":
            return answer_json(200, make_stored_receipt(self._store, head, self._sign))
        return self._answer_resolved(path.removeprefix("/"))

    def _answer_resolved(self, iscc_id: str) -> HubAnswer:
        declared, gateway = resolve(self._store, iscc_id)
        if gateway is None:
            return answer_json(200, declared)
        return answer_json(307, declared, ("location", gateway))

    def _answer_health(self) -> HubAnswer:
        fault = self.writer.fault
        identity = self._store.identity
        state: dict[str, JsonValue] = {
            "status": "ok" if fault is None else "fault",
            "origin": identity.origin,
            "hub_id": identity.hub,
            "realm": identity.realm,
            "size": self._store.head().size,
        }
        if fault is not None:
            state["detail"] = fault.reason_code
        return answer_json(200 if fault is None else 503, state)

    def _admit(self, check: Callable[[], Draft]) -> Draft:
        try:
            return check()
        except InvalidInput as error:
            raise Refused("INVALID_NOTE", str(error)) from None
        except IsccError as error:
            raise refuse_for(error) from None

    def _append(self, draft: Draft) -> HubAnswer:
        try:
            return self.answer_appended(draft, self.writer.append(draft))
        except IsccError as error:
            raise refuse_for(error) from None
