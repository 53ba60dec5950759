"""Items computed ahead arrive in order, with their errors, and no thread is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain, count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.media.ahead import ahead


@given(st.lists(st.integers(), max_size=200), st.integers(1, 50))
def test_all_items_arrive_in_order(items: list[int], batch: int) -> None:
    batches = list(ahead(iter(items), batch))
    assert list(chain.from_iterable(batches)) == items
    assert all(len(each) == batch for each in batches[:-1])


def test_an_error_arrives_after_the_items_before_its_batch() -> None:
    def items() -> Iterator[int]:
        yield from range(4)
        raise KeyError("here")

    batches = ahead(items(), 2)
    assert [next(batches), next(batches)] == [[0, 1], [2, 3]]
    with pytest.raises(KeyError, match="here"):
        next(batches)


def test_closing_early_stops_the_thread() -> None:
    batches = ahead(count(), 3)
    assert next(batches) == [0, 1, 2]
    batches.close()  # type: ignore[attr-defined]
    assert not any(thread.name == "iscckit-ahead" for thread in threading.enumerate())


def test_no_more_than_a_few_batches_are_computed_ahead() -> None:
    taken = count()
    batches = ahead((next(taken) for _ in range(1000)), 1)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert next(taken) < 12
