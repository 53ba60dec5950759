import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec.bases import Base, encode
from iscckit.codec.flake import FlakeGenerator, flake_code, flake_fields
from iscckit.codec.unit import Unit
from iscckit.errors import InvalidInput

LENGTHS = st.sampled_from(range(64, 257, 32))


@given(LENGTHS, st.integers(0, 2**48 - 1), st.data())
def test_a_flake_is_read_as_it_was_written(
    bits: int, milliseconds: int, data: st.DataObject
) -> None:
    counter = data.draw(st.integers(0, 2 ** (bits - 48) - 1))
    made = flake_code(milliseconds, counter, bits=bits)
    assert made.bits == bits
    assert flake_fields(Unit.parse(str(made))) == (milliseconds, counter)


@given(st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**16 - 1)), st.integers(0, 2**16 - 1))
def test_flakes_sort_by_time_then_counter(fields: tuple[int, int], counter: int) -> None:
    a, b = flake_code(*fields), flake_code(fields[0], counter)
    assert (fields < (fields[0], counter)) == (a.body < b.body)
    assert (a.body < b.body) == (encode(a.data, Base.BASE32HEX) < encode(b.data, Base.BASE32HEX))


def test_the_published_example_is_of_february_2022() -> None:
    milliseconds, _ = flake_fields(Unit.parse("ISCC:OAAQC7YOADBZYNF7"))
    assert milliseconds == 1645207405468


def test_a_generator_never_repeats_itself_within_a_millisecond() -> None:
    generator = FlakeGenerator()
    made = [generator.next(1000) for _ in range(2**16)]
    assert len(set(made)) == 2**16
    counters = [flake_fields(unit)[1] for unit in made]
    assert all((b - a) % 2**16 == 1 for a, b in pairwise(counters))


def test_threads_may_share_a_generator() -> None:
    generator, made = FlakeGenerator(bits=128), []
    threads = [
        threading.Thread(target=lambda: made.extend([generator.next(7) for _ in range(500)]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_a_generator_forgets_old_milliseconds_and_reads_the_clock() -> None:
    generator = FlakeGenerator()
    for milliseconds in range(3000):
        generator.next(milliseconds)
    before = time.time_ns() // 1_000_000
    assert flake_fields(generator.next())[0] >= before
    assert len(generator._counters) <= 1024


@pytest.mark.parametrize(
    ("milliseconds", "counter", "bits"),
    [(0, 0, 32), (0, 0, 72), (0, 0, 288), (2**48, 0, 64), (-1, 0, 64), (0, 2**16, 64), (0, -1, 64)],
)
def test_arguments_out_of_range_are_refused(milliseconds: int, counter: int, bits: int) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        flake_code(milliseconds, counter, bits=bits)


def test_what_is_no_flake_has_no_fields() -> None:
    with pytest.raises(InvalidInput, match="not a Flake-Code"):
        flake_fields(Unit.parse("AAAZXZ6OU74YAZIM"))
    with pytest.raises(InvalidInput, match="bits must be"):
        FlakeGenerator(bits=32)
