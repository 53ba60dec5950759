"""Chromaprint: the fingerprint of sound from which Audio-Codes are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["SAMPLE_RATE", "SECONDS_A_WORD", "SHORTEST", "SILENCE", "Fingerprinter", "fingerprint"]

SAMPLE_RATE: Final = 11025  # samples a second
SHORTEST: Final = 4096 + 19 * 1365  # samples before the first word: 2.724 seconds
SECONDS_A_WORD: Final = 1365 / SAMPLE_RATE  # the step from word to word: 0.1238 seconds
SILENCE: Final = 627964279  # the word of silence


class Fingerprinter:
    """The fingerprint of a stream of samples.

    The words do not depend on the sizes of the blocks. The state has a fixed size, besides the
    words, of which there are about eight a second.

    Source:
        Chromaprint 1.6, algorithm TEST2, without removal of silence; equal to
        ``fpcalc -raw -signed -length 0``.
        Readable twin: ``iscckit.algorithms.twin.av.chroma_words``.
    """

    def __init__(self) -> None:
        self._kernel = _kernel.Fingerprinter()

    def update(self, samples: Buffer) -> None:
        """Append samples: a contiguous buffer of signed 16-bit integers, mono, at 11025 Hz.

        Raises:
            InvalidInput: The buffer ends within a sample.
        """
        if memoryview(samples).nbytes % 2:
            raise InvalidInput("samples have two bytes each, got an odd number of bytes")
        self._kernel.feed(samples)

    def words(self) -> bytes:
        """Return the words so far as signed 32-bit integers in the byte order of the machine.

        The first word needs ``SHORTEST`` samples.
        """
        return self._kernel.words()


def fingerprint(samples: Buffer) -> bytes:
    """Return the words of ``samples``, which have the form of ``Fingerprinter.update``."""
    fingerprinter = Fingerprinter()
    fingerprinter.update(samples)
    return fingerprinter.words()
