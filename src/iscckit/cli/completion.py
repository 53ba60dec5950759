"""``iscc completion``: the scripts by which shells complete verbs and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  iscc completion bash > ~/.local/share/bash-completion/completions/iscc
    zsh:   iscc completion zsh > a file _iscc in a folder of $fpath
    fish:  iscc completion fish > ~/.config/fish/completions/iscc.fish
    """  # noqa: D301 (click reads \\b as "do not wrap")
    cls = get_completion_class(shell)
    assert cls is not None  # click.Choice allows only shells that click knows
    click.echo(cls(ctx.find_root().command, {}, "iscc", "_ISCC_COMPLETE").source())
