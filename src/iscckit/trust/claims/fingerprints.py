"""Fingerprints in a proof: what finds crops, clips and passages of a file that is elsewhere."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast, get_args

from iscckit.errors import InvalidInput
from iscckit.library.catalog.item import FingerprintKind, Fingerprints
from iscckit.library.fingerprints import BITS
from iscckit.trust.proof.parts import decode_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.json_types import JsonValue

__all__ = ["SEGMENT", "read_fingerprints"]

SEGMENT: Final = "fingerprints"  # in the selector of such a leaf
_KINDS: Final = frozenset(get_args(FingerprintKind))
_PLACE: Final = 4  # bytes of a place
_SIDE: Final = 1 << 11  # pixels: keypoints have 11 bits for half a pixel
_PIXELS: Final = 1 << 16  # of a small picture, which has about 4,096
_MEMBERS: Final = frozenset({"selector", "type", "codes", "places"})


def read_fingerprints(leaves: Iterable[Mapping[str, JsonValue]]) -> tuple[Fingerprints, ...]:
    """Return the fingerprints among the parts of a proof.

    Args:
        leaves: The leaves of the proof; those of passages and pictures are passed over.

    Raises:
        InvalidInput: A leaf of fingerprints is malformed (``malformed-document``).
    """
    found = []
    for leaf in leaves:
        selector = leaf.get("selector")
        if isinstance(selector, Mapping) and selector.get("segment") == SEGMENT:
            found.append(_read(leaf))
    return tuple(found)


def _read(leaf: Mapping[str, JsonValue]) -> Fingerprints:
    if not set(leaf) - {"labels"} == _MEMBERS:
        raise _refuse("members other than type, codes, places and labels")
    kind, labels = leaf["type"], leaf.get("labels", [])
    if not isinstance(kind, str) or kind not in _KINDS:
        raise _refuse("a kind that nobody knows")
    if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
        raise _refuse("labels that are no texts")
    found = Fingerprints(
        cast("FingerprintKind", kind),
        decode_base64(leaf["codes"], "parts.codes"),
        decode_base64(leaf["places"], "parts.places"),
        tuple(map(str, labels)),
    )
    if found.kind == "grid":
        _check_picture(found)
        return found
    count, rest = divmod(len(found.codes), BITS[found.kind] // 8)
    if rest or len(found.places) != count * _PLACE:
        raise _refuse("another number of codes than of places")
    return found


def _check_picture(found: Fingerprints) -> None:
    """Check that a small picture is whole and small: a search unpacks it later."""
    if len(found.places) != 4 * _PLACE:
        raise _refuse("a small picture without its four sizes")
    sizes = [
        int.from_bytes(found.places[at : at + _PLACE], "little")
        for at in range(0, 4 * _PLACE, _PLACE)
    ]
    if not all(0 < each <= _SIDE for each in sizes):
        raise _refuse("a small picture of impossible size")
    pixels = sizes[2] * sizes[3]
    unpacker = zlib.decompressobj()
    try:
        values = unpacker.decompress(found.codes, min(pixels, _PIXELS) + 1)
    except zlib.error:
        raise _refuse("a small picture that cannot be unpacked") from None
    if len(values) != pixels or not unpacker.eof or unpacker.unused_data:
        raise _refuse("a small picture of another size than it says")


def _refuse(what: str) -> InvalidInput:
    return InvalidInput(f"fingerprints: {what}", reason_code="malformed-document", field="parts")
