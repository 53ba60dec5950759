"""``iscc models``: list, download, add, verify and remove the models for Semantic-Codes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import size_in_words
from iscckit.cli.progress import Progress
from iscckit.cli.semantic_options import default_models, models_option
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import LibraryError, VerificationFailed
from iscckit.models.download import get as download
from iscckit.models.model_card import KNOWN
from iscckit.models.registry import CustomModel, check, find
from iscckit.models.registry import add as add_model
from iscckit.models.registry import list_names as names_in
from iscckit.models.registry import remove as remove_model

if TYPE_CHECKING:
    from iscckit.models.model_card import Model

__all__ = ["models"]


@click.group()
def models() -> None:
    """Keep the models that Semantic-Codes are made with.

    A model is a file of weights, and for texts a tokenizer as well. Known models are downloaded by
    ``get`` or added from files by ``add``; files of known models must be the known ones, byte for
    byte. Models of your own make codes of a private version, which are never compared with others.
    """


@models.command("list")
@models_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_models(models: str | None, as_json: bool) -> int:
    """Print which models are known and which are installed.

    Exit codes: 0 done, 1 the card of a model cannot be read.
    """
    folder = models or default_models()
    there: dict[str, Model] = {}
    code = DONE
    for name in names_in(folder):
        try:
            there[name] = find(folder, name)
        except LibraryError as error:
            report(error)
            code = FAILED
    for model in [*KNOWN, *(each for each in there.values() if each.name not in _KNOWN_NAMES)]:
        if as_json:
            write_line(json.dumps(_as_json(model, model.name in there), ensure_ascii=False))
        else:
            _print(model, model.name in there)
    return code


@models.command("get")
@click.argument("name", type=click.Choice([model.name for model in KNOWN]))
@models_option
@click.option("--mirror", metavar="URL", help="Address of a folder with the same files.")
def get_model(name: str, models: str | None, mirror: str | None) -> int:
    """Download the known model NAME; a download that broke off goes on where it stopped.

    One that is installed and intact is not downloaded again.
    """
    bars: dict[str, Progress] = {}

    def show(file: str, have: int, total: int | None) -> None:
        bar = bars.setdefault(file, Progress(total or 0))
        bar.draw(have, f"{file} {size_in_words(have)}")

    try:
        is_new = download(models or default_models(), name, mirror=mirror, progress=show)
    finally:
        for bar in bars.values():
            bar.clear()
    told = "" if is_new else "  already, and intact; nothing was downloaded"
    write_line(f"{paint('installed', 'good')}  {name}{told}")
    return DONE


@models.command("add")
@click.argument("name")
@click.argument("weights", type=click.Path(exists=True, dir_okay=False))
@click.option("--tokenizer", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="Of a model for texts: its tokenizer.json.")  # fmt: skip
@click.option("--kind", type=click.Choice(["text", "image"]), help="Of a model of your own.")
@click.option("--licence", default="", help="Of a model of your own; for people to read.")
@click.option("--provenance", default="", help="Likewise: where it comes from.")
@click.option("--capacity", default=127, show_default=True, metavar="TOKENS",
              help="Of a model of your own for texts: length of a chunk.")  # fmt: skip
@click.option("--overlap", default=48, show_default=True, metavar="TOKENS",
              help="Likewise: what neighbouring chunks share at most.")  # fmt: skip
@click.option("--side", default=512, show_default=True, metavar="PIXELS",
              help="Of a model of your own for pictures: side of its square.")  # fmt: skip
@models_option
def add(  # noqa: PLR0917 (one argument an option)
    name: str,
    weights: str,
    tokenizer: str | None,
    kind: str | None,
    licence: str,
    provenance: str,
    capacity: int,
    overlap: int,
    side: int,
    models: str | None,
) -> int:
    """Install the model NAME from the file WEIGHTS, known or your own."""
    own = None
    if kind is not None:
        own = CustomModel(kind, licence, provenance, capacity, overlap, side)  # type: ignore[arg-type]  # click.Choice has checked it
    model = add_model(models or default_models(), name, weights, tokenizer, own)
    write_line(f"{paint('installed', 'good')}  {model.name}{_version(model)}")
    return DONE


@models.command("verify")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@models_option
def verify_models(names: tuple[str, ...], models: str | None) -> int:
    """Read the files of models again and compare them with what was installed.

    Exit codes: 0 all are what they were, 3 one is not, or cannot be read.
    """
    folder = models or default_models()
    chosen = names or names_in(folder)
    code = DONE
    for name in chosen:
        try:
            check(folder, find(folder, name))
        except (VerificationFailed, LibraryError) as error:
            report(error)
            code = DIFFERENT
        else:
            write_line(f"{paint('intact', 'good')}  {name}")
    if not chosen:
        sys.stderr.write("no model is installed\n")
    return code


@models.command("remove")
@click.argument("name")
@models_option
def remove(name: str, models: str | None) -> int:
    """Delete the model NAME."""
    remove_model(models or default_models(), name)
    write_line(f"{paint('removed', 'warn')}  {safe(name)}")
    return DONE


_KNOWN_NAMES = frozenset(model.name for model in KNOWN)


def _as_json(model: Model, is_installed: bool) -> dict[str, object]:
    return {
        "name": model.name,
        "kind": model.kind,
        "installed": is_installed,
        "version": model.version,
        "licence": model.licence,
        "provenance": model.provenance,
        "files": [
            {"name": file.name, "size": file.size, "blake3": file.blake3, "url": file.url or None}
            for file in model.files
        ],
    }


def _print(model: Model, is_installed: bool) -> None:
    state = paint("installed", "good") if is_installed else paint("not installed", "dim")
    write_line(f"{model.name}  ({model.kind}, {state}){_version(model)}")
    write_line(f"  {safe(model.provenance)}; licence {safe(model.licence or 'not told')}")
    for file in model.files:
        size = "size unknown" if file.size is None else size_in_words(file.size)
        write_line(paint(f"  {file.name}  {size}  BLAKE3 {file.blake3}", "dim"))
        if file.url and not is_installed:
            write_line(paint(f"    {file.url}", "dim"))


def _version(model: Model) -> str:
    return f"  private version {model.version}" if model.version else ""
