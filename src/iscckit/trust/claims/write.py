"""What changes the claims in the folder of a library; one process writes at a time."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from iscckit.codec.code import decompose
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.errors import LibraryError
from iscckit.files.lock import NAME as LOCK
from iscckit.files.lock import hold_lock
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.database import checksum
from iscckit.library.catalog.item import Fingerprints, Item, Stat
from iscckit.library.catalog.schema import NAME as CATALOG
from iscckit.library.partitions.store import UNIT_BITS, rebuild
from iscckit.trust.claims.claim_json import claim_json, pack
from iscckit.trust.claims.schema import has_claims, open_claims
from iscckit.trust.claims.short_codes import short_rows
from iscckit.trust.claims.store import COLUMNS, FOLDER, count_claims, read_claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.database import Database
    from iscckit.trust.claims.claim import Claim

__all__ = ["NewClaim", "retract_claims", "write_claims"]

_SHORT: Final = 64  # bits
_BATCH: Final = 1024  # claims that are written together
_PUT: Final = f"INSERT OR REPLACE INTO claim ({COLUMNS}, sum) VALUES (?, ?, ?, ?, ?, ?, ?)"
_MODES: Final[dict[int, str]] = {
    SubType.TEXT: "text",
    SubType.IMAGE: "image",
    SubType.AUDIO: "audio",
    SubType.VIDEO: "video",
}


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim to be stored, with what leads to it.

    Attributes:
        claim: The claim.
        units: Units of the content, best of 256 bits; those of the note if empty.
        prints: Fingerprints of the content; empty where they are not known.
        name: Title of the content.
        proof: The proof file; None where the claim came from a log.
    """

    claim: Claim
    units: tuple[Unit, ...] = ()
    prints: tuple[Fingerprints, ...] = ()
    name: str = ""
    proof: JsonValue = None


def write_claims(
    folder: str, found: Iterable[NewClaim], taken: tuple[str, int] | None = None
) -> int:
    """Add claims to the folder of a library; those that are known are replaced.

    A claim that was taken back stays so, and a time that rests on more replaces one on less.

    Args:
        folder: The folder of the library.
        found: Claims.
        taken: The log that they come from, and how many of its entries are taken with them; kept in
            the same transaction.

    Returns:
        The number of claims that were not known before.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    with _open_both(folder) as (catalog, database):
        before = count_claims(database)
        with catalog.transaction(), _transaction(database):
            waiting = iter(found)
            while batch := list(islice(waiting, _BATCH)):
                _write_batch(catalog, database, batch)
            if taken is not None:
                database.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", taken)
        rebuild(catalog)
        return count_claims(database) - before


def retract_claims(folder: str, iscc_id: str, signer: bytes) -> int:
    """Mark the claims with a number as taken back, if this key signed them.

    A folder without claims stays as it is.

    Returns:
        The number of claims that were marked.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    if not has_claims(folder):
        return 0
    with _open_both(folder) as (_, database), _transaction(database):
        found = [
            claim
            for claim in read_claims(database, "iscc_id = ?", (iscc_id,))
            if claim.signer == signer and not claim.deleted
        ]
        for claim in found:
            proof = database.execute("SELECT proof FROM claim WHERE key = ?", (claim.key,))
            _put(database, replace(claim, deleted=True), proof.fetchone()[0])
        return len(found)


@contextmanager
def _open_both(folder: str) -> Iterator[tuple[Catalog, Database]]:
    inner = os.path.join(folder, FOLDER)
    with _hold_both(folder, inner):
        if not has_claims(folder):
            _empty(inner)  # it led to claims that are lost
        is_lost = not os.path.exists(os.path.join(inner, CATALOG))
        database = open_claims(folder, write=True)
        if database is None:
            raise LibraryError(f"{folder}: no claims can be written here")
        try:
            with closing(Catalog(inner, write=True)) as catalog:
                if is_lost:
                    _add_again(catalog, database)
                yield catalog, database
        finally:
            database.close()


@contextmanager
def _hold_both(folder: str, inner: str) -> Iterator[None]:
    """Hold the lock of the claims; both folders are made, for their owner alone."""
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"{folder}: {error.strerror or error}") from error
    with hold_lock(inner, mode=0o700):
        yield


def _empty(folder: str) -> None:
    """Delete what is in a folder whose lock is held, except the lock."""
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.name != LOCK:
            with suppress(OSError):
                os.unlink(entry.path)


