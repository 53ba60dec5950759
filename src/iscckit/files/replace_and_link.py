"""Acts on files of users that lose no bytes: to the trash, a hard link, and a file in place.

Each act moves the file aside first, checks then by path that the file which stays is there with
the same bytes, and puts the first one back if it is not. So it does not matter whether two paths
lead to one file, by links, mounts or network shares: a file that vanishes when its copy is moved
was no copy. A journal names every step before it is made.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import UnreadableFile
from iscckit.files.file_status import Attributes, Identity
from iscckit.files.renames import exchange, move_new, sync_folder
from iscckit.files.temporary import aside_path, delete_swap, open_draft, swap_path
from iscckit.files.watched_file import OpenFile, copy_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Copy", "check_replaceable", "copy_across", "link_copy", "replace_file", "trash_copy"]

_CHANGED: Final = "was changed meanwhile"


def _same_file(path: str, kept: str) -> UnreadableFile:
    return UnreadableFile(path, f"is the same file as {kept}", reason_code="same-file", kept=kept)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that may go because another one has the same bytes.

    Attributes:
        path: The copy.
        kept: The file that stays.
        digest: BLAKE3 of the bytes of both, 32 bytes.
    """

    path: str
    kept: str
    digest: bytes


@contextmanager
def _read_both(copy: Copy) -> Iterator[tuple[OpenFile, OpenFile]]:
    """Open both files, read them and compare their bytes.

    Raises:
        UnreadableFile: One of them is not what it was, or both are one file.
    """
    with OpenFile(copy.kept) as kept, OpenFile(copy.path) as gone:
        if kept.identity.is_same_file(gone.identity):
            raise _same_file(copy.path, copy.kept)
        kept.check(copy.digest)
        gone.check(copy.digest)
        yield kept, gone


