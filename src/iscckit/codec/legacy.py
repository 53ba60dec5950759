"""Components of ISCC v1.0 (2018 to 2020), in base58 with a private alphabet.

They share only the name and the idea with the codes of ISO 24138. A full code is Meta-ID,
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
_BITS: Final = 64  # bits of a body

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
# A full code has four components. The pattern allows no more, since each may have lost or gained
# characters and every division of the text is tried.
_PATTERN: Final = re.compile(
    r"(?:ISCC:)?(?:C[CTtYiAaVvMmDR][A-Za-z1-9]{9,13})(?:-?C[CTtYiAaVvMmDR][A-Za-z1-9]{9,13}){0,3}"
)


class Component(NamedTuple):
    """One component.

    Attributes:
        header: The header byte.
        body: The 8 bytes of the body.
    """

    header: int
    body: bytes

    @property
    def kind(self) -> str:
        """The name of the kind, for example ``Content-ID Text``."""
        return _KINDS[self.header]


class LegacyCode(NamedTuple):
    """The readable components of a code, and the faults of the others.

    Attributes:
        components: The readable components, at least one.
        problems: One error for each unreadable part.
    """

    components: tuple[Component, ...]
    problems: tuple[InvalidCode, ...]


def encode(component: Component) -> str:
    """Return the 13 characters of a component.

    Raises:
        InvalidInput: The header is undefined, or the body has not 8 bytes.
    """
    if component.header not in _KINDS or len(component.body) * 8 != _BITS:
        raise InvalidInput("a component of 2019 has a defined header and a body of 8 bytes")
    return _symbols(component.header, _HEAD) + _symbols(
        int.from_bytes(component.body), _LENGTH - _HEAD
    )


def parse_component(text: str) -> Component:
    """Parse one component.

    Args:
        text: The 13 characters, case-sensitive, without prefix.

    Raises:
        InvalidCode: The length is wrong, a character is outside the alphabet, the header is
            undefined, or a number does not fit its field (the reference implementation of the
            time wrapped it silently).

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
    """Parse a code of components; unreadable parts of a damaged code are skipped.

    Args:
        text: Components, joined or separated by hyphens, with or without ``ISCC:``.

    Returns:
        The components in their order, and an error for each unreadable part.

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
    """Return whether ``text``, readable or not, was meant as components of 2019.

    Components mix upper and lower case. Codes of ISO 24138 do so in base58btc and base64url only.
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
