"""Types of the compiled kernels (kernel/bind/).

``level`` is that of kernel/simd/cpu.hpp. 0 lets each kernel take its best version. Another number
demands a level; ValueError where this processor or the function lacks it.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from numpy import integer
from numpy.typing import NDArray
from typing_extensions import Buffer

# --- module.cpp
BLOCK_SIZE: int  # bytes of a file that have a checksum
levels: Mapping[str, tuple[int, ...]]  # by function: what may be demanded of it on this machine

def can_run(level: int) -> bool: ...
def best_level() -> int: ...  # 1, 2 or 3: that of the widest vectors

# --- codec.cpp
# mode: iscckit.codec.faults.LENIENT, OPEN or STRICT. All raise ValueError(reason, position,
# which): a Reason, an offset in the UTF-8 of the text or None, and the number of the argument or
# unit to blame. TypeError where text is not str. A unit is (maintype, subtype, body, version).
_Unit: TypeAlias = tuple[int, int, bytes, int]

def codec_clean(text: str, mode: int) -> str: ...
def codec_bytes(text: str, mode: int) -> bytes: ...  # header and body of any spelling, unchecked
def codec_check(text: str, mode: int) -> None: ...  # demands the canonical form
def codec_valid(text: str, mode: int) -> bool: ...  # the same as an answer
def codec_normalize(text: str, mode: int) -> str: ...  # "ISCC:..."
def codec_decode(text: str, mode: int) -> tuple[int, int, int, int, bytes]: ...  # normalized first
def codec_type_id(text: str, mode: int) -> str: ...
def codec_explain(text: str, mode: int) -> str: ...  # type_id and body
def codec_decompose(text: str, mode: int) -> list[str]: ...  # base32 without "ISCC:"
def codec_units(text: str, mode: int) -> list[_Unit]: ...
def codec_unit(text: str, mode: int) -> _Unit: ...  # exactly one, no composite
def codec_sequence(data: Buffer) -> list[_Unit]: ...  # ISCC-SEQ; positions count bits
def codec_compose(units: Sequence[str | _Unit], wide: int, mode: int) -> str:
    """Compose "ISCC:..."; wide: 0 no, 1 demanded, 2 with silent fallback."""

def codec_component(maintype: int, subtype: int, version: int, bits: int, digest: Buffer) -> str:
    """Make a unit of the first bits of a digest; base32 without "ISCC:"."""

def codec_mixed(codes: Sequence[str | _Unit], bits: int) -> bytes | None:
    """Return the body of a Mixed-Code, or None where there can be none."""

def codec_mixed_code(codes: Sequence[str | _Unit], bits: int) -> str | None:
    """Return a Mixed-Code as "ISCC:...", or None where there can be none."""

def codec_distance(a: str, b: str, mode: int) -> tuple[int, int]:
    """Return (differing bits, bits) of two codes with equal headers."""

def codec_compare(a: str, b: str, mode: int) -> list[tuple[int, int, int, int, int, int]]:
    """Return every pair of units of one kind, in the order of a, then of b.

    Each is (maintype, subtype, version, bits of a, bits of b, differing bits of the prefix).
    """

def codec_header(maintype: int, subtype: int, version: int, length: int) -> bytes: ...
def codec_read_header(data: Buffer) -> tuple[int, int, int, int, int]: ...  # and its bytes
def unit_code(unit: _Unit) -> str: ...  # base32 without "ISCC:"
def unit_canonical(unit: _Unit) -> str: ...
def unit_type_id(unit: _Unit) -> str: ...
def unit_bytes(unit: _Unit) -> bytes: ...  # header and body
def base_encode(data: Buffer, base: str) -> str: ...  # base: f b v z u, as in multibase
def base_decode(text: str, base: str, exact: bool) -> bytes: ...  # exact: unused bits are zero

# --- data.cpp
def xxh32(data: Buffer, level: int = 0) -> int: ...
def chunk_lengths(data: Buffer, average: int, utf32: bool) -> list[int]: ...
def data_chunk_lengths(data: Buffer, level: int = 0) -> list[int]: ...
def minhash(features: Buffer, level: int = 0) -> bytes: ...
def data_digest(data: Buffer, level: int = 0) -> bytes: ...

class DataHasher:
    def __init__(self, level: int = 0) -> None: ...
    def update(self, block: Buffer) -> None: ...
    def digest(self) -> bytes: ...

# --- bao.cpp
# Trees over the chunks of BLAKE3; kernel/bao/ says what a slice and an outboard are.
class OutboardHasher:
    """Makes the parents of groups of 16 chunks in post-order, 64 bytes each."""

    def __init__(self, level: int = 0) -> None: ...
    def update(self, block: Buffer) -> bytes: ...  # the parents that became known
    def finish(self) -> tuple[bytes, bytes]: ...  # the root, the rest of the parents; once

def bao_nodes(data: Buffer, first_chunk: int, start: int, end: int, level: int = 0) -> bytes:
    """Return the nodes of the subtree of data that lead to data[start:end], in pre-order.

    Without the length, this is the slice of a file that data is as a whole.
    """

def bao_verify(
    slice: Buffer, root: Buffer, start: int, count: int, level: int = 0
) -> tuple[int, int, bytes]:
    """Return what is wrong with a slice, the length that it says, and the bytes that it proves.

    0 nothing, 1 the slice ends early, 2 bytes follow it, 3 a hash differs. ValueError where the
    root has not 32 bytes. A count of 0 is one byte.
    """

# --- text.cpp
def text_clean(text: str) -> str: ...
def text_collapse(text: str, level: int = 0) -> str: ...
def text_remove_newlines(text: str) -> str: ...
def text_trim(text: str, size: int) -> str: ...
def text_digest(text: str, level: int = 0) -> tuple[bytes, int]: ...
def text_simprints(text: str, average: int) -> list[tuple[bytes, int, int]]: ...
def meta_name(name: str, size: int) -> str: ...
def meta_description(description: str, size: int) -> str: ...
def meta_digest(name: str, extra: str | Buffer | None, level: int = 0) -> bytes: ...
def blake3(data: Buffer) -> bytes: ...
def multihash(data: str | Buffer) -> str: ...

# --- image.cpp
class ArrowBytes:
    def __init__(self, array: object) -> None: ...  # a capsule "arrow_array"
    def __buffer__(self, flags: int, /) -> memoryview: ...

def image_digest(
    pixels: Buffer | Sequence[int] | NDArray[integer],
    bits: int = 64,
    shifted: bool = False,
    level: int = 0,
) -> bytes: ...
def normalize_pixels(
    data: Buffer, width: int, height: int, mode: int, orientation: int, trim: int, level: int = 0
) -> bytes: ...
def crop_box(
    data: Buffer, width: int, height: int, mode: int, orientation: int, trim: int, level: int = 0
) -> tuple[int, int, int, int]: ...
def dct(values: Buffer, n: int) -> bytes: ...
def dct2(matrix: Buffer, n: int) -> bytes: ...

# --- similarity_hashes.cpp
def simhash(digests: Buffer, width: int, level: int = 0) -> bytes: ...
def simhash_items(digests: Sequence[bytes], level: int = 0) -> bytes: ...
def wtahash(vector: Sequence[int], bits: int = 256) -> bytes: ...
def audio_digest(
    fingerprint: Buffer | Sequence[int] | NDArray[integer], bits: int = 64, level: int = 0
) -> bytes: ...
def video_digest(
    frames: Buffer | Sequence[Sequence[int]] | NDArray[integer], bits: int = 64, level: int = 0
) -> bytes: ...

# --- av.cpp
class Fingerprinter:
    def __init__(self, level: int = 0) -> None: ...
    def feed(self, samples: Buffer) -> None: ...  # int16; whole samples
    def words(self) -> bytes: ...  # int32

def frame_signature(
    plane: Buffer, width: int, height: int, stride: int, level: int = 0
) -> bytes: ...
def search_checksums(file: Buffer) -> bytes: ...
def search_require(file: tuple[Buffer, Buffer, Buffer], start: int, bytes: int) -> None: ...
def search_within(
    planes: Sequence[Buffer], body: Buffer, bits: int, radius: int, level: int = 0
) -> bytes: ...
def search_nearest(
    planes: Sequence[Buffer], body: Buffer, bits: int, count: int, radius: int, level: int = 0
) -> bytes: ...
def search_fill(
    words: Buffer, shift: int, bits: int, offsets: Buffer, codes: Buffer, rows: Buffer
) -> None: ...
def search_probe(
    tables: Sequence[tuple[int, int, Buffer, Buffer, Buffer]],
    word: int,
    radius: int,
    level: int = 0,
    file: tuple[Buffer, Buffer, Buffer] | None = None,
) -> bytes: ...
def search_probe_nearest(
    tables: Sequence[tuple[int, int, Buffer, Buffer, Buffer]],
    word: int,
    count: int,
    radius: int,
    most: int,
    level: int = 0,
    file: tuple[Buffer, Buffer, Buffer] | None = None,
) -> bytes | None: ...
def search_join(
    tables: Sequence[tuple[int, int, Buffer, Buffer, Buffer]],
    radius: int,
    threads: int = 1,
    level: int = 0,
) -> bytes: ...
