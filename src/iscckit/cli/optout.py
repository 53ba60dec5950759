"""``iscc optout``: what files say is reserved, in five vocabularies."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, cast

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import (
    Row,
    print_card,
    report,
    safe,
    silence_libraries,
    standard_input,
    write_line,
)
from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.records.safe_text import readable
from iscckit.trust.declarations.file_rights import read_file_rights, write_file_rights
from iscckit.trust.rights.aipref import REVISION
from iscckit.trust.rights.convert import VOCABULARIES, read_statement, write_statement
from iscckit.trust.rights.reservations import CATEGORIES, Reservations, parse_reservations

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.file_rights import Embeddable, FileRights
    from iscckit.trust.rights.convert import Vocabulary
    from iscckit.trust.rights.embedded import Statement
    from iscckit.trust.rights.written import Written

__all__ = ["optout"]

_MOST: Final = 1 << 16  # bytes of a statement
_AS: Final = click.Choice(VOCABULARIES)
_ISCC: Final = "Code of the content, which tdmai needs; by default that of FILE."


@click.group()
def optout() -> None:
    """Say and read which uses are reserved: training, mining and the like.

    Kinds of use are train, train-generative, inference, derive, search and analyze. Each is
    reserved, open or undetermined; train covers train-generative unless that is said.
    """


@optout.command()
@click.argument("file", type=click.Path())
@click.option("--as", "target", type=_AS, help="Print it in this vocabulary too.")
@click.option("--iscc", help=_ISCC)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@protection_options
def show(
    protection: Protection, file: str, target: Vocabulary | None, iscc: str | None, as_json: bool
) -> int:
    """Print what FILE says is reserved: PLUS in XMP, TDMRep in HTML, EPUB and PDF.

    Of several statements in a file the most restrictive counts.

    Exit codes: 0 the file says something, 1 it cannot be read, 2 usage, 3 it says nothing.
    """
    with silence_libraries():
        rights = read_file_rights(file, *protection)
        written = _write(rights.together, target, iscc, file, protection)
    if as_json:
        write_line(json.dumps(_describe(file, rights, target, written), ensure_ascii=False))
    else:
        _print_card(file, rights, target, written)
    return DONE if rights.together.said() else DIFFERENT


@optout.command()
@click.argument("file", type=click.Path())
@click.option("--tdm", multiple=True, required=True, metavar="CATEGORY=reserved|open",
              help="What is said of one kind of use; several times.")  # fmt: skip
@click.option("--policy", metavar="URL", help="Conditions under which reserved uses are allowed.")
@click.option("--as", "target", type=click.Choice(["plus", "tdmrep"]),
              help="By default plus in pictures, tdmrep in HTML, EPUB and PDF.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(), help="Write a copy.")
@click.option("--in-place", is_flag=True, help="Change FILE itself, in one step.")
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@protection_options
def write(  # noqa: PLR0917 (one an option)
    protection: Protection,
    file: str,
    tdm: tuple[str, ...],
    policy: str | None,
    target: Embeddable | None,
    output: str | None,
    in_place: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Write into FILE what is reserved: into a copy with -o, or in place with --in-place.

    The result is read back before it takes its place. What the vocabulary cannot express is
    printed, and all that the new file says.

    Exit codes: 0 done, 1 the file could not be read or written, 2 usage, 3 the new file does not
    say what was written, as it says something stricter elsewhere.
    """
    if (output is None) is not in_place:
        raise click.UsageError("say either -o OUTPUT or --in-place")
    if output is not None:
        if os.path.lexists(output) and os.path.exists(file) and os.path.samefile(file, output):
            raise click.UsageError("OUTPUT is FILE itself: --in-place changes it")
        if os.path.lexists(output) and not force:
            raise click.UsageError(f"{safe(output)} exists; --force replaces it")
    wanted = parse_reservations(tdm, policy=policy)
    with silence_libraries():
        _, written, rights = write_file_rights(
            file, wanted, target, out=output, quota=protection.quota, sandbox=protection.sandbox
        )
    vocabulary: Vocabulary = "plus" if isinstance(written.value, str) else "tdmrep"
    told = cast("Written[JsonValue]", written)
    if as_json:
        found = _describe(output or file, rights, vocabulary, told)
        write_line(json.dumps(found, ensure_ascii=False))
    else:
        _print_card(output or file, rights, vocabulary, told)
    asked = wanted.answers()
    stricter = [
        category
        for category, answer in rights.together.answers().items()
        if answer == "reserved" != asked.get(category) and category not in written.widened
    ]
    if stricter:
        report(f"{output or file}: another statement in it reserves {', '.join(stricter)}")
    return DIFFERENT if stricter else DONE


