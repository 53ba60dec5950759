"""A new file that takes the place of another one, or of none."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from iscckit.errors import UnreadableFile
from iscckit.files.file_status import Attributes
from iscckit.files.renames import sync_folder
from iscckit.files.replace_and_link import check_replaceable, replace_file
from iscckit.files.temporary import clear_drafts, open_draft_folder
from iscckit.files.watched_file import OpenFile

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Replacement"]


class Replacement:
    """A new file that is written beside its target and then replaces it in one step.

    Attributes:
        target: Path of the file that is written, links followed.
        folder: Folder beside it for the new file; gone at the end, whatever happens.
        draft: Path of the new file in that folder, with the suffix of the target.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        out: str | os.PathLike[str] | None = None,
        *,
        cut_links: bool = False,
    ) -> None:
        """Open the file.

        Args:
            path: The file from which the new one is made.
            out: Path of the new file, which may exist and is replaced; None for ``path`` itself.
            cut_links: Whether a file with several names is replaced under this one only.

        Raises:
            UnreadableFile: The file cannot be read, may not be replaced, or the folder cannot be
                written.
        """
        self.target = Path(os.path.realpath(path if out is None else out))
        self._is_itself = out is None
        self._cut_links = cut_links
        self._stack = ExitStack()
        try:
            self._before = self._stack.enter_context(OpenFile(os.path.realpath(path)))
            if self._is_itself:
                check_replaceable(self._before, cut_links=cut_links)
            clear_drafts(os.fspath(self.target.parent))  # of runs that were killed
            self.folder = self._stack.enter_context(open_draft_folder(self.target))
            self.draft = Path(self.folder, f"draft{self.target.suffix}")
            self._mode = Attributes.of(self._before.number).mode
            # With its mode from the start: a confined process may not change it afterwards.
            mode = self._mode | stat.S_IWUSR  # it is written yet
            os.close(os.open(self.draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        except OSError as error:
            raise self._failure(error) from error
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def finish(self) -> None:
        """Put the new file in its place.

        Raises:
            UnreadableFile: See ``files.replace_and_link.replace_file``; all is as before.
        """
        try:
            if self._is_itself:
                replace_file(
                    os.fspath(self.draft),
                    os.fspath(self.target),
                    self._before,
                    cut_links=self._cut_links,
                )
                return
            if stat.S_IMODE(self.draft.stat().st_mode) != self._mode:
                self.draft.chmod(self._mode)
            os.replace(self.draft, self.target)
            sync_folder(os.fspath(self.target.parent))
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> UnreadableFile:
        self._stack.close()
        return UnreadableFile(self.target, f"cannot be written: {error.strerror or error}")
