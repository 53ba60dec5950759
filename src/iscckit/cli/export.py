"""``iscc export``: the whole library as JSON lines, CSV or Parquet."""

from __future__ import annotations

import os

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.library_option import default_library, library_option
from iscckit.files.atomic import atomic_write
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.export import export as export_items

__all__ = ["export"]


@click.command()
@click.argument("output", type=click.Path(dir_okay=False))
@library_option
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
def export(output: str, library: str | None, force: bool) -> int:
    """Write all that the library knows of its files into OUTPUT: .jsonl, .csv or .parquet.

    Exit codes: 0 done, 1 it cannot be written, 2 usage.
    """
    catalog = Catalog(library or default_library())
    try:
        with atomic_write(output, force=force) as file:
            export_items(catalog, file, os.path.splitext(output)[1].lower())
    finally:
        catalog.close()
    return DONE
