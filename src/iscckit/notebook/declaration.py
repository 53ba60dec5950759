"""Declaring from Python, with a result that shows itself."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iscckit.errors import InvalidInput
from iscckit.files.companions import PROOF_SUFFIX
from iscckit.render.page import standalone
from iscckit.render.proof_html import declaration_html
from iscckit.trust.proof.did import did_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.declare import NoteLog, Stamp
    from iscckit.trust.keys.signer import Signer

__all__ = ["Declaration", "declare"]

Path = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file that was declared.

    Attributes:
        path: The file.
        document: The proof document.
        signer: The public key that signed, 32 bytes.
    """

    path: str
    document: dict[str, Any]
    signer: bytes

    @property
    def did(self) -> str:
        """The signer as did:key, which others need to trust it."""
        return did_key(self.signer)

    def to_dict(self) -> dict[str, Any]:
        """Return the proof document."""
        return dict(self.document)

    def write(self, path: Path | None = None, *, force: bool = False) -> str:
        """Check the proof, write it, and return where it lies: by default beside the file.

        Raises:
            InvalidInput: The file exists, and ``force`` is not set.
            UnreadableFile: The file cannot be written.
            VerificationFailed: The proof does not hold.
        """
        from iscckit.trust.declarations.declare import write_proof

        target = self.path + PROOF_SUFFIX if path is None else os.fspath(path)
        write_proof(target, self.document, force=force)
        return target

    def _repr_html_(self) -> str:
        return standalone(declaration_html(self.path, self.document, self.signer))


def declare(
    path: Path,
    signer: Signer | bytes,
    *,
    doi: str | None = None,
    license: str | None = None,
    creator: Sequence[str] = (),
    publisher: Sequence[str] = (),
    tdm: Mapping[str, str] | None = None,
    seed: Mapping[str, JsonValue] | None = None,
    gateway: str | None = None,
    log: Path | None = None,
    pins: Path | None = None,
    stamps: Sequence[Stamp] = (),
    has_fingerprints: bool = True,
) -> Declaration:
    """Declare a file: sign its codes and what is said of it, and log and stamp the statement.

    Nothing is written beside the file; ``Declaration.write`` does that.

    Args:
        path: The file.
        signer: A secret Ed25519 key of 32 bytes, or a signer of ``iscckit.trust.keys.signer``.
        doi: DOI of the work.
        license: URL or SPDX name of the licence.
        creator: The makers, as ORCID or by name.
        publisher: The publishers, as ROR or by name.
        tdm: ``reserved`` or ``open`` by category, and perhaps ``policy``.
        seed: Metadata that the Meta-Code is made of; None takes those in the file.
        gateway: URL or template of the address that the ISCC-ID resolves to.
        log: Folder of private logs, in which that of the key is found or made; None for no log.
        pins: Folder of their last checkpoints, outside ``log``; needed with ``log``.
        stamps: Each asks a timestamp authority: bytes to its token and the roots, in DER.
        has_fingerprints: Whether the proof has what crops and short passages are found by.

    Raises:
        InvalidInput: What is said does not have the form of a declaration, or ``pins`` is missing.
        IsccError: The file cannot be read, the log refuses the note, or an authority gives no
            token.
    """
    from iscckit.trust.declarations import declare as work
    from iscckit.trust.declarations.csl_seed import read_doi
    from iscckit.trust.declarations.read_files import read_files
    from iscckit.trust.declarations.statement import Statement
    from iscckit.trust.keys.signer import make_signer

    name = os.fspath(path)
    who = make_signer(signer, "key") if isinstance(signer, bytes) else signer
    number: Mapping[str, JsonValue] | None = (
        None if doi is None else {"scheme": "doi", "code": read_doi(doi), "primary": True}
    )
    statement = Statement(
        seed=seed,
        identifiers=() if number is None else (number,),
        license=license,
        creator=creator,
        publisher=publisher,
        tdm=tdm or {},
        gateway=gateway,
        controller=who.controller,
    )
    (read,) = read_files([name], seed, jobs=1, quota=None, sandbox="auto")
    if read.record is None:
        raise read.error or InvalidInput(f"{name}: cannot be read")
    prints = read.prints if has_fingerprints else ()
    with ExitStack() as stack:
        notes = _open_log(log, pins, who, stack)
        hub = None if notes is None else notes.hub
        drafted = work.prepare(name, read.record, prints, statement, hub=hub)
        signed = work.sign_note(drafted, statement, who)
        documents, error = work.declare([signed], notes, stamps)
    if error is not None:
        raise error
    return Declaration(name, documents[0], who.public_key)


def _open_log(
    log: Path | None, pins: Path | None, signer: Signer, stack: ExitStack
) -> NoteLog | None:
    from iscckit.trust.declarations.local_log import LocalLog
    from iscckit.trust.declarations.private_log import open_private_log

    if log is None:
        return None
    if pins is None:
        raise InvalidInput("a log needs a folder for its last checkpoints, outside of it")
    writer = stack.enter_context(
        open_private_log(os.fspath(log), os.fspath(pins), signer.public_key, signer.sign)
    )
    return LocalLog(writer, signer.sign)
