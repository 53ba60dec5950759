"""``iscckit.compare`` takes files, records and codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.planted import SAMPLES, mirrored

import iscckit
from iscckit.library.pairs.compare import compare

CAT, SMALL = SAMPLES / "cat.jpg", SAMPLES / "cat-small.webp"


def test_records_are_compared_by_all_of_their_bits_and_with_their_flags(tmp_path: Path) -> None:
    a, b = (iscckit.create(path, iscckit.Options(bits=256)) for path in (CAT, SMALL))
    found = iscckit.compare(a, b)
    assert (found.verdict, found.units[1].bits) == ("near", 256)
    (tmp_path / "a.txt").write_text("Hello World")
    short = iscckit.create(tmp_path / "a.txt")
    unit = next(unit for unit in short.units if unit.maintype == iscckit.MainType.CONTENT)
    assert iscckit.compare(short, str(unit)).verdict == "undecided"


@pytest.mark.parametrize("kind", [str, Path])
def test_paths_are_compared_as_files(kind: type, tmp_path: Path) -> None:
    other = mirrored(CAT, tmp_path / "m.png")
    found = compare(kind(CAT), kind(other))
    assert found.verdict == "part"
    assert found.part is not None
    assert compare(kind(CAT), kind(other), parts=False).verdict == "none"
    assert compare(kind(CAT), kind(SMALL)).verdict == "near"


def test_kinds_mix() -> None:
    record = iscckit.create(CAT, iscckit.Options(bits=256))
    image = next(unit for unit in record.units if unit.maintype == iscckit.MainType.CONTENT)
    for side in (CAT, str(CAT), record, record.iscc, record.units, image, [str(image)]):
        assert compare(side, image).verdict in {"near", "identical"}
        assert compare(SMALL, side).verdict == "near"


def test_units_of_two_files_follow_one_rule_and_codes_may_follow_the_old_one() -> None:
    record = iscckit.create(CAT, iscckit.Options(bits=256))
    meta, image = record.units[:2]
    flipped = bytes(byte ^ 255 for byte in image.body[8:])
    old = [meta, iscckit.Unit(image.maintype, image.subtype, image.body[:8] + flipped)]
    assert compare(CAT, old).units[1].note == "first-bits"
    assert compare(CAT, record).units[1].note is None


@pytest.mark.parametrize("wrong", [b"ISCC:EAASKDNZNYGUUF5A", 7, None, [7], [b"x"], Path])
def test_anything_else_is_refused_with_what_it_takes(wrong: object) -> None:
    with pytest.raises(TypeError, match="give a path, a Record, a code"):
        compare(wrong, "ISCC:EAASKDNZNYGUUF5A")  # type: ignore[arg-type]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(iscckit.errors.UnreadableFile, match=r"no-such\.jpg"):
        compare(Path("no-such.jpg"), CAT)
    with pytest.raises(iscckit.errors.InvalidCode):
        compare("no-such.jpg", CAT)
