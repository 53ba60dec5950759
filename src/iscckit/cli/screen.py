"""``iscc screen``: which contents of a collection may be used, and which are reserved."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import ExitStack, closing
from itertools import islice
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.key_options import config_option
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.progress import Progress
from iscckit.cli.protection_options import protection_options
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.cli.trusted_signers import list_signers, signer_option
from iscckit.errors import UnreadableFile
from iscckit.trust.rights.reservations import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.cli.protection_options import Protection
    from iscckit.json_types import JsonValue
    from iscckit.trust.claims.decision_log import DecisionLog
    from iscckit.trust.claims.resolve import Claims
    from iscckit.trust.claims.screen import Screened, ScreenOptions
    from iscckit.trust.rights.reservations import Category

__all__ = ["screen"]

_STYLES = {"reserved": "bad", "review": "warn", "open": "good", "unknown": "dim"}


@click.command()
@click.argument("path", type=click.Path(exists=True))
@click.option("--use", type=click.Choice(CATEGORIES), required=True, help="The kind of use.")
@library_option
@click.option("--column", help="Column with the contents; by default iscc, path or text.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE",
              help="Write what may be used: no reserved rows, none for review.")  # fmt: skip
@click.option("--decisions", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write every decision as JSON lines.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Continue the file of --decisions.")
@click.option("--report", "report_path", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write a report for an auditor as JSON.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace files that exist.")
@signer_option
@config_option
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Print every row.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@protection_options
def screen(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    path: str,
    use: Category,
    library: str | None,
    column: str | None,
    output: str | None,
    decisions: str | None,
    resume: bool,
    report_path: str | None,
    force: bool,
    signers: tuple[str, ...],
    config: str | None,
    jobs: int | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Say of each content in PATH whether a use is reserved: by a claim, or by the file itself.

    PATH is a folder, a list (.txt, .jsonl) or a table (.parquet) of paths, codes or texts. A
    content is reserved if a trusted claim about the same or surely similar content says so, or
    the file itself; for review if the claim is not trusted, the match weaker, or the file
    unreadable; open if a trusted claim opens it; else unknown.

    Exit codes: 0 nothing is reserved, 1 a file could not be read, 2 usage, 3 something is reserved.
    """
    from iscckit.render.screening_report import report_json, screening_head
    from iscckit.trust.claims.decision_log import DecisionLog
    from iscckit.trust.claims.resolve import Claims
    from iscckit.trust.claims.screen import ScreenOptions

    if resume and not decisions:
        raise click.UsageError("--resume continues a file that --decisions names")
    if decisions and os.path.exists(decisions) and os.path.samefile(decisions, path):
        raise click.UsageError("--decisions names PATH itself")
    trusted = list_signers(signers, config)
    with ExitStack() as stack:
        claims = stack.enter_context(closing(Claims(library or default_library(), trusted)))
        head = screening_head(path, use, column, trusted, claims.count)
        place = decisions or os.path.join(
            stack.enter_context(TemporaryDirectory(prefix="iscc-")), "decisions.jsonl"
        )
        options = ScreenOptions(use, jobs, protection.quota, protection.sandbox)
        log = DecisionLog(place, head, resume=resume, force=force or not decisions)
        with log:
            errors = _run(path, column, claims, options, log, place=place,
                          verbose=verbose, as_json=as_json)  # fmt: skip
        if output:
            count = _write_usable(path, column, place, head, output, force=force)
            report(f"{output}: {count:,} of {log.rows:,} rows may be used")
        if report_path:
            from iscckit.files.atomic import write_whole

            text = json.dumps(report_json(head, log.done, output), indent=2, ensure_ascii=False)
            write_whole(report_path, text.encode() + b"\n", force=force)
        if not as_json:
            _print_counts(log.done)
        if log.done.get("reserved"):
            return DIFFERENT
        return FAILED if errors else DONE


def _write_usable(
    path: str,
    column: str | None,
    place: str,
    head: Mapping[str, JsonValue],
    output: str,
    *,
    force: bool,
) -> int:
    """Write what may be used of the rows that were decided about, and return their number."""
    from iscckit.render.screening_report import is_changed
    from iscckit.trust.claims.decision_log import read_decided
    from iscckit.trust.claims.usable import write_usable

    if is_changed(head, path):
        raise UnreadableFile(path, "has changed since it was screened")
    return write_usable(path, column, read_decided(place), output, force=force)


def _run(
    path: str,
    column: str | None,
    claims: Claims,
    options: ScreenOptions,
    log: DecisionLog,
    *,
    place: str,
    verbose: bool,
    as_json: bool,
) -> int:
    """Decide about the rows that the log does not have yet; return how many were unreadable."""
    from iscckit.render.claim_json import decision_json
    from iscckit.trust.claims.decision_log import read_decided
    from iscckit.trust.claims.screen import screen as decide_rows
    from iscckit.trust.claims.screen_input import read_rows
    from iscckit.trust.claims.usable import match_rows

    failed: list[UnreadableFile] = []
    rows = read_rows(path, column, failed.append)
    for _ in match_rows(rows, islice(read_decided(place), log.rows), path, some=True):
        pass  # each row that is decided is still the same
    with Progress(0) as progress, closing(decide_rows(rows, claims, options)) as found:
        for each in found:
            value = decision_json(each)
            log.write(value)
            progress.clear()
            if as_json:
                write_line(json.dumps(value, ensure_ascii=False))
            elif verbose or each.decision.outcome in {"reserved", "review"}:
                _print_row(each)
            progress.note(f"{log.rows:,} rows")
    for error in failed:
        report(error)
    return log.failed + len(failed)


def _print_row(each: Screened) -> None:
    from iscckit.render.claim_wording import reason_text

    label = paint(f"{each.decision.outcome:10}", _STYLES[each.decision.outcome])
    value = near(each.row.value) if each.row.kind == "file" else each.row.value[:60]
    why = each.error or reason_text(each.decision)
    write_line(f"{label}{safe(value)}: {safe(why)}")


def _print_counts(done: dict[str, int]) -> None:
    counts = Counter(done)
    told = ", ".join(f"{counts[name]:,} {name}" for name in _STYLES if counts[name])
    write_line(told or "no rows")
