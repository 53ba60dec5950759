"""Ways out: the option or command that helps against an error on the command line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from iscckit.errors import IsccError

__all__ = ["WAYS_OUT", "add_way_out", "describe"]

# One row a reason of ``errors.REASONS``; None if there is no way out. Names in braces are facts of
# the error.
WAYS_OUT: Final[dict[str, str | None]] = {
    "error": None,
    "invalid-input": None,
    "invalid-code": None,  # the message has the repair, if there is one
    "unreadable-file": None,
    "unsupported-media": None,
    "extraction-failed": None,
    "limit-exceeded": None,
    "missing-dependency": None,
    "library-error": None,
    "remote-failed": None,
    "verification-failed": None,
    "file-exists": "--force replaces it",
    "reseeding-refused": "--reseed allows it",
    "model-unknown": "iscc models add installs a model of your own",
    "model-kind-missing": "--kind says that it is a model of your own",
    "model-missing": "iscc models get {model} installs it",
    "own-model-missing": "iscc models add {model} FILE installs it",
    "model-card-damaged": "iscc models get or iscc models add installs the model again",
    "model-window-short": "iscc models add {model} with a smaller --capacity replaces it",
    "model-file-missing": "iscc models get or iscc models add installs the model again",
    "extra-missing": "pip install 'iscckit[{extra}]'",
    "package-missing": "pip install {package}",
    "cuda-runtime-missing": "pip uninstall onnxruntime, then pip install onnxruntime-gpu",
    "transfer-broken": "the same command continues where it stopped",
    "library-missing": "iscc scan makes one",
    "library-older": "iscc scan brings it up to date",
    "library-newer": "use the version that made it, or a newer one",
    "file-changed": "iscc scan reads it again",
    "bytes-changed": "iscc scan --verify accepts the new bytes",
}


def describe(error: IsccError) -> str:
    """Return the message of an error, with the way out if there is one."""
    return add_way_out(str(error), error.reason_code, error.facts)


def add_way_out(message: str, reason_code: str, facts: Mapping[str, object]) -> str:
    """Return ``message``, with the way out if there is one.

    Args:
        message: The fault in words.
        reason_code: A row of ``WAYS_OUT``; an unknown or empty code has no way out.
        facts: The values of the names in the way out.
    """
    way = WAYS_OUT.get(reason_code)
    return message if way is None else f"{message}; {way.format_map(facts)}"
