"""``iscc search``: find files of the library by a file, a code or a text."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from iscckit.cli.codes_text import comparison_lines
from iscckit.cli.dates import Moment
from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.library_option import default_library, library_option, looks_like_path, near
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.semantic_options import semantic_options
from iscckit.cli.terminal import paint, report, safe, silence_libraries, write_line
from iscckit.library.library import Library
from iscckit.library.search.filter import Filter
from iscckit.render.match_wording import match_json, match_sentence

if TYPE_CHECKING:
    from iscckit.library.search.match import Answer, Match
    from iscckit.library.search.query import QueryKind
    from iscckit.records.options import Semantics

__all__ = ["search"]

_STYLES = {
    "identical": "good",
    "near": "good",
    "part": "cyan",
    "semantic": "cyan",
    "data": "warn",
    "metadata": "warn",
}


@click.command()
@click.argument("query")
@library_option
@click.option("--file", "kind", flag_value="file", help="QUERY is a file.")
@click.option("--code", "kind", flag_value="code", help="QUERY is a code.")
@click.option("--text", "kind", flag_value="text", help="QUERY is text.")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True,
              help="Matches at most.")  # fmt: skip
@click.option("--radius", type=click.IntRange(0, 256), help="Bits of a unit that may differ.")
@click.option("--mode", type=click.Choice(["text", "image", "audio", "video"]),
              help="Only such content.")  # fmt: skip
@click.option("--in", "folder", type=click.Path(file_okay=False), metavar="DIR",
              help="Only below this folder.")  # fmt: skip
@click.option("--since", type=Moment(), help="Only files changed on that day, or later.")
@click.option("--until", type=Moment(is_end=True),
              help="Only files changed on that day, or before.")  # fmt: skip
@click.option("--explain", is_flag=True, help="Show every unit of every match, bit by bit.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a match.")
@protection_options
@semantic_options
def search(  # noqa: PLR0917 (one argument an option)
    semantic: Semantics | None,
    protection: Protection,
    query: str,
    library: str | None,
    kind: QueryKind | None,
    limit: int,
    radius: int | None,
    mode: str | None,
    folder: str | None,
    since: float | None,
    until: float | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Find what in the library has something to do with QUERY.

    QUERY is a path if there is such a file, else a code if it is valid, else text. Found are the
    same file, the same content in other files, similar content, and parts: a crop or a mirrored
    copy of a picture, a clip of sound or video, a passage of a text.

    A date is a day (2024-03-10), or a time (2024-03-10T18:30, 2024-03-10T18:30:00+01:00), or
    today or yesterday. A date without a zone is local time.

    Exit codes: 0 something was found, 2 usage, 3 nothing was found.
    """
    which = Filter(mode, folder, since, until)
    _warn_of_paths(query, kind, folder)
    with Library.open(library or default_library()) as opened, silence_libraries():
        answer = opened.search(
            query,
            kind=kind or "auto",
            limit=limit,
            radius=radius,
            which=which,
            semantic=semantic,
            quota=protection.quota,
            sandbox=protection.sandbox,
        )
    for match in answer.matches:
        if as_json:
            write_line(json.dumps(match_json(match), ensure_ascii=False))
        else:
            _print_match(match, query, explain)
    if not as_json:
        _print_summary(answer)
    return DONE if answer.matches else DIFFERENT


def _warn_of_paths(query: str, kind: QueryKind | None, folder: str | None) -> None:
    """Say so where a query looks like a path, but there is no such file, and of such a folder."""
    if kind is None and looks_like_path(query) and not os.path.exists(query):
        report(f"{query}: there is no such file, so the words are looked for (--text says so)")
    if folder is not None and not os.path.isdir(folder):
        report(f"{folder}: there is no such folder now; only files that were in it can be found")


def _print_match(match: Match, query: str, explain: bool) -> None:
    label = paint(f"{match.relation.upper():10}", _STYLES[match.relation])
    missing = paint("  (missing)", "warn") if match.item.state == "missing" else ""
    write_line(f"{label}{safe(near(match.item.path))}{missing}")
    write_line(f"          {safe(match_sentence(match))}")
    if explain and match.comparison is not None:
        for line in comparison_lines(match.comparison, [query], [near(match.item.path)]):
            write_line(f"          {line}" if line else "")


def _print_summary(answer: Answer) -> None:
    count = len(answer.matches)
    radii = ", ".join(f"{name} {radius}" for name, radius in sorted(answer.radius.items()))
    within = f"; within {radii} bits" if radii else ""
    chance = f"; chance alone gives {answer.false_hits:.2f}" if radii else ""
    what = "match" if count == 1 else "matches"
    write_line(paint(f"{count} {what} among {answer.items:,} files{within}{chance}", "dim"))