def trash_copy(copy: Copy, target: str, begin: Callable[[str, Attributes], None]) -> None:
    """Move a copy to ``target``, which must not exist; its folder must.

    Args:
        copy: What goes, and what stays.
        target: Where it goes; on another file system it is copied, verified and then removed.
        begin: Called before anything changes with the name that the copy has meanwhile and its
            attributes; it writes them down.

    Raises:
        UnreadableFile: A file is not what it was, or both are one. All is as before.
        OSError: ``target`` cannot be written. All is as before.
    """
    with _read_both(copy) as (kept, gone):
        aside = aside_path(copy.path)
        begin(aside, Attributes.of(gone.number))
        with _move_aside(copy, kept, gone, aside):
            try:
                move_new(aside, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                copy_across(gone, target, copy.digest)
                gone.check_again(copy.digest)
                os.unlink(aside)
        sync_folder(os.path.dirname(target))
        sync_folder(os.path.dirname(copy.path))


@contextmanager
def _move_aside(copy: Copy, kept: OpenFile, gone: OpenFile, aside: str) -> Iterator[None]:
    """Have the copy under the name ``aside``; it is put back should anything go wrong."""
    move_new(copy.path, aside)
    try:
        _check_moved(gone, aside)
        check_kept(copy, kept, aside)
        yield
    except BaseException:
        with suppress(FileNotFoundError):  # it went on before, or never came here
            move_new(aside, copy.path)
        sync_folder(os.path.dirname(copy.path))
        raise


def _check_moved(gone: OpenFile, aside: str) -> None:
    """Make sure that what was moved is the file that was read."""
    now = Identity.of(aside)
    if not now.has_same_bytes(gone.identity):
        raise UnreadableFile(
            gone.path, "was replaced or written to meanwhile", reason_code="file-changed"
        )


def check_kept(copy: Copy, kept: OpenFile, aside: str) -> None:
    """Make sure, by its path, that the file that stays is there and is another one.

    Raises:
        UnreadableFile: It is gone, it has other bytes, or it is the file that was moved.
    """
    moved = Identity.of(aside)
    with OpenFile(copy.kept) as now:
        if now.identity.is_same_file(moved):
            raise _same_file(copy.path, copy.kept)
        if not now.identity.has_same_bytes(kept.identity):
            now.check(copy.digest)
    kept.check_again(copy.digest)
    # One folder under two mounts whose answers are cached: the new name is there as well.
    folder, name = os.path.split(copy.kept)
    twin = os.path.join(folder, os.path.basename(aside))
    may_be_one = copy.kept != copy.path and name == os.path.basename(copy.path)
    if may_be_one and os.path.lexists(twin):
        raise _same_file(copy.path, copy.kept)


def copy_across(
    source: OpenFile,
    target: str,
    digest: bytes | None = None,
    attributes: Attributes | None = None,
) -> None:
    """Copy a file to ``target``, whole or not at all, and read it back.

    Args:
        source: The file.
        target: Path at which there must be nothing.
        digest: BLAKE3 that the bytes must have; None for any.
        attributes: Attributes of the copy; by default those of ``source``. What the other file
            system does not take is left out.

    Raises:
        OSError: There is no room, or something is at ``target``.
        UnreadableFile: The copy does not have the digest.
    """
    with open_draft(target) as (draft, number):
        found = copy_bytes(source, number)
        (attributes or Attributes.of(source.number)).give(number)
        os.fsync(number)
        with OpenFile(draft) as written:
            written.check(digest or found)
        move_new(draft, target)
    sync_folder(os.path.dirname(target))


def link_copy(
    copy: Copy, begin: Callable[[str, Attributes], None], *, ignore_attributes: bool = False
) -> None:
    """Make a copy a hard link to the file that stays.

    Args:
        copy: Both on one file system.
        begin: As for ``trash_copy``.
        ignore_attributes: Whether a copy of another owner or mode, or with other attributes, is
            linked all the same; it then has those of the file that stays.

    Raises:
        UnreadableFile: A file is not what it was, both are one, or their attributes differ. All is
            as before.
        OSError: They cannot be linked. All is as before.
    """
    with _read_both(copy) as (kept, gone):
        ours = Attributes.of(gone.number)
        if not ignore_attributes and not Attributes.of(kept.number).has_same_rights(ours):
            raise UnreadableFile(
                copy.path,
                f"owner, mode or attributes differ from those of {copy.kept}",
                reason_code="attributes-differ",
                kept=copy.kept,
            )
        aside = aside_path(copy.path)
        begin(aside, ours)
        _link_open(kept, aside)
        try:
            is_swapped = exchange(aside, copy.path)
        except OSError:  # the copy is gone
            os.unlink(aside)
            raise
        if is_swapped:
            _finish_exchange(copy, kept, gone, aside)
        else:
            os.unlink(aside)
            with _move_aside(copy, kept, gone, aside):
                gone.check_again(copy.digest)
                _link_open(kept, copy.path)
        os.unlink(aside)
        sync_folder(os.path.dirname(copy.path))


def _link_open(kept: OpenFile, name: str) -> None:
    """Give the very file that is open a further name."""
    os.link(kept.path, name, follow_symlinks=False)
    if not Identity.of(name).is_same_file(kept.identity):
        os.unlink(name)
        raise UnreadableFile(kept.path, "was replaced meanwhile", reason_code="file-changed")


def _finish_exchange(copy: Copy, kept: OpenFile, gone: OpenFile, aside: str) -> None:
    """Check both files after a link took the place of a copy; put the copy back if need be."""
    try:
        _check_moved(gone, aside)
        check_kept(copy, kept, aside)
        gone.check_again(copy.digest)
    except BaseException:
        exchange(aside, copy.path)
        if not Identity.of(aside).is_same_file(kept.identity):
            # Somebody put a file at the path of the copy: it stays there, and the copy aside.
            exchange(aside, copy.path)
            raise
        os.unlink(aside)
        raise


def replace_file(draft: str, target: str, before: OpenFile, *, cut_links: bool = False) -> None:
    """Let ``draft`` take the place of a file, with the owner, mode and attributes of that file.

    Args:
        draft: The new file, on the file system of ``target``; it is gone afterwards.
        target: The path of the file.
        before: The file, open, in the state from which the new one was made.
        cut_links: Whether a file with further names (hard links) may be replaced under this one.

    Raises:
        UnreadableFile: ``check_replaceable`` says so, the new file cannot get the attributes, or
            the old one was changed meanwhile. All is as before.
        OSError: The folder cannot be written.
    """
    was = before.identity
    check_replaceable(before, cut_links=cut_links)
    number = os.open(draft, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        lost = Attributes.of(before.number).give(number, times=False)
        os.fsync(number)
        swap = swap_path(target, was, Identity.of(number))
    finally:
        os.close(number)
    if lost:
        reason = f"would lose {', '.join(lost)}"
        raise UnreadableFile(target, reason, reason_code="attributes-lost")
    if not Identity.of(target).has_same_bytes(was):
        raise UnreadableFile(target, _CHANGED)
    move_new(draft, swap)
    try:
        _swap(swap, target, was)
    finally:
        delete_swap(swap)
    sync_folder(os.path.dirname(target))


def check_replaceable(before: OpenFile, *, cut_links: bool = False) -> None:
    """Make sure that a new file may take the place of one.

    Raises:
        UnreadableFile: The file has further names and ``cut_links`` is not set, or it is
            write-protected.
    """
    links = before.identity.links
    if links > 1 and not cut_links:
        raise UnreadableFile(
            before.path,
            f"has {links} names (hard links); the others would keep the old bytes",
            reason_code="links-cut",
            links=links,
        )
    if not Attributes.of(before.number).mode & 0o222 or not os.access(before.path, os.W_OK):
        raise UnreadableFile(before.path, "is write-protected", reason_code="write-protected")


def _swap(new: str, target: str, was: Identity) -> None:
    """Put ``new`` at ``target``; what was there has the name ``new`` until it is deleted."""
    if exchange(new, target):
        if not Identity.of(new).has_same_bytes(was):
            exchange(new, target)
            raise UnreadableFile(target, _CHANGED)
        return
    os.replace(new, target)  # the system cannot tell what stood there in the last moment
