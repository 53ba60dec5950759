"""A draft holds what was read of a file; decoders are called as its context says."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from iscckit.codec.unit import MainType
from iscckit.media.content_values import ImageContent, Source, TextContent
from iscckit.media.open_file import StopReading
from iscckit.records.draft import read_draft, read_stream_draft
from iscckit.records.options import Options
from iscckit.records.run_context import RunContext

SAMPLES = Path(__file__).parents[2] / "samples"
Value = TypeVar("Value")


def test_a_draft_holds_the_partial_results_and_the_decoded_content() -> None:
    draft = read_draft(SAMPLES / "cat.jpg", RunContext(Options()))
    assert isinstance(draft.content.decoded, ImageContent)
    assert draft.file.mediatype == "image/jpeg"
    units = (draft.metadata.unit, draft.content.unit, *draft.file.units)
    kinds = [unit.maintype for unit in units if unit is not None]
    assert kinds == [MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE]
    assert draft.chunks == ()
    assert draft.semantic_input is None


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (Options(), 0),
        (Options(granular=True), 1),
        (Options(granular=True, profile="sdk-0.9.7"), 0),
    ],
)
def test_bytes_have_features_if_they_are_asked_for_and_the_profile_has_them(
    options: Options, count: int
) -> None:
    draft = read_draft(SAMPLES / "cat.jpg", RunContext(options))
    assert [each.segment for each in draft.chunks] == ["chunk"] * count
    nothing = read_stream_draft(io.BytesIO(), RunContext(options), filename="nothing.jpg")
    assert nothing.chunks == ()


def test_another_name_replaces_that_of_the_file_but_not_its_path() -> None:
    path = str(SAMPLES / "cat.jpg")
    draft = read_draft(path, RunContext(Options()), filename="folder/Tom_and_Mia.jpg")
    assert (draft.file.path, draft.file.filename) == (path, "Tom_and_Mia.jpg")
    assert draft.metadata.name == "Tom and Mia"


def test_every_decoder_is_called_by_the_runner_of_the_context() -> None:
    called: list[tuple[str, str]] = []

    def run(function: Callable[..., Value], source: Source, /, **arguments: object) -> Value:
        called.append((function.__name__, source.mediatype))
        return function(source, **arguments)

    context = RunContext(Options(mixed=True), run)
    assert isinstance(read_draft(SAMPLES / "cat.jpg", context).content.decoded, ImageContent)
    picture = [("extract", "image/jpeg"), ("find_metadata", "image/jpeg")]
    assert called == picture
    called.clear()
    paper = read_draft(SAMPLES / "paper.pdf", context)
    assert isinstance(paper.content.decoded, TextContent)
    assert [name for name, _ in called] == ["divide", "extract", "find_metadata"]
    assert {mediatype for _, mediatype in called} == {"application/pdf"}


def test_a_file_that_nobody_waits_for_is_not_read() -> None:
    with pytest.raises(StopReading):
        read_draft(SAMPLES / "cat.jpg", RunContext(Options(), stopped=lambda: True))
