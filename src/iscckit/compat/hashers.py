"""Hashers of streams with the methods of both packages: push and update, code and finalize."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.codec.code import compose
from iscckit.compat.enumerations import IsccResult
from iscckit.units import data as data_unit
from iscckit.units import instance as instance_unit
from iscckit.units.sum import Hashes

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

__all__ = ["DataHasher", "InstanceHasher", "SumHasher", "sum_result"]

_BLOCK: Final = 1 << 18  # bytes that are read at a time; results do not depend on it


def _feed(push: Callable[[Buffer], None], source: BinaryIO | Buffer) -> None:
    """Pass bytes, or the rest of a stream, to ``push``."""
    read = getattr(source, "read", None)
    if read is None:
        push(source)  # type: ignore[arg-type]
        return
    while block := read(_BLOCK):
        push(block)


class DataHasher:
    """The Data-Code of a stream of blocks."""

    def __init__(self, data: BinaryIO | Buffer | None = None) -> None:
        self._hasher = data_unit.DataHasher()
        self.push = self._hasher.update
        if data is not None:
            self.update(data)

    def update(self, data: BinaryIO | Buffer) -> None:
        """Append bytes, or the rest of a stream, as in iscc_lib."""
        _feed(self._hasher.update, data)

    def digest(self) -> bytes:
        """Return the 32 bytes whose prefixes are the codes."""
        return self._hasher.digest()

    def code(self, bits: int = 64) -> str:
        """Return the unit without ``ISCC:``, as in iscc_core."""
        return self._hasher.unit(bits).code

    def finalize(self, bits: int = 64) -> IsccResult:
        """Return the result as in iscc_lib; the hasher stays usable."""
        return IsccResult(iscc=str(self._hasher.unit(bits)))


class InstanceHasher:
    """The Instance-Code of a stream of blocks."""

    def __init__(self, data: BinaryIO | Buffer | None = None) -> None:
        self._hasher = instance_unit.InstanceHasher()
        self.push = self._hasher.update
        if data is not None:
            self.update(data)

    def update(self, data: BinaryIO | Buffer) -> None:
        """Append bytes, or the rest of a stream, as in iscc_lib."""
        _feed(self._hasher.update, data)

    @property
    def filesize(self) -> int:
        """The number of bytes so far."""
        return self._hasher.filesize

    def digest(self) -> bytes:
        """Return the BLAKE3 hash."""
        return self._hasher.digest()

    def multihash(self) -> str:
        """Return the BLAKE3 multihash in hexadecimal."""
        return self._hasher.datahash

    def code(self, bits: int = 64) -> str:
        """Return the unit without ``ISCC:``, as in iscc_core."""
        return self._hasher.unit(bits).code

    def finalize(self, bits: int = 64) -> IsccResult:
        """Return the result as in iscc_lib; the hasher stays usable."""
        return IsccResult(
            iscc=str(self._hasher.unit(bits)),
            datahash=self._hasher.datahash,
            filesize=self._hasher.filesize,
        )


def sum_result(hashes: Hashes, bits: int, wide: bool, add_units: bool) -> IsccResult:
    """Return both digests of one pass as the result of iscc_lib."""
    whole = [hashes.data_unit(256), hashes.instance_unit(256)]
    result = IsccResult(
        iscc=compose(whole, wide=wide), datahash=hashes.datahash, filesize=hashes.filesize
    )
    if add_units:
        result["units"] = [str(unit.shorten(bits)) for unit in whole]
    return result


class SumHasher:
    """The ISCC-SUM of a stream of blocks."""

    def __init__(self, data: BinaryIO | Buffer | None = None) -> None:
        self._data = data_unit.DataHasher()
        self._instance = instance_unit.InstanceHasher()
        if data is not None:
            self.update(data)

    def update(self, data: BinaryIO | Buffer) -> None:
        """Append bytes, or the rest of a stream."""

        def push(block: Buffer) -> None:
            self._data.update(block)
            self._instance.update(block)

        _feed(push, data)

    def finalize(self, bits: int = 64, wide: bool = False, add_units: bool = False) -> IsccResult:
        """Return the result; the hasher stays usable."""
        hashes = Hashes(self._data.digest(), self._instance.digest(), self._instance.filesize)
        return sum_result(hashes, bits, wide, add_units)
