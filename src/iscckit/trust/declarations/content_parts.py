"""The parts of a file as leaves of a proof: passages, pictures and scenes, and fingerprints."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Fingerprints
    from iscckit.records.record import FeatureSet, Record

__all__ = ["make_leaves"]


def make_leaves(
    record: Record, prints: Sequence[Fingerprints] = ()
) -> tuple[dict[str, JsonValue], ...]:
    """Return the leaves of a file.

    Args:
        record: Its record, made with ``granular``.
        prints: Its fingerprints, by which crops and short passages are found; none to leave them
            out.
    """
    leaves: list[dict[str, JsonValue]] = []
    for features in record.features:
        if features.maintype != "data":  # chunks of bytes: byte ranges prove those
            leaves += _feature_leaves(features)
    leaves += [_fingerprint_leaf(each) for each in prints]
    return tuple(leaves)


def _feature_leaves(features: FeatureSet) -> Iterator[dict[str, JsonValue]]:
    kind = f"{features.maintype}-{features.subtype}-v{features.version}"
    for place, simprint in enumerate(features.simprints):
        selector: dict[str, JsonValue] = {
            "segment": features.segment,
            "offset": features.offsets[place],
            "size": features.sizes[place],
        }
        if features.pages and features.pages[place]:
            selector["page"] = features.pages[place]
        if features.contents and features.contents[place]:
            selector["content"] = features.contents[place]
        yield {"selector": selector, "type": kind, "simprint": simprint}


def _fingerprint_leaf(prints: Fingerprints) -> dict[str, JsonValue]:
    """Return the fingerprints of one kind; codes and places are those of the library."""
    leaf: dict[str, JsonValue] = {
        "selector": {"segment": "fingerprints"},
        "type": prints.kind,
        "codes": b64encode(prints.codes).decode(),
        "places": b64encode(prints.places).decode(),
    }
    if prints.labels:
        leaf["labels"] = list(prints.labels)
    return leaf
