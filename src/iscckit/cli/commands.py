"""The verbs of ``iscc``, and the text of ``iscc --help``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

__all__ = ["COMMANDS", "help_text"]

# One row a verb: its name, its module, a line of help. The module has an attribute of that name.
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("create", "iscckit.cli.create", "Make the ISCC of files, folders or standard input."),
    ("compare", "iscckit.cli.compare", "Say how two files or codes relate, unit by unit."),
    ("meta", "iscckit.cli.meta", "Print what files say about themselves, and where."),
    ("inspect", "iscckit.cli.inspect", "Take a code apart: units, headers, encodings, repairs."),
    ("sum", "iscckit.cli.sum", "Print and verify ISCC checksums that tell similar from other."),
    ("embed", "iscckit.cli.embed", "Write metadata into a file or a copy of it."),
    ("optout", "iscckit.cli.optout", "Say and read which uses, such as training, are reserved."),
    ("thumbnail", "iscckit.cli.thumbnail", "Make a small picture of a file."),
    ("scan", "iscckit.cli.scan", "Bring the library up to date with folders."),
    (
        "search",
        "iscckit.cli.search",
        "Find files, codes, texts or parts of them in the library.",
    ),
    ("dupes", "iscckit.cli.dupes", "Print what is there twice, and deal with it."),
    ("verify", "iscckit.cli.verify", "Check proofs, and say which files are not what they were."),
    ("verify", "iscckit.cli.verify", "Say which files are no longer what they were."),
    ("prove", "iscckit.cli.prove", "Write the proof that a file has certain bytes somewhere."),
    ("library", "iscckit.cli.library", "Check and repair what the library has stored."),
    ("reuse", "iscckit.cli.reuse", "Print which files contain parts of which others."),
    ("export", "iscckit.cli.export", "Write what the library knows as JSON lines, CSV or Parquet."),
    ("declare", "iscckit.cli.declare", "Say what is yours: a signed proof that others can check."),
    ("retract", "iscckit.cli.retract", "Log that a declaration is withdrawn."),
    ("proof", "iscckit.cli.proof", "Show, stamp, cut and export proofs."),
    ("key", "iscckit.cli.key", "Make and keep the keys that declarations are signed with."),
    ("trust", "iscckit.cli.trust", "Say whose signatures, logs and times count."),
    ("log", "iscckit.cli.log", "Keep the log of a hub, check it, and watch those of others."),
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
