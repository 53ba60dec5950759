"""Strategies for bytes of the kinds on which chunking goes wrong first."""

from random import Random

from hypothesis import strategies as st

# Around these sizes something changes: shortest, centre and longest chunk, words, batches.
EDGES = (0, 1, 4, 16, 255, 256, 257, 639, 640, 641, 1024, 8191, 8192, 8193, 16384, 65535, 65536)


@st.composite
def data_of(draw: st.DrawFn, max_size: int) -> bytes:
    """Constant, two-symbol, periodic, run-wise or random bytes of an edge or any size."""
    edge = st.sampled_from([size for size in EDGES if size <= max_size])
    size = draw(st.one_of(edge, st.integers(0, max_size)))
    random = Random(draw(st.integers(0, 2**32)))  # hypothesis cannot draw this much itself
    kind = draw(st.sampled_from(["constant", "two", "periodic", "runs", "random"]))
    if kind == "constant":
        return bytes([random.randrange(256)]) * size
    if kind == "two":
        return bytes(random.choices(random.choices(range(256), k=2), k=size))
    if kind == "periodic":
        period = random.randbytes(random.choice([2, 3, 16, 255, 256, 768, 1000, 8192]))
        return (period * (size // len(period) + 1))[:size]
    if kind == "random":
        return random.randbytes(size)
    runs = bytearray()
    while len(runs) < size:
        runs += bytes([random.randrange(256)]) * random.choice([1, 30, 300, 8192, 20000])
    return bytes(runs[:size])
