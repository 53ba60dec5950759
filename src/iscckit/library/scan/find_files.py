"""The files that a scan finds."""

from __future__ import annotations

import os
from collections.abc import Iterator

from iscckit.errors import UnreadableFile
from iscckit.files.companions import is_companion
from iscckit.files.temporary import is_temporary
from iscckit.files.tree.walk import Stopped, walk

__all__ = ["find_files"]


def find_files(root: str, failed: list[UnreadableFile], stopped: Stopped) -> Iterator[str]:
    """Yield the files below ``root`` in TREEWALK order, without what a killed process has left.

    Proofs and byte ranges belong to the file beside them and are left out, too.

    Args:
        root: Folder, or a file, which is yielded alone.
        failed: Gets the errors of folders that cannot be read.
        stopped: Asked now and then; the walk ends early once it returns True.
    """
    if not os.path.isdir(root):
        if not is_companion(root):
            yield root
        return
    base = root.rstrip("/")
    for inner in walk(root, refused=failed.append, stopped=stopped):
        if not is_temporary(inner) and not is_companion(inner):
            yield f"{base}/{inner}"
