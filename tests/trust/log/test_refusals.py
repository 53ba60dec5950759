"""Refusals have the codes and statuses of the specification, and tell nothing of this machine."""

from __future__ import annotations

import pytest

from iscckit.errors import LibraryError, VerificationFailed
from iscckit.trust.log.refusals import STATUSES, Refused, refuse_for


def test_codes_have_statuses() -> None:
    assert Refused("NONCE_REUSED", "x").status == 409
    assert all(400 <= status < 600 for status in STATUSES.values())


@pytest.mark.parametrize(
    ("error", "code", "field"),
    [
        (VerificationFailed("a", reason_code="nonce-reused", nonce="a"), "NONCE_REUSED", "nonce"),
        (
            VerificationFailed("a", reason_code="declaration-deleted"),
            "DECLARATION_NOT_FOUND",
            "iscc_id",
        ),
        (LibraryError("a", reason_code="clock-wrong"), "CLOCK_WRONG", ""),
        (LibraryError("/secret/path: disk full"), "LOG_UNAVAILABLE", ""),
    ],
)
def test_errors_of_the_writer_become_refusals(error: LibraryError, code: str, field: str) -> None:
    refused = refuse_for(error)
    assert (refused.code, refused.field) == (code, field)
    assert "/secret" not in refused.detail
