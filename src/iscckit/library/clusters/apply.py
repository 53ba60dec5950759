"""Moving copies to the trash or linking them, under the library's lock and with a log."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from iscckit.errors import LibraryError, UnreadableFile
from iscckit.files.companions import find_companions, move_companion
from iscckit.files.journal import LOGS, Journal, path_text
from iscckit.files.lock import hold_lock
from iscckit.files.renames import make_folders
from iscckit.files.replace_and_link import Copy, link_copy, trash_copy
from iscckit.library.clusters.step_outcome import Outcome, open_catalog_of, outcome_of, touch
from iscckit.library.clusters.undo import recover

if TYPE_CHECKING:
    from iscckit.files.file_status import Attributes
    from iscckit.library.clusters.plan import Action, Step

__all__ = ["apply"]

_DIGEST: Final = 32  # bytes at the end of a multihash


def apply(
    library: str,
    steps: Iterable[Step],
    action: Action,
    trash: str = "",
    *,
    ignore_attributes: bool = False,
) -> Iterator[Outcome]:
    """Carry out steps as the only writer of the library, and log how to undo them.

    Each step reads both files, moves the copy aside, makes sure by its path that the file which
    stays is there with the same bytes, and only then goes on; otherwise it puts the copy back. A
    step that cannot be made does not stop the others.

    Args:
        library: Its folder, where the log goes.
        steps: Steps of a plan.
        action: ``trash`` moves copies into a folder; ``hardlink`` makes them links to the file
            that stays, where both are on one file system.
        trash: That folder; made if it does not exist.
        ignore_attributes: Whether copies are linked whose owner, mode or attributes differ.

    Yields:
        What became of each copy, in the order of the steps. Copies that are gone already, or are
        a link to the file that stays, are passed over.

    Raises:
        LibraryError: Another process writes to the library, or no log can be written.
    """
    known: dict[str, bytes] = {}
    since = time.time_ns()
    with hold_lock(library), open_catalog_of(library) as catalog:
        yield from recover(library)
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{token_hex(4)}.jsonl"
        try:
            with Journal(os.path.join(library, LOGS, name)) as journal:
                for number, step in enumerate(steps, 1):
                    target = _find_unused_path(trash, step.path) if action == "trash" else ""
                    act = _Act(step, number, action, target, ignore_attributes, journal)
                    outcome = act.carry_out()
                    if outcome is None:
                        continue
                    if outcome.problem is None:
                        known |= dict.fromkeys((step.path, step.kept), step.datahash)
                    yield outcome
        except OSError as error:
            raise LibraryError(f"{error.filename or library}: {error.strerror or error}") from error
        finally:
            if catalog is not None:
                touch(catalog, known, since)


@dataclass(slots=True)
class _Act:
    """One step while it is carried out; ``aside`` is empty until the log says that it begins."""

    step: Step
    number: int
    action: Action
    target: str
    ignore_attributes: bool
    journal: Journal
    aside: str = ""

    def carry_out(self) -> Outcome | None:
        """Carry the step out, and return what became of the copy; None if nothing was to do."""
        if not os.path.lexists(self.step.path):
            return None
        try:
            self._run(Copy(self.step.path, self.step.kept, self.step.datahash[-_DIGEST:]))
        except (UnreadableFile, OSError) as error:
            outcome = outcome_of(self.step.path, error)
            if not self.aside:
                return None if outcome.reason_code == "same-file" else outcome
            if self._is_back():
                self.journal.write({"event": "back", "step": self.number})
            elif os.path.lexists(self.aside):
                return Outcome(outcome.path, f"{outcome.problem}; its bytes are at {self.aside}")
            return outcome
        self.journal.write({"event": "done", "step": self.number})
        return Outcome(self.step.path)

    def _run(self, copy: Copy) -> None:
        if self.action == "hardlink":
            link_copy(copy, self._begin, ignore_attributes=self.ignore_attributes)
            return
        make_folders(os.path.dirname(self.target))
        trash_copy(copy, self.target, self._begin)
        for path, target in self._companions():
            move_companion(path, target)

    def _companions(self) -> list[tuple[str, str]]:
        """Return the proofs of a copy that goes to the trash, and where they go."""
        if self.action != "trash":
            return []
        cut = len(self.step.path)
        return [(each, self.target + each[cut:]) for each in find_companions(self.step.path)]

    def _begin(self, aside: str, attributes: Attributes) -> None:
        self.journal.write(
            {
                "event": "begin",
                "step": self.number,
                "action": self.action,
                "path": path_text(self.step.path),
                "kept": path_text(self.step.kept),
                "aside": path_text(aside),
                "to": path_text(self.target),
                "companions": [[path_text(path), path_text(to)] for path, to in self._companions()],
                "datahash": self.step.datahash.hex(),
                "attributes": attributes.to_dict(),
            }
        )
        self.aside = aside

    def _is_back(self) -> bool:
        """Tell whether the copy is at its path as a file of its bytes alone."""
        if os.path.lexists(self.aside) or not os.path.lexists(self.step.path):
            return False
        try:
            return not os.path.samefile(self.step.path, self.step.kept)
        except OSError:
            return True  # the other file is gone


def _find_unused_path(trash: str, path: str) -> str:
    """Return an unused path in the trash: the whole path of the file, below the trash."""
    target = os.path.join(os.path.abspath(trash), os.path.splitdrive(path)[1].lstrip("/\\"))
    number, name = 0, target
    while os.path.lexists(name):
        number += 1
        name = f"{target}.{number}"
    return name
