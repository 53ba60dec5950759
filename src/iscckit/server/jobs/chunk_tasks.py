"""What workers do for chunks and alignments, one file at a time as in ``tasks``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from iscckit.errors import InvalidInput
from iscckit.records.options import Semantics
from iscckit.units.simprint import Simprint

if TYPE_CHECKING:
    from iscckit.comparison.alignment import TimeSeries

__all__ = [
    "ChunkKind",
    "ChunkTask",
    "Chunked",
    "MeaningTask",
    "TimeCodes",
    "TimeTask",
    "chunk",
    "chunk_meaning",
    "chunk_text",
    "time_codes",
]

ChunkKind = Literal["text", "data", "semantic"]


class ChunkTask(NamedTuple):
    """A file that is to be cut: where it lies, its name, by what, and how long on average."""

    path: str
    filename: str
    kind: ChunkKind
    average: int


class MeaningTask(NamedTuple):
    """A text that is to be cut as a model reads it.

    Attributes:
        path: Where its file lies; empty if there is none.
        filename: Name of that file.
        text: The text itself if there is no file.
        semantic: The models.
    """

    path: str
    filename: str
    text: str | None
    semantic: Semantics


class TimeTask(NamedTuple):
    """A file of sound or moving pictures: where it lies, and its name."""

    path: str
    filename: str


class Chunked(NamedTuple):
    """The chunks of a content.

    Attributes:
        kind: By what it was cut.
        scale: In what places are counted.
        chunks: In order; those by meaning overlap.
        text: That was cut, cleaned; None of data.
        model: That gave the meaning; empty of other chunks.
    """

    kind: ChunkKind
    scale: Literal["byte", "character"]
    chunks: list[Simprint]
    text: str | None
    model: str = ""


def chunk(task: ChunkTask) -> Chunked:
    """Cut a file.

    Raises:
        InvalidInput: It has no text, or the average is out of range.
    """
    path, filename, kind, average = task
    if kind == "data":
        from iscckit.units.data import data_simprints

        with open(path, "rb") as file:
            return Chunked("data", "byte", list(data_simprints(file, average=average)), None)
    return chunk_text(_text_of(path, filename), average)


def chunk_meaning(task: MeaningTask) -> Chunked:
    """Cut a text into the passages that a model reads.

    Raises:
        InvalidInput: The file has no text.
        MissingDependency: The model is not there.
    """
    from iscckit.algorithms.text import text_clean
    from iscckit.records.semantic import embed_passages

    path, filename, text, semantic = task
    clean = text_clean(_text_of(path, filename) if text is None else text)
    return Chunked("semantic", "character", embed_passages(clean, semantic), clean, semantic.text)


def _text_of(path: str, filename: str) -> str:
    from iscckit.media.content_values import TextContent
    from iscckit.records.probe import decode_content

    with open(path, "rb") as file:
        content = decode_content(file, filename=filename)
    if not isinstance(content, TextContent):
        raise InvalidInput(f"{filename or 'the file'} has no text; cut its bytes instead")
    return content.text


def chunk_text(text: str, average: int) -> Chunked:
    """Cut a text.

    Raises:
        InvalidInput: The average is out of range.
    """
    from iscckit.algorithms.text import text_clean
    from iscckit.units.text import text_simprints

    clean = text_clean(text)
    return Chunked("text", "character", text_simprints(clean, average=average), clean)


class TimeCodes(NamedTuple):
    """A ``TimeSeries`` in plain values: its arrays as bytes, numbers of 64 bits."""

    codes: bytes
    steps: bytes
    seconds: float
    reach: float
    radius: int
    duration: float

    def series(self) -> TimeSeries:
        """Return the series."""
        import numpy as np

        from iscckit.comparison.alignment import TimeSeries

        codes, steps = np.frombuffer(self.codes, np.uint64), np.frombuffer(self.steps, np.int64)
        return TimeSeries(codes, steps, self.seconds, self.reach, self.radius, self.duration)


def time_codes(task: TimeTask) -> TimeCodes:
    """Return what a file of sound or moving pictures is aligned by.

    Raises:
        InvalidInput: The file has no time, or is too short.
    """
    from iscckit.records.probe import decode_content
    from iscckit.records.timeline import time_series

    path, filename = task
    with open(path, "rb") as file:
        content = decode_content(file, filename=filename)
    series = time_series(content)
    if series is None or not len(series.codes):
        why = getattr(content, "reason", "") or "it is neither sound nor video"
        raise InvalidInput(f"{filename or 'the file'} has no timeline: {why}")
    codes, steps = series.codes.astype("u8").tobytes(), series.steps.astype("i8").tobytes()
    return TimeCodes(codes, steps, series.seconds, series.reach, series.radius, series.duration)
