"""Bringing back what was moved or linked, by its log: any number of times, and after a crash."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from iscckit.errors import LibraryError, UnreadableFile
from iscckit.files.companions import move_companion
from iscckit.files.file_status import Attributes, Identity
from iscckit.files.journal import LOGS, Journal, read_journal, text_path
from iscckit.files.lock import hold_lock
from iscckit.files.renames import exchange, make_folders, move_new, sync_folder
from iscckit.files.replace_and_link import copy_across
from iscckit.files.temporary import clear_drafts, open_draft
from iscckit.files.watched_file import OpenFile, copy_bytes
from iscckit.library.clusters.step_outcome import Outcome, open_catalog_of, outcome_of, touch

if TYPE_CHECKING:
    from iscckit.files.journal import Entry

__all__ = ["recover", "undo"]

_DIGEST: Final = 32


@dataclass(slots=True)
class _Step:
    """One step of a log, and how far it came."""

    number: int
    action: str
    path: str
    kept: str
    aside: str
    to: str
    datahash: bytes
    attributes: Attributes | None
    companions: tuple[tuple[str, str], ...]
    state: str

    @property
    def digest(self) -> bytes | None:
        """BLAKE3 of the bytes; None where the log of an older version does not tell."""
        return self.datahash[-_DIGEST:] or None

    @classmethod
    def of(cls, entry: Entry, number: int) -> _Step:
        """Return what an entry says; those of old logs tell no digest and count as done."""
        datahash, attributes = entry.get("datahash"), entry.get("attributes")
        return cls(
            number,
            str(entry["action"]),
            text_path(entry["path"]),
            text_path(entry["kept"]),
            text_path(entry.get("aside", "")),
            text_path(entry.get("to", "")),
            bytes.fromhex(datahash or ""),
            Attributes.from_dict(attributes) if attributes else None,
            tuple((text_path(path), text_path(to)) for path, to in entry.get("companions", ())),
            "begun" if "event" in entry else "done",
        )


def undo(library: str, log: str) -> Iterator[Outcome]:
    """Bring back what ``apply`` did, the last step first, as the only writer of the library.

    Nothing is overwritten. A step that cannot be undone does not stop the others, and steps that
    were not made, or were undone before, are passed over; so it can be called again.

    Args:
        library: Its folder.
        log: One of its logs.

    Yields:
        What became of each file that was moved or linked, and of lines that cannot be read.

    Raises:
        LibraryError: Another process writes to the library, or the log cannot be read or written.
    """
    known: dict[str, bytes] = {}
    since = time.time_ns()
    with hold_lock(library), open_catalog_of(library) as catalog:
        try:
            pages = read_journal(log)
            steps = _steps(pages.entries)
            with Journal(log) as journal:
                yield from (Outcome(log, f"line {line} is torn") for line in pages.torn)
                for step in reversed(steps):
                    if step.state in ("begun", "done"):
                        yield _undo_step(step, journal, known)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LibraryError(f"{log}: {error}") from error
        finally:
            if catalog is not None:
                touch(catalog, known, since)


def recover(library: str) -> Iterator[Outcome]:
    """Put back what a step held aside when its process was killed; the caller holds the lock.

    Yields:
        What became of each file whose step was begun and not done.
    """
    folder = os.path.join(library, LOGS)
    logs = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in logs:
        log = os.path.join(folder, name)
        try:
            begun = [s for s in _steps(read_journal(log).entries) if s.state == "begun"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no log of ours; undo says so when it is asked for
        if begun:
            with Journal(log) as journal:
                yield from [_undo_step(step, journal, {}) for step in reversed(begun)]


def _steps(entries: tuple[Entry, ...]) -> list[_Step]:
    steps: dict[int, _Step] = {}
    for entry in entries:
        if entry.get("event", "begin") == "begin":
            number = int(entry.get("step", -1 - len(steps)))  # old logs have no numbers
            steps[number] = _Step.of(entry, number)
        elif (step := steps.get(int(entry.get("step", 0)))) is not None:
            step.state = str(entry["event"])
    return list(steps.values())


def _undo_step(step: _Step, journal: Journal, known: dict[str, bytes]) -> Outcome:
    clear_drafts(os.path.dirname(step.path))
    try:
        is_known = _bring_back(step) if step.action == "trash" else _separate(step)
        for path, target in step.companions:
            if os.path.lexists(target) and not os.path.lexists(path):
                move_companion(target, path)
    except (UnreadableFile, OSError) as error:
        return replace(outcome_of(step.path, error), undone=True)
    journal.write({"event": "undone", "step": step.number})
    if is_known:
        known |= dict.fromkeys((step.path, step.kept), step.datahash)
    return Outcome(step.path, undone=True)


def _bring_back(step: _Step) -> bool:
    """Move a copy from the trash, or from where an unfinished step left it, to its path.

    Returns:
        Whether the file at the path is known to have the bytes of the log.
    """
    _join(step.aside, step.to)
    source = step.aside if step.aside and os.path.lexists(step.aside) else step.to
    if os.path.lexists(step.path):
        _join(step.path, source)
        if _has_bytes(step.path, step.digest):
            return True  # it never went, or came back before
        if os.path.lexists(source):
            raise UnreadableFile(step.path, f"there is a file again; the copy stays at {source}")
        return False
    if not os.path.lexists(source):
        raise UnreadableFile(step.path, f"the copy is no longer at {source}")
    make_folders(os.path.dirname(step.path))
    with OpenFile(source) as file:
        is_checked = step.digest is not None and source != step.aside
        if is_checked and not _has_bytes(source, step.digest):
            raise UnreadableFile(source, "does not have the bytes that were moved there")
        try:
            move_new(source, step.path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            copy_across(file, step.path, step.digest, step.attributes)
            os.unlink(source)
    sync_folder(os.path.dirname(source))
    sync_folder(os.path.dirname(step.path))
    return is_checked


def _join(path: str, second: str) -> None:
    """Remove the second of two names of a file, which a rename by link and unlink has left."""
    with suppress(FileNotFoundError):
        a, b = Identity.of(path), Identity.of(second)
        if path != second and a.is_same_file(b) and a.links > 1:
            os.unlink(second)


def _has_bytes(path: str, digest: bytes | None) -> bool:
    if digest is None:
        return False
    try:
        with OpenFile(path) as file:
            file.check(digest)
    except UnreadableFile:
        return False
    return True


def _separate(step: _Step) -> bool:
    """Make a hard link a file with the old attributes again.

    Returns:
        Whether the file at the path is known to have the bytes of the log.
    """
    if step.aside and os.path.lexists(step.aside):
        _undo_unfinished_link(step)
        return False
    if not os.path.lexists(step.path) or not os.path.lexists(step.kept):
        return False  # somebody has removed a name; the other one has the bytes
    with OpenFile(step.path) as link:
        if not Identity.of(step.kept).is_same_file(link.identity):
            return False  # it is not a link any more, or never was one
        with open_draft(step.path) as (draft, number):
            digest = copy_bytes(link, number)
            is_unchanged = digest == step.digest
            (step.attributes or Attributes.of(link.number)).give(number, times=is_unchanged)
            os.fsync(number)
            with OpenFile(draft) as written:
                written.check(digest)
            link.check_again(digest)
            _take_place(draft, step.path, link)
    sync_folder(os.path.dirname(step.path))
    return is_unchanged


def _take_place(draft: str, path: str, link: OpenFile) -> None:
    """Put ``draft`` at ``path`` where the link is; the kept file has its bytes."""
    if not exchange(draft, path):
        os.replace(draft, path)
    elif not Identity.of(draft).is_same_file(link.identity):
        exchange(draft, path)
        raise UnreadableFile(path, "was replaced meanwhile")


def _undo_unfinished_link(step: _Step) -> None:
    """Go back to the state before a link that was not finished."""
    aside = Identity.of(step.aside)
    kept = Identity.of(step.kept) if os.path.lexists(step.kept) else None
    if not os.path.lexists(step.path):
        move_new(step.aside, step.path)
    elif kept is not None and aside.is_same_file(kept):
        os.unlink(step.aside)  # the link was made, and had not taken its place
    elif kept is not None and Identity.of(step.path).is_same_file(kept):
        os.replace(step.aside, step.path)
    elif Identity.of(step.path).is_same_file(aside):
        _join(step.path, step.aside)
    else:
        raise UnreadableFile(step.path, f"there is a file again; the copy stays at {step.aside}")
    sync_folder(os.path.dirname(step.path))
