"""The options of all verbs that can make Semantic-Codes, and the folder of models."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from iscckit.cli.user_folders import data_folder

if TYPE_CHECKING:
    from iscckit.records.options import Semantics

__all__ = ["default_models", "model_names", "models_option", "semantic_options"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Command = TypeVar("Command", bound=Callable[..., object])


def default_models() -> str:
    """Return the folder of the models of this user, in the place that the system prescribes."""
    return data_folder("models")


def models_option(command: Command) -> Command:
    """Add ``--models`` to a command; the environment variable is the default."""
    return click.option(
        "--models",
        type=click.Path(file_okay=False),
        envvar="ISCCKIT_MODELS",
        show_envvar=True,
        metavar="DIR",
        help="Folder of the models; by default one for each user.",
    )(command)


def model_names(command: Command) -> Command:
    """Add ``--text-model`` and ``--image-model`` to a command."""
    text = click.option("--text-model", default="iscc-sct", show_default=True, metavar="NAME",
                        help="Model for texts.")  # fmt: skip
    image = click.option("--image-model", default="iscc-sci", show_default=True, metavar="NAME",
                         help="Model for pictures.")  # fmt: skip
    return text(image(command))


def semantic_options(
    command: Callable[Concatenate[Semantics | None, Arguments], Answer],
) -> Callable[Arguments, Answer]:
    """Add ``--semantic`` and its further options; the command gets one value for all of them."""

    @click.option("--semantic", is_flag=True, help="Add the Semantic-Codes of texts and pictures.")
    @models_option
    @click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto",
                  show_default=True, help="Where models run.")  # fmt: skip
    @model_names
    @wraps(command)
    def with_semantics(*args: Arguments.args, **values: Arguments.kwargs) -> Answer:
        from iscckit.records.options import Semantics

        given = {name: values.pop(name) for name in ("models", "device")}
        text, image = values.pop("text_model"), values.pop("image_model")
        wanted = values.pop("semantic")
        folder = given["models"] or default_models()
        chosen = Semantics(str(folder), given["device"], str(text), str(image))  # type: ignore[arg-type]  # click.Choice has checked it
        return command(chosen if wanted else None, *args, **values)

    return with_semantics
