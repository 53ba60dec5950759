"""Text preparation of ISO 24138, and the digest of a text.

All functions follow Unicode 16.0 on every Python version; the tables of the interpreter play no
part (docs/decisions/0004-unicode-16.md). A ``str`` may hold lone surrogates, which each filter of
characters drops.
"""

from __future__ import annotations

from typing import Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

__all__ = [
    "UNICODE_VERSION",
    "text_clean",
    "text_collapse",
    "text_digest",
    "text_remove_newlines",
    "text_trim",
    "windows",
]

UNICODE_VERSION: Final = "16.0.0"
_SMALLEST_WINDOW: Final = 2


def text_clean(text: str) -> str:
    r"""Clean ``text`` for display.

    Args:
        text: Any text.

    Returns:
        The text in NFKC without the category C (controls, tabs, format characters, unassigned
        and private code points), with LF as the only line break, blank lines emptied, at most one
        empty line in a row, and no whitespace at its ends.

    Source:
        ISO 24138:2024, text cleaning, as in iscc-core 1.5.0: ``a\n \n\t\nb`` becomes
        ``a\n\nb``. Readable twin: ``iscckit.algorithms.twin.text.text_clean``.
    """
    return _kernel.text_clean(text)


def text_collapse(text: str) -> str:
    """Reduce ``text`` to the characters that are hashed.

    Args:
        text: Any text.

    Returns:
        The lower-cased text without whitespace, controls, marks and punctuation: NFD, then
        lower-casing of the string as a whole (with the final sigma), then the filter, then NFKC.
        The last step may bring back spaces and capitals, which are not filtered again.

    Source:
        ISO 24138:2024, text collapsing. ``Straße`` becomes ``straße``, ``⑴ ㎒`` becomes
        ``(1)MHz``. Readable twin: ``iscckit.algorithms.twin.text.text_collapse``.
    """
    return _kernel.text_collapse(text)


def text_remove_newlines(text: str) -> str:
    """Join the words of ``text`` with single spaces; any whitespace separates words."""
    return _kernel.text_remove_newlines(text)


def text_trim(text: str, size: int) -> str:
    """Shorten ``text`` to at most ``size`` bytes of UTF-8 and strip whitespace from its ends.

    Args:
        text: Any text; lone surrogates have no UTF-8 and are dropped.
        size: The number of bytes, >= 0. A character that does not fit is dropped, and a combining
            character may be separated from its base.

    Returns:
        The shortened text.

    Raises:
        InvalidInput: ``size`` is negative.

    Source:
        ISO 24138:2024, text trimming: ``("äöü", 3)`` gives ``ä``.
    """
    if size < 0:
        raise InvalidInput(f"size must be 0 or more bytes, got {size}")
    return _kernel.text_trim(text, size)


def windows(text: str, width: int) -> list[str]:
    """Return all runs of ``width`` characters of ``text``, at each character.

    Args:
        text: Any text; collapsed text if the windows are to be hashed.
        width: The number of characters (code points) in a window, >= 2.

    Returns:
        ``max(len(text) - width + 1, 1)`` windows: a shorter text, even an empty one, has one.

    Raises:
        InvalidInput: ``width`` is less than 2.
    """
    if width < _SMALLEST_WINDOW:
        raise InvalidInput(f"width must be {_SMALLEST_WINDOW} or more, got {width}")
    return [text[i : i + width] for i in range(max(len(text) - width + 1, 1))]


def text_digest(text: str) -> tuple[bytes, int]:
    """Return the digest whose prefixes are Text-Codes, and the number of collapsed characters.

    Args:
        text: Plain text without markup; this function collapses it.

    Returns:
        The 32-byte MinHash of XXH32 over all windows of 13 collapsed characters, and the number of
        collapsed characters. A text of up to 13 characters has one window.

    Source:
        ISO 24138:2024, Content-Code Text.
    """
    return _kernel.text_digest(text)
