import array

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.units.instance import InstanceHasher, instance_code


def test_published_codes() -> None:
    assert str(instance_code(b"")) == "ISCC:IAA26E2JXH27TING"
    assert str(instance_code(b"\0", bits=128)) == "ISCC:IABS2OW637YRWYPRJSEG4NNPUA3HG"
    assert str(instance_code(b"hello world")) == "ISCC:IAA5OSMB56TQUDEI"


@given(st.lists(st.binary()))
def test_blocks_hash_as_their_concatenation(blocks: list[bytes]) -> None:
    hasher = InstanceHasher()
    for block in blocks:
        hasher.update(block)
        hasher.unit()
    data = b"".join(blocks)
    assert hasher.filesize == len(data)
    assert hasher.datahash == "1e20" + blake3(data).hexdigest()
    assert hasher.unit(256) == instance_code(data, bits=256)


def test_any_contiguous_buffer_is_taken_as_bytes() -> None:
    words = array.array("I", [1, 2, 3])
    assert instance_code(words) == instance_code(words.tobytes())
    assert instance_code(memoryview(b"abcdefgh").cast("B", (2, 4))) == instance_code(b"abcdefgh")
    assert instance_code(array.array("d")) == instance_code(b"")


@pytest.mark.parametrize("bits", [0, 31, 100, 257, 288, -32])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput):
        instance_code(b"", bits=bits)
