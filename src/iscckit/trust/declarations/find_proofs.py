"""Where proof files lie: beside their files, or in a folder of proofs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from iscckit.errors import UnreadableFile
from iscckit.files.companions import PROOF_SUFFIX
from iscckit.files.tree.walk import walk
from iscckit.trust.proof.proof_file import PROOF_BYTES_MAX

__all__ = ["find_proofs", "is_proof_path", "proof_path", "read_whole", "target_path"]

_PART: Final = ".part-"


def proof_path(path: str, folder: str | None = None) -> str:
    """Return where the proof of a file lies: beside it, or in ``folder``."""
    name = os.path.basename(path) + PROOF_SUFFIX
    return os.path.join(os.path.dirname(path) if folder is None else folder, name)


def is_proof_path(path: str) -> bool:
    """Tell whether a path has the name of a proof file."""
    return path.endswith(PROOF_SUFFIX) and len(os.path.basename(path)) > len(PROOF_SUFFIX)


def target_path(path: str) -> str:
    """Return the file that lies beside a proof by its name; that of a part is the whole file."""
    name = path.removesuffix(PROOF_SUFFIX)
    stem, mark, number = name.rpartition(_PART)
    return stem if mark and number.isdigit() else name


def find_proofs(folder: str) -> Iterator[str]:
    """Yield the proof files below a folder in TREEWALK order.

    Raises:
        UnreadableFile: A folder cannot be read.
    """
    refused: list[UnreadableFile] = []
    for inner in walk(folder, refused=refused.append):
        if is_proof_path(inner):
            yield os.path.join(folder, inner)
    if refused:
        raise refused[0]


def read_whole(path: str) -> bytes:
    """Return the bytes of a proof file.

    Raises:
        UnreadableFile: It cannot be read. Bytes beyond the size of any proof are left out.
    """
    try:
        with open(path, "rb") as file:
            return file.read(PROOF_BYTES_MAX + 1)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
