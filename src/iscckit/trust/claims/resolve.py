"""From any copy of a content to the claims about it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.codec.unit import MainType
from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME
from iscckit.library.partitions.store import Partitions
from iscckit.library.search.search import search
from iscckit.trust.claims.code_index import CodeIndex
from iscckit.trust.claims.store import ClaimStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from iscckit.library.search.match import Match
    from iscckit.library.search.query import Query
    from iscckit.trust.claims.claim import Claim, Known

__all__ = ["Agreement", "Basis", "ClaimMatch", "Claims", "SignerState"]

Agreement = Literal["exact", "same-content", "near", "part"]
Basis = Literal["library", "fingerprints", "units", "code"]
SignerState = Literal["trusted", "valid"]
_ALL: Final = sys.maxsize
_ORDER: Final[tuple[Agreement, ...]] = ("exact", "same-content", "near", "part")


@dataclass(frozen=True, slots=True)
class ClaimMatch:
    """A claim about a content that the query has something of.

    Attributes:
        claim: The claim.
        agreement: How the query and the content agree.
        match: The match of the search, with score, units and passage.
        basis: What the claim was found by: a file of the library, or what is known of the file.
        state: Whether the signer is trusted; the signature was verified when the claim came in.
    """

    claim: Claim
    agreement: Agreement
    match: Match
    basis: Basis
    state: SignerState

    @property
    def rank(self) -> tuple[bool, int, float, str]:
        """What orders an answer: trusted claims first, then the closest."""
        return (
            self.state != "trusted",
            _ORDER.index(self.agreement),
            -self.match.score,
            self.claim.key,
        )


class Claims:
    """The library and the claims in its folder, opened to resolve queries."""

    def __init__(self, folder: str, trusted: Collection[bytes] = ()) -> None:
        """Open both; one of them may be missing.

        Args:
            folder: Folder of a library.
            trusted: Public keys of signers that are trusted.

        Raises:
            LibraryError: There is neither, or one of them is damaged.
        """
        self._trusted = frozenset(trusted)
        self._store = ClaimStore(folder)
        has_library = os.path.exists(os.path.join(folder, NAME))
        if self._store.catalog is None and not has_library:
            raise LibraryError(
                f"{folder}: no library and no claims here",
                reason_code="library-missing",
                folder=folder,
            )
        self._catalog = Catalog(folder) if has_library else None
        self._indexes: dict[str, tuple[tuple[int, int], Partitions]] = {}

    def read_index(self) -> CodeIndex:
        """Return the codes that lead to claims, as they are now."""
        found = [self._catalog, self._store.catalog] if len(self._store) else []
        opened = tuple(self._open_index(each) for each in found if each is not None)
        return CodeIndex(opened, self._store.read_short())

    def _open_index(self, catalog: Catalog) -> Partitions:
        """Return the index of a catalog; the one of before if nothing has changed since."""
        known = self._indexes.get(catalog.folder)
        if known is None or known[0] != catalog.version:
            # The version first: what is written meanwhile makes the next question open it again.
            self._indexes[catalog.folder] = known = (catalog.version, Partitions(catalog))
        return known[1]

    @property
    def count(self) -> int:
        """The number of claims."""
        return len(self._store)

    def close(self) -> None:
        """Close both."""
        self._store.close()
        if self._catalog is not None:
            self._catalog.close()

    def resolve(self, query: Query, *, limit: int | None = 20) -> tuple[ClaimMatch, ...]:
        """Return the claims about contents that the query has something of, the best first.

        Claims that were taken back are left out. Contents that agree in title, meaning or bytes
        alone are left out as well: such an agreement says too little to carry a claim over.

        Args:
            query: What to look for.
            limit: Maximum number of claims; None for all. Trusted claims that say something of
                the use come beyond this number, since the most restrictive of them holds.
        """
        best: dict[str, ClaimMatch] = {}
        for found in self._find(query):
            old = best.get(found.claim.key)
            if not found.claim.deleted and (old is None or found.rank < old.rank):
                best[found.claim.key] = found
        ranked = sorted(best.values(), key=lambda each: each.rank)
        if limit is None or len(ranked) <= limit:
            return tuple(ranked)
        rest = (each for each in ranked[limit:] if each.state == "trusted")
        return (*ranked[:limit], *(each for each in rest if "tdm" in each.claim.binding))

    def _find(self, query: Query) -> Iterator[ClaimMatch]:
        """Yield all claims: anybody can log many, which must not crowd out those that count."""
        if self._catalog is not None and len(self._store):
            index = self._open_index(self._catalog)
            for match in search(self._catalog, query, limit=_ALL, partitions=index).matches:
                for claim in self._store.of_file(match.item.datahash or b""):
                    yield from self._judge(query, match, claim, "library")
        catalog = self._store.catalog
        if catalog is None:
            return
        short = filter(None, map(catalog.by_path, self._store.find_short(query.units)))
        also = [item.id for item in short]
        index = self._open_index(catalog)
        answer = search(catalog, query, limit=_ALL, also=also, partitions=index)
        for match in answer.matches:
            known = self._store.get(os.path.basename(match.item.path))
            if known is not None:
                yield from self._judge(query, match, known, known.known)

    def _judge(
        self, query: Query, match: Match, claim: Claim, basis: Basis | Known
    ) -> Iterator[ClaimMatch]:
        agreement = judge_agreement(query, match)
        if agreement is not None:
            state: SignerState = "trusted" if claim.signer in self._trusted else "valid"
            yield ClaimMatch(claim, agreement, match, basis, state)


def judge_agreement(query: Query, match: Match) -> Agreement | None:
    """Return how a query agrees with the content of a match; None where it says too little."""
    if match.verdict == "identical":
        return "exact"
    if match.verdict == "near":
        return "same-content" if _has_equal_content(match) else "near"
    return "part" if match.passage is not None else None


def _has_equal_content(match: Match) -> bool:
    pairs = () if match.comparison is None else match.comparison.units
    return any(pair.a.maintype == MainType.CONTENT and pair.answer == "equal" for pair in pairs)
