"""What a hub checks of a note before it goes into the log, in the order of the specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.log.clock import wall_us
from iscckit.trust.log.draft import Draft
from iscckit.trust.log.refusals import Refused
from iscckit.trust.proof.did import authorize, did_key
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.note import read_deletion, read_note
from iscckit.trust.proof.note_fields import check_nonce, read_time
from iscckit.trust.proof.strict_json import canonicalize, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.json_types import JsonValue
    from iscckit.trust.log.store import LogStore
    from iscckit.trust.proof.did import Authorization
    from iscckit.trust.proof.note import Deletion, Note

__all__ = [
    "BODY_BYTES_MAX",
    "HubPolicy",
    "admit_declaration",
    "admit_deletion",
    "authorize_offline",
    "read_stored",
]

BODY_BYTES_MAX: Final = 8192
_MULTIHASH: Final = "1e20"
_CONTENT: Final = slice(2, 10)  # of a datahash: what an Instance-Code has of it
_CANDIDATES: Final = 16


def authorize_offline(
    controller: str, public_key: bytes, keyid: str | None, now_us: int
) -> Authorization:
    """Say what can be said of a controller without network: a did:key is checked, all else is not.

    Returns:
        ``not_claimed`` for what needs the network: the log keeps it as a claim.
    """
    found = authorize(None, controller, public_key, keyid, now_us)
    return "not_claimed" if found == "unresolvable" else found


@dataclass(frozen=True, slots=True)
class HubPolicy:
    """Whom a hub admits.

    Attributes:
        keys: The keys that may declare; None for all.
        tolerance_us: By how much the time of a note may differ from the clock; 0 for any.
        authorize: Says whether a controller names a key: takes controller, key, key id and time.
        now_us: The clock.
    """

    keys: frozenset[bytes] | None = None
    tolerance_us: int = 600_000_000
    authorize: Callable[[str, bytes, str | None, int], Authorization] = authorize_offline
    now_us: Callable[[], int] = wall_us


def admit_declaration(
    data: bytes, store: LogStore, policy: HubPolicy, *, is_forced: bool = False
) -> Draft:
    """Check a declaration: a bare note, or a note with the metadata whose hash it has.

    Args:
        data: The body of the request.
        store: The log.
        policy: Whom the hub admits.
        is_forced: Whether the same content may be declared again.

    Raises:
        Refused: A check fails; the first one in the order of the specification.
    """
    document = _parse(data)
    envelope = document if "iscc_note" in document else {"iscc_note": document}
    if not envelope.keys() <= {"iscc_note", "metadata"}:
        raise Refused("INVALID_NOTE", "an envelope has iscc_note and metadata alone", "iscc_note")
    given = envelope["iscc_note"]
    try:
        note = read_note(given)
    except InvalidInput as error:
        raise Refused("INVALID_NOTE", str(error), _field(error)) from None
    except VerificationFailed as error:
        raise _find_earlier(given, store, policy) or _signature_error(error) from None
    if earlier := _find_earlier(given, store, policy):
        raise earlier
    _check_controller(note, policy)
    if "metadata" in envelope:
        _check_metahash(note, envelope["metadata"])
    nonce = bytes.fromhex(note.nonce)
    _check_nonce_is_new(nonce, store)
    if not is_forced:
        _check_content_is_new(note, store)
    if policy.keys is not None and note.public_key not in policy.keys:
        raise Refused("KEY_NOT_AUTHORIZED", "this key may not declare here", "signature.pubkey")
    content = bytes.fromhex(note.datahash)[_CONTENT]
    return Draft(canonicalize(note.document), nonce, content)


def admit_deletion(iscc_id: str, data: bytes, store: LogStore, policy: HubPolicy) -> Draft:
    """Check a deletion.

    Args:
        iscc_id: The ISCC-ID in the address of the request.
        data: The body, a deletion note.
        store: The log.
        policy: Whom the hub admits.

    Raises:
        Refused: A check fails; the first one in the order of the specification.
    """
    given = _parse(data)
    try:
        note = read_deletion(given)
    except InvalidInput as error:
        raise Refused("INVALID_DELETION", str(error), _field(error)) from None
    except VerificationFailed as error:
        raise _find_earlier(given, store, policy) or _signature_error(error) from None
    if str(note.iscc_id) != iscc_id:
        raise Refused("INVALID_DELETION", "is not for the ISCC-ID of the address", "iscc_id")
    if earlier := _find_earlier(given, store, policy):
        raise earlier
    _check_controller(note, policy)
    nonce = bytes.fromhex(note.nonce)
    _check_nonce_is_new(nonce, store)
    seq = None
    if note.iscc_id[1:] == (store.identity.hub, store.identity.realm):
        seq = store.find_declaration(note.iscc_id.timestamp)
    if seq is None or store.find_deletion(note.iscc_id.timestamp) is not None:
        raise Refused("DECLARATION_NOT_FOUND", f"{iscc_id} is not declared here", "iscc_id")
    if read_stored(store, seq).public_key != note.public_key:
        raise Refused("NOT_AUTHORIZED_TO_DELETE", "another key declared it", "signature.pubkey")
    return Draft(canonicalize(note.document), nonce, None, note.iscc_id)


def read_stored(store: LogStore, seq: int) -> Note:
    """Return the note of a declaration in the log."""
    return read_note(dict(read_entry(store.record(seq)).note))


def _parse(data: bytes) -> dict[str, JsonValue]:
    if len(data) > BODY_BYTES_MAX:
        raise Refused("TOO_LARGE", f"a body has at most {BODY_BYTES_MAX} bytes")
    try:
        document = parse_json(data, limit=BODY_BYTES_MAX)
    except InvalidInput as error:
        raise Refused("INVALID_JSON", str(error)) from None
    if not isinstance(document, dict):
        raise Refused("INVALID_NOTE", "a note is an object")
    return document


def _find_earlier(given: JsonValue, store: LogStore, policy: HubPolicy) -> Refused | None:
    """Return what is refused before a signature is: of a note that is well-formed."""
    note = given if isinstance(given, dict) else {}
    hub = store.identity.hub
    if check_nonce(note, None)[:3] != f"{hub:03x}":
        return Refused("NONCE_HUB_MISMATCH", f"the nonce is not for hub {hub}", "nonce")
    time_us, _ = read_time(note)
    if time_us is not None and policy.tolerance_us:
        away = abs(time_us - policy.now_us())
        if away > policy.tolerance_us:
            detail = (
                f"the time of the note is {away // 1_000_000} seconds away from that of the hub"
            )
            return Refused("TIMESTAMP_OUT_OF_RANGE", detail, "timestamp")
    return None


def _signature_error(error: VerificationFailed) -> Refused:
    return Refused("INVALID_SIGNATURE", str(error), "signature")


def _check_controller(note: Note | Deletion, policy: HubPolicy) -> None:
    if note.controller is None:
        return
    found = policy.authorize(note.controller, note.public_key, note.keyid, policy.now_us())
    if found == "unauthorized":
        raise Refused(
            "CONTROLLER_KEY_NOT_AUTHORIZED",
            f"{note.controller} does not name this key",
            "signature.controller",
        )
    if found == "unresolvable":
        raise Refused(
            "CONTROLLER_UNRESOLVABLE",
            f"{note.controller} cannot be resolved now",
            "signature.controller",
        )


def _check_metahash(note: Note, metadata: JsonValue) -> None:
    found = _MULTIHASH + blake3(canonicalize(metadata)).hexdigest()
    if note.metahash != found:
        raise Refused("METAHASH_MISMATCH", f"the metadata have the hash {found}", "metahash")


def _check_nonce_is_new(nonce: bytes, store: LogStore) -> None:
    if store.has_nonce(nonce):
        raise Refused("NONCE_REUSED", f"the nonce {nonce.hex()} is used", "nonce")


def _check_content_is_new(note: Note, store: LogStore) -> None:
    content = bytes.fromhex(note.datahash)[_CONTENT]
    for seq, _ in store.find_content(content, _CANDIDATES):
        entry = read_entry(store.record(seq))
        if entry.note.get("datahash") == note.datahash:
            stored = read_stored(store, seq)
            raise Refused(
                "DUPLICATE_DATAHASH",
                f"this content is declared as {entry.iscc_id}",
                "datahash",
                existing_iscc_id=str(entry.iscc_id),
                existing_actor=stored.controller or did_key(stored.public_key),
            )


def _field(error: InvalidInput) -> str:
    return str(error.facts.get("field", ""))
