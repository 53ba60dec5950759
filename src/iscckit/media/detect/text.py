"""Recognise text and markup by the first bytes.

Signatures of binary formats may be words: "MAC ", "wide", "ID3". Behind such a signature stand
control characters and bytes outside UTF-8; a head without them is text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from iscckit.media.detect.sniff_result import HEAD_SIZE, Sniff
from iscckit.media.encoding.decode import decode_marked, find_mark
from iscckit.media.encoding.unmarked import find_utf_16
from iscckit.media.formats.format import Root
from iscckit.media.formats.table import Table, select_signatures

__all__ = ["match_text", "reads_as_text"]

_PLAIN: Final = "text/plain"
_XML: Final = "text/xml"
_ALLOWED_CONTROLS: Final = frozenset(b"\t\n\x0b\x0c\r\x08\x1b\x1a")
_CONTROLS: Final = bytes(each for each in range(32) if each not in _ALLOWED_CONTROLS)
_KOREAN: Final = b"\x1b$)C"  # begins ISO-2022-KR, in which these control characters shift:
_SHIFTS: Final = b"\x0e\x0f"
_START: Final = 24  # bytes of a binary format with a printable signature that hold a zero
_SURE: Final = 64  # bytes without control characters that no binary format begins with
_CONTROL_SHARE: Final = 8  # of so many bytes of a text, at most one is a control character
_NULL_SHARE: Final = 100  # of so many bytes of a text, at most one is zero
_ONE_NULL: Final = 32  # bytes of a text in which one may be zero


def reads_as_text(head: bytes) -> bool:
    """Tell whether these first bytes are text, whatever word they begin with.

    It may hold a few control characters, but no zero in the first 24 bytes.
    """
    if not head or b"\0" in head[:_START]:
        return False
    controls = _count_controls(head)
    if controls and not _has_few_controls(head):
        return False
    if _decode_head(head) is not None:
        return True
    return not controls and (len(head) >= _SURE or _is_mostly_ascii(head))


def match_text(head: bytes, table: Table) -> Sniff | None:
    """Recognise text: by byte order mark, as UTF-16 or UTF-8, or as an 8-bit encoding."""
    mark = find_mark(head)
    if mark is not None:
        return _match_marked(head, mark[1], table)
    codec = find_utf_16(head)
    if codec is not None:
        return _match_markup(head.decode(codec, "ignore"), f"{codec.upper()} text", table)
    if not head:
        return None
    controls = _count_controls(head)
    text = _decode_head(head)
    if text is not None and (not controls or _has_few_controls(head)):
        found = _match_markup(text, "UTF-8 text", table)
        return found._replace(family="controls") if controls else found
    if controls:
        return None
    return Sniff(_PLAIN, "8-bit text", "text" if _is_mostly_ascii(head) else "maybe text")


def _match_marked(head: bytes, encoding: str, table: Table) -> Sniff | None:
    marked = decode_marked(head, whole=False)
    text = marked.text if marked else ""
    controls = sum(ord(char) < 32 and ord(char) not in _ALLOWED_CONTROLS for char in text)
    if controls * _CONTROL_SHARE > len(text):
        return None
    return _match_markup(text, f"{encoding.upper()} byte order mark", table)


def _count_controls(head: bytes) -> int:
    shifts = _SHIFTS if _KOREAN in head else b""
    return len(head.translate(None, shifts)) - len(head.translate(None, _CONTROLS + shifts))


def _has_few_controls(head: bytes) -> bool:
    nulls = head.count(0)
    few = nulls * _NULL_SHARE <= len(head) or (nulls == 1 and len(head) >= _ONE_NULL)
    return few and _count_controls(head) * _CONTROL_SHARE <= len(head)


def _is_mostly_ascii(head: bytes) -> bool:
    return 4 * sum(byte < 128 for byte in head) >= 3 * len(head)


def _decode_head(head: bytes) -> str | None:
    """Return the characters of UTF-8, or None. The head may end inside a character."""
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(head) >= HEAD_SIZE:
            return head[: error.start].decode("utf-8")
        return None


@cache
def _compile_prolog() -> re.Pattern[str]:
    return re.compile(r"\s*(?:<\?xml.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)


def _match_markup(text: str, label: str, table: Table) -> Sniff:
    """Recognise markup by its root element; else the text is other XML or plain text."""
    prolog = _compile_prolog().match(text)
    rest = text[prolog.end() if prolog else 0 :][:200].lower()
    declared = "<?xml" in text[:200]
    for mediatype, root in select_signatures(table, Root):
        if (
            rest.startswith(root.starts)
            and root.declared in (None, declared)
            and root.holds in text
        ):
            return Sniff(mediatype, f"{label}, {root.label}", "text")
    if text.lstrip().startswith("<?xml"):
        return Sniff(_XML, f"{label}, XML", "text")
    return Sniff(_PLAIN, label, "text")
