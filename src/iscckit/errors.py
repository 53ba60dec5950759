"""The errors of iscckit: one tree of classes, and one table of reasons.

IsccError
├── InvalidInput          a value from which no ISCC can be made
│   └── InvalidCode       a malformed ISCC: position, reason, suggestion
├── UnreadableFile        a file that is missing, locked, not regular, or changes during reading
├── UnsupportedMedia      a media type without a reader
├── ExtractionFailed      a damaged file of a supported media type
├── LimitExceeded         a limit of size, time or memory
├── MissingDependency     an optional package or model that is not installed
├── LibraryError          a folder of iscckit that is locked, damaged or of another version
├── RemoteFailed          a remote service without a usable answer
└── VerificationFailed    a check of data that does not hold

The message names the thing and the rule. It names no option, command or address: the same error
reaches people by a terminal, a web page, a notebook and JSON. Each error carries a reason code and
facts as attributes, and each front end turns the reason code into a way out by its own means
(``cli/ways_out.py``, ``server/http/problems.py``). docs/errors.md lists all reasons.

Public functions raise no built-in error on purpose. ``InvalidInput`` is also a ``ValueError``, so
that callers who know only the standard library catch it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Final

__all__ = [
    "REASONS",
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
    """The root of all errors that iscckit raises on purpose.

    Attributes:
        reason_code: A row of ``REASONS``, for example ``file-exists``. It is stable: programs may
            depend on it, where the message may change.
    """

    reason_code: str = "error"

    def __init__(self, *args: object, reason_code: str = "", **facts: object) -> None:
        super().__init__(*args)
        if reason_code:
            self.reason_code = reason_code
        vars(self).update(facts)

    @property
    def facts(self) -> dict[str, object]:
        """The attributes that describe this case, by name; without the reason code."""
        return {
            name: value
            for name, value in vars(self).items()
            if name != "reason_code" and not name.startswith("_")
        }

    def __reduce__(self) -> tuple[object, ...]:
        # Pickle would call the class with the message alone; errors cross process borders.
        return restore_error, (type(self), self.args, vars(self))


def restore_error(
    kind: type[IsccError], args: tuple[object, ...], state: dict[str, object]
) -> IsccError:
    """Return an error from the parts that ``IsccError.__reduce__`` gives.

    Raises:
        TypeError: ``kind`` is not a class of errors.
    """
    if not issubclass(kind, IsccError):
        raise TypeError(f"{kind.__name__} is not an error of iscckit")
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error


class InvalidInput(IsccError, ValueError):
    """The caller passed a value from which no ISCC can be made."""

    reason_code = "invalid-input"


class InvalidCode(InvalidInput):
    """A string or bytes that are not a well-formed ISCC.

    Attributes:
        code: The malformed code.
        reason: The fault in words.
        position: Index into ``code`` of the first offending character, or None where no single
            character is to blame.
        suggestion: The one plausible repair in the spelling of ``code``, or None.
    """

    reason_code = "invalid-code"

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
        reason: The fault in words.
    """

    reason_code = "unreadable-file"

    def __init__(
        self, path: str | PathLike[str], reason: str, *, reason_code: str = "", **facts: object
    ) -> None:
        super().__init__(f"{path}: {reason}", reason_code=reason_code)
        self.path = path
        self.reason = reason
        vars(self).update(facts)


class UnsupportedMedia(IsccError):
    """No reader or writer supports this media type."""

    reason_code = "unsupported-media"


class ExtractionFailed(IsccError):
    """A reader could not decode a file of a type that it supports.

    Attributes:
        path: The file as the caller named it.
        mediatype: The detected media type, for example ``image/jpeg``.
        reason: The fault in words.
    """

    reason_code = "extraction-failed"

    def __init__(self, path: str | PathLike[str], mediatype: str, reason: str) -> None:
        super().__init__(f"{path}: cannot be read as {mediatype}: {reason}")
        self.path = path
        self.mediatype = mediatype
        self.reason = reason


class LimitExceeded(IsccError):
    """A file, request or computation is beyond a limit of size, time or memory.

    Attributes:
        limit: The quantity that is limited, for example ``pixels``.
        value: The limit, counted in ``limit``.
    """

    reason_code = "limit-exceeded"

    def __init__(self, subject: str, limit: str, value: int, *, reason_code: str = "") -> None:
        message = f"{subject}: exceeds the limit of {value} {limit}"
        super().__init__(message, reason_code=reason_code)
        self.limit = limit
        self.value = value


class MissingDependency(IsccError):
    """An optional package or model is not installed; the message names it."""

    reason_code = "missing-dependency"


