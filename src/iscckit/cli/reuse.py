"""``iscc reuse``: which files of the library contain passages or pictures of which others."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.terminal import paint, safe, write_line
from iscckit.files.atomic import write_whole
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.clusters.reuse import find_reuse
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.library.clusters.reuse import Reuse

__all__ = ["reuse"]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; } :root { color-scheme: light dark; }
td, th { border: 1px solid #8884; padding: .25rem .5rem; text-align: right; }
th { font-weight: normal; text-align: left; } thead th { vertical-align: bottom; }
"""


@click.command()
@library_option
@click.option("--least", type=click.FloatRange(0, 100), default=5.0, show_default=True,
              help="Percent of the smaller one that is worth telling.")  # fmt: skip
@click.option("--html", "page", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write a matrix; --force replaces it.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the matrix if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a pair.")
def reuse(library: str | None, least: float, page: str | None, force: bool, as_json: bool) -> int:
    """Print which files of the library contain passages or pictures of which others.

    Files of the very same bytes are left to iscc dupes.

    Exit codes: 0 something was found, 2 usage, 3 nothing was found.
    """
    catalog = Catalog(library or default_library())
    try:
        found = find_reuse(catalog, least=least / 100)
    finally:
        catalog.close()
    if page is not None:
        write_whole(page, _matrix(found).encode(), force=force)
    for each in found:
        if as_json:
            write_line(json.dumps(each.to_dict(), ensure_ascii=False))
        else:
            share = paint(f"{each.share_a:7.2%}", "cyan")
            what = "text" if each.kind == "text" else "pictures"
            write_line(f"{share} of the {what} of {safe(near(each.a.path))}")
            write_line(f"          is in {safe(near(each.b.path))} ({each.share_b:.2%} of that)")
    if not found and not as_json:
        write_line("no file contains passages or pictures of another one")
    return DONE if found else DIFFERENT


def _matrix(found: Sequence[Reuse]) -> str:
    """Return a page with the share of the file of each row in the file of each column."""
    shares: dict[tuple[str, str], float] = {}
    for each in found:
        for one, other, share in (
            (each.a.path, each.b.path, each.share_a),
            (each.b.path, each.a.path, each.share_b),
        ):
            shares[one, other] = max(share, shares.get((one, other), 0.0))
    paths = sorted({path for pair in shares for path in pair})
    names = {path: escape(readable(near(path))) for path in paths}
    head = "".join(f"<th>{names[path]}</th>" for path in paths)
    rows = "".join(
        f"<tr><th>{names[one]}</th>"
        + "".join(_cell(shares.get((one, other), 0.0)) for other in paths)
        + "</tr>"
        for one in paths
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Reuse</title>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
        f"style-src 'unsafe-inline'\"><style>{_STYLE}</style></head><body><h1>Reuse</h1>"
        "<p>How much of the file of a row is in the file of a column.</p>"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></body></html>"
    )


def _cell(share: float) -> str:
    if not share:
        return "<td></td>"
    return f"<td style='background:rgb(42 111 151 / {share:.2f})'>{share:.0%}</td>"