@contextmanager
def _transaction(database: Database) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _write_batch(catalog: Catalog, database: Database, batch: list[NewClaim]) -> None:
    """Write new claims together, and those that are known or have fingerprints one by one."""
    keys = json.dumps([each.claim.key for each in batch])
    query = "SELECT key FROM claim WHERE key IN (SELECT value FROM json_each(?))"
    known = {key for (key,) in database.execute(query, (keys,))}
    plain: list[NewClaim] = []
    others: list[NewClaim] = []
    for each in batch:
        is_plain = each.claim.key not in known and not each.prints
        (plain if is_plain else others).append(each)
        known.add(each.claim.key)
    database.executemany(_PUT, [_row_of(each.claim, _pack_proof(each)) for each in plain])
    units = [each.units or _list_units(each.claim) for each in plain]
    for each, found in zip(plain, units, strict=True):
        _put_short(database, each.claim, found)
    catalog.add_many(
        _make_item(each.claim, found, each.name) for each, found in zip(plain, units, strict=True)
    )
    for each in others:
        _write(catalog, database, each)


def _write(catalog: Catalog, database: Database, new: NewClaim) -> None:
    claim, old = new.claim, next(read_claims(database, "key = ?", (new.claim.key,)), None)
    packed = _pack_proof(new)
    if old is not None:
        claim = _merge(old, claim)
        if packed is None:
            row = database.execute("SELECT proof FROM claim WHERE key = ?", (claim.key,))
            packed = row.fetchone()[0]
    _put(database, claim, packed)
    if old is not None and _rank(old) >= _rank(new.claim):
        return
    units = new.units or _list_units(claim)
    _put_short(database, claim, units)
    catalog.add(_make_item(claim, units, new.name), prints=new.prints)


def _pack_proof(new: NewClaim) -> bytes | None:
    return None if new.proof is None else pack(new.proof)


def _add_again(catalog: Catalog, database: Database) -> None:
    """Make the items of all claims again, by what the claims say; fingerprints come with proofs."""
    with catalog.transaction(), _transaction(database):
        for claim in list(read_claims(database, "1", ())):
            units = _list_units(claim)
            known = min(claim, replace(claim, known="units" if claim.units else "code"), key=_rank)
            proof = database.execute("SELECT proof FROM claim WHERE key = ?", (claim.key,))
            _put(database, known, proof.fetchone()[0])
            _put_short(database, claim, units)
            catalog.add(_make_item(claim, units, ""))


def _put_short(database: Database, claim: Claim, units: tuple[Unit, ...]) -> None:
    database.execute("DELETE FROM short WHERE key = ?", (claim.key,))
    if all(unit.bits < UNIT_BITS for unit in units if unit.maintype != MainType.INSTANCE):
        database.executemany("INSERT INTO short VALUES (?, ?, ?)", short_rows(units, claim.key))


def _put(database: Database, claim: Claim, proof: bytes | None) -> None:
    database.execute(_PUT, _row_of(claim, proof))


def _row_of(claim: Claim, proof: bytes | None) -> tuple[object, ...]:
    row = (
        claim.key,
        claim.datahash,
        claim.iscc_id,
        claim.signer,
        pack(claim_json(claim)),
        proof,
    )
    return (*row, checksum(*row))


def _rank(claim: Claim) -> int:
    return ("code", "units", "fingerprints").index(claim.known)


def _merge(old: Claim, new: Claim) -> Claim:
    """Return one claim from two readings of the same note."""
    times = ("claimed", "log", "token")
    later = max((old, new), key=lambda each: (each.time is not None, times.index(each.time_kind)))
    # Anybody can put a note into a further log: the number that rests on a known log stays.
    logged = max((old, new), key=lambda each: (each.log is not None, each.time_kind == "log"))
    return replace(
        new,
        binding=new.binding or old.binding,
        iscc_id=logged.iscc_id,
        log=logged.log,
        is_private=logged.is_private,
        time=later.time,
        time_kind=later.time_kind,
        known=max((old, new), key=_rank).known,
        deleted=old.deleted or new.deleted,
    )


def _list_units(claim: Claim) -> tuple[Unit, ...]:
    """Return the units of a claim: those of its note, else those of its code."""
    long = [unit for text in claim.units for unit in decompose(text)]
    instance = Unit(MainType.INSTANCE, NO_SUBTYPE, claim.datahash[2:])
    if long:
        return (*long, instance)
    return (*(each for each in decompose(claim.iscc_code) if each.bits >= _SHORT), instance)


def _make_item(claim: Claim, units: tuple[Unit, ...], name: str) -> Item:
    content = next((unit for unit in units if unit.maintype == MainType.CONTENT), None)
    return Item(
        id=0,
        path=claim.key,
        stat=Stat(0, 0, 0, 0),
        state="present",
        mode=None if content is None else _MODES.get(int(content.subtype)),
        name=name or None,
        iscc=claim.iscc_code,
        datahash=claim.datahash,
        units=units,
    )
