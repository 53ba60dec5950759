"""Manifests of C2PA in files: what they say is reserved, and their soft bindings.

The file is read in a worker process without network: neither remote manifests nor the state of
certificates are fetched. Whether the signer is trusted is not asked here; a store whose signature
or hashes do not hold opens nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.errors import MissingDependency
from iscckit.json_types import JsonValue
from iscckit.media.formats.table import UNKNOWN, guess_type
from iscckit.media.open_file import open_handed_file
from iscckit.records.draft_task import error_of, failure_of
from iscckit.records.file_workers import FileWorkers
from iscckit.records.probe import source_of
from iscckit.trust.declarations.c2pa_binding import find_bindings
from iscckit.trust.rights.cawg import read_cawg
from iscckit.trust.rights.reservations import NOTHING, Reservations, combine, make_reservations
from iscckit.workers.supervisor import Broken
from iscckit.workers.wire import HandedFile

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Manifest", "find_manifest", "read_manifest", "read_store"]

State = Literal["invalid", "valid", "trusted"]
_TASK: Final = "iscckit.trust.declarations.c2pa_manifests:read_store"
_OFFLINE: Final = json.dumps({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}})
_MINING: Final = ("cawg.training-mining", "c2pa.training-mining")
_BINDING: Final = "c2pa.soft-binding"
_STATES: Final[dict[str, State]] = {"Valid": "valid", "Trusted": "trusted"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The active manifest of a file.

    Attributes:
        state: Whether signature and hashes hold, and the signer is in a trust list of the library.
        label: Its name.
        issuer: Organization in the certificate of the signer; empty if unknown.
        reservations: What it says is reserved. An invalid manifest opens nothing.
        bindings: Values of soft bindings ``io.iscc.v0``, in base64.
    """

    state: State
    label: str
    issuer: str
    reservations: Reservations
    bindings: tuple[str, ...]


def read_manifest(
    path: str, quota: Quota | None = None, sandbox: Sandbox = "auto"
) -> Manifest | None:
    """Return the active manifest of a file, read in a worker process; None if it has none.

    Raises:
        MissingDependency: The library for C2PA is not installed.
        IsccError: The file cannot be read.
    """
    with FileWorkers(quota, sandbox) as workers:
        try:
            store: str = workers.read(_TASK, path, lambda file: file)
        except Broken as broken:
            raise error_of(failure_of(broken), path, guess_type(path) or UNKNOWN) from broken
    return find_manifest(json.loads(store)) if store else None


def read_store(file: HandedFile) -> str:
    """Return the manifest store of a file as JSON, empty if it has none.

    Raises:
        MissingDependency: The library for C2PA is not installed.
    """
    try:
        import c2pa
    except ImportError as error:
        raise MissingDependency(
            "manifests of C2PA are read by c2pa-python, which is not installed",
            reason_code="extra-missing",
            package="c2pa-python",
            extra="c2pa",
        ) from error
    with open_handed_file(file) as stream:
        source = source_of(stream, file.path)
        if source.mediatype not in c2pa.Reader.get_supported_mime_types():
            return ""
        reader = c2pa.Reader.try_create(
            source.mediatype, stream, context=c2pa.Context.from_json(_OFFLINE)
        )
        if reader is None:
            return ""
        with reader:
            return str(reader.json())


def find_manifest(store: Mapping[str, JsonValue]) -> Manifest | None:
    """Return the active manifest of a store; None if it has none.

    Args:
        store: The JSON of a reader of C2PA.
    """
    label, manifests = store.get("active_manifest"), store.get("manifests")
    active = (
        manifests.get(label) if isinstance(manifests, dict) and isinstance(label, str) else None
    )
    if not isinstance(active, dict) or not isinstance(label, str):
        return None
    state = _STATES.get(str(store.get("validation_state")), "invalid")
    listed = active.get("assertions")
    assertions = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    statements = [read_cawg(data) for data in _list_data(assertions, _MINING)]
    bindings = [
        value for data in _list_data(assertions, (_BINDING,)) for value in find_bindings(data)
    ]
    signer = active.get("signature_info")
    issuer = signer.get("issuer") if isinstance(signer, dict) else None
    said = combine(statements) if statements else NOTHING
    return Manifest(
        state,
        label,
        issuer if isinstance(issuer, str) else "",
        _keep_reserved(said) if state == "invalid" else said,
        tuple(bindings),
    )


def _list_data(
    assertions: list[dict[str, JsonValue]], labels: tuple[str, ...]
) -> list[dict[str, JsonValue]]:
    """Return the data of assertions by label; further ones of a label have a number behind it."""
    found = []
    for assertion in assertions:
        name, data = str(assertion.get("label")).partition("__")[0], assertion.get("data")
        if name in labels and isinstance(data, dict):
            found.append(data)
    return found


def _keep_reserved(said: Reservations) -> Reservations:
    kept = {category: answer for category, answer in said.said().items() if answer == "reserved"}
    return make_reservations(kept, policy=said.policy, ignored=said.ignored)
