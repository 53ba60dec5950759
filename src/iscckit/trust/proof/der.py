"""Distinguished Encoding Rules (ITU-T X.690): a small, strict reader, and a writer.

It exists because CMS leaves a few members of a timestamp token unsigned, and general parsers do not
show all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BOOLEAN",
    "INTEGER",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "SEQUENCE",
    "SET",
    "Element",
    "encode_element",
    "encode_integer",
    "encode_object_identifier",
    "read_element",
    "read_elements",
    "sort_set",
]

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
_LONGEST_LENGTH: Final = 4  # bytes of a length; no token has more than 4 GiB


def _fail(reason: str) -> InvalidInput:
    return InvalidInput(f"not DER: {reason}", reason_code="malformed-document", field="der")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of DER.

    Attributes:
        tag: The identifier byte, class and the bit of constructed elements included.
        content: The content bytes.
        raw: Header and content.
    """

    tag: int
    content: bytes
    raw: bytes

    def expect(self, tag: int) -> Element:
        """Return the element if it has this tag.

        Raises:
            InvalidInput: It has another.
        """
        if self.tag != tag:
            raise _fail(f"tag {self.tag:#04x} where {tag:#04x} belongs")
        return self

    def children(self, tag: int) -> tuple[Element, ...]:
        """Return the elements inside of a constructed element with this tag.

        Raises:
            InvalidInput: The tag is another, or the content is malformed.
        """
        return read_elements(self.expect(tag).content)

    def integer(self) -> int:
        """Return the value of an INTEGER.

        Raises:
            InvalidInput: The tag is another, or the number has superfluous bytes.
        """
        return decode_integer(self.expect(INTEGER).content)

    def object_identifier(self) -> str:
        """Return an OBJECT IDENTIFIER as numbers with dots.

        Raises:
            InvalidInput: The tag is another, or a number is malformed.
        """
        return decode_object_identifier(self.expect(OBJECT_IDENTIFIER).content)


def _read(data: bytes, start: int) -> tuple[Element, int]:
    if len(data) < start + 2:
        raise _fail("cut off in a header")
    tag, length = data[start], data[start + 1]
    begin = start + 2
    if tag & 0x1F == 0x1F:
        raise _fail("a tag of several bytes")
    if length & 0x80:
        count = length & 0x7F
        octets = data[begin : begin + count]
        begin += count
        if not 0 < count <= _LONGEST_LENGTH or len(octets) < count:
            raise _fail("a length that is indefinite, too long or cut off")
        length = int.from_bytes(octets, "big")
        if length < 0x80 or octets[0] == 0:
            raise _fail("a length with superfluous bytes")
    end = begin + length
    if end > len(data):
        raise _fail("cut off in a content")
    return Element(tag, data[begin:end], data[start:end]), end


def read_element(data: bytes) -> Element:
    """Read one element that fills ``data``.

    Raises:
        InvalidInput: ``data`` is cut off, not DER, or longer than the element
            (``malformed-document``).
    """
    element, end = _read(data, 0)
    if end != len(data):
        raise _fail(f"{len(data) - end} bytes behind the end")
    return element


def read_elements(data: bytes) -> tuple[Element, ...]:
    """Read elements that stand one behind the other and fill ``data``.

    Raises:
        InvalidInput: ``data`` is cut off or not DER (``malformed-document``).
    """
    found = []
    at = 0
    while at < len(data):
        element, at = _read(data, at)
        found.append(element)
    return tuple(found)


def decode_integer(content: bytes) -> int:
    """Return the value of the content of an INTEGER.

    Raises:
        InvalidInput: The content is empty or has superfluous bytes.
    """
    value = int.from_bytes(content, "big", signed=True)
    if not content or content != _integer_bytes(value):
        raise _fail("an empty number, or one with superfluous bytes")
    return value


def decode_object_identifier(content: bytes) -> str:
    """Return the content of an OBJECT IDENTIFIER as numbers with dots.

    Raises:
        InvalidInput: The content is empty, cut off, or a number has superfluous bytes.
    """
    if not content or content[-1] & 0x80:
        raise _fail("an object identifier that is empty or cut off")
    numbers: list[int] = []
    value, fresh = 0, True
    for octet in content:
        if fresh and octet == 0x80:
            raise _fail("an object identifier with superfluous bytes")
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def encode_element(tag: int, *contents: bytes) -> bytes:
    """Return an element with a header of the least length."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _integer_bytes(value: int) -> bytes:
    return value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True)


def encode_integer(value: int) -> bytes:
    """Return an INTEGER of the least length."""
    return encode_element(INTEGER, _integer_bytes(value))


def encode_object_identifier(numbers: str) -> bytes:
    """Return an OBJECT IDENTIFIER from numbers with dots, for example ``2.16.840.1``."""
    first, second, *rest = map(int, numbers.split("."))
    return encode_element(
        OBJECT_IDENTIFIER, *(_base128(each) for each in (40 * first + second, *rest))
    )


def _base128(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | 0x80)
    return bytes(reversed(octets))


def sort_set(elements: Sequence[Element]) -> tuple[Element, ...]:
    """Return the elements of a SET OF in the order that DER demands."""
    return tuple(sorted(elements, key=lambda element: element.raw))
