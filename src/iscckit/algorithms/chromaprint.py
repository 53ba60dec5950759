"""Chromaprint: the fingerprint from which Audio-Codes are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["SAMPLE_RATE", "SECONDS_A_WORD", "SHORTEST", "SILENCE", "Fingerprinter", "fingerprint"]

SAMPLE_RATE: Final = 11025  # samples a second
SHORTEST: Final = 4096 + 19 * 1365  # samples of the first word: 2.724 seconds
SECONDS_A_WORD: Final = 1365 / SAMPLE_RATE  # from one word to the next: 0.1238
SILENCE: Final = 627964279  # the word of two seconds without sound


class Fingerprinter:
    """The fingerprint of a stream of samples.

    Blocks of any size give the same words; what is kept does not grow but for the words, of
    which there are about eight a second.

    Source:
        Chromaprint 1.6, algorithm TEST2, without removal of silence; equal to
        ``fpcalc -raw -signed -length 0``.
        Readable twin: ``iscckit.algorithms.reference.av.chroma_words``.
    """

    def __init__(self) -> None:
        self._kernel = _kernel.Fingerprinter()

    def update(self, samples: Buffer) -> None:
        """Take the next samples: a contiguous buffer, signed 16 bit, mono, 11025 Hz.

        Raises:
            InvalidInput: The buffer ends within a sample.
        """
        if memoryview(samples).nbytes % 2:
            raise InvalidInput("samples have two bytes each, got an odd number of bytes")
        self._kernel.feed(samples)

    def words(self) -> bytes:
        """Return the words so far as signed 32-bit integers in the machine's byte order.

        There are none before ``SHORTEST`` samples have come.
        """
        return self._kernel.words()


def fingerprint(samples: Buffer) -> bytes:
    """Return the words of all ``samples``, which are as ``Fingerprinter.update`` takes them."""
    fingerprinter = Fingerprinter()
    fingerprinter.update(samples)
    return fingerprinter.words()
