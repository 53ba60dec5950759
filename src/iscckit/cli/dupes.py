"""``iscc dupes``: find duplicate files, and remove or link copies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import default_library, library_option, near, size_in_words
from iscckit.cli.terminal import paint, report, safe, silence_libraries, write_line
from iscckit.cli.ways_out import add_way_out
from iscckit.files.atomic import write_whole
from iscckit.library.clusters.apply import apply
from iscckit.library.clusters.plan import plan
from iscckit.library.clusters.undo import undo
from iscckit.library.library import Library
from iscckit.render.comparison_wording import comparison_sentence
from iscckit.render.duplicates import duplicates_html
from iscckit.render.library_json import cluster_json
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iscckit.library.clusters.clusters import Cluster
    from iscckit.library.clusters.plan import Action, Keep, Step
    from iscckit.library.clusters.step_outcome import Outcome

__all__ = ["dupes"]

_STYLES = {"exact": "good", "same-content": "good", "near": "cyan", "versions": "warn"}


@click.command()
@library_option
@click.option("--kind", "kinds", multiple=True,
              type=click.Choice(["exact", "same-content", "near", "versions"]),
              help="Only clusters of this kind; may be repeated.")  # fmt: skip
@click.option("--keep", type=click.Choice(["oldest", "newest", "largest", "shortest-path"]),
              default="oldest", show_default=True, help="Which of equal files stays.")  # fmt: skip
@click.option("--reference", "references", multiple=True, type=click.Path(file_okay=False),
              metavar="DIR", help="Folder whose files are never touched.")  # fmt: skip
@click.option("--apply", "action", type=click.Choice(["trash", "hardlink"]),
              help="Move copies of the same bytes away, or link them.")  # fmt: skip
@click.option("--ignore-attributes", is_flag=True,
              help="With --apply hardlink: link copies of another owner or mode too.")  # fmt: skip
@click.option("--trash", type=click.Path(file_okay=False), metavar="DIR",
              help="With --apply trash: the folder for what is moved away.")  # fmt: skip
@click.option("--undo", "log", type=click.Path(exists=True, dir_okay=False), metavar="LOG",
              help="Bring back what --apply did, by its log.")  # fmt: skip
@click.option("--unrelated", nargs=2, type=click.Path(), metavar="A B",
              help="Note that A and B are not the same; scans keep it.")  # fmt: skip
@click.option("--related", nargs=2, type=click.Path(), metavar="A B",
              help="Take back --unrelated A B.")  # fmt: skip
@click.option("--html", "page", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write a report with pictures; --force replaces it.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the report if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a cluster.")
def dupes(  # noqa: PLR0917 (one argument an option; some options are acts)
    library: str | None,
    kinds: tuple[str, ...],
    keep: Keep,
    references: tuple[str, ...],
    action: Action | None,
    ignore_attributes: bool,
    trash: str | None,
    log: str | None,
    unrelated: tuple[str, str] | None,
    related: tuple[str, str] | None,
    page: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Print what in the library is there twice: the same file, the same content, versions.

    Nothing is deleted, and nothing is moved or linked without --apply, which touches only copies
    of the very same bytes, reads both files again before, and writes a log for --undo. What cannot
    be moved, linked or brought back is named, and the rest is done.

    Exit codes: 0 nothing is there twice, or it was dealt with, 1 a file was left as it is, 2 usage,
    3 duplicates were found.
    """
    place = library or default_library()
    if log is not None:
        return _show(undo(place, log), "back")
    if action == "trash" and trash is None:
        raise click.UsageError("--apply trash needs --trash DIR")
    with Library.open(place) as opened:
        if unrelated is not None:
            opened.mark_unrelated(*unrelated)
            return DONE
        if related is not None:
            opened.unmark_unrelated(*related)
            return DONE
        clusters = opened.clusters(threads=jobs_by_default())
        clusters = [cluster for cluster in clusters if not kinds or cluster.kind in kinds]
        steps = plan(clusters, keep, references, lambda: (item.path for item in opened.items()))
    if page is not None:
        with silence_libraries():
            write_whole(page, duplicates_html(clusters, steps).encode(), force=force)
    if action is not None:
        done = apply(place, steps, action, trash or "", ignore_attributes=ignore_attributes)
        return _show(done, action)
    for cluster in clusters:
        _print(cluster, as_json)
    if not as_json:
        _print_summary(clusters, steps)
    return DIFFERENT if clusters else DONE


def _show(outcomes: Iterable[Outcome], word: str) -> int:
    code = DONE
    for outcome in outcomes:
        if outcome.problem is None:
            said = "back" if outcome.undone else word
            write_line(f"{paint(said, 'good')}  {safe(near(outcome.path))}")
        else:
            problem = add_way_out(outcome.problem, outcome.reason_code, outcome.facts)
            report(f"{near(outcome.path)}: {problem}")
            code = FAILED
    return code


def _print(cluster: Cluster, as_json: bool) -> None:
    if as_json:
        write_line(json.dumps(cluster_json(cluster), ensure_ascii=False))
        return
    free = cluster.reclaimable
    saved = f", {size_in_words(free)} reclaimable" if free else ""
    write_line(f"{paint(cluster.kind, _STYLES[cluster.kind])} ({len(cluster.members)}{saved})")
    for member in cluster.members:
        write_line(f"  {size_in_words(member.item.stat.size):>10}  {safe(near(member.item.path))}")
        if member.comparison is not None:
            write_line(
                paint(f"              {safe(comparison_sentence(member.comparison))}", "dim")
            )


def _print_summary(clusters: Sequence[Cluster], steps: Sequence[Step]) -> None:
    if not clusters:
        write_line("nothing is there twice")
        return
    free = size_in_words(sum(step.size for step in steps))
    count = "1 cluster" if len(clusters) == 1 else f"{len(clusters):,} clusters"
    copies = "1 copy" if len(steps) == 1 else f"{len(steps):,} copies"
    write_line(f"{count}; {copies} of the same bytes could go and free {free} (--apply)")
