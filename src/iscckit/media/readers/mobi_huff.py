"""HUFF/CDIC, the stronger compression of Mobipocket books: Huffman codes for phrases.

Source:
    MobileRead Wiki, "MOBI"; tested with libmobi's test files.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

__all__ = ["Phrases"]

_LONGEST: Final = 32  # bits of a code
_MOST: Final = 1 << 16  # bytes of one unpacked phrase or record; real ones have at most 4096
_KEPT: Final = 1 << 26  # bytes of all unpacked phrases
_CODES: Final = 1 << 25  # in a book: one for every two bytes of the longest text
_DEPTH: Final = 32  # levels of phrases within phrases


class Phrases:
    """The dictionary of a book.

    Args:
        huff: The record with the tables of codes.
        cdics: The records with the phrases.

    Raises:
        ValueError: A record has the wrong kind.
        struct.error: A record is too short.
    """

    def __init__(self, huff: bytes, cdics: Sequence[bytes]) -> None:
        if not huff.startswith(b"HUFF") or not all(each.startswith(b"CDIC") for each in cdics):
            raise ValueError("the tables of its compression are missing")
        starts, limits = struct.unpack_from(">II", huff, 8)
        # By the first eight bits: length of the code, whether the length is final, highest code.
        self._short = [
            (row & 31, bool(row & 128), row >> 8)
            for row in struct.unpack_from(">256I", huff, starts)
        ]
        pairs = struct.unpack_from(">64I", huff, limits)
        self._least = (0, *pairs[::2])
        self._highest = (0, *pairs[1::2])
        self._phrases: list[tuple[memoryview, bool]] = []
        for each in cdics:
            self._phrases += _read_phrases(each, len(self._phrases))
        self._unpacked: dict[int, bytes] = {}
        self._kept = 0  # bytes of the unpacked phrases
        self._codes = 0  # number of codes read

    def unpack(self, data: bytes | memoryview, depth: int = 0) -> bytes:
        """Return the unpacked bytes of a record of text or of a phrase."""
        if depth > _DEPTH:
            raise ValueError("phrases within phrases without an end")
        padded = bytes(data) + bytes(8)
        at, end = 0, 8 * len(data)  # bits
        most = self._codes + _MOST  # a code of a real book stands for a byte or more
        out = bytearray()
        while at < end:
            byte = at >> 3
            window = int.from_bytes(padded[byte : byte + 5]) >> 8 - (at & 7) & 0xFFFFFFFF
            length, certain, highest = self._short[window >> 24]
            if not certain:
                while length < _LONGEST and window >> (_LONGEST - length) < self._least[length]:
                    length += 1
                highest = self._highest[length]
            at += length
            if at > end or not length:
                break
            self._codes += 1
            if self._codes > min(_CODES, most):
                raise ValueError("more codes than a book has")
            out += self._phrase(highest - (window >> (_LONGEST - length)), depth)
            if len(out) > _MOST:
                raise ValueError("phrases that become too long")
        return bytes(out)

    def _phrase(self, number: int, depth: int) -> bytes | memoryview:
        if number < 0:
            raise ValueError("a code without a phrase")
        phrase, plain = self._phrases[number]
        if plain:
            return phrase
        if number not in self._unpacked:
            unpacked = self.unpack(phrase, depth + 1)
            self._kept += len(unpacked)
            if self._kept > _KEPT:
                raise ValueError("phrases that become too long")
            self._unpacked[number] = unpacked
        return self._unpacked[number]


def _read_phrases(cdic: bytes, before: int) -> list[tuple[memoryview, bool]]:
    """Return the phrases of a record, each with whether it is plain, not packed.

    Args:
        cdic: The record; it states the number of phrases of all records.
        before: Number of phrases in the records before it.
    """
    whole, bits = struct.unpack_from(">II", cdic, 8)
    count = max(min(1 << min(bits, 16), whole - before), 0)
    found = []
    view = memoryview(cdic)  # phrases may overlap: copies of them could take gigabytes
    for offset in struct.unpack_from(f">{count}H", cdic, 16):
        (size,) = struct.unpack_from(">H", cdic, 16 + offset)
        start = 18 + offset
        found.append((view[start : start + (size & 0x7FFF)], bool(size & 0x8000)))
    return found
