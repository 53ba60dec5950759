"""``iscc embed``: write metadata into files."""

from __future__ import annotations

import os

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.record_card import print_record
from iscckit.cli.terminal import safe, silence_libraries, write_line
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed_task import embed_apart

__all__ = ["embed"]


@click.command()
@click.argument("file", type=click.Path())
@click.option("--name", help="Title of the work; it goes into the Meta-Code.")
@click.option("--description", help="What tells it from works of the same title; likewise.")
@click.option("--meta", help="A Data-URL with metadata of any schema; likewise.")
@click.option("--creator", help="Who made it.")
@click.option("--license", help="URL of its licence.")
@click.option("--acquire", help="URL where a licence can be acquired.")
@click.option("--rights", help="Copyright notice.")
@click.option("--credit", help="Line that must accompany a copy.")
@click.option("--keywords", help="Subjects, separated by commas.")
@click.option("--iscc", "with_iscc", is_flag=True, help="Write the ISCC of the file as well.")
@click.option("-o", "--output", type=click.Path(), help="Write a copy.")
@click.option("--in-place", is_flag=True, help="Change FILE itself, in one step.")
@click.option("--cut-links", is_flag=True,
              help="With --in-place: other hard links of FILE keep the old bytes.")  # fmt: skip
@click.option("--reseed", is_flag=True, help="Allow to change name, description and meta.")
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print the new record as JSON.")
@protection_options
def embed(  # noqa: PLR0917 (one an option)
    protection: Protection,
    /,
    file: str,
    output: str | None,
    in_place: bool,
    cut_links: bool,
    with_iscc: bool,
    reseed: bool,
    force: bool,
    as_json: bool,
    **fields: str | None,
) -> int:
    """Write metadata into FILE: into a copy with -o, or into the file itself with --in-place.

    The result is read back before it takes its place: the Content-Code must be the same, and the
    metadata as given. Name, description and meta make the Meta-Code, so where the file has them
    they change only with --reseed. With --in-place the file keeps its owner, mode, access control
    lists and attributes; a file that is write-protected or has further hard links is left as it is.

    Exit codes: 0 done, 1 the file could not be read or written, 2 usage, 3 the result would not
    hold what was written.
    """
    if (output is None) is not in_place:
        raise click.UsageError("say either -o OUTPUT or --in-place")
    if output is not None:
        if os.path.lexists(output) and os.path.exists(file) and os.path.samefile(file, output):
            raise click.UsageError("OUTPUT is FILE itself: --in-place changes it")
        if os.path.lexists(output) and not force:
            raise click.UsageError(f"{safe(output)} exists; --force replaces it")
    with silence_libraries():
        record = embed_apart(
            file,
            Metadata(**fields),
            out=output,
            reseed=reseed,
            with_iscc=with_iscc,
            cut_links=cut_links,
            quota=protection.quota,
            sandbox=protection.sandbox,
        )
    if as_json:
        write_line(record.to_json())
    else:
        print_record(record)
    return DONE
