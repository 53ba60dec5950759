"""All errors of iscckit, in one tree.

IsccError
├── InvalidInput          the caller passed something no ISCC can be made from
│   └── InvalidCode       not a well-formed ISCC: position, reason, suggestion
├── UnreadableFile        a file is missing, locked, no file, or changed while it was read
├── UnsupportedMedia      no handler for this media type
├── ExtractionFailed      a handler could not read the file it claims to support
├── LimitExceeded         a stated limit of size, time or memory
├── MissingDependency     an optional library or model is not installed
├── LibraryError          the library on disk is locked, damaged or of another version
├── RemoteFailed          a service that was asked did not give a usable answer
└── VerificationFailed    a signature, proof, log or timestamp does not hold

Every message names the thing, the rule and the remedy. Built-in errors do not cross the public
functions on purpose; ``InvalidInput`` is also a ``ValueError`` so that callers who know only
the standard library catch it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike

__all__ = [
    "ExtractionFailed",
    "InvalidCode",
    "InvalidInput",
    "IsccError",
    "LibraryError",
    "LimitExceeded",
    "MissingDependency",
    "RemoteFailed",
    "UnreadableFile",
    "UnsupportedMedia",
    "VerificationFailed",
]


class IsccError(Exception):
    """The root of all errors that iscckit raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        # Pickle would call the class with the message alone; errors cross process borders.
        return restored, (type(self), self.args, vars(self))


def restored(
    kind: type[IsccError], args: tuple[object, ...], state: dict[str, object]
) -> IsccError:
    """Return an error that was pickled; of a class that is none, TypeError."""
    if not issubclass(kind, IsccError):
        raise TypeError(f"{kind.__name__} is no error")
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error


class InvalidInput(IsccError, ValueError):
    """The caller passed something from which no ISCC can be made."""


class InvalidCode(InvalidInput):
    """A string or bytes that is not a well-formed ISCC.

    Attributes:
        code: What was given.
        reason: What is wrong, in words.
        position: Index into ``code`` of the first offending character, or None where no single
            character is to blame.
        suggestion: The one plausible repair in the spelling of ``code``, or None.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        *,
        position: int | None = None,
        suggestion: str | None = None,
    ) -> None:
        where = "" if position is None else f" at position {position + 1}"
        repair = "" if suggestion is None else f"; did you mean {suggestion}?"
        shown = code if len(code) <= 100 else f"{code[:97]}..."
        super().__init__(f"{shown!r} is not a valid ISCC: {reason}{where}{repair}")
        self.code = code
        self.reason = reason
        self.position = position
        self.suggestion = suggestion


class UnreadableFile(IsccError):
    """A file is missing, locked, not a regular file, or changed while it was read.

    Attributes:
        path: The file as the caller named it.
        reason: What is wrong, in words.
    """

    def __init__(self, path: str | PathLike[str], reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class UnsupportedMedia(IsccError):
    """No handler reads this media type."""


class ExtractionFailed(IsccError):
    """A handler could not read a file of a type it supports.

    Attributes:
        path: The file as the caller named it.
        mediatype: What detection took it for, for example ``image/jpeg``.
        reason: What is wrong, in words.
    """

    def __init__(self, path: str | PathLike[str], mediatype: str, reason: str) -> None:
        super().__init__(f"{path}: cannot be read as {mediatype}: {reason}")
        self.path = path
        self.mediatype = mediatype
        self.reason = reason


class LimitExceeded(IsccError):
    """A stated limit of size, time or memory was exceeded.

    Attributes:
        limit: Which limit, for example ``pixels``.
        value: The limit's value in its own unit.
    """

    def __init__(self, subject: str, limit: str, value: int) -> None:
        super().__init__(f"{subject}: exceeds the limit of {value} {limit}")
        self.limit = limit
        self.value = value


class MissingDependency(IsccError):
    """An optional library or model is not installed; the message says how to get it."""


class LibraryError(IsccError):
    """The library on disk is locked, damaged or of another version."""


class RemoteFailed(IsccError):
    """A service that was asked did not give a usable answer."""


class VerificationFailed(IsccError):
    """A signature, proof, log or timestamp does not hold; the message names the check."""
