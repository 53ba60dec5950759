"""The exit codes of ``iscc``, and the exit code of each class of errors."""

from __future__ import annotations

from iscckit import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

__all__ = [
    "BROKEN_PIPE",
    "DIFFERENT",
    "DONE",
    "EXIT_CODES",
    "FAILED",
    "INTERRUPTED",
    "USAGE",
    "exit_code",
]

DONE: Final = 0
FAILED: Final = 1  # at least one file failed; the others are done
USAGE: Final = 2  # the command was not understood; nothing was done
DIFFERENT: Final = 3  # verification or comparison says different
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
BROKEN_PIPE: Final = 141  # 128 + SIGPIPE: the reader of the output went away

EXIT_CODES: Final[dict[type[Exception], int]] = {
    errors.IsccError: FAILED,
    errors.InvalidInput: USAGE,
    errors.InvalidCode: USAGE,
    errors.UnreadableFile: FAILED,
    errors.UnsupportedMedia: FAILED,
    errors.ExtractionFailed: FAILED,
    errors.LimitExceeded: FAILED,
    errors.MissingDependency: FAILED,
    errors.LibraryError: FAILED,
    errors.RemoteFailed: FAILED,
    errors.VerificationFailed: DIFFERENT,
}


def exit_code(error: BaseException) -> int:
    """Return the exit code of the nearest class of ``error`` in ``EXIT_CODES``."""
    for cls in type(error).__mro__:
        if cls in EXIT_CODES:
            return EXIT_CODES[cls]
    raise error
