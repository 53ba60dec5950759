"""The click group of ``iscc``, which imports the module of a verb when the verb is used."""

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
    """A group that imports commands on first use."""

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
        The exit code of the verb, by default 0.

    Raises:
        IsccError: An error that the verb does not handle.
        BrokenPipeError: The reader of the output closed it.
        KeyboardInterrupt: The user pressed Ctrl-C; the text says what was done.
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
        # Click exits like this if the reader of the output closed it; verbs never do.
        raise BrokenPipeError from error
    except click.Abort as error:
        # Click wraps Ctrl-C; the text of the cause is the progress of the verb.
        raise KeyboardInterrupt(*getattr(error.__cause__, "args", ())) from error
    return result if isinstance(result, int) else DONE
