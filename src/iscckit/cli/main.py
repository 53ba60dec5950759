"""The command ``iscc``; only this module turns an error into an exit code.

The module imports only light parts of the standard library, so that ``iscc --help`` answers at
once. Click and the module of a verb are loaded when a verb runs (cli/group.py).
"""

from __future__ import annotations

import gc
import os
import sys

from iscckit import errors
from iscckit.cli.commands import help_text
from iscckit.cli.exit_codes import BROKEN_PIPE, DONE, FAILED, INTERRUPTED, exit_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

__all__ = ["main"]

_GARBAGE: Final = 50_000  # new objects between two searches for cycles; the default is 700


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and turn errors into exit codes.

    Args:
        arguments: The arguments behind the name of the program; by default ``sys.argv[1:]``.

    Returns:
        The exit code of the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not _prepare_streams():
        return FAILED
    try:
        if given in (["--help"], ["-h"]):
            sys.stdout.write(help_text())
            code = DONE
        else:
            if arguments is None:
                # In a process of ``iscc``, start-up makes many objects and little garbage.
                gc.set_threshold(_GARBAGE)
            from iscckit.cli.group import run  # click is slow to import

            code = run(given)
        sys.stdout.flush()
        if arguments is None:
            gc.freeze()  # the process ends: its last search for cycles need not look at these
    except BrokenPipeError:
        _abandon_output()  # the reader has closed the pipe (`iscc ... | head`)
        return BROKEN_PIPE
    except OSError as error:
        # Errors of files are IsccErrors: this is a standard stream, or space for temporary files.
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
        from iscckit.cli.terminal import report

        report(error)
        return exit_code(error)
    return code


def _prepare_streams() -> bool:
    """Prepare standard streams and child processes; return False if standard output is closed."""
    # Child processes must not import modules from the current folder.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    if sys.stderr is None:  # the caller has closed it, as with 2>&-
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (until the end)
    if sys.stdout is None:
        print("iscc: standard output is closed", file=sys.stderr)
        return False
    return True


def _abandon_output() -> None:
    """Discard the buffer of standard output, which Python could not write when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
