"""Licences by identifier and by address."""

from __future__ import annotations

import pytest

from iscckit.trust.rights.licenses import find_license

BY = ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
ZERO = ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC-BY-4.0", BY),
        ("cc by 4.0", BY),
        ("https://creativecommons.org/licenses/by/4.0/", BY),
        ("http://creativecommons.org/licenses/by/4.0", BY),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.de", BY),
        (
            "CC-BY-NC-SA-3.0",
            ("CC-BY-NC-SA-3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ),
        ("CC0", ZERO),
        ("https://creativecommons.org/publicdomain/zero/1.0/", ZERO),
        ("mit", ("MIT", "https://opensource.org/license/mit")),
        ("CC-BY-5.0", (None, None)),
        ("CC-BY", (None, None)),
        ("https://creativecommons.org/licenses/by-sa-nc/4.0/", (None,)),
        ("https://example.org/terms", (None, "https://example.org/terms")),
        ("all rights reserved", (None, None)),
    ],
)
def test_finding(text: str, expected: tuple[str | None, ...]) -> None:
    found = find_license(text)
    assert (found.spdx, found.url)[: len(expected)] == expected


def test_names() -> None:
    assert find_license("CC-BY-NC-ND-4.0").name == (
        "Creative Commons Attribution Non Commercial No Derivatives 4.0"
    )
    assert find_license("all rights reserved").name == "all rights reserved"
