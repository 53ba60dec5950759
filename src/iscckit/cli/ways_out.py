"""Ways out: the option or command that helps against an error on the command line."""

from __future__ import annotations

from iscckit.errors import IsccError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from iscckit.records.options import Semantics
    from iscckit.records.record import Record

__all__ = ["WAYS_OUT", "add_way_out", "describe", "describe_missing"]

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
    "time-exceeded": "--timeout allows more",
    "memory-exceeded": "--memory allows more",
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
    "library-damaged": "iscc library check says what is lost",
    "item-damaged": "iscc library check --repair removes it, so that iscc scan reads it again",
    "library-changed": "the same command reads it again",
    "index-damaged": "iscc library check --repair writes it again",
    "file-changed": "iscc scan reads it again",
    "same-file": None,
    "attributes-differ": "--ignore-attributes links it all the same",
    "links-cut": "--cut-links changes this name only",
    "attributes-lost": "-o writes a copy",
    "write-protected": "-o writes a copy",
    "reference-empty": None,
    "binding-differs": None,
    "merkle-proof-wrong": None,
    "checkpoint-foreign": None,
    "timestamp-refused": None,
    "timestamp-message-differs": None,
    "timestamp-nonce-differs": "the same command asks again",
    "timestamp-invalid": None,
    "timestamp-root-unknown": "iscc trust add FILE pins a root certificate",
    "address-refused": None,
    "redirect-refused": None,
    "remote-slow": None,
    "hub-refused": None,
    "receipt-foreign": None,
    "remote-large": None,
    "log-missing": "iscc log init makes one",
    "log-damaged": "iscc log check names the first entry that is damaged",
    "log-rolled-back": "bring back the newest copy of the log",
    "log-forked": "bring back the log that was there before",
    "pin-damaged": "delete that file if iscc log check finds the log whole",
    "clock-wrong": "set the clock and start again",
    "log-frozen": "iscc verify {path} shows it to others",
    "evidence-weak": None,
    "nonce-reused": None,
    "declaration-deleted": None,
    "range-wrong": None,
    "bytes-changed": "iscc scan --verify accepts the new bytes",
    "malformed-document": None,
    "signature-invalid": None,
    "key-unexpected": None,
    "key-changed": "iscc trust remove {subject} forgets the old key",
    "key-exists": "another name keeps both",
    "key-missing": "iscc key new {key} makes one",
    "passphrase-wrong": None,
    "signer-failed": None,
}

_UNDIVIDED: Final = "--mixed makes a code of what it holds"


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


def describe_missing(record: Record, semantic: Semantics | None) -> Iterator[tuple[str, str]]:
    """Yield the units that a record lacks: the name of each, and the reason with the way out.

    Args:
        record: The record of a file. It holds reasons as sentences, so that the model is looked up
            again, to tell whether its absence is the reason.
        semantic: The models for the Semantic-Code, or None.
    """
    for unit, why in record.missing.items():
        if unit == "content" and record.undivided:
            yield unit, f"{why}; {_UNDIVIDED}"
        elif unit == "semantic" and semantic is not None:
            yield unit, _describe_model(record, semantic, why)
        else:
            yield unit, why


def _describe_model(record: Record, semantic: Semantics, why: str) -> str:
    from iscckit.models.registry import find  # only with models

    try:
        find(semantic.models, semantic.image if record.mode == "image" else semantic.text)
    except IsccError as error:
        return describe(error) if str(error) == why else why
    return why
