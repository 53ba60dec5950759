"""What a file says itself is reserved: reading it, and writing it into the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from iscckit.errors import InvalidInput, UnsupportedMedia
from iscckit.media.embed.writer import list_rights_fields
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed_task import embed_apart
from iscckit.records.probe_task import describe_apart, detect_apart
from iscckit.trust.rights.embedded import Statement, read_signals
from iscckit.trust.rights.plus import write_plus
from iscckit.trust.rights.reservations import Reservations
from iscckit.trust.rights.tdmrep import write_tdmrep
from iscckit.trust.rights.written import Written

if TYPE_CHECKING:
    from iscckit.media.metadata.precedence import FileMetadata
    from iscckit.records.record import Record
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = [
    "Embeddable",
    "FileRights",
    "choose_vocabulary",
    "make_changes",
    "read_file_rights",
    "rights_of",
    "write_file_rights",
]

Embeddable = Literal["plus", "tdmrep"]


@dataclass(frozen=True, slots=True)
class FileRights:
    """What a file says is reserved.

    Attributes:
        statements: Each statement, in the order of the file.
        together: What they say together: the most restrictive.
        damage: Why blocks of metadata could not be read. What they say is unknown.
    """

    statements: tuple[Statement, ...]
    together: Reservations
    damage: tuple[str, ...] = ()


def rights_of(found: FileMetadata) -> FileRights:
    """Return the statements in the metadata of a file."""
    return FileRights(*read_signals(found.signals), found.damage)


def read_file_rights(
    path: str, quota: Quota | None = None, sandbox: Sandbox = "auto"
) -> FileRights:
    """Return what a file says, read in a worker process.

    Raises:
        IsccError: The file cannot be read.
    """
    return rights_of(describe_apart(path, quota, sandbox, manifest=True))


def choose_vocabulary(path: str, mediatype: str, wanted: Embeddable | None = None) -> Embeddable:
    """Return the vocabulary in which a file of this type says what is reserved.

    Pictures have PLUS, web pages and books TDMRep. A PDF has TDMRep, and PLUS if it is wanted.

    Raises:
        UnsupportedMedia: The format has no place for it, or for none.
    """
    places = list_rights_fields(mediatype)
    known: list[Embeddable] = []
    if "tdm_reservation" in places:
        known.append("tdmrep")
    if "data_mining" in places:
        known.append("plus")
    if not known:
        raise UnsupportedMedia(f"{path}: {mediatype} has no place for reservations")
    if wanted is not None and wanted not in known:
        raise UnsupportedMedia(f"{path}: {mediatype} has no place for {wanted}")
    return wanted or known[0]


def make_changes(
    reservations: Reservations, vocabulary: Embeddable
) -> tuple[Metadata, Written[str] | Written[dict[str, int | str]]]:
    """Return the fields that say what is reserved, and what they cannot express.

    Raises:
        InvalidInput: The vocabulary can express nothing of it.
    """
    if vocabulary == "plus":
        term = write_plus(reservations)
        changes = Metadata(data_mining=term.value or None)
        written: Written[str] | Written[dict[str, int | str]] = term
    else:
        flag = write_tdmrep(reservations)
        reservation, policy = flag.value.get("tdm-reservation"), flag.value.get("tdm-policy")
        changes = Metadata(
            tdm_reservation=None if reservation is None else str(reservation),
            tdm_policy=None if policy is None else str(policy),
        )
        written = flag
    if not changes.as_dict():
        said = ", ".join(f"{each}={answer}" for each, answer in reservations.said().items())
        raise InvalidInput(f"{vocabulary} cannot express {said or 'nothing at all'}")
    return changes, written


def write_file_rights(
    path: str,
    reservations: Reservations,
    vocabulary: Embeddable | None = None,
    *,
    out: str | None = None,
    cut_links: bool = False,
    quota: Quota | None = None,
    sandbox: Sandbox = "auto",
) -> tuple[Record, Written[str] | Written[dict[str, int | str]], FileRights]:
    """Write reservations into a file, or a copy of it, and read back what it says then.

    Args:
        path: The file.
        reservations: What is to be said.
        vocabulary: As for ``choose_vocabulary``.
        out: Path of the copy; None changes the file itself.
        cut_links: As for ``embed``.
        quota: What the file may use up.
        sandbox: Whether the worker gives up its rights.

    Returns:
        The record of the new file, what could not be said, and all that the new file says: older
        statements in other places stay, and may be more restrictive.

    Raises:
        InvalidInput: The vocabulary can express nothing of it.
        UnsupportedMedia: The format has no place for it.
        IsccError: As for ``embed``.
    """
    chosen = choose_vocabulary(path, detect_apart(path, quota, sandbox), vocabulary)
    changes, written = make_changes(reservations, chosen)
    record = embed_apart(path, changes, out=out, cut_links=cut_links, quota=quota, sandbox=sandbox)
    return record, written, read_file_rights(out or path, quota, sandbox)
