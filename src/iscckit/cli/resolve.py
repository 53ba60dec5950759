"""``iscc resolve``: from any copy of a content to what was declared about it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.key_options import config_option
from iscckit.cli.library_option import default_library, library_option, looks_like_path, near
from iscckit.cli.protection_options import protection_options
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.cli.trusted_signers import list_signers, signer_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.cli.protection_options import Protection
    from iscckit.library.search.query import QueryKind
    from iscckit.trust.claims.resolve import ClaimMatch

__all__ = ["resolve"]

_STYLES = {"exact": "good", "same-content": "good", "near": "good", "part": "cyan"}


@click.command()
@click.argument("query")
@library_option
@click.option("--file", "kind", flag_value="file", help="QUERY is a file.")
@click.option("--code", "kind", flag_value="code", help="QUERY is a code.")
@click.option("--text", "kind", flag_value="text", help="QUERY is text.")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True,
              help="Claims at most.")  # fmt: skip
@signer_option
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@protection_options
def resolve(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    query: str,
    library: str | None,
    kind: QueryKind | None,
    limit: int,
    signers: tuple[str, ...],
    config: str | None,
    as_json: bool,
) -> int:
    """Find what was declared about the content of QUERY, from any copy of it or a part.

    QUERY is a path if there is such a file, else a code if it is valid, else text. Claims come
    into the library by iscc declare, iscc log watch and iscc proof add. Claims of trusted signers
    (your own keys, iscc trust, --signer) hold; others are shown and never applied. Of several
    trusted claims the most restrictive holds. Nothing of this is part of ISO 24138.

    Exit codes: 0 a claim was found, 2 usage, 3 no claim was found.
    """
    from iscckit.library.search.query_task import query_apart
    from iscckit.render.claim_json import answer_json
    from iscckit.trust.claims.resolve import Claims

    if kind is None and looks_like_path(query) and not os.path.exists(query):
        report(f"{query}: there is no such file, so the words are looked for (--text says so)")
    claims = Claims(library or default_library(), list_signers(signers, config))
    try:
        built = query_apart(
            query, kind or "auto", quota=protection.quota, sandbox=protection.sandbox
        )
        found = claims.resolve(built, limit=limit)
    finally:
        claims.close()
    if as_json:
        write_line(json.dumps(answer_json(query, found), ensure_ascii=False))
    else:
        _print(found)
    return DONE if found else DIFFERENT


def _print(found: Sequence[ClaimMatch]) -> None:
    from iscckit.render.claim_wording import conflict_line, match_lines, term_line
    from iscckit.trust.claims.terms import apply_terms, find_conflicts

    for each in found:
        label = paint(f"{each.agreement.upper():14}", _STYLES[each.agreement])
        name = each.match.item.name or each.claim.iscc_code
        path = f"  {near(each.match.item.path)}" if each.basis == "library" else ""
        write_line(f"{label}{safe(name)}{safe(path)}")
        for line in match_lines(each):
            write_line(f"              {safe(line)}")
    for term in apply_terms(found):
        write_line(f"{paint('holds', 'good'):14} {safe(term_line(term))}")
    for conflict in find_conflicts(found):
        write_line(f"{paint('conflict', 'warn'):14} {safe(conflict_line(conflict))}")
    count = len(found)
    write_line(paint("no claim" if not count else f"{count} claim{'s' * (count > 1)}", "dim"))
