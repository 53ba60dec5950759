"""Refusals of a hub: codes, statuses of HTTP, and which error of the log gives which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from iscckit.errors import IsccError

__all__ = ["STATUSES", "Refused", "refuse_for"]

# The codes of IDP-Declaration v0.1-draft, then those of this hub.
STATUSES: Final[dict[str, int]] = {
    "INVALID_JSON": 400,
    "INVALID_NOTE": 422,
    "INVALID_DELETION": 422,
    "NONCE_HUB_MISMATCH": 422,
    "TIMESTAMP_OUT_OF_RANGE": 422,
    "INVALID_SIGNATURE": 401,
    "CONTROLLER_KEY_NOT_AUTHORIZED": 401,
    "METAHASH_MISMATCH": 422,
    "NONCE_REUSED": 409,
    "DUPLICATE_DATAHASH": 409,
    "KEY_NOT_AUTHORIZED": 401,
    "DECLARATION_NOT_FOUND": 404,
    "NOT_AUTHORIZED_TO_DELETE": 401,
    "CONTROLLER_UNRESOLVABLE": 503,
    "DECLARATION_DELETED": 410,
    "INVALID_QUERY": 422,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "TOO_LARGE": 413,
    "CLOCK_WRONG": 503,
    "LOG_UNAVAILABLE": 503,
}

_CODES: Final = {
    "nonce-reused": ("NONCE_REUSED", "nonce"),
    "declaration-deleted": ("DECLARATION_NOT_FOUND", "iscc_id"),
    "clock-wrong": ("CLOCK_WRONG", ""),
}


class Refused(Exception):
    """A request that a hub does not do.

    Attributes:
        code: A row of ``STATUSES``.
        detail: The reason in words.
        field: The member of the note that is to blame; empty if it is none.
        more: Further members of the answer.
    """

    def __init__(self, code: str, detail: str, field: str = "", **more: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.more = more

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return STATUSES[self.code]


def refuse_for(error: IsccError) -> Refused:
    """Return the refusal for an error of the writer. It tells nothing of paths."""
    code, field = _CODES.get(error.reason_code, ("LOG_UNAVAILABLE", ""))
    told = code != "LOG_UNAVAILABLE"
    return Refused(code, str(error) if told else "the log cannot be written now", field)