class LibraryError(IsccError):
    """A folder that iscckit keeps (a library, models, indexes) is locked, damaged or foreign."""

    reason_code = "library-error"


class RemoteFailed(IsccError):
    """A remote service did not give a usable answer."""

    reason_code = "remote-failed"


class VerificationFailed(IsccError):
    """A check of data does not hold; the message names the check."""

    reason_code = "verification-failed"


# One row a reason: its code, the class that carries it, a sentence, and the names of its facts.
REASONS: Final[dict[str, tuple[type[IsccError], str, tuple[str, ...]]]] = {
    # Reasons of errors whose class says enough.
    "error": (IsccError, "The operation failed.", ()),
    "invalid-input": (InvalidInput, "No ISCC can be made from this value.", ()),
    "invalid-code": (
        InvalidCode,
        "The text or the bytes are not a well-formed ISCC.",
        ("code", "reason", "position", "suggestion"),
    ),
    "unreadable-file": (
        UnreadableFile,
        "The file is missing, locked, not a regular file, or changed while it was read.",
        ("path", "reason"),
    ),
    "unsupported-media": (UnsupportedMedia, "No reader or writer supports this media type.", ()),
    "extraction-failed": (
        ExtractionFailed,
        "The file cannot be decoded as the detected media type.",
        ("path", "mediatype", "reason"),
    ),
    "limit-exceeded": (
        LimitExceeded,
        "The file, request or computation is beyond a limit.",
        ("limit", "value"),
    ),
    "missing-dependency": (MissingDependency, "An optional package or model is missing.", ()),
    "library-error": (LibraryError, "The folder or a file in it cannot be used.", ()),
    "remote-failed": (RemoteFailed, "A remote service did not give a usable answer.", ()),
    "verification-failed": (VerificationFailed, "A check of data does not hold.", ()),
    # Reasons that front ends turn into a way out.
    "file-exists": (InvalidInput, "The file to be written exists.", ("path",)),
    "reseeding-refused": (
        InvalidInput,
        "Another value of this field would change the Meta-Code of the file.",
        ("path", "field", "value"),
    ),
    "time-exceeded": (LimitExceeded, "The file takes too long to decode.", ("limit", "value")),
    "memory-exceeded": (LimitExceeded, "The file takes too much memory.", ("limit", "value")),
    "model-unknown": (InvalidInput, "The name is not that of a known model.", ("model",)),
    "model-kind-missing": (InvalidInput, "The kind of a model is not given.", ("model",)),
    "model-window-short": (InvalidInput, "The tokenizer cuts texts within a chunk.", ("model",)),
    "model-missing": (MissingDependency, "A known model is not installed.", ("model",)),
    "own-model-missing": (MissingDependency, "A model of your own is not installed.", ("model",)),
    "model-card-damaged": (
        LibraryError,
        "The file model.json of a model is not what iscckit wrote.",
        ("path", "model"),
    ),
    "model-file-missing": (
        VerificationFailed,
        "A file of an installed model is missing.",
        ("path", "model"),
    ),
    "extra-missing": (
        MissingDependency,
        "A package of an optional dependency group is not installed.",
        ("package", "extra"),
    ),
    "package-missing": (MissingDependency, "A package is not installed.", ("package",)),
    "cuda-runtime-missing": (MissingDependency, "The installed runtime does not support CUDA.", ()),
    "transfer-broken": (RemoteFailed, "The download broke off; its bytes are kept.", ("url",)),
    "library-missing": (LibraryError, "The folder has no library.", ("folder",)),
    "library-older": (
        LibraryError,
        "The library has an older format.",
        ("path", "format", "newest"),
    ),
    "library-newer": (
        LibraryError,
        "The library has a format that this version does not know.",
        ("path", "format", "newest"),
    ),
    "file-changed": (
        UnreadableFile,
        "The file changed since it was read.",
        ("path", "reason"),
    ),
    "same-file": (
        UnreadableFile,
        "Two paths lead to one file, which is no copy of itself.",
        ("path", "reason", "kept"),
    ),
    "attributes-differ": (
        UnreadableFile,
        "Owner, mode or attributes of two files differ, and a link has only one of each.",
        ("path", "reason", "kept"),
    ),
    "links-cut": (
        UnreadableFile,
        "The file has further names, which would keep the old bytes.",
        ("path", "reason", "links"),
    ),
    "attributes-lost": (
        UnreadableFile,
        "The new file cannot get the owner, the mode or the attributes of the old one.",
        ("path", "reason"),
    ),
    "write-protected": (UnreadableFile, "The file is write-protected.", ("path", "reason")),
    "reference-empty": (
        InvalidInput,
        "A folder of reference does not exist or covers no file of the library.",
        ("folder",),
    ),
    "library-damaged": (LibraryError, "The catalog of a library is damaged.", ("path",)),
    "item-damaged": (
        LibraryError,
        "What the library knows of a file is damaged.",
        ("path", "item"),
    ),
    "library-changed": (
        LibraryError,
        "Another process wrote the catalog while it was read.",
        ("path",),
    ),
    "index-damaged": (LibraryError, "A file of an index is damaged.", ("path",)),
    "column-missing": (
        InvalidInput,
        "A table or a line has no column with contents.",
        ("path", "column"),
    ),
    "decisions-differ": (
        InvalidInput,
        "The file of decisions is about another input, or was made in another way.",
        ("path",),
    ),
    "binding-differs": (
        VerificationFailed,
        "What travels with a signed note is not what the note or the log binds.",
        (),
    ),
    "merkle-proof-wrong": (VerificationFailed, "Hashes do not lead to the root of the log.", ()),
    "checkpoint-foreign": (
        VerificationFailed,
        "A checkpoint is of another log or not signed by its key.",
        (),
    ),
    "timestamp-refused": (
        VerificationFailed,
        "The timestamp authority refused the request.",
        (),
    ),
    "timestamp-message-differs": (VerificationFailed, "The timestamp is of other bytes.", ()),
    "timestamp-nonce-differs": (
        VerificationFailed,
        "The timestamp answers another request.",
        (),
    ),
    "timestamp-invalid": (
        VerificationFailed,
        "The signature of a timestamp, or what belongs to it, does not hold.",
        ("check",),
    ),
    "timestamp-root-unknown": (
        VerificationFailed,
        "No chain leads from the timestamp authority to a known root.",
        ("authority",),
    ),
    "address-refused": (
        RemoteFailed,
        "An address found in a document does not lead to the public internet.",
        ("url",),
    ),
    "redirect-refused": (RemoteFailed, "The server redirects to another address.", ("url",)),
    "remote-slow": (RemoteFailed, "The server does not answer in time.", ("url",)),
    "hub-refused": (
        RemoteFailed,
        "A hub refuses a request.",
        ("url", "status", "code", "field"),
    ),
    "receipt-foreign": (
        VerificationFailed,
        "A hub gives a receipt or an ISCC-ID of something else.",
        ("url",),
    ),
    "remote-large": (RemoteFailed, "The answer of the server is too large.", ("url",)),
    "log-missing": (LibraryError, "The folder has no log.", ("folder",)),
    "log-damaged": (LibraryError, "A log is not what was written.", ("path",)),
    "log-rolled-back": (
        VerificationFailed,
        "The log is an older copy: a later checkpoint of it is known.",
        ("pinned", "size"),
    ),
    "log-forked": (
        VerificationFailed,
        "The log is another than the one of this name that is known.",
        ("size",),
    ),
    "pin-damaged": (
        VerificationFailed,
        "The file with the last checkpoint of a log is damaged or of another log.",
        ("path",),
    ),
    "clock-wrong": (LibraryError, "The clock is behind the last entry of a log, or leapt.", ()),
    "log-frozen": (VerificationFailed, "A log that is followed was rewritten.", ("path",)),
    "evidence-weak": (
        VerificationFailed,
        "Checkpoints do not show what is said against a log.",
        (),
    ),
    "nonce-reused": (VerificationFailed, "The nonce of a note is used.", ("nonce",)),
    "declaration-deleted": (VerificationFailed, "A declaration is deleted already.", ()),
    "range-wrong": (VerificationFailed, "The proof of a byte range does not hold.", ()),
    "bytes-changed": (VerificationFailed, "Bytes changed, but neither size nor time did.", ()),
    # Reasons of documents that are signed.
    "malformed-document": (
        InvalidInput,
        "A document of the declaration protocol is malformed.",
        ("field",),
    ),
    "signature-invalid": (VerificationFailed, "A signature does not hold, or a key is weak.", ()),
    "key-unexpected": (VerificationFailed, "Another key signed than the expected one.", ("key",)),
    "key-changed": (VerificationFailed, "Another key is pinned under this name.", ("subject",)),
    "key-exists": (InvalidInput, "A key has this name; keys are never replaced.", ("path",)),
    "key-missing": (LibraryError, "There is no key of this name.", ("key", "folder")),
    "passphrase-wrong": (VerificationFailed, "The passphrase does not open the key.", ()),
    "signer-failed": (VerificationFailed, "The command that signs did not sign.", ()),
}
