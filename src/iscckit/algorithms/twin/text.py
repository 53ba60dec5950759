"""The text preparation of ISO 24138 in plain Python: twin of kernel/text/preparation.hpp.

The tables of Unicode 16.0 come from ``unicode16.json``. Nothing here depends on the Unicode version
of the interpreter, so that every Python gives the same result. Only tests and ``iscckit.selftest``
call this module.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final, NamedTuple

__all__ = [
    "UNICODE_VERSION",
    "is_whitespace",
    "lower",
    "nfd",
    "nfkc",
    "text_clean",
    "text_collapse",
    "text_remove_newlines",
    "text_trim",
]

UNICODE_VERSION: Final = "16.0.0"
NEWLINES: Final = "\n\v\f\r\x85\u2028\u2029"
_SIGMA: Final = "Σ"

# Hangul syllables are composed by arithmetic: Unicode 16.0 section 3.12.
_L, _V, _T, _S = 0x1100, 0x1161, 0x11A7, 0xAC00
_VS, _TS, _COUNT = 21, 28, 19 * 21 * 28


class _Tables(NamedTuple):
    category: str  # first letter of the general category of each code point
    whitespace: frozenset[str]  # str.isspace
    cased: str  # "y" for each code point with the property Cased, else "n"
    ignorable: str  # "y" for each code point with the property Case_Ignorable, else "n"
    combining: dict[str, int]  # canonical combining class where it is not 0
    lower: dict[str, str]
    canonical: dict[str, str]
    compatibility: dict[str, str]
    composed: dict[str, str]  # two code points -> their primary composite
    seconds: frozenset[str]  # code points that may compose with a preceding one


@cache
def _tables() -> _Tables:
    raw = json.loads(Path(__file__).with_name("unicode16.json").read_text("ascii"))
    canonical = read_mapping(raw["canonical"])
    excluded = {chr(code) for code in raw["composition_exclusions"]}
    composed = {
        parts: whole
        for whole, parts in canonical.items()
        if len(parts) == 2 and whole not in excluded
    }
    jamo = {chr(code) for code in (*range(_V, _V + _VS), *range(_T + 1, _T + _TS))}
    return _Tables(
        category=read_runs(raw["category"]),
        whitespace=frozenset(map(chr, raw["whitespace"])),
        cased=read_runs(raw["cased"]),
        ignorable=read_runs(raw["case_ignorable"]),
        combining={
            chr(code): int(group)
            for group, members in raw["combining"].items()
            for code, flag in enumerate(read_runs(members))
            if flag == "y"
        },
        lower=read_mapping(raw["lower"]),
        canonical=canonical,
        compatibility=read_mapping(raw["compatibility"]),
        composed=composed,
        seconds=frozenset({parts[1] for parts in composed} | jamo),
    )


def read_runs(runs: str) -> str:
    """Expand ``"3a2b"`` to ``"aaabb"``: one letter for each code point from U+0000 on."""
    return "".join(letter * int(count) for count, letter in re.findall(r"(\d+)(\D)", runs))


def read_mapping(text: str) -> dict[str, str]:
    """Expand a table of replacements.

    Entries are separated by commas. ``41:61 62`` means that U+0041 becomes U+0061 U+0062, in
    hexadecimal. A missing key is the previous key plus one; a missing value is the previous value,
    of one code point, plus one.
    """
    mapping: dict[str, str] = {}
    key, value = -1, ""
    for entry in text.split(","):
        start, colon, replacement = entry.rpartition(":")
        key = int(start, 16) if colon else key + 1
        value = (
            "".join(chr(int(code, 16)) for code in replacement.split())
            if replacement
            else chr(ord(value) + 1)
        )
        mapping[chr(key)] = value
    return mapping


def is_whitespace(char: str) -> bool:
    """Return whether a code point is whitespace, as ``str.isspace`` with Unicode 16.0."""
    return char in _tables().whitespace


def nfd(text: str) -> str:
    """Return the canonical decomposition."""
    return _decompose(text, compatibility=False)


def nfkc(text: str) -> str:
    """Return the canonical composition of the compatibility decomposition."""
    return _compose(_decompose(text, compatibility=True))


def _decompose(text: str, *, compatibility: bool) -> str:
    return _reorder("".join(_parts(char, compatibility) for char in text))


@lru_cache(maxsize=4096)
def _parts(char: str, compatibility: bool) -> str:
    """Return the full decomposition of one code point."""
    index = ord(char) - _S
    if 0 <= index < _COUNT:
        syllable = chr(_L + index // (_VS * _TS)) + chr(_V + index // _TS % _VS)
        return syllable + chr(_T + index % _TS) if index % _TS else syllable
    tables = _tables()
    parts = tables.canonical.get(char)
    if parts is None and compatibility:
        parts = tables.compatibility.get(char)
    return char if parts is None else "".join(_parts(part, compatibility) for part in parts)


def _reorder(text: str) -> str:
    """Sort each run of combining characters by class, stably."""
    combining = _tables().combining
    return "".join(
        "".join(sorted(run, key=combining.__getitem__)) if marks else "".join(run)
        for marks, run in groupby(text, combining.__contains__)
    )


def _compose(text: str) -> str:
    tables = _tables()
    out: list[str] = []
    starter = -1  # index in out of the last starter
    for char in text:
        group = tables.combining.get(char, 0)
        if char in tables.seconds and starter >= 0:
            # A character between the starter and this one blocks it if its class is the same
            # or higher.
            blocked = starter < len(out) - 1 and tables.combining.get(out[-1], 0) >= group
            whole = None if blocked else _pair(out[starter], char)
            if whole is not None:
                out[starter] = whole
                continue
        if group == 0:
            starter = len(out)
        out.append(char)
    return "".join(out)


def _pair(first: str, second: str) -> str | None:
    leading, vowel = ord(first) - _L, ord(second) - _V
    if 0 <= leading < 19 and 0 <= vowel < _VS:
        return chr(_S + (leading * _VS + vowel) * _TS)
    syllable, trailing = ord(first) - _S, ord(second) - _T
    if 0 <= syllable < _COUNT and syllable % _TS == 0 and 0 < trailing < _TS:
        return chr(ord(first) + trailing)
    return _tables().composed.get(first + second)


def lower(text: str) -> str:
    """Return the string in lower case by full mappings, with the rule for the final sigma."""
    table = _tables().lower
    return "".join(
        ("ς" if _is_final(text, index) else "σ") if char == _SIGMA else table.get(char, char)
        for index, char in enumerate(text)
    )


def _is_final(text: str, index: int) -> bool:
    """Return whether the sigma at ``index`` follows a cased letter and precedes none."""
    before, after = range(index - 1, -1, -1), range(index + 1, len(text))
    return _sees_cased(text, before) and not _sees_cased(text, after)


def _sees_cased(text: str, path: range) -> bool:
    """Return whether the first code point on ``path`` that is not ignored has a case."""
    tables = _tables()
    for index in path:
        if tables.ignorable[ord(text[index])] == "n":
            return tables.cased[ord(text[index])] == "y"
    return False


def text_collapse(text: str) -> str:
    """Reduce ``text`` to the hashed characters, as ``algorithms.text.text_collapse``."""
    tables = _tables()
    return nfkc(
        "".join(
            char
            for char in lower(nfd(text))
            if char not in tables.whitespace and tables.category[ord(char)] not in "CMP"
        )
    )


def text_clean(text: str) -> str:
    """Clean ``text`` for display, as ``algorithms.text.text_clean``."""
    tables = _tables()
    kept = "".join(
        char for char in nfkc(text) if char in NEWLINES or tables.category[ord(char)] != "C"
    )
    lines = [
        "" if tables.whitespace.issuperset(line) else line
        for line in re.split(f"\r\n|[{NEWLINES}]", kept)
    ]
    kept_lines = lines[:1] + [line for before, line in pairwise(lines) if before or line]
    return _strip("\n".join(kept_lines))


def text_remove_newlines(text: str) -> str:
    """Join the words of ``text`` with single spaces."""
    whitespace = "".join(_tables().whitespace)
    return " ".join(word for word in re.split(f"[{re.escape(whitespace)}]+", text) if word)


def text_trim(text: str, size: int) -> str:
    """Shorten ``text`` to at most ``size`` bytes of UTF-8 and strip it."""
    return _strip(text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore"))


def _strip(text: str) -> str:
    return text.strip("".join(_tables().whitespace))
