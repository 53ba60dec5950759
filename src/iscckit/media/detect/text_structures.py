"""Tests of first bytes for formats whose files may be text. Rows of the table name them.

Texts about such a format begin with its signature too, so more than that must hold.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from iscckit.media.detect.sniff_result import HEAD_SIZE
from iscckit.media.detect.text import reads_as_text

__all__ = ["is_anymap", "is_fits", "is_pdf", "is_postscript", "is_rtf", "is_xbm", "is_xpm"]

_PDF_START: Final = 1024  # bytes in which readers of PDF look for its signature
_CARD: Final = 80  # bytes of a line of a FITS header, which has no line feeds

_PDF: Final = rb"%PDF-\d\.\d[ \t]*[\r\n]+(?:%[^\r\n]*[\r\n]+)*\s*\d+\s+\d+\s+obj\b"
_PDF_ONLY: Final = rb"(?:\A|[\r\n])%PDF-\d\.\d\s*\Z"
_POSTSCRIPT: Final = rb"%!PS(?:-[A-Z][A-Za-z]*-?\d|\s*[\r\n])"
_OPERATORS: Final = rb"(?:\A%!PS-|[\r\n]%%\w|\b(?:showpage|moveto|gsave|findfont)\b|\bdef\b)"
_RTF: Final = rb"\{\\rtf[\d\\{]"
_XBM: Final = (
    rb"\s*#define[ \t]+\S*_width[ \t]+[0-9]+[\r\n]+#define[ \t]+\S*_height[ \t]+[0-9]+[\r\n]+"
    rb"(?:#define[^\r\n]*[\r\n]+)*static[ \t][^\r\n]*_bits\[\]"
)
_XPM_SIZE: Final = rb"\"\s*\d+\s+\d+\s+\d+\s+\d+"
_FITS: Final = rb"SIMPLE  = +[TF](?: |\Z)"
_GAP: Final = rb"\s+(?:#[^\n]*\n\s*)*"
_PLAIN_ANYMAP: Final = rb"P[123]\s(?:#[^\n]*\n|[\d\s])*\Z"
_RAW_ANYMAP: Final = (
    rb"P(?:4" + 2 * (_GAP + rb"\d+") + rb"|[56]" + 3 * (_GAP + rb"\d+") + rb")[\r\n]"
    rb"|P7\n(?:#[^\n]*\n)*WIDTH \d"
)
_FLOAT_MAP: Final = rb"P[Ff]\s+\d+\s+\d+\s+-?\d+(?:\.\d*)?[\r\n]"


@cache
def _compile(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def is_xbm(head: bytes) -> bool:
    """Tell whether the file is an X bitmap: C source text with a picture, as Pillow reads it."""
    return b"#define" in head and _compile(_XBM).match(head) is not None


def is_xpm(head: bytes) -> bool:
    """Tell whether the file is an X pixmap: C source text with a picture."""
    return head.startswith(b"/* XPM */") and _compile(_XPM_SIZE).search(head) is not None


def is_pdf(head: bytes) -> bool:
    """Tell whether the file is a PDF, perhaps with other bytes in front.

    In text, the first object of a document must follow the signature; a script and a note that
    hold a whole document go on behind its end.
    """
    if b"%PDF-" not in head:
        return False
    if not reads_as_text(head) and b"%PDF-" in head[:_PDF_START]:
        return True
    if _compile(_PDF_ONLY).search(head):
        return True
    found = _compile(_PDF).search(head)
    if found is None:
        return False
    embedded = found.start() > 0 and reads_as_text(head)
    if embedded and len(head) < HEAD_SIZE and not head.rstrip(b"\0\r\n\t ").endswith(b"%%EOF"):
        return False
    return not head.startswith(b"#!")


def is_postscript(head: bytes) -> bool:
    """Tell whether the file is a PostScript program: a version or operators follow its mark."""
    return (
        head.startswith(b"%!PS")
        and _compile(_POSTSCRIPT).match(head) is not None
        and _compile(_OPERATORS).search(head) is not None
    )


def is_rtf(head: bytes) -> bool:
    """Tell whether the file is RTF: a version or a control word follows its mark."""
    return _compile(_RTF).match(head) is not None


def is_fits(head: bytes) -> bool:
    """Tell whether the file is FITS: lines of 80 bytes, the first of which has a truth value."""
    return _compile(_FITS).match(head) is not None and b"\n" not in head[:_CARD]


def is_anymap(head: bytes) -> bool:
    """Tell whether the file is a PBM, PGM, PPM, PAM or PFM picture.

    A plain one holds nothing but numbers and comments.
    """
    if not head.startswith(b"P"):
        return False
    kinds = (_PLAIN_ANYMAP, _RAW_ANYMAP, _FLOAT_MAP)
    return any(_compile(each).match(head) for each in kinds)
