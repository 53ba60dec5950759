"""The command ``iscc``: what verbs there are, and the only place that knows exit codes.

This module imports nothing but the standard library's lightest parts, so that ``iscc --help``
answers at once. Click and the module of a verb are loaded when a verb runs (cli/group.py).
"""

from __future__ import annotations

import gc
import os
import sys

from iscckit import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

__all__ = ["COMMANDS", "DIFFERENT", "DONE", "EXIT_CODES", "FAILED", "USAGE", "exit_code", "main"]

DONE: Final = 0
FAILED: Final = 1  # at least one file failed; the others are done
USAGE: Final = 2  # the command was not understood; nothing was done
DIFFERENT: Final = 3  # verification or comparison says different
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
BROKEN_PIPE: Final = 141  # 128 + SIGPIPE: the reader of the output went away

_GARBAGE: Final = 20_000  # new objects between two searches for cycles; Python's default is 700

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

# One row a verb: name, module, one line of help. The verb is the module's attribute of that name.
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("create", "iscckit.cli.create", "Make the ISCC of files, folders or standard input."),
    ("compare", "iscckit.cli.codes", "Say how two files or codes relate, unit by unit."),
    ("meta", "iscckit.cli.media", "Print what files say about themselves, and where."),
    ("inspect", "iscckit.cli.codes", "Take a code apart: units, headers, encodings, repairs."),
    ("sum", "iscckit.cli.sum", "Print and verify ISCC checksums that tell similar from other."),
    ("embed", "iscckit.cli.embed", "Write metadata into a file or a copy of it."),
    ("thumbnail", "iscckit.cli.thumbnail", "Make a small picture of a file."),
    ("scan", "iscckit.cli.scan", "Bring the library up to date with folders."),
    (
        "search",
        "iscckit.cli.search",
        "Find files, codes, texts or parts of them in the library.",
    ),
    ("dupes", "iscckit.cli.dupes", "Print what is there twice, and deal with it."),
    ("verify", "iscckit.cli.verify", "Say which files are no longer what they were."),
    ("reuse", "iscckit.cli.reuse", "Print which files contain parts of which others."),
    ("export", "iscckit.cli.reuse", "Write what the library knows as JSON lines, CSV or Parquet."),
    ("models", "iscckit.cli.models", "Get, add and verify the models for Semantic-Codes."),
    ("serve", "iscckit.cli.serve", "Serve the playground in the browser and the REST interface."),
    ("formats", "iscckit.cli.formats", "Print which formats are read, and how they are divided."),
    ("selftest", "iscckit.cli.selftest", "Run the official vectors and the twins on this machine."),
    ("completion", "iscckit.cli.completion", "Print the completion script for bash, zsh or fish."),
)

_HELP: Final = """\
Usage: iscc COMMAND [OPTIONS] [ARGS]...

  International Standard Content Code (ISO 24138:2024): identify files by what
  they contain, and find out which of them are the same, similar or unrelated.

Commands:
{commands}

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit; also after a command.

Try:
  iscc create photo.jpg        one file, a card to read
  iscc create --json FOLDER    every file in it, one JSON object a line
  iscc compare old.txt new.txt

Exit codes: 0 done, 1 a file failed (the others are done), 2 usage,
3 verification or comparison says different.
"""


def help_text() -> str:
    """Return what ``iscc --help`` prints."""
    width = max(len(name) for name, _, _ in COMMANDS)
    return _HELP.format(
        commands="\n".join(f"  {name:{width}}  {line}" for name, _, line in COMMANDS)
    )


def exit_code(error: BaseException) -> int:
    """Return the exit code of ``error``: that of its nearest class in ``EXIT_CODES``."""
    for cls in type(error).__mro__:
        if cls in EXIT_CODES:
            return EXIT_CODES[cls]
    raise error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the only place that turns an error into an exit code.

    Args:
        arguments: What follows the program's name; by default ``sys.argv[1:]``.

    Returns:
        The exit code of the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Processes that this one starts must not import what lies in the folder it was called from.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    if sys.stderr is None:  # closed by the caller, as with 2>&-
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (until the end)
    if sys.stdout is None:
        print("iscc: standard output is closed", file=sys.stderr)
        return FAILED
    try:
        if given in (["--help"], ["-h"]):
            sys.stdout.write(help_text())
            code = DONE
        else:
            if arguments is None:
                # The process is ours: start-up makes many objects and hardly any garbage.
                gc.set_threshold(_GARBAGE)
            from iscckit.cli.group import run  # noqa: PLC0415 (click is slow to import)

            code = run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_output()  # whoever read us has seen enough (`iscc ... | head`)
        return BROKEN_PIPE
    except OSError as error:
        # Files have errors of their own: this is a standard stream, or room for temporary files.
        print(f"iscc: {error.strerror or error}", file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:
            _abandon_output()
        return FAILED
    except KeyboardInterrupt as interrupt:
        done = f": {interrupt}" if str(interrupt) else ""
        print(f"iscc: interrupted{done}", file=sys.stderr)  # click has ended the line of ^C
        return INTERRUPTED
    except errors.IsccError as error:
        from iscckit.cli.terminal import report  # noqa: PLC0415

        report(str(error))
        return exit_code(error)
    return code


def _abandon_output() -> None:
    """Let what standard output still holds vanish, or Python would complain while it closes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
