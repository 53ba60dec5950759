"""A Content-Code, or the reason why there is none."""

import io
import zipfile
from pathlib import Path

import pytest

from iscckit.errors import ExtractionFailed
from iscckit.records.extract import extract_content
from iscckit.records.hash_and_detect import identify_file
from iscckit.records.options import Options
from iscckit.records.partial_results import ContentFacts
from iscckit.records.run_context import RunContext

SAMPLES = Path(__file__).parents[2] / "samples"


def extract(data: bytes, name: str, options: Options) -> ContentFacts:
    stream = io.BytesIO(data)
    return extract_content(stream, identify_file(stream, 64, filename=name), RunContext(options))


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.txt", data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.png", "the file is empty"),
        (b"\0\1\2", "a", "unknown type of content: no known signature"),
        (b"?!", "a.txt", "the text has no letters, digits or symbols"),
        (zipped(a=b"text"), "a.zip", "no content decoder for application/zip"),
    ],
)
def test_content_without_code_has_the_reason(data: bytes, name: str, reason: str) -> None:
    facts = extract(data, name, Options())
    assert facts.missing == {"content": reason}
    assert (facts.mode, facts.unit, facts.failure) == (None, None, None)
    assert facts.undivided == name.endswith(".zip")


def test_a_damaged_file_has_the_error_of_its_decoder() -> None:
    facts = extract((SAMPLES / "cat.jpg").read_bytes()[:300], "cat.jpg", Options())
    assert isinstance(facts.failure, ExtractionFailed)
    assert facts.missing == {"content": facts.failure.reason}
    assert facts.decoded is None


def test_a_divided_file_has_no_content_but_its_parts() -> None:
    speech = (SAMPLES / "gettysburg-hay.txt").read_bytes()
    other = (SAMPLES / "README.md").read_bytes()
    facts = extract(zipped(a=speech, b=other), "a.zip", Options(mixed=True))
    assert facts.mode == "mixed"
    assert facts.decoded is None
    assert [part.name for part in facts.parts] == ["a.txt", "b.txt"]
