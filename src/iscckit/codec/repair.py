"""The one plausible repair of a mistyped or misread code.

A repair is plausible if it undoes a known slip (a look-alike character, a lost or foreign prefix,
stray spaces) and the result is strictly valid. Slips are tried in groups from the most to the least
likely. The first group with a valid result decides; if it has two, there is no repair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from iscckit import _kernel

__all__ = ["suggest"]

_STRICT: Final = 2
_LONGEST: Final = 1000  # characters of a typed code at most
_COMBINATIONS: Final = 256  # combinations of look-alikes that are tried in one text
_SYMBOLS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

_FOREIGN: Final = {  # characters outside base32 -> the symbols that they most likely stand for
    "0": "O",
    "1": "IL",
    "8": "B",
    "9": "GQ",
    "|": "IL",
    "!": "IL",
    "$": "S",
    "(": "C",
    "{": "C",
    "\N{LATIN CAPITAL LETTER O WITH STROKE}": "O",
}
_ALIKE: Final = ("0OQD", "1IL", "8B", "5S", "2Z", "6GQ", "UV")
_PREFIX: Final = re.compile(
    r"^(?:[1L|!]?[I1L|!]?[S5$][C(]{1,2}|[I1L|!][C(]{1,2}|ISC|ISS?CC?)[:;.=/]+"
)
_HYPHENS: Final = re.compile(r"[-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d_\u200b-\u200d\ufeff]+")
_EDGES: Final = "\"'`<>[]{}().,;:\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


def suggest(text: str, *, canonical: bool = False) -> str | None:
    """Return the one plausible repair of ``text``, or None.

    Args:
        text: A malformed code.
        canonical: Whether to return the canonical form, and not the spelling of ``text``.
    """
    if len(text) > _LONGEST:
        return None
    for group in _groups(text):
        valid = {candidate for candidate in group if _is_valid(candidate)}
        if valid:
            return _spell(valid.pop(), text, canonical) if len(valid) == 1 else None
    return None


def _groups(text: str) -> Iterator[set[str]]:
    """Yield sets of candidates in upper-case base32, those of the likeliest slip first."""
    joined = "".join(text.split())
    tidy = _HYPHENS.sub("", joined.upper().strip(_EDGES))
    tidy = _PREFIX.sub("", tidy).removeprefix("ISCC")
    if not tidy:
        return
    yield {tidy}

    read = _replace(tidy, _FOREIGN)
    yield read
    yield {code[:-1] + symbol for code in read for symbol in _look_alikes(code[-1])}
    yield {_clear_unused_bits(code) for code in read}
    yield {
        code[:at] + symbol + code[at + 1 :]
        for code in read
        for at in range(min(4, len(code)))
        for symbol in _look_alikes(code[at])
    }
    yield {first + code for code in read for first in "ACEGIKMO"}


def _replace(text: str, table: dict[str, str]) -> set[str]:
    choices = [table.get(symbol, symbol) for symbol in text]
    return {"".join(picked) for picked in islice(product(*choices), _COMBINATIONS)}


def _look_alikes(symbol: str) -> set[str]:
    return {other for group in _ALIKE if symbol in group for other in group} - {symbol}


def _clear_unused_bits(code: str) -> str:
    """Return ``code`` with the unused bits of its last symbol set to zero."""
    value = _SYMBOLS.find(code[-1])
    unused = len(code) * 5 % 8
    if value < 0 or unused >= 5:
        return code
    return code[:-1] + _SYMBOLS[value >> unused << unused]


def _is_valid(candidate: str) -> bool:
    try:
        _kernel.codec_units(candidate, _STRICT)
    except ValueError:
        return False
    return True


def _spell(code: str, text: str, canonical: bool) -> str:
    if canonical:
        return f"ISCC:{code}"
    start = text.strip().upper()
    prefix = "ISCC:" if _PREFIX.match(start) or start.startswith("ISCC") or ":" in text else ""
    return (prefix + code).lower() if text.islower() else prefix + code
