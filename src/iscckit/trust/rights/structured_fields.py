"""Dictionaries of structured fields (RFC 9651, section 4.2.2), as far as AIPREF needs them.

Parsing is strict: a field that does not parse as a whole has no members.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["parse_dictionary"]

_KEY: Final = re.compile(r"[a-z*][a-z0-9_.*-]*")
# The items of section 3.3: number, string, token, bytes, boolean, date, display string.
_ITEM: Final = re.compile(
    r"""(?P<number>-?(?:[0-9]{1,12}\.[0-9]{1,3}|[0-9]{1,15}(?!\.))(?![0-9]))
    |(?P<string>"(?:[ !\x23-\x5b\x5d-\x7e]|\\["\\])*")
    |(?P<token>[A-Za-z*][!\#$%&'*+.^_`|~0-9A-Za-z:/-]*)
    |(?P<bytes>:[A-Za-z0-9+/=]*:)
    |(?P<boolean>\?[01])
    |(?P<date>@-?[0-9]{1,15}(?![0-9.]))
    |(?P<display>%"(?:[ !\x23\x24\x26-\x7e]|%[0-9a-f]{2})*")""",
    re.VERBOSE,
)


class _Malformed(ValueError):
    pass


def parse_dictionary(text: str) -> dict[str, str | None]:
    """Return the tokens of a dictionary by key; the last of equal keys counts.

    Parameters are checked and dropped.

    Args:
        text: The value of a field; several lines of one field are joined by commas.

    Returns:
        The token of each member; None for a member with another kind of value.

    Raises:
        ValueError: The text is not a dictionary.
    """
    members: dict[str, str | None] = {}
    text = text.strip(" ")
    at = 0
    while at < len(text):
        key, at = _match(_KEY, text, at)
        members.pop(key, None)  # a repeated key stands where it stood last
        token: str | None = None
        if text[at : at + 1] == "=":
            token, at = _parse_value(text, at + 1)
        members[key] = token
        at = _skip_parameters(text, at)
        at = _skip(text, at, " \t")
        if at == len(text):
            break
        if text[at] != ",":
            raise _Malformed(f"a comma is missing at position {at + 1}")
        at = _skip(text, at + 1, " \t")
        if at == len(text):
            raise _Malformed("it ends with a comma")
    return members


def _match(pattern: re.Pattern[str], text: str, at: int) -> tuple[str, int]:
    found = pattern.match(text, at)
    if found is None:
        raise _Malformed(f"it is malformed at position {at + 1}")
    return found[0], found.end()


def _skip(text: str, at: int, blanks: str) -> int:
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _parse_value(text: str, at: int) -> tuple[str | None, int]:
    if text[at : at + 1] != "(":
        return _parse_item(text, at)
    at = _skip(text, at + 1, " ")
    while text[at : at + 1] != ")":
        at = _skip_parameters(text, _parse_item(text, at)[1])
        if text[at : at + 1] not in (" ", ")"):
            raise _Malformed(f"a list is malformed at position {at + 1}")
        at = _skip(text, at, " ")
    return None, at + 1


def _parse_item(text: str, at: int) -> tuple[str | None, int]:
    found = _ITEM.match(text, at)
    if found is None:
        raise _Malformed(f"a value is malformed at position {at + 1}")
    return found["token"], found.end()


def _skip_parameters(text: str, at: int) -> int:
    while text[at : at + 1] == ";":
        _, at = _match(_KEY, text, _skip(text, at + 1, " "))
        if text[at : at + 1] == "=":
            _, at = _parse_item(text, at + 1)
    return at
