"""Meta-Codes of all samples equal those of the reference SDK."""

import io
import json
from importlib.resources import files
from pathlib import Path

import pytest

from iscckit.media.content_values import Limits, Source
from iscckit.media.detect.detect import detect
from iscckit.media.metadata.read import find_metadata
from iscckit.records.hash_and_detect import make_file_facts
from iscckit.records.meta import code_metadata
from iscckit.records.options import Options
from iscckit.units.sum import hash_stream

DATA = Path(__file__).parents[1] / "data/meta-units.json"
REFERENCE: dict[str, list[str]] = json.loads(DATA.read_text(encoding="utf-8"))["files"]
SAMPLES = files("iscc_samples") / "files"


def test_there_are_51_samples_with_a_reference() -> None:
    assert len(REFERENCE) == 51


@pytest.mark.parametrize("name", REFERENCE)
def test_the_meta_code_is_that_of_the_reference(name: str) -> None:
    short, long, metahash = REFERENCE[name]
    data = (SAMPLES / name).read_bytes()
    detection = detect(data[:4096], name)
    source = Source(io.BytesIO(data), name, detection.mediatype)
    found = find_metadata(source, limits=Limits())
    hashes = hash_stream(io.BytesIO(data))
    file = make_file_facts(detection, hashes, 64, filename=Path(name).name)
    for bits, expected in ((64, short), (256, long)):
        options = Options(bits=bits, profile="sdk-0.9.7")
        facts = code_metadata(found, file, options, has_content_code=True)
        assert str(facts.unit) == expected
        assert facts.metahash == metahash
