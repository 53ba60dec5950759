"""The gateway of a note: an address, or a template of one, that serves what is declared."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from iscckit.trust.proof.strict_json import make_fault

__all__ = ["check_gateway", "expand_gateway"]

_EXPRESSION: Final = re.compile(r"\{([/.]?)(iscc_id|iscc_code|datahash)\}")
_MAX_TEXT: Final = 2048


def check_gateway(gateway: str) -> tuple[str, ...]:
    """Check an address or template.

    Returns:
        How it departs from the specification, where validators of hubs let it pass:
        ``gateway-http``, ``gateway-query``.

    Raises:
        InvalidInput: It is not an absolute address, has user information, a fragment or another
            expression than ``{iscc_id}``, ``{iscc_code}``, ``{datahash}``, or is too long.

    Source:
        IDP-Declaration v0.1-draft; RFC 6570, level 1 and the operators / and ``.``.
    """
    filled = _EXPRESSION.sub("x", gateway)
    if len(gateway) > _MAX_TEXT or not filled.isascii() or not filled.isprintable():
        raise make_fault("is too long, or not an address", "gateway")
    if re.search(r"[{}\s<>\"\\^`|]", filled):
        raise make_fault("has an expression or a character that is not allowed", "gateway")
    try:
        parts = urlsplit(filled)
        parts.port  # noqa: B018  # raises if the port is not a number
    except ValueError:
        raise make_fault("is not an address", "gateway") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise make_fault("is not an absolute HTTPS address", "gateway")
    if "@" in parts.netloc or "#" in filled:
        raise make_fault("has user information or a fragment", "gateway")
    departures = {"gateway-http": parts.scheme == "http", "gateway-query": "?" in filled}
    return tuple(name for name, holds in departures.items() if holds)


def expand_gateway(gateway: str, iscc_id: str, iscc_code: str, datahash: str) -> str:
    """Return the address that a template gives for one declaration.

    Args:
        gateway: The address or template of a note. An address is returned as it is.
        iscc_id: The ISCC-ID of the declaration, canonical. It is put in without ``ISCC:`` and in
            lower case, as is the code.
        iscc_code: The ISCC-CODE of the declaration, canonical.
        datahash: The datahash in hex.
    """
    values = {
        "iscc_id": iscc_id.removeprefix("ISCC:").lower(),
        "iscc_code": iscc_code.removeprefix("ISCC:").lower(),
        "datahash": datahash,
    }
    return _EXPRESSION.sub(lambda found: found[1] + quote(values[found[2]], safe=""), gateway)
