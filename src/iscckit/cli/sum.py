"""``iscc sum``: print and verify checksum lines, interchangeable with those of iscc-sum."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.terminal import paint, report, safe, standard_input, write_line
from iscckit.errors import IsccError, UnreadableFile
from iscckit.files.tree.walk import walk
from iscckit.media.open_file import StopReading, open_file
from iscckit.records.checksums import (
    Check,
    Entry,
    check,
    format_line,
    hash_path,
    parse_line,
    sum_code,
)
from iscckit.units.sum import Hashes, hash_stream
from iscckit.workers.threads import in_order, jobs_by_default

__all__ = ["sum"]

_UNIT_BITS = 256  # bits of the units that --units lists


@dataclass(frozen=True, slots=True)
class _LineStyle:
    narrow: bool
    units: bool
    tag: bool
    end: str


@dataclass(frozen=True, slots=True)
class _Verbosity:
    quiet: bool
    status: bool
    warn: bool
    strict: bool


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(allow_dash=True))
@click.option("-c", "--check", "verify", is_flag=True, help="Verify the lines of each PATH.")
@click.option("-t", "--tree", is_flag=True, help="One line for a whole folder.")
@click.option("--narrow", is_flag=True, help="64-bit units as in ISO 24138 instead of 128-bit.")
@click.option("--units", is_flag=True, help="Print the 256-bit units below each line.")
@click.option("--tag", is_flag=True, help="Write lines in BSD style.")
@click.option("-z", "--zero", is_flag=True, help="End lines with NUL instead of a line feed.")
@click.option("-q", "--quiet", is_flag=True, help="With -c: no line for what is OK.")
@click.option("--status", is_flag=True, help="With -c: print nothing, only exit.")
@click.option("-w", "--warn", is_flag=True, help="With -c: name each line that is no checksum.")
@click.option("--strict", is_flag=True, help="With -c: such lines make the check fail.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
def sum(  # noqa: PLR0917
    paths: tuple[str, ...],
    verify: bool,
    tree: bool,
    narrow: bool,
    units: bool,
    tag: bool,
    zero: bool,
    quiet: bool,
    status: bool,
    warn: bool,
    strict: bool,
    jobs: int | None,
) -> int:
    """Print an ISCC checksum of each PATH, or verify such lines.

    Folders are walked (in TREEWALK order, without what .isccignore files exclude); without PATH,
    standard input is read. With -c, a file that changed is said to be similar or not.

    Exit codes: 0 done, 1 a file could not be read, 2 usage, 3 a file differs.
    """
    count = jobs or jobs_by_default()
    if verify:
        if tree:
            raise click.UsageError("-c reads from its lines what is a folder: leave --tree out")
        return _verify(paths or ("-",), _Verbosity(quiet, status, warn, strict), count)
    style = _LineStyle(narrow, units, tag, "\0" if zero else "\n")
    if tree:
        names: Iterable[str | UnreadableFile] = [path.rstrip("/") + "/" for path in paths]
        if not paths or not all(os.path.isdir(path) for path in paths):
            raise click.UsageError("--tree needs folders")
    else:
        names = _expand(paths or ("-",))
    # One stream is read in this thread, so that Ctrl-C interrupts it even while it has no data.
    one = len(paths or ("-",)) == 1 and not any(map(os.path.isdir, paths))
    return _print_checksums(names, style, 1 if one else count)


def _expand(paths: Iterable[str]) -> Iterator[str | UnreadableFile]:
    """Yield files, and after the files of a folder the errors of its unreadable folders."""
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            yield path
            continue
        root = path.rstrip("/")
        errors: list[UnreadableFile] = []
        for inner in walk(path, refused=errors.append):
            yield f"{root}/{inner}"
        yield from errors


def _print_checksums(names: Iterable[str | UnreadableFile], style: _LineStyle, jobs: int) -> int:
    code = DONE
    for name, hashes in in_order(_hash, names, jobs):
        if isinstance(hashes, IsccError):
            report(hashes)
            code = FAILED
            continue
        entry = Entry(sum_code(hashes, wide=not style.narrow), name)
        write_line(format_line(entry, tag=style.tag, terminator=style.end), style.end)
        if style.units:
            for unit in (hashes.data_unit(_UNIT_BITS), hashes.instance_unit(_UNIT_BITS)):
                write_line(f"  {unit}", style.end)
    return code


def _hash(
    name: str | UnreadableFile, stopped: Callable[[], bool]
) -> tuple[str, Hashes | IsccError]:
    if isinstance(name, UnreadableFile):
        return "", name
    try:
        if name == "-":
            return name, hash_stream(standard_input())
        return name, hash_path(name, stopped)
    except StopReading:
        return name, UnreadableFile(name, "interrupted")
    except UnreadableFile as error:
        return name, error


@dataclass(slots=True)
class _Tally:
    changed: int = 0
    unreadable: int = 0
    malformed: int = 0
    failed: bool = False  # a manifest is unreadable or has no checksum lines

    def add(self, result: Check) -> None:
        self.changed += result.status == "changed"
        self.unreadable += result.status == "unreadable"

    def warn(self) -> None:
        _print_warning(self.malformed, "line is", "lines are", "improperly formatted")
        _print_warning(self.unreadable, "listed file", "listed files", "could not be read")
        _print_warning(self.changed, "computed checksum", "computed checksums", "did NOT match")


def _verify(manifests: Iterable[str], verbosity: _Verbosity, jobs: int) -> int:
    tally = _Tally()
    for manifest in manifests:
        entries = _read_entries(manifest, verbosity, tally)
        for result in in_order(check, entries, jobs):
            tally.add(result)
            _print_check(result, verbosity)
    if not verbosity.status:
        tally.warn()
    if tally.changed:
        return DIFFERENT
    bad = tally.failed or tally.unreadable or (tally.malformed and verbosity.strict)
    return FAILED if bad else DONE


def _read_entries(manifest: str, verbosity: _Verbosity, tally: _Tally) -> list[Entry]:
    try:
        lines = _read_lines(manifest)
    except UnreadableFile as error:
        report(error)
        tally.failed = True
        return []
    entries = []
    for number, line in enumerate(lines, 1):
        entry = parse_line(line)
        if entry is not None:
            entries.append(entry)
        elif line and not line.startswith(("#", "  ISCC:")):  # comments, and lines of --units
            tally.malformed += 1
            if verbosity.warn:
                report(f"{manifest}: {number}: improperly formatted checksum line")
    if not entries:
        report(f"{manifest}: no checksum lines found")
        tally.failed = True
    return entries


def _read_lines(manifest: str) -> list[str]:
    """Return the lines of a manifest without their terminators NUL, LF or CR LF."""
    if manifest == "-":
        data = standard_input().read()
    else:
        with open_file(manifest) as file:
            data = file.read()
    text = _decode(data)
    if "\0" in text:
        return text.split("\0")
    return [line.removesuffix("\r") for line in text.split("\n")]


def _decode(data: bytes) -> str:
    """Decode a manifest: UTF-8, or UTF-16 with its mark, as PowerShell 5 writes it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "surrogatepass")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _print_check(result: Check, verbosity: _Verbosity) -> None:
    if verbosity.status or (verbosity.quiet and result.status == "ok"):
        return
    name = safe(result.entry.path)
    if result.status == "ok":
        write_line(f"{name}: {paint('OK', 'good')}")
    elif result.error is not None:
        write_line(f"{name}: {paint('FAILED', 'bad')} open or read")
        report(result.error)
    else:
        write_line(f"{name}: {paint('FAILED', 'bad')}{_describe_similarity(result)}")


def _describe_similarity(result: Check) -> str:
    if not result.compared_bits:
        return ""
    how = "similar" if result.similar else "not similar"
    bits = f"{result.equal_bits} of {result.compared_bits} bits of the Data-Code agree"
    return f" ({how}: {bits})"


def _print_warning(count: int, one: str, many: str, what: str) -> None:
    if count:
        report(f"WARNING: {count} {one if count == 1 else many} {what}")
