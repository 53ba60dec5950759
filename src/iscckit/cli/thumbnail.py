"""``iscc thumbnail``: a small picture of a file."""

from __future__ import annotations

import json
import os
from base64 import b64encode

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import safe, silence_libraries, write_line
from iscckit.files.atomic import write_whole
from iscckit.media.readers.thumbnail import SIDE
from iscckit.records.probe_task import picture_apart
from iscckit.records.safe_text import readable

__all__ = ["thumbnail"]


@click.command()
@click.argument("file", type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="Write a WebP file instead of a Data-URL.")
@click.option("--size", type=click.IntRange(16, 2048), default=SIDE, show_default=True,
              help="Pixels of the longer side.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object with the Data-URL.")
@protection_options
def thumbnail(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    file: str,
    output: str | None,
    size: int,
    force: bool,
    as_json: bool,
) -> int:
    """Print a small picture of FILE as a Data-URL.

    Pictures and drawings show themselves, a PDF its first page, a book its cover, a video its most
    typical picture, sound its cover art or its waveform, an office file its preview or its first
    picture.

    Exit codes: 0 done, 1 the file could not be read or has no picture, 2 usage.
    """
    if output is not None and os.path.lexists(output) and not force:
        raise click.UsageError(f"{safe(output)} exists; --force replaces it")
    with silence_libraries():
        data = picture_apart(file, size, *protection)
    url = "data:image/webp;base64," + b64encode(data).decode()
    if output is not None:
        write_whole(output, data, force=force)
    if as_json:
        shown = readable(file)
        write_line(json.dumps({"path": shown, "thumbnail": url}, ensure_ascii=False))
    elif output is None:
        write_line(url)
    return DONE
