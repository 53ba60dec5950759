"""Companions of a file: proofs and byte ranges that lie beside it and carry its name.

``paper.pdf`` has ``paper.pdf.iscc-proof.json``; proofs of parts and ranges of bytes have a word
more: ``paper.pdf.part-3.iscc-proof.json``, ``paper.pdf.0-4096.iscc-range.json``. They say
something about the file, and are not content.
"""

from __future__ import annotations

import errno
import os
import re
from typing import Final

from iscckit.files.renames import move_new, sync_folder

__all__ = ["PROOF_SUFFIX", "RANGE_SUFFIX", "find_companions", "is_companion", "move_companion"]

PROOF_SUFFIX: Final = ".iscc-proof.json"
RANGE_SUFFIX: Final = ".iscc-range.json"
_SUFFIXES: Final = (PROOF_SUFFIX, RANGE_SUFFIX)
_WORD: Final = re.compile(r"(?:\.part-[0-9]+|\.[0-9]+-[0-9]+)?")


def is_companion(path: str) -> bool:
    """Tell whether a path is that of a companion: by its name alone."""
    return path.endswith(_SUFFIXES)


def find_companions(path: str) -> list[str]:
    """Return the companions that lie beside a file, sorted; none if the folder cannot be read."""
    folder, name = os.path.split(path)
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    return [os.path.join(folder, each) for each in names if _belongs(each, name)]


def move_companion(path: str, target: str) -> None:
    """Move a companion to ``target``, which must not exist; also to another file system.

    Raises:
        OSError: It cannot be moved; then it is where it was.
    """
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    try:
        move_new(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with open(path, "rb") as source, open(target, "xb") as copy:
            try:
                copy.write(source.read())
                copy.flush()
                os.fsync(copy.fileno())
            except OSError:
                os.unlink(target)
                raise
        os.unlink(path)
    sync_folder(os.path.dirname(target))
    sync_folder(os.path.dirname(path))


def _belongs(each: str, name: str) -> bool:
    suffix = next((one for one in _SUFFIXES if each.endswith(one)), None)
    if suffix is None or not each.startswith(name):
        return False
    return _WORD.fullmatch(each[len(name) : len(each) - len(suffix)]) is not None
