"""Meta-Codes of all samples equal those of the reference SDK."""

import io
import json
from importlib.resources import files
from pathlib import Path

import pytest

from iscckit.media.base import Limits, Source
from iscckit.media.detect.detect import detect
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.read import find_metadata
from iscckit.records.meta import with_metadata
from iscckit.records.record import Record

DATA = Path(__file__).parents[1] / "data/meta-units.json"
REFERENCE: dict[str, list[str]] = json.loads(DATA.read_text(encoding="utf-8"))["files"]
SAMPLES = files("iscc_samples") / "files"


def record_of(mediatype: str, filename: str) -> Record:
    """Return a record as it is before metadata: with a mode, whatever decodes the content."""
    return Record(
        iscc="",
        units=(),
        mediatype=mediatype,
        detected="",
        filesize=1,
        datahash="",
        profile="sdk-0.9.7",
        generator="",
        filename=filename,
        mode=mode_of(mediatype),
    )


def test_there_are_51_samples_with_a_reference() -> None:
    assert len(REFERENCE) == 51


@pytest.mark.parametrize("name", REFERENCE)
def test_the_meta_code_is_that_of_the_reference(name: str) -> None:
    short, long, metahash = REFERENCE[name]
    data = (SAMPLES / name).read_bytes()
    mediatype = detect(data[:4096], name).mediatype
    found = find_metadata(Source(io.BytesIO(data), name, mediatype), limits=Limits())
    before = record_of(mediatype, Path(name).name)
    assert str(with_metadata(before, found, bits=64).units[0]) == short
    record = with_metadata(before, found, bits=256)
    assert str(record.units[0]) == long
    assert record.metahash == metahash
