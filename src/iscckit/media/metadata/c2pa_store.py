"""What manifests of C2PA say, as the library of C2PA reads and validates them.

Neither remote manifests nor the state of certificates are fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from iscckit.errors import MissingDependency
from iscckit.media.metadata.manifest_store import find_manifest_store

if TYPE_CHECKING:
    from typing import BinaryIO

    from iscckit.json_types import JsonValue
    from iscckit.media.content_values import Source

__all__ = ["INVALID", "find_active", "find_c2pa_signals", "list_data", "read_store_json"]

INVALID: Final = "C2PA-invalid"  # begins the source of a signal whose manifest is not valid
_VALID: Final = "C2PA"
_OFFLINE: Final = json.dumps({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}})
_MINING: Final = ("cawg.training-mining", "c2pa.training-mining")
_STATES: Final = frozenset({"Valid", "Trusted"})
_BLOCK: Final = 1 << 20
_SEARCHED: Final = 1 << 28  # bytes of a file that are searched for a manifest
_MARKS: Final = (b"c2pa", b"C2PA")


def read_store_json(source: Source) -> str:
    """Return the manifest store of a file as JSON, empty if it has none.

    Raises:
        MissingDependency: The library of C2PA is not installed.
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
    if source.mediatype not in c2pa.Reader.get_supported_mime_types():
        return ""
    source.stream.seek(0)
    reader = c2pa.Reader.try_create(
        source.mediatype, source.stream, context=c2pa.Context.from_json(_OFFLINE)
    )
    if reader is None:
        return ""
    with reader:
        return str(reader.json())


def find_c2pa_signals(source: Source) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return what the active manifest of a file reserves, and why it could not be read.

    Nothing is read where the library of C2PA is not installed, or no manifest is in sight.

    Returns:
        Sources such as ``C2PA cawg.training-mining``, with the data of the assertion as JSON; and
        damage as in ``FileMetadata``.
    """
    if not find_manifest_store(source.stream) and not _has_mark(source.stream):
        return (), ()
    try:
        text = read_store_json(source)
    except MissingDependency:
        return (), ()
    except Exception as error:  # whatever the library makes of a damaged store
        return (), (f"C2PA: {str(error) or type(error).__name__}",)
    return (tuple(_list_signals(json.loads(text))) if text else ()), ()


def _list_signals(store: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    found = find_active(store)
    kind = _VALID if store.get("validation_state") in _STATES else INVALID
    for label, data in list_data(found[1], _MINING) if found else ():
        yield f"{kind} {label}", json.dumps(data, ensure_ascii=False)


def find_active(store: Mapping[str, JsonValue]) -> tuple[str, dict[str, JsonValue]] | None:
    """Return name and content of the active manifest of a store in JSON; None without one."""
    label, manifests = store.get("active_manifest"), store.get("manifests")
    if not isinstance(manifests, dict) or not isinstance(label, str):
        return None
    active = manifests.get(label)
    return (label, active) if isinstance(active, dict) else None


def list_data(
    manifest: Mapping[str, JsonValue], labels: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """Yield labels and data of assertions; further ones of a label have a number behind it."""
    listed = manifest.get("assertions")
    for assertion in listed if isinstance(listed, list) else ():
        if not isinstance(assertion, dict):
            continue
        name, data = str(assertion.get("label")).partition("__")[0], assertion.get("data")
        if name in labels and isinstance(data, dict):
            yield name, data


def _has_mark(stream: BinaryIO) -> bool:
    """Tell whether the name of C2PA stands anywhere at the beginning of a file."""
    stream.seek(0)
    before = b""
    for _ in range(_SEARCHED // _BLOCK):
        block = stream.read(_BLOCK)
        if not block:
            return False
        if any(mark in before + block for mark in _MARKS):
            return True
        before = block[-3:]
    return False
