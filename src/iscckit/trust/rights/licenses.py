"""Licences: from what people write to SPDX identifiers and addresses, where they are known.

Source: SPDX license list 3.25; Creative Commons for the addresses of its licences.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["License", "find_license"]


class License(NamedTuple):
    """A licence.

    Attributes:
        spdx: Identifier of SPDX; None if the licence is unknown.
        url: Address of its text; None if unknown.
        name: Its name, or what was given.
    """

    spdx: str | None
    url: str | None
    name: str


_CC: Final = "https://creativecommons.org/"
_DEED: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/"
    r"(1\.0|2\.0|2\.5|3\.0|4\.0)(?:/(?:legalcode|deed)(?:\.[a-z]{2})?)?/?",
    re.IGNORECASE,
)
_CC_ID: Final = re.compile(
    r"cc[- ]?(by(?:-nc)?(?:-nd|-sa)?)[- ](1\.0|2\.0|2\.5|3\.0|4\.0)", re.IGNORECASE
)
_ZERO: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/publicdomain/zero/1\.0(?:/legalcode|/deed)?/?",
    re.IGNORECASE,
)
_OTHERS: Final[dict[str, tuple[str, str]]] = {
    "CC0-1.0": ("Creative Commons Zero v1.0 Universal", _CC + "publicdomain/zero/1.0/"),
    "MIT": ("MIT License", "https://opensource.org/license/mit"),
    "Apache-2.0": ("Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "BSD-2-Clause": (
        'BSD 2-Clause "Simplified" License',
        "https://opensource.org/license/bsd-2-clause",
    ),
    "BSD-3-Clause": (
        'BSD 3-Clause "New" or "Revised" License',
        "https://opensource.org/license/bsd-3-clause",
    ),
    "ODbL-1.0": (
        "Open Data Commons Open Database License v1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "ODC-By-1.0": (
        "Open Data Commons Attribution License v1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication & License 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
}
_WORDS: Final = {
    "by": "Attribution",
    "nc": "Non Commercial",
    "nd": "No Derivatives",
    "sa": "Share Alike",
}


def find_license(text: str) -> License:
    """Return the licence that a text names: an SPDX identifier, an address, or neither.

    Args:
        text: As it was given; case and a protocol without encryption do not matter.
    """
    plain = text.strip()
    found = _DEED.fullmatch(plain) or _CC_ID.fullmatch(plain)
    if found is not None:
        return _make_creative_commons(found[1].lower(), found[2])
    if _ZERO.fullmatch(plain) or plain.lower() in ("cc0", "cc0 1.0"):
        plain = "CC0-1.0"
    for spdx, (name, url) in _OTHERS.items():
        if plain.lower() in (spdx.lower(), url.lower(), url.lower().replace("https:", "http:")):
            return License(spdx, url, name)
    is_address = plain.startswith(("https://", "http://"))
    return License(None, plain if is_address else None, plain)


def _make_creative_commons(kind: str, version: str) -> License:
    words = " ".join(_WORDS[each] for each in kind.split("-"))
    return License(
        f"CC-{kind.upper()}-{version}",
        f"{_CC}licenses/{kind}/{version}/",
        f"Creative Commons {words} {version}",
    )
