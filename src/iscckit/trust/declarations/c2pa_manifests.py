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

from iscckit.json_types import JsonValue
from iscckit.media.formats.table import UNKNOWN, guess_type
from iscckit.media.metadata.c2pa_store import find_active, list_data, read_store_json
from iscckit.media.open_file import open_handed_file
from iscckit.records.draft_task import error_of, failure_of
from iscckit.records.file_workers import FileWorkers
from iscckit.records.probe import source_of
from iscckit.trust.declarations.c2pa_binding import find_bindings
from iscckit.trust.rights.cawg import read_cawg
from iscckit.trust.rights.reservations import NOTHING, Reservations, combine, keep_reserved
from iscckit.workers.supervisor import Broken
from iscckit.workers.wire import HandedFile

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Manifest", "find_manifest", "read_manifest", "read_store"]

State = Literal["invalid", "valid", "trusted"]
_TASK: Final = "iscckit.trust.declarations.c2pa_manifests:read_store"
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
    with open_handed_file(file) as stream:
        return read_store_json(source_of(stream, file.path))


def find_manifest(store: Mapping[str, JsonValue]) -> Manifest | None:
    """Return the active manifest of a store; None if it has none.

    Args:
        store: The JSON of a reader of C2PA.
    """
    found = find_active(store)
    if found is None:
        return None
    label, active = found
    state = _STATES.get(str(store.get("validation_state")), "invalid")
    statements = [read_cawg(data) for _, data in list_data(active, _MINING)]
    bindings = [
        value for _, data in list_data(active, (_BINDING,)) for value in find_bindings(data)
    ]
    signer = active.get("signature_info")
    issuer = signer.get("issuer") if isinstance(signer, dict) else None
    said = combine(statements) if statements else NOTHING
    return Manifest(
        state,
        label,
        issuer if isinstance(issuer, str) else "",
        keep_reserved(said) if state == "invalid" else said,
        tuple(bindings),
    )
