"""The click group behind ``iscc``: finds a verb's module when the verb is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from iscckit.cli.commands import COMMANDS, help_text
from iscckit.cli.exit_codes import DONE, USAGE
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["iscc", "run"]

_MODULES = {name: module for name, module, _ in COMMANDS}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        return cast("click.Command", getattr(import_module(_MODULES[cmd_name]), cmd_name))

    def get_help(self, ctx: click.Context) -> str:
        return help_text().rstrip("\n")


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="iscc", message="%(prog)s %(version)s")
def iscc() -> None:
    """Show and use everything that ISO 24138:2024 defines."""


def run(arguments: Sequence[str]) -> int:
    """Run ``iscc`` with ``arguments``.

    Returns:
        The exit code that the verb gave, 0 where it gave none.

    Raises:
        IsccError: What the verb could not handle.
        BrokenPipeError: Whoever read the output went away.
        KeyboardInterrupt: The user pressed Ctrl-C; its text says what was done.
    """
    try:
        result = iscc.main(args=list(arguments), prog_name="iscc", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as error:
        # So click leaves when the reader of our output is gone; nothing of ours leaves this way.
        raise BrokenPipeError from error
    except click.Abort as error:
        # Click wraps Ctrl-C; what the verb said about its progress is the cause's text.
        raise KeyboardInterrupt(*getattr(error.__cause__, "args", ())) from error
    return result if isinstance(result, int) else DONE
