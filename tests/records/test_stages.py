"""Records in steps, and with other metadata: always what ``create`` makes."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from iscckit.errors import InvalidInput
from iscckit.records.create import Progress, create, create_in_steps
from iscckit.records.meta import replace_metadata
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.units.sum import hash_stream

SAMPLES = Path(__file__).parents[2] / "samples"


def take_steps(steps: Generator[Progress, None, Record]) -> tuple[list[Progress], Record]:
    """Return all that is yielded, and the record that is returned."""
    taken = []
    while True:
        try:
            taken.append(next(steps))
        except StopIteration as end:
            return taken, end.value


@pytest.mark.parametrize("name", ["cat.jpg", "paper.pdf", "song.opus", "README.md"])
def test_each_step_knows_more_and_the_last_one_has_the_units_of_the_record(name: str) -> None:
    path, options = SAMPLES / name, Options(bits=128, granular=True, units=True)
    with path.open("rb") as file:
        hashes = hash_stream(file)
        steps, record = take_steps(create_in_steps(file, options, filename=name, hashes=hashes))
    assert [each.step for each in steps] == ["hashed", "content", "meta"]
    assert {each.mediatype for each in steps} == {record.mediatype}
    assert [each.units for each in steps] == [record.units[2:], record.units[1:], record.units]
    assert len(record.units) == 4
    assert record.to_json() == replace(create(path, options), path=None).to_json()


def test_a_file_without_content_code_has_the_units_of_its_bytes_at_each_step() -> None:
    with (SAMPLES / "cat.jpg").open("rb") as file:
        steps, record = take_steps(create_in_steps(file, mediatype="application/octet-stream"))
    assert [each.units for each in steps] == [record.units] * 3
    assert len(record.units) == 2
    assert record.mediatype == "application/octet-stream"
    assert "content" in record.missing


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Kitten"},
        {"name": "Kitten", "description": "It sleeps."},
        {"meta": '{"a": 1}'},
        {},
    ],
)
@pytest.mark.parametrize("bits", [64, 256])
def test_other_metadata_give_the_record_that_they_would_have_given(
    changes: dict[str, str], bits: int
) -> None:
    path = SAMPLES / "cat.jpg"
    given = {key: {"a": 1} if key == "meta" else value for key, value in changes.items()}
    made = create(path, Options(bits=bits, **given))  # type: ignore[arg-type]
    assert replace_metadata(create(path, Options(bits=bits)), **given) == made  # type: ignore[arg-type]


def test_a_record_without_meta_code_stays_as_it_is() -> None:
    record = create(SAMPLES / "README.md", Options())
    bare = replace(record, units=record.units[1:], name=None)
    assert replace_metadata(bare, name="Title") == bare


def test_metadata_of_which_no_code_can_be_made_are_refused() -> None:
    with pytest.raises(InvalidInput, match="meta"):
        replace_metadata(create(SAMPLES / "cat.jpg"), meta="nonsense")
