"""The version of the rules by which files are read, and which files each version reads otherwise.

The rules say how a file becomes a type, a text, pixels, samples and a title. A record names the
version it was made by. Codes of two versions may differ although the contents are the same, but
only where a version between them changed the reading of such a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from iscckit.records.record import Record

__all__ = ["REVISIONS", "RULES", "Revision", "equal_rules", "is_outdated", "record_rules"]

RULES: Final = 2  # 1: version 0.1.0


class Revision(NamedTuple):
    """The files that a version of the rules may read otherwise than the version before it.

    Files without a Content-Code are among them always: a newer version may make one.

    Attributes:
        rules: The version.
        touched: Media types, or beginnings of media types.
        untouched: Media types that are not touched although ``touched`` fits them.
    """

    rules: int
    touched: tuple[str, ...]
    untouched: tuple[str, ...] = ()

    def may_change(self, mode: str | None, mediatype: str | None) -> bool:
        """Tell whether this version may read a file otherwise.

        Args:
            mode: Mode of its record; None without a Content-Code.
            mediatype: Media type of its record.
        """
        if mode is None or mediatype is None:
            return True
        return mediatype.startswith(self.touched) and mediatype not in self.untouched


REVISIONS: Final = (
    Revision(
        2,
        touched=(
            "text/",  # encodings, and what is taken for a text at all
            "application/json",
            "application/xhtml+xml",
            "application/vnd.oasis.opendocument",  # deleted text
            "image/",  # depth, transparency, damage, pages, drawings
        ),
        # Always 8 bits, transparent by alpha alone; where a file is damaged it had no code.
        untouched=(
            "image/avif",
            "image/bmp",
            "image/heic",
            "image/qoi",
            "image/webp",
            "image/x-pcx",
            "image/x-xbitmap",
            "image/x-xpixmap",
        ),
    ),
)


def is_outdated(rules: int, mode: str | None, mediatype: str | None) -> bool:
    """Tell whether the rules of today may read a file otherwise than those of its record.

    Args:
        rules: Version of the record.
        mode: Mode of the record; None without a Content-Code.
        mediatype: Media type of the record.
    """
    return equal_rules(rules, mode, mediatype) < RULES


def equal_rules(rules: int, mode: str | None, mediatype: str | None) -> int:
    """Return the newest version that reads such a file as the version of its record does.

    Args:
        rules: Version of the record.
        mode: Mode of the record; None without a Content-Code.
        mediatype: Media type of the record.
    """
    for revision in REVISIONS:
        if rules < revision.rules and revision.may_change(mode, mediatype):
            return revision.rules - 1
    return max(rules, RULES)


def record_rules(record: Record | None) -> int | None:
    """Return ``equal_rules`` of a record; None without a record: codes alone do not have them."""
    return None if record is None else equal_rules(record.rules, record.mode, record.mediatype)
