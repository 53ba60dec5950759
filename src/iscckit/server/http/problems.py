"""The errors of requests, in the form of RFC 9457.

Every problem has a slug, a status and a page at ``/problems/SLUG`` that explains it. Only the
tables of this module turn an error of iscckit into a status and a way out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from iscckit import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iscckit.json_types import JsonValue

__all__ = [
    "KINDS",
    "MEDIATYPE",
    "SLUGS",
    "START_WITH_LIBRARY",
    "START_WITH_LOG",
    "WAYS_OUT",
    "Kind",
    "Problem",
    "pointer",
    "problem_of",
    "way_out",
]

MEDIATYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """One row of the table.

    Attributes:
        status: The HTTP status of the answer.
        title: The title of the problem.
        remedy: The advice on the page of the problem.
    """

    status: int
    title: str
    remedy: str


KINDS: Final[dict[str, Kind]] = {
    "malformed": Kind(
        400, "The request cannot be read", "Send what the interface's description says."
    ),
    "token-missing": Kind(
        401,
        "A token is needed",
        "Open the address that iscc serve printed, or send the header Authorization: Bearer TOKEN.",
    ),
    "foreign-page": Kind(
        403,
        "Another web page asked",
        "Only pages of this service, and programs, may use it; see --origin.",
    ),
    "unknown-host": Kind(
        403,
        "The service is not known by this name",
        "Use the address that iscc serve printed, or allow the name with --host-name.",
    ),
    "path-not-allowed": Kind(
        403,
        "This file may not be named",
        "Only files below the folders that were given with --root may be named by path.",
    ),
    "not-found": Kind(404, "There is nothing here", "Look at the address again."),
    "media-gone": Kind(
        404,
        "This file is not kept any more",
        "Uploaded files are kept for a while only. Upload it again.",
    ),
    "method-not-allowed": Kind(
        405, "The method does not fit", "The header Allow says which methods do."
    ),
    "not-acceptable": Kind(
        406, "No answer of this kind", "Ask for one of the types that the description names."
    ),
    "request-timeout": Kind(408, "The request did not arrive", "Send it again, in one go."),
    "stalled": Kind(408, "The upload stopped", "Send the file again, without long pauses."),
    "conflict": Kind(409, "Something else is there or at work", "Wait until it is done."),
    "gone": Kind(410, "This is over", "Start it again."),
    "too-large": Kind(413, "Too much", "Send less; /api/v1/about says what is allowed."),
    "unsupported-media": Kind(415, "No reader for this type", "iscc formats prints what is read."),
    "range": Kind(416, "No such range", "Ask for bytes within the file."),
    "invalid-input": Kind(422, "The values do not fit", "Send values as the description says."),
    "invalid-iscc": Kind(
        422, "Not a valid ISCC", "The answer says at which place, and the likely repair."
    ),
    "decode-failed": Kind(
        422, "The file cannot be read as what it is", "It is damaged, or of an unknown variant."
    ),
    "limit-exceeded": Kind(
        422, "The content is beyond a limit", "The answer says which limit, and its value."
    ),
    "missing-dependency": Kind(
        501, "Something optional is not installed", "The answer says how to get it."
    ),
    "headers-too-large": Kind(
        431, "The header fields are too long", "Send fewer or shorter ones, and fewer cookies."
    ),
    "rate-limit": Kind(429, "Too many requests", "Wait as long as the header Retry-After says."),
    "internal": Kind(
        500, "A fault of the service", "The log has the details under the number of this answer."
    ),
    "library": Kind(503, "The library cannot be used", "The answer says why."),
    "queue-full": Kind(503, "Too much to do", "Wait as long as the header Retry-After says."),
    "storage-full": Kind(
        507,
        "No room for more files",
        "Delete files that are not needed, or wait until they expire.",
    ),
    "remote": Kind(502, "Another service did not answer well", "Try again later."),
    "verification-failed": Kind(422, "A check did not succeed", "The answer says which check."),
    "timeout": Kind(504, "It took too long", "Send a smaller file, or allow more time."),
}

# The slug for each class of errors of iscckit; the nearest class counts. A test checks that all
# classes are here.
SLUGS: Final[dict[type[errors.IsccError], str]] = {
    errors.IsccError: "internal",
    errors.InvalidInput: "invalid-input",
    errors.InvalidCode: "invalid-iscc",
    errors.UnreadableFile: "not-found",
    errors.UnsupportedMedia: "unsupported-media",
    errors.ExtractionFailed: "decode-failed",
    errors.LimitExceeded: "limit-exceeded",
    errors.MissingDependency: "missing-dependency",
    errors.LibraryError: "library",
    errors.RemoteFailed: "remote",
    errors.VerificationFailed: "verification-failed",
}

# The way out of an error where the service runs, by reason code; names in braces are facts of the
# error. A reason without a row has none.
WAYS_OUT: Final[dict[str, str]] = {
    "model-missing": "iscc models get {model} installs it",
    "own-model-missing": "iscc models add {model} FILE installs it",
    "model-card-damaged": "iscc models get or iscc models add installs the model again",
    "model-file-missing": "iscc models get or iscc models add installs the model again",
    "extra-missing": "pip install 'iscckit[{extra}]'",
    "package-missing": "pip install {package}",
    "cuda-runtime-missing": "pip uninstall onnxruntime, then pip install onnxruntime-gpu",
    "library-missing": "a scan makes one",
    "library-older": "a scan brings it up to date",
    "library-newer": "use the version that made it, or a newer one",
    "file-changed": "a scan reads it again",
}

START_WITH_LIBRARY: Final = "start it with --library DIR"
START_WITH_LOG: Final = "start it with --log DIR"


class Problem(Exception):
    """A request that cannot be fulfilled.

    Attributes:
        slug: A row of ``KINDS``.
        detail: The fault in this case, in words.
        errors: The faults of single fields, each a JSON pointer and words.
        headers: Further headers of the answer.
        more: Further members of the answer.
        instance: The number of this problem, which the log has too.
    """

    def __init__(
        self,
        slug: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        self.instance = f"urn:uuid:{uuid4()}"

    @property
    def kind(self) -> Kind:
        """The row of ``KINDS``."""
        return KINDS[self.slug]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the members of the answer."""
        fields: dict[str, JsonValue] = {
            "type": f"/problems/{self.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": self.instance,
        }
        if self.errors:
            fields["errors"] = [{"pointer": at, "detail": why} for at, why in self.errors]
        return fields | self.more

    def to_json(self) -> bytes:
        """Return the body of the answer."""
        text = json.dumps(self.to_dict(), ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace")  # halves of characters become escapes


def pointer(place: Sequence[str | int]) -> str:
    """Return a place in a request as a JSON pointer; a place in the body starts at its root.

    Args:
        place: The steps of pydantic, of which the first is ``body``, ``query`` or ``path``.
    """
    steps = place[1:] if place and place[0] == "body" else place
    escaped = (str(step)[:100].replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join(f"/{step}" for step in escaped)


def problem_of(error: errors.IsccError, pointer: str = "") -> Problem:
    """Return the problem for an error of iscckit.

    Args:
        error: The error.
        pointer: The field of the request that the error concerns, as a JSON pointer, or empty.
    """
    slug = next(SLUGS[cls] for cls in type(error).__mro__ if cls in SLUGS)
    more: dict[str, JsonValue] = {}
    if isinstance(error, errors.InvalidCode):
        more = {"position": error.position, "suggestion": error.suggestion}
    if isinstance(error, errors.LimitExceeded):
        more = {"limit": error.limit, "value": error.value}
    way = way_out(error)
    detail = f"{error}; {way}" if way else str(error)
    fields = [(pointer, detail)] if pointer else []
    return Problem(slug, detail, errors=fields, more=more)


def way_out(error: errors.IsccError) -> str:
    """Return the way out of an error where the service runs; empty if there is none."""
    return WAYS_OUT.get(error.reason_code, "").format_map(error.facts)
