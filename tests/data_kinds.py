"""Strategies for bytes of the kinds on which chunking goes wrong first."""

from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

KINDS = ("constant", "two", "periodic", "runs", "random")

# Around these sizes something changes: shortest, centre and longest chunk, words, batches.
EDGES = (
    0,
    1,
    15,
    16,
    17,
    255,
    256,
    257,
    639,
    640,
    641,
    1024,
    8191,
    8192,
    8193,
    16384,
    65535,
    65536,
)


class Recipe(NamedTuple):
    """How to make some bytes; what a failing test prints instead of all of them."""

    kind: str
    size: int
    seed: int

    def make(self) -> bytes:
        """Return the bytes."""
        random = Random(self.seed)
        if self.kind == "constant":
            return bytes([random.randrange(256)]) * self.size
        if self.kind == "two":
            return bytes(random.choices(random.choices(range(256), k=2), k=self.size))
        if self.kind == "periodic":
            period = random.randbytes(random.choice([2, 3, 16, 255, 256, 768, 1000, 8192]))
            return (period * (self.size // len(period) + 1))[: self.size]
        if self.kind == "random":
            return random.randbytes(self.size)
        runs = bytearray()
        while len(runs) < self.size:
            runs += bytes([random.randrange(256)]) * random.choice([1, 30, 300, 8192, 20000])
        return bytes(runs[: self.size])


def recipes(max_size: int) -> st.SearchStrategy[Recipe]:
    """Constant, two-symbol, periodic, run-wise or random bytes of an edge or any size."""
    edge = st.sampled_from([size for size in EDGES if size <= max_size])
    size = st.one_of(edge, st.integers(0, max_size))
    return st.builds(Recipe, st.sampled_from(KINDS), size, st.integers(0, 2**32))
