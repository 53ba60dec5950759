"""Records in stages, and with other metadata: always what ``create`` makes."""

from dataclasses import replace
from pathlib import Path

import pytest

from iscckit.errors import InvalidInput
from iscckit.records.create import create, in_stages
from iscckit.records.meta import redescribed
from iscckit.records.options import Options
from iscckit.units.sum import hash_stream

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("name", ["cat.jpg", "paper.pdf", "song.opus", "README.md"])
def test_the_last_stage_is_the_record_and_each_one_knows_more(name: str) -> None:
    path, options = SAMPLES / name, Options(bits=128, granular=True, units=True)
    with path.open("rb") as file:
        hashes = hash_stream(file)
        first, second, last = in_stages(file, options, filename=name, hashes=hashes)
    assert len(first.units) == 2
    assert len(second.units) == 3
    assert first.iscc == second.iscc == ""
    assert last.to_json() == replace(create(path, options), path=None).to_json()


def test_a_given_type_counts_whatever_the_file_looks_like() -> None:
    with (SAMPLES / "cat.jpg").open("rb") as file:
        last = list(in_stages(file, mediatype="application/octet-stream"))[-1]
    assert last.mediatype == "application/octet-stream"
    assert "content" in last.missing


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
    assert redescribed(create(path, Options(bits=bits)), **given) == made  # type: ignore[arg-type]


def test_a_record_without_meta_code_stays_as_it_is() -> None:
    record = create(SAMPLES / "README.md", Options())
    bare = replace(record, units=record.units[1:], name=None)
    assert redescribed(bare, name="Title") == bare


def test_metadata_of_which_no_code_can_be_made_are_refused() -> None:
    with pytest.raises(InvalidInput, match="meta"):
        redescribed(create(SAMPLES / "cat.jpg"), meta="nonsense")
