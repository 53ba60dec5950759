"""``iscc create``: the ISCC of files, folders or standard input."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, get_args

import click

from iscckit.cli.exit_codes import DONE, FAILED
from iscckit.cli.progress import Progress
from iscckit.cli.protection_options import protection_options
from iscckit.cli.semantic_options import semantic_options
from iscckit.cli.terminal import paint, report, safe, silence_libraries, standard_input, write_line
from iscckit.cli.ways_out import describe_missing
from iscckit.errors import IsccError, UnreadableFile
from iscckit.media.content_values import Profile
from iscckit.records.batch import Result, create_from_input, create_many
from iscckit.records.options import Options
from iscckit.units.meta import prepare
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from iscckit.cli.protection_options import Protection
    from iscckit.json_types import JsonValue
    from iscckit.records.options import Semantics
    from iscckit.records.record import Record

__all__ = ["create"]

_CARDS = 10  # more files than this get a line each


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option(
    "--bits",
    type=click.Choice([str(bits) for bits in range(64, 257, 32)]),
    default="64",
    show_default=True,
    help="Length of the units.",
)
@click.option("--units", is_flag=True, help="List the units the code is made of.")
@click.option("--granular", is_flag=True, help="Add fingerprints of passages, scenes and the like.")
@click.option("--byte-offsets", is_flag=True, help="Count places in texts in bytes of UTF-8.")
@click.option("--mixed", is_flag=True, help="Mixed-Codes of containers and whole folders.")
@click.option("--name", help="Title; by default the file name.")
@click.option("--description", help="What tells works of the same title apart.")
@click.option("--meta", metavar="JSON|DATA-URL|@FILE", help="Metadata that the code is to bind.")
@click.option("--no-extract-meta", is_flag=True, help="Take no title and the like from the file.")
@click.option(
    "--profile",
    type=click.Choice(get_args(Profile)),
    default="iscckit-1",
    show_default=True,
    help="Rules by which content becomes pixels and text.",
)
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("--filename", default="", help="With - as PATH: the name to go by.")
@protection_options
@semantic_options
def create(  # noqa: PLR0917 (one argument an option)
    semantic: Semantics | None,
    protection: Protection,
    paths: tuple[str, ...],
    as_json: bool,
    bits: str,
    units: bool,
    granular: bool,
    byte_offsets: bool,
    mixed: bool,
    name: str | None,
    description: str | None,
    meta: str | None,
    no_extract_meta: bool,
    profile: str,
    jobs: int | None,
    filename: str,
) -> int:
    """Print the ISCC of each PATH.

    A PATH is a file, a folder (walked in TREEWALK order, without what .isccignore files exclude)
    or - for standard input, of 64 GiB at most. Files whose content has no decoder get an ISCC-SUM,
    with the reason.
    With --mixed, documents, archives, videos and folders are one content each, made of parts.

    Exit codes: 0 done, 1 a file could not be read or decoded (the others are done), 2 usage.
    """
    options = Options(
        bits=int(bits),
        units=units,
        granular=granular,
        byte_offsets=byte_offsets,
        mixed=mixed,
        name=name,
        description=description,
        meta=_metadata(meta),
        extract_meta=not no_extract_meta,
        semantic=semantic,
        profile=profile,  # type: ignore[arg-type]  # click.Choice has checked it
    )
    prepare(name or "-", description, options.meta)  # refuse bad metadata before the first file
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- stands alone: standard input has one content")
        with silence_libraries():
            record = create_from_input(standard_input().fileno(), options, filename, *protection)
        return _show([Result("-", record)], semantic, as_json, 1)
    folders = [path for path in paths if mixed and os.path.isdir(path)]
    files, errors = _expand(path for path in paths if path not in folders)
    count = min(jobs or jobs_by_default(), max(len(files), 1))
    with silence_libraries():
        results = create_many(
            files, options, jobs=count, quota=protection.quota, sandbox=protection.sandbox
        )
        if folders:
            results = chain(results, _whole(folders, options, protection))
        code = _show(results, semantic, as_json, len(files) + len(folders))
    for error in errors:
        report(error)
    return FAILED if errors else code


def _metadata(given: str | None) -> str | dict[str, JsonValue] | None:
    """Read ``--meta``: a Data-URL, JSON text, or @ and the file that holds either."""
    if given is None:
        return None
    if given.startswith("@"):
        try:
            with open(given[1:], encoding="utf-8") as file:
                given = file.read().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(f"{safe(given[1:])}: {error}", param_hint="--meta") from error
    if given.startswith("data:"):
        return given
    try:
        value = json.loads(given)
    except (ValueError, RecursionError) as error:  # also numbers too long, brackets too deep
        raise click.BadParameter(f"not JSON: {error}", param_hint="--meta") from error
    if not isinstance(value, dict):
        raise click.BadParameter("must be a JSON object", param_hint="--meta")
    return value


def _expand(paths: Iterable[str]) -> tuple[list[str], list[UnreadableFile]]:
    """Return the files that ``paths`` stand for, and the folders that could not be walked."""
    files: list[str] = []
    errors: list[UnreadableFile] = []
    for path in paths:
        if not os.path.isdir(path):
            files.append(path)
            continue
        from iscckit.files.temporary import is_temporary  # not needed for a file
        from iscckit.files.tree.walk import walk

        root = path.rstrip("/")
        found = walk(path, refused=errors.append)
        files.extend(f"{root}/{inner}" for inner in found if not is_temporary(inner))
    return files, errors


def _whole(folders: Iterable[str], options: Options, protection: Protection) -> Iterator[Result]:
    from iscckit.records.folder_task import create_folder_apart

    for folder in folders:
        try:
            yield Result(folder, create_folder_apart(folder, options, *protection))
        except IsccError as error:
            yield Result(folder, error=error)


def _show(results: Iterable[Result], semantic: Semantics | None, as_json: bool, total: int) -> int:
    code, done = DONE, 0
    try:
        with Progress(total) as progress:
            for result in results:
                progress.clear()
                error = result.error or (result.record.failure if result.record else None)
                if result.record is not None:
                    _print(result.record, semantic, as_json, total)
                if error is not None:
                    report(error)
                    code = FAILED
                done += 1
                progress.draw(done, result.path)
    except KeyboardInterrupt as interrupt:
        raise KeyboardInterrupt(f"{done} of {total} files done") from interrupt
    return code


def _print(record: Record, semantic: Semantics | None, as_json: bool, total: int) -> None:
    if as_json:
        write_line(record.to_json())
        return
    from iscckit.cli.record_card import print_record  # not for JSON

    if total <= _CARDS:
        print_record(record, semantic)
    else:
        why = dict(describe_missing(record, semantic)).get("content")
        note = "" if why is None else paint(f"  ({safe(why)})", "dim")
        write_line(f"{record.iscc}  {safe(record.path or '-')}{note}")
