"""Write docs/parity.md: which codes of the sample files equal those of the reference SDK."""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import iscc_samples
from tools.generated_page import write_page
from tools.parity_examples import Better, measure

from iscckit.media.content_values import Profile
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.record import Record

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "parity.md"
REFERENCE: Final = ROOT / "tests" / "data" / "interop.json"
FILES: Final = Path(iscc_samples.__file__).parent / "files"
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
UNITS: Final = ("Meta", "Content", "Data", "Instance")

# Every difference that is allowed: (file, unit) and why.
REASONS: Final[dict[tuple[str, str], str]] = {}  # (file, unit): why it differs

HEAD: Final = """# Parity with the reference SDK

Made by `tools/parity.py` (`make docs`); a test compares each cell with a new run. The reference
are the codes that iscc-sdk 0.9.7 gives the files of the PyPI package iscc-samples 0.6.0, kept in
`tests/data/interop.json`.

`=` in the column of a unit: all 256 bits are equal under every profile (iscckit-1, sdk-0.9.7, iso),
and so is each shorter unit, which is its beginning. `=` under *code*: so is the composite code with
64 bits of each. A number points to a reason below the table.
"""
REJECTED: Final = """
## Files that the SDK rejects

They have a record with Data- and Instance-Code that says why there is no more, unless iscckit reads
them.

| file | the record says |
|---|---|
"""

BETTER: Final = """
## Where `iscckit-1` is better than the SDK

Each row is a file that the profile `sdk-0.9.7` reads as the SDK does, and `iscckit-1` by
[its rules](profiles.md): the bits of the Content-Code that equal those of the same content in a
plain form (UTF-8, PNG of 8 bits, the whole photo, the first page), and the quality flags. About
half of the bits of unrelated contents are equal. With the flag `first-page` the code of a first
page decides nothing.

| file | `sdk-0.9.7` | `iscckit-1` |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one file under the three profiles.

    Attributes:
        file: Its path in the package.
        different: The units (or ``code``) that differ under some profile.
        missing: Why there is no Content-Code; empty if there is one.
    """

    file: str
    different: tuple[str, ...]
    missing: str = ""


def rows() -> list[Row]:
    """Return one row for each file of the reference."""
    files = json.loads(REFERENCE.read_text(encoding="utf-8"))["files"]
    return [_row(name, reference) for name, reference in sorted(files.items())]


def _row(name: str, reference: dict[str, object]) -> Row:
    path = FILES / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != reference["sha256"]:
        raise SystemExit(f"{name} is not the file that the reference was made from")
    records = [create(path, Options(bits=256, profile=profile)) for profile in PROFILES]
    if "units" not in reference:
        return Row(name, (), records[0].missing.get("content", "nothing: it is read"))
    different = {unit for record in records for unit in _different(record, reference)}
    return Row(name, tuple(unit for unit in (*UNITS, "code") if unit in different))


def _different(record: Record, reference: dict[str, object]) -> set[str]:
    units = reference["units"]
    assert isinstance(units, list)
    expected = dict(zip(UNITS, units, strict=True))
    found = {unit.maintype.name.capitalize(): str(unit) for unit in record.units}
    different = {unit for unit in UNITS if found.get(unit) != expected[unit]}
    return different | ({"code"} if record.iscc != reference["iscc"] else set())


def page(found: list[Row], better: Sequence[Better] = ()) -> str:
    """Return the page that shows ``found``, and where our profile is better."""
    reasons = list(dict.fromkeys(_reason(row, unit) for row in found for unit in row.different))
    lines = [HEAD, f"| file | {' | '.join(UNITS)} | code |", "|---" * (len(UNITS) + 2) + "|"]
    for row in found:
        if not row.missing:
            cells = [
                str(reasons.index(_reason(row, unit)) + 1) if unit in row.different else "="
                for unit in (*UNITS, "code")
            ]
            lines.append(f"| {row.file} | {' | '.join(cells)} |")
    lines += ["", *(f"{number}. {why}" for number, why in enumerate(reasons, 1))]
    rejected = [f"| {row.file} | {row.missing} |" for row in found if row.missing]
    ours = [f"| {each.title} | {each.sdk} | {each.ours} |" for each in better]
    return (
        "\n".join(lines).rstrip()
        + "\n"
        + REJECTED
        + "\n".join(rejected)
        + "\n"
        + BETTER
        + "\n".join(ours)
        + "\n"
    )


def _reason(row: Row, unit: str) -> str:
    if unit == "code":  # it differs where one of its units does
        unit = row.different[0]
    return REASONS.get((row.file, unit), "unexplained")


if __name__ == "__main__":
    sys.exit(write_page(PAGE, page(rows(), measure()), __doc__))
