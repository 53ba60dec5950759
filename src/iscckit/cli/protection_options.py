"""The options of every verb that decodes files: how its decoders are kept from doing harm."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Protection", "protection_options", "sandbox_option"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Command = TypeVar("Command", bound=Callable[..., object])


class Protection(NamedTuple):
    """How decoders are kept from doing harm.

    Attributes:
        quota: What one file may use up.
        sandbox: Whether worker processes give up their rights.
    """

    quota: Quota
    sandbox: Sandbox


def sandbox_option(command: Command) -> Command:
    """Add ``--sandbox`` to a command."""
    return click.option(
        "--sandbox",
        type=click.Choice(["auto", "require", "off"]),
        default="auto",
        show_default=True,
        help="Confinement of workers: as far as the system can, or it must.",
    )(command)


def protection_options(
    command: Callable[Concatenate[Protection, Arguments], Answer],
) -> Callable[Arguments, Answer]:
    """Add ``--sandbox``, ``--timeout`` and ``--memory``; the command gets one value for all."""

    @sandbox_option
    @click.option("--timeout", type=click.FloatRange(1), metavar="SECONDS",
                  help="That one file may take; by default more for a larger one.")  # fmt: skip
    @click.option("--memory", type=click.IntRange(256), metavar="MIB",
                  help="That one file may take; by default more for a larger one.")  # fmt: skip
    @wraps(command)
    def with_protection(*args: Arguments.args, **values: Arguments.kwargs) -> Answer:
        from iscckit.workers.limits import Quota
        from iscckit.workers.sandbox_mode import is_wanted

        timeout, memory = values.pop("timeout"), values.pop("memory")
        sandbox: Sandbox = values.pop("sandbox")  # type: ignore[assignment]  # click has checked it
        is_wanted(sandbox)  # refuse what the system cannot do before the first file
        quota = Quota(timeout, memory and memory << 20)  # type: ignore[arg-type, operator]
        return command(Protection(quota, sandbox), *args, **values)

    return with_protection
