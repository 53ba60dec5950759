"""Soft bindings of C2PA to manifests: a copy that lost its manifest gets it back from a library.

Source: the Soft Binding Resolution API of C2PA, and IEP-0020 for the algorithm ``io.iscc.v0``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import MainType
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.kept_manifests import KeptManifests, keeps_manifests
from iscckit.library.search.query import Query
from iscckit.library.search.search import search
from iscckit.trust.claims.resolve import judge_agreement
from iscckit.trust.declarations.c2pa_binding import decode_binding

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit
    from iscckit.library.search.match import Match

__all__ = ["MATCHES_MAX", "ManifestMatch", "find_store", "resolve_binding"]

MATCHES_MAX: Final = 100
_EXACT: Final = 100
_NEAR: Final = 99  # at most, for everything but the same bytes
_LOOKED_AT: Final = 200  # items: most may be copies without a manifest


@dataclass(frozen=True, slots=True)
class ManifestMatch:
    """A manifest that was found by a soft binding.

    Attributes:
        name: Name of the manifest.
        score: 100 for the file that has the manifest, byte for byte; otherwise 0 to 99.
        iscc: Code of the file that has the manifest.
    """

    name: str
    score: int
    iscc: str | None


def resolve_binding(folder: str, value: str, *, limit: int = 10) -> tuple[ManifestMatch, ...]:
    """Return the manifests of a library that belong to a soft binding, the best first.

    Meta-Codes are ignored: a title tells nothing of a content.

    Args:
        folder: Folder of the library.
        value: Value of the soft binding, as ``c2pa_binding.decode_binding`` takes it.
        limit: Maximum number of manifests.

    Raises:
        InvalidInput: The value is malformed.
        LibraryError: The library is damaged.
    """
    units = tuple(unit for unit in decode_binding(value) if unit.maintype != MainType.META)
    if not units or not keeps_manifests(folder):
        return ()
    best: dict[str, ManifestMatch] = {}
    catalog = Catalog(folder)
    try:
        query = Query(value, "code", units)
        answer = search(catalog, query, limit=_LOOKED_AT)
    finally:
        catalog.close()
    with KeptManifests(folder) as kept:
        for match in answer.matches:
            name = kept.name_of(match.item.datahash or b"")
            score = _score(query, match)
            if name is not None and score and (name not in best or best[name].score < score):
                best[name] = ManifestMatch(name, score, match.item.iscc)
    return tuple(sorted(best.values(), key=lambda each: (-each.score, each.name))[:limit])


def find_store(folder: str, name: str) -> bytes | None:
    """Return the manifest store with a name; None if the library does not keep it.

    Raises:
        LibraryError: It is damaged.
    """
    if not keeps_manifests(folder):
        return None
    with KeptManifests(folder) as kept:
        return kept.get(name)


def _score(query: Query, match: Match) -> int:
    if _has_same_bytes(query.units, match.item.units):
        return _EXACT
    if judge_agreement(query, match) is None:
        return 0
    return min(_NEAR, int(match.score * 100))


def _has_same_bytes(asked: tuple[Unit, ...], known: tuple[Unit, ...]) -> bool:
    return any(unit.maintype == MainType.INSTANCE and unit in known for unit in asked)
