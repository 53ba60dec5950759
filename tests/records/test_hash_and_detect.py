"""The type and the hashes of a file, found out or given."""

import io
from pathlib import Path

import pytest

from iscckit.records.hash_and_detect import identify_file
from iscckit.units.sum import hash_stream

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("bits", [64, 256])
def test_a_file_is_hashed_and_its_type_detected_wherever_its_stream_stands(bits: int) -> None:
    data = (SAMPLES / "cat.jpg").read_bytes()
    stream = io.BytesIO(data)
    stream.seek(100)
    file = identify_file(stream, bits, filename="cat.jpg", path="d/cat.jpg")
    hashes = hash_stream(io.BytesIO(data))
    assert file.units == (hashes.data_unit(bits), hashes.instance_unit(bits))
    assert (file.filesize, file.datahash) == (len(data), hashes.datahash)
    assert (file.mediatype, file.label) == ("image/jpeg", "d/cat.jpg")
    assert stream.tell() == 0


def test_a_given_type_and_given_hashes_replace_those_of_the_bytes() -> None:
    hashes = hash_stream(io.BytesIO(b"other bytes"))
    file = identify_file(
        io.BytesIO(b"bytes"), 64, filename="", mediatype="image/png", hashes=hashes
    )
    assert file.datahash == hashes.datahash
    assert (file.mediatype, file.detected) == ("image/png", "given")
    assert (file.filename, file.label) == (None, "standard input")
