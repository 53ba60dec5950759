"""Flake-Codes: unique identifiers that sort by time. ISO 24138 does not define them."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Final

from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.errors import InvalidInput

__all__ = ["FlakeGenerator", "flake_code", "flake_fields"]

_TIME_BYTES: Final = 6  # milliseconds since 1970
_ALLOWED: Final = range(64, 257, 32)
_REMEMBERED: Final = 1024  # milliseconds whose counters a generator keeps


def flake_code(milliseconds: int, counter: int, *, bits: int = 64) -> Unit:
    """Make a Flake-Code.

    Args:
        milliseconds: The time since 1970-01-01 UTC in milliseconds, below 2**48.
        counter: The number of the code within the millisecond, below 2**(bits - 48).
        bits: The length of the body: 64, 96, ... 256.

    Returns:
        A FLAKE unit whose body sorts by time, then by counter.

    Raises:
        InvalidInput: An argument is out of range.

    Source:
        ``gen_flake_code_v0`` of iscc-core 1.5.0.
    """
    if bits not in _ALLOWED:
        raise InvalidInput(f"bits must be 64..256 in steps of 32, got {bits}")
    if not 0 <= milliseconds < 1 << 8 * _TIME_BYTES:
        raise InvalidInput(f"milliseconds must be 0..2**48 - 1, got {milliseconds}")
    if not 0 <= counter < 1 << bits - 8 * _TIME_BYTES:
        raise InvalidInput(f"counter must be 0..2**{bits - 8 * _TIME_BYTES} - 1, got {counter}")
    body = milliseconds.to_bytes(_TIME_BYTES) + counter.to_bytes(bits // 8 - _TIME_BYTES)
    return Unit(MainType.FLAKE, NO_SUBTYPE, body)


def flake_fields(unit: Unit) -> tuple[int, int]:
    """Return the milliseconds since 1970 and the counter of a Flake-Code.

    Raises:
        InvalidInput: The unit is of another kind, or shorter than 64 bits.
    """
    if unit.maintype != MainType.FLAKE or unit.bits < _ALLOWED.start:
        raise InvalidInput(f"{unit} is not a Flake-Code of 64 bits or more")
    return int.from_bytes(unit.body[:_TIME_BYTES]), int.from_bytes(unit.body[_TIME_BYTES:])


class FlakeGenerator:
    """Makes Flake-Codes that are unique among those of one generator.

    The counter of a millisecond starts at a random value and grows by one with each code, modulo
    its width: 64-bit codes are unique up to 65 536 in a millisecond. Threads may share a generator.
    """

    def __init__(self, *, bits: int = 64) -> None:
        if bits not in _ALLOWED:
            raise InvalidInput(f"bits must be 64..256 in steps of 32, got {bits}")
        self._bits = bits
        self._modulus = 1 << bits - 8 * _TIME_BYTES
        self._counters: dict[int, int] = {}
        self._lock = threading.Lock()

    def next(self, milliseconds: int | None = None) -> Unit:
        """Return a new Flake-Code.

        Args:
            milliseconds: The time since 1970-01-01 UTC in milliseconds; by default now.

        Raises:
            InvalidInput: ``milliseconds`` is out of range.
        """
        if milliseconds is None:
            milliseconds = time.time_ns() // 1_000_000
        with self._lock:
            counter = self._counters.get(milliseconds)
            if counter is None:
                counter = secrets.randbelow(self._modulus)
                if len(self._counters) >= _REMEMBERED:
                    del self._counters[next(iter(self._counters))]
            self._counters[milliseconds] = (counter + 1) % self._modulus
        return flake_code(milliseconds, counter, bits=self._bits)