@optout.command()
@click.argument("file", type=click.Path())
@click.option("--as", "target", type=_AS, required=True, help="The vocabulary to write.")
@click.option("--from", "origin", type=_AS, help="That of FILE; by default it is recognised.")
@click.option("--iscc", help="Code of the content, which tdmai needs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def convert(
    file: str, target: Vocabulary, origin: Vocabulary | None, iscc: str | None, as_json: bool
) -> int:
    """Convert the statement in FILE, or in standard input (-), to another vocabulary.

    FILE holds a header Content-Usage, a term of plus:DataMining, or a JSON object: an assertion
    of CAWG, TDMRep, TDM·AI, or TDM of the ISCC schema. Standard output gets the statement, and
    standard error what it cannot express.

    Exit codes: 0 done, 1 the file cannot be read, 2 usage or no statement, 3 nothing of it can be
    expressed.
    """
    text = _read_text(file)
    reservations = read_statement(text, origin)
    code = iscc or _find_iscc(text)
    written = write_statement(reservations, target, iscc=code)
    empty = not read_statement(_shape(written.value), target).said()
    if as_json:
        shown = {"says": reservations.said(), "ignored": list(reservations.ignored)}
        shown |= {"policy": reservations.policy} if reservations.policy else {}
        as_target = _describe_written(target, written)
        write_line(json.dumps({**shown, "as": as_target}, ensure_ascii=False))
    else:
        write_line(_shape(written.value))
        for label in reservations.ignored:
            report(f"ignored: {label}")
        for row in _list_losses(written):
            report(f"{row.label}: {row.value}")
        if target == "aipref":
            report(f"vocabulary: {REVISION}")
    return DIFFERENT if empty else DONE


def _read_text(file: str) -> str:
    try:
        if file == "-":
            data = standard_input().read(_MOST + 1)
        else:
            with open(file, "rb") as stream:
                data = stream.read(_MOST + 1)
    except OSError as error:
        raise UnreadableFile(file, error.strerror or str(error)) from error
    if len(data) > _MOST:
        raise InvalidInput(f"{file}: a statement is not longer than {_MOST} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: no statement: it is not UTF-8") from error


def _find_iscc(text: str) -> str:
    """Return the code that a statement names, or the empty string."""
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    iscc = found.get("iscc") if isinstance(found, dict) else None
    return iscc if isinstance(iscc, str) else ""


def _write(
    reservations: Reservations,
    target: Vocabulary | None,
    iscc: str | None,
    file: str,
    protection: Protection,
) -> Written[JsonValue] | None:
    if target is None:
        return None
    if target == "tdmai" and iscc is None:
        from iscckit.records.batch import create_apart  # one of five vocabularies needs it
        from iscckit.records.options import Options

        iscc = create_apart(file, Options(), *protection).iscc
    return write_statement(reservations, target, iscc=iscc or "")


def _shape(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _describe(
    file: str, rights: FileRights, target: Vocabulary | None, written: Written[JsonValue] | None
) -> dict[str, object]:
    found: dict[str, object] = {
        "path": readable(file),
        "statements": [_describe_statement(each) for each in rights.statements],
        "says": rights.together.said(),
    }
    if rights.together.policy is not None:
        found["policy"] = rights.together.policy
    if rights.damage:
        found["damage"] = list(rights.damage)
    if target is not None and written is not None:
        found["as"] = _describe_written(target, written)
    return found


def _describe_statement(statement: Statement) -> dict[str, object]:
    return {
        "vocabulary": statement.vocabulary,
        "source": statement.source,
        "value": statement.value,
        "says": statement.reservations.said(),
        "ignored": list(statement.reservations.ignored),
    }


def _describe_written(target: Vocabulary, written: Written[JsonValue]) -> dict[str, object]:
    revision = {"revision": REVISION} if target == "aipref" else {}
    return {
        "vocabulary": target,
        **revision,
        "value": written.value,
        "not_expressible": list(written.lost),
        "also_reserved": list(written.widened),
    }


def _print_card(
    file: str, rights: FileRights, target: Vocabulary | None, written: Written[JsonValue] | None
) -> None:
    rows = [
        Row(each, answer, "warn" if answer == "reserved" else "good")
        for each in CATEGORIES
        if (answer := rights.together.said().get(each)) is not None
    ]
    if not rows:
        rows = [Row("reserved", "the file says nothing")]
    if rights.together.policy is not None:
        rows.append(Row("policy", safe(rights.together.policy)))
    rows.extend(
        Row("said by", f"{safe(each.source)}: {safe(each.value)}") for each in rights.statements
    )
    rows.extend(Row("ignored", safe(label)) for label in rights.together.ignored)
    rows.extend(Row("note", f"not read: {safe(each)}", "warn") for each in rights.damage)
    if target is not None and written is not None:
        rows.append(Row(f"as {target}", safe(_shape(written.value)) or "nothing"))
        rows += [Row("revision", REVISION)] if target == "aipref" else []
        rows.extend(_list_losses(written))
    print_card(file, rows)


def _list_losses(written: Written[JsonValue]) -> list[Row]:
    rows = []
    if written.lost:
        rows.append(Row("not expressible", ", ".join(written.lost), "warn"))
    if written.widened:
        rows.append(Row("also reserved", ", ".join(written.widened), "warn"))
    return rows
