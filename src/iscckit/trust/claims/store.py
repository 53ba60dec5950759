"""The store of claims in the folder of a library: who said what, and the codes that lead to it.

``claims.sqlite`` has the claims. The folder ``claims`` is a library whose items are claims
instead of files, so that the search of the library finds them: by units, and by fingerprints where
a proof has some. It can be made again from ``claims.sqlite``.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, Final

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.database import checksum
from iscckit.trust.claims.claim_json import unpack_claim
from iscckit.trust.claims.schema import open_claims
from iscckit.trust.claims.short_codes import ShortCodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from iscckit.codec.unit import Unit
    from iscckit.index.planes import Planes
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.database import Database
    from iscckit.trust.claims.claim import Claim

__all__ = ["COLUMNS", "FOLDER", "ClaimStore", "count_claims", "read_claims", "read_proof"]

FOLDER: Final = "claims"
COLUMNS: Final = "key, datahash, iscc_id, signer, document, proof"


class ClaimStore:
    """Claims that are read; any number of processes read while one writes."""

    def __init__(self, folder: str) -> None:
        """Open the claims in the folder of a library; there may be none.

        Raises:
            LibraryError: They are damaged, or of another version.
        """
        self._db = open_claims(folder)
        self._short = None if self._db is None else ShortCodes(self._db)
        self._catalog: Catalog | None = None
        inner = os.path.join(folder, FOLDER)
        if self._db is not None and os.path.isdir(inner):
            self._catalog = Catalog(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases."""
        for each in (self._catalog, self._db):
            if each is not None:
                each.close()
        self._catalog = self._db = None

    @property
    def catalog(self) -> Catalog | None:
        """The library whose items are claims; None where there are no claims."""
        return self._catalog

    def __len__(self) -> int:
        return 0 if self._db is None else count_claims(self._db)

    def get(self, key: str) -> Claim | None:
        """Return a claim by the hash of its note; None if it is not here."""
        return next(self._select("key = ?", (key,)), None)

    def of_file(self, datahash: bytes) -> list[Claim]:
        """Return the claims about the file with this multihash."""
        found = self._select("substr(datahash, 3, 8) = ?", (datahash[2:10],))
        return [claim for claim in found if claim.datahash == datahash]

    def of_number(self, iscc_id: str) -> list[Claim]:
        """Return the claims to which logs gave this number; each realm has one at most."""
        return list(self._select("iscc_id = ?", (iscc_id,)))

    def count_taken(self, log: str) -> int:
        """Return how many entries of a followed log were taken."""
        if self._db is None:
            return 0
        row = self._db.execute("SELECT size FROM cursor WHERE hub = ?", (log,)).fetchone()
        return 0 if row is None else int(row[0])

    def find_short(self, units: Sequence[Unit]) -> frozenset[str]:
        """Return keys of claims of which only units of 64 bits are known, and one is near."""
        return frozenset() if self._short is None else self._short.near(units)

    def read_short(self) -> dict[int, Planes]:
        """Return all units of 64 bits that ``find_short`` compares with, by their kind."""
        return {} if self._short is None else self._short.read_all()

    def __iter__(self) -> Iterator[Claim]:
        return self._select("1", ())

    def _select(self, where: str, values: tuple[object, ...]) -> Iterator[Claim]:
        if self._db is None:
            return
        yield from read_claims(self._db, where, values)


def read_claims(database: Database, where: str, values: tuple[object, ...]) -> Iterator[Claim]:
    """Yield the claims that meet a condition, in the order of their keys.

    Raises:
        LibraryError: A claim is not what was written.
    """
    query = f"SELECT {COLUMNS}, sum FROM claim WHERE {where} ORDER BY key"
    for *row, seal in database.execute(query, values):
        if checksum(*row) != seal:
            raise LibraryError(
                f"{database.path}: the claim {row[0][:16]} is damaged",
                reason_code="library-damaged",
                path=database.path,
            )
        yield unpack_claim(row[4])


def count_claims(database: Database) -> int:
    """Return the number of claims."""
    number: int = database.execute("SELECT count(*) FROM claim").fetchone()[0]
    return number


def read_proof(folder: str, key: str) -> JsonValue:
    """Return the proof file of a claim; None where none is stored."""
    database = open_claims(folder)
    if database is None:
        return None
    try:
        row = database.execute("SELECT proof FROM claim WHERE key = ?", (key,)).fetchone()
    finally:
        database.close()
    if row is None or row[0] is None:
        return None
    value: JsonValue = json.loads(zlib.decompress(row[0]))
    return value
