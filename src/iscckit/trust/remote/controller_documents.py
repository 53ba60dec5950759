"""Controllers: fetch the documents in which they list their keys."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, IsccError, RemoteFailed, VerificationFailed
from iscckit.trust.proof.did import authorize, document_url
from iscckit.trust.proof.strict_json import parse_json
from iscckit.trust.remote.addresses import resolve_host
from iscckit.trust.remote.fetch import LIMIT, Request, fetch

if TYPE_CHECKING:
    import ssl

    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.did import Authorization
    from iscckit.trust.remote.addresses import Resolve

__all__ = ["ControllerDocuments", "Identity"]

_ACCEPT: Final = "application/did+json, application/did+ld+json, application/cid, application/json"
_SUCCESS: Final = 200
_KEPT: Final = 1000  # documents
_KEPT_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether a key is one of its controller.

    Attributes:
        state: One of four states; never a mere yes or no.
        reason_code: Why the document could not be had (``address-refused``, ``remote-slow``, …), a
            row of ``errors.REASONS``; None if it could, or was not needed.
        message: The same in words.
        document: The document of the controller, or None.
    """

    state: Authorization
    reason_code: str | None = None
    message: str | None = None
    document: JsonValue = None


class ControllerDocuments:
    """Documents of controllers, asked for by HTTPS.

    Documents that were fetched are kept for five minutes; failures never are, so that a site that
    was down is asked again.
    """

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, resolve: Resolve = resolve_host
    ) -> None:
        """Say how to connect.

        Args:
            tls: How to check certificates; by default as the system does.
            resolve: What finds the IP addresses of a name.
        """
        self._tls = tls
        self._resolve = resolve
        self._kept: dict[str, tuple[float, JsonValue]] = {}

    def fetch(self, controller: str, *, trusted_address: bool = False) -> JsonValue:
        """Return the document of a controller; None for a did:key, which needs none.

        Args:
            controller: A DID or an HTTPS address.
            trusted_address: True if a person typed the controller; its host may then be inside.

        Raises:
            InvalidInput: The controller or its document is malformed.
            RemoteFailed: The document cannot be had.
        """
        url = document_url(controller)
        if url is None:
            if controller.startswith("did:key:"):
                return None
            raise RemoteFailed(f"{controller}: not a method that can be resolved", url=controller)
        kept = self._kept.get(url)
        if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        wanted = Request(accept=_ACCEPT, tls=self._tls)
        answer = fetch(url, wanted, trusted_address=trusted_address, resolve=self._resolve)
        if answer.status != _SUCCESS:
            raise RemoteFailed(f"{url}: answers {answer.status}, not a document of keys", url=url)
        document = parse_json(answer.body, limit=LIMIT)
        if len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = (time.monotonic(), document)
        return document

    def identify(
        self,
        controller: str | None,
        public_key: bytes,
        keyid: str | None,
        when_us: int,
        *,
        trusted_address: bool = False,
    ) -> Identity:
        """Say whether a key was one of its controller at a time.

        Args:
            controller: The DID or HTTPS address that a signature names, or None.
            public_key: The key that signed.
            keyid: The name of the key in the document, or None.
            when_us: When the declaration was logged, in microseconds since 1970.
            trusted_address: True if a person typed the controller.
        """
        if controller is None:
            return Identity("not_claimed")
        try:
            document = self.fetch(controller, trusted_address=trusted_address)
        except (InvalidInput, RemoteFailed) as error:
            return _explain(error)
        try:
            state = authorize(document, controller, public_key, keyid, when_us)
        except (InvalidInput, VerificationFailed) as error:
            return Identity("unauthorized", error.reason_code, str(error), document)
        return Identity(state, document=document)


def _explain(error: IsccError) -> Identity:
    return Identity("unresolvable", error.reason_code, str(error))
