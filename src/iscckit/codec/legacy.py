"""Components of ISCC v1.0 (2018 to 2020), base58 in an alphabet of their own.

They share nothing with today's codes but the name and the idea. A full code is Meta-ID,
Content-ID, Data-ID and Instance-ID, each of 13 characters. ``iscckit.comparison.verdict``
compares them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from iscckit.errors import InvalidCode, InvalidInput

__all__ = [
    "Component",
    "LegacyCode",
    "encode",
    "looks_legacy",
    "parse",
    "parse_component",
]

_ALPHABET: Final = "C23456789rB1ZEFGTtYiAaVvMmHUPWXKDNbcdefghLjkSnopRqsJuQwxyz"
_VALUES: Final = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_HEAD: Final = 2  # characters of the header byte
_LENGTH: Final = 13  # characters of a component
_BITS: Final = 64  # of a body

_KINDS: Final = {
    0x00: "Meta-ID",
    0x10: "Content-ID Text",
    0x11: "Content-ID Text, partial",
    0x12: "Content-ID Image",
    0x13: "Content-ID Image, partial",
    0x14: "Content-ID Audio",
    0x15: "Content-ID Audio, partial",
    0x16: "Content-ID Video",
    0x17: "Content-ID Video, partial",
    0x18: "Content-ID Mixed",
    0x19: "Content-ID Mixed, partial",
    0x20: "Data-ID",
    0x30: "Instance-ID",
}
# A full code has four components; no more are looked for, because each may have lost or won
# characters and every way to divide the text is tried.
_PATTERN: Final = re.compile(
    r"(?:ISCC:)?(?:C[CTtYiAaVvMmDR][A-Za-z1-9]{9,13})(?:-?C[CTtYiAaVvMmDR][A-Za-z1-9]{9,13}){0,3}"
)


class Component(NamedTuple):
    """One component.

    Attributes:
        header: The header byte.
        body: 8 bytes.
    """

    header: int
    body: bytes

    @property
    def kind(self) -> str:
        """What it answers, for example ``Content-ID Text``."""
        return _KINDS[self.header]


class LegacyCode(NamedTuple):
    """What could be read of a code of components.

    Attributes:
        components: The readable ones, at least one.
        problems: One error for each part that could not be read.
    """

    components: tuple[Component, ...]
    problems: tuple[InvalidCode, ...]


def encode(component: Component) -> str:
    """Return the 13 characters of a component.

    Raises:
        InvalidInput: An undefined header, or a body of other than 8 bytes.
    """
    if component.header not in _KINDS or len(component.body) * 8 != _BITS:
        raise InvalidInput("a component of 2019 has a defined header and a body of 8 bytes")
    return _symbols(component.header, _HEAD) + _symbols(
        int.from_bytes(component.body), _LENGTH - _HEAD
    )


def parse_component(text: str) -> Component:
    """Read one component.

    Args:
        text: 13 characters, case-sensitive, without prefix.

    Raises:
        InvalidCode: Another length, a character outside the alphabet, an undefined header, or a
            number that does not fit its field; the software of the time wrapped it silently.

    Source:
        ``iscc-specs`` 1.0.
    """
    for index, symbol in enumerate(text):
        if symbol not in _VALUES:
            raise InvalidCode(
                text, f"{symbol!r} is not a symbol of the base58 of 2019", position=index
            )
    if len(text) != _LENGTH:
        raise InvalidCode(
            text, f"a component of 2019 has {_LENGTH} characters, this has {len(text)}"
        )
    header, body = _number(text[:_HEAD]), _number(text[_HEAD:])
    if header not in _KINDS:
        raise InvalidCode(text, "a header that no component of 2019 has", position=0)
    if body >> _BITS:
        raise InvalidCode(text, "the body is more than 64 bits", position=_HEAD)
    return Component(header, body.to_bytes(_BITS // 8))


def parse(text: str) -> LegacyCode:
    """Read a code of components, and of a damaged one what can be read.

    Args:
        text: Components in a row or separated by hyphens, with or without ``ISCC:``.

    Returns:
        The components in their order. Parts that cannot be read are named in ``problems``.

    Raises:
        InvalidCode: No part can be read.
    """
    bare = text.strip().removeprefix("ISCC:").strip()
    if "-" in bare:
        parts = [part.strip() for part in bare.split("-")]
    else:
        parts = [bare[at : at + _LENGTH] for at in range(0, len(bare), _LENGTH)] or [""]

    components, problems = [], []
    for part in parts:
        try:
            components.append(parse_component(part))
        except InvalidCode as error:
            problems.append(error)
    if not components:
        raise problems[0]
    return LegacyCode(tuple(components), tuple(problems))


def looks_legacy(text: str) -> bool:
    """Tell whether ``text``, readable or not, is meant as components of 2019.

    They mix cases, which no spelling of today's codes does but base58btc and base64url.
    """
    bare = text.strip()
    return not (bare.isupper() or bare.islower()) and _PATTERN.fullmatch(bare) is not None


def _symbols(number: int, width: int) -> str:
    symbols = ""
    for _ in range(width):
        number, value = divmod(number, len(_ALPHABET))
        symbols = _ALPHABET[value] + symbols
    return symbols


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number * len(_ALPHABET) + _VALUES[symbol]
    return number
