"""The library in Python: open, add, search, cluster, verify."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.check import check as check_library
from iscckit.library.check import repair as repair_library
from iscckit.library.clusters.clusters import find_clusters
from iscckit.library.scan.scan import ScanOptions, open_writer, scan
from iscckit.library.scan.verify import verify
from iscckit.library.search.query import build_query
from iscckit.library.search.query_task import query_apart
from iscckit.library.search.search import search

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from iscckit.library.catalog.item import Item
    from iscckit.library.check import Fault
    from iscckit.library.clusters.clusters import Cluster
    from iscckit.library.scan.report import Change, ScanProgress
    from iscckit.library.scan.verify import Checked
    from iscckit.library.search.filter import Filter
    from iscckit.library.search.match import Answer
    from iscckit.library.search.query import QueryKind
    from iscckit.records.options import Semantics
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Library"]


class Library:
    """The files of some folders, with their codes.

    Readers need no lock: any number of processes may search while one process adds files. Use the
    library as a context manager, or close it.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Make a library that is not opened yet; ``Library.open`` does the same."""
        self.folder = os.fspath(folder)
        self._catalog: Catalog | None = None

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open the library in ``folder``; the first ``add`` creates it if it does not exist."""
        return cls(folder)

    def close(self) -> None:
        """Close the library."""
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(
        self,
        *roots: str | os.PathLike[str],
        options: ScanOptions | None = None,
        progress: Callable[[ScanProgress], object] | None = None,
    ) -> Iterator[Change]:
        """Bring the library up to date with folders and files.

        The scan starts with the first item that is taken from the iterator.

        Args:
            roots: Folders and files.
            options: Options of the scan.
            progress: Function that is called once it is known what must be read, and after each
                file that was read.

        Yields:
            Each file that has changed since the last scan.

        Raises:
            LibraryError: Another process writes, or the disk is full.
        """
        paths = [os.fspath(root) for root in roots]
        return scan(self.folder, paths, options, progress=progress or (lambda _: None))

    def items(self) -> Iterator[Item]:
        """Yield all items in the order of their numbers."""
        return self._open().items()

    def search(
        self,
        query: str | os.PathLike[str],
        *,
        kind: QueryKind = "auto",
        limit: int = 20,
        radius: int | None = None,
        which: Filter | None = None,
        semantic: Semantics | None = None,
        quota: Quota | None = None,
        sandbox: Sandbox | None = None,
    ) -> Answer:
        """Find the items that have something in common with a file, a code or a text.

        Args:
            query: A path if the file exists, else a code if it is valid, else a text.
            kind: Interpretation of the query; "auto" as above.
            limit: Maximum number of matches.
            radius: Radius of all units in bits; None for the largest radius at which chance is
                expected to give few candidates in a library of this size.
            which: Conditions on the matches; None for all.
            semantic: Models for a search by meaning; None to search without.
            quota: Limits of the worker process that reads a file.
            sandbox: Whether a file is decoded in a worker process, and whether that process gives
                up its rights; None decodes the file in this process.

        Raises:
            LibraryError: The folder holds no library.
            UnreadableFile: The query is a file that cannot be read.
        """
        given = os.fspath(query)
        if sandbox is None:
            built = build_query(given, kind, semantic)
        else:
            built = query_apart(given, kind, semantic, quota=quota, sandbox=sandbox)
        return search(self._open(), built, limit=limit, radius=radius, which=which)

    def clusters(self, *, threads: int = 1) -> list[Cluster]:
        """Return clusters of items: copies, re-encodings, near duplicates, versions.

        Args:
            threads: Maximum number of threads; the result does not depend on it.
        """
        return find_clusters(self._open(), threads=threads)

    def verify(
        self,
        *roots: str | os.PathLike[str],
        jobs: int | None = None,
        quota: Quota | None = None,
        sandbox: Sandbox = "auto",
    ) -> Iterator[Checked]:
        """Read the files again and compare them with the library.

        Args:
            roots: Folders and files to verify; all files if none is given.
            jobs: Number of files that are read in parallel; by default the number of processors.
            quota: Limits of one file; a limit that is None grows with the file.
            sandbox: Whether the worker processes give up their rights; see ``ScanOptions``.

        Yields:
            One finding per file.
        """
        folders = [os.fspath(root) for root in roots]
        return verify(self._open(), folders, jobs=jobs, quota=quota, sandbox=sandbox)

    def check(
        self, *, repair: bool = False, done: Callable[[str], object] | None = None
    ) -> list[Fault]:
        """Read everything that the library has stored and tell what is damaged.

        Args:
            repair: Write segments again, and remove damaged entries, so that the next ``add``
                reads their files again.
            done: Function that is called before each step with its name; None for none.

        Returns:
            What is damaged, or was before the repair; empty if all is well.

        Raises:
            LibraryError: There is no library, or another process writes.
        """
        self.close()
        told = done or (lambda _: None)
        if repair:
            return repair_library(self.folder, done=told)
        return list(check_library(self.folder, done=told))

    def mark_unrelated(self, a: str | os.PathLike[str], b: str | os.PathLike[str]) -> None:
        """Mark two files as unrelated, whatever their codes say. Later scans keep the mark.

        Args:
            a: Path of one file.
            b: Path of the other file.

        Raises:
            LibraryError: A file is not in the library, or another process writes.
        """
        self._mark(a, b, is_unrelated=True)

    def unmark_unrelated(self, a: str | os.PathLike[str], b: str | os.PathLike[str]) -> None:
        """Remove the mark that two files are unrelated.

        Args:
            a: Path of one file.
            b: Path of the other file.

        Raises:
            LibraryError: A file is not in the library, the files have no mark, or another process
                writes.
        """
        if not self._mark(a, b, is_unrelated=False):
            raise LibraryError(f"{os.fspath(a)} and {os.fspath(b)}: not marked as unrelated")

    def _mark(
        self, a: str | os.PathLike[str], b: str | os.PathLike[str], *, is_unrelated: bool
    ) -> bool:
        self.close()
        with open_writer(self.folder) as catalog:
            hashes = []
            for path in (a, b):
                item = catalog.by_path(os.path.abspath(os.fspath(path)))
                if item is None or item.datahash is None:
                    raise LibraryError(f"{os.fspath(path)}: not in the library")
                hashes.append(item.datahash)
            with catalog.transaction():
                return catalog.mark_unrelated(hashes[0], hashes[1], is_marked=is_unrelated)

    def _open(self) -> Catalog:
        if self._catalog is None:
            self._catalog = Catalog(self.folder)
        return self._catalog

    def __repr__(self) -> str:
        return f"Library.open({self.folder!r})"

    def _repr_html_(self) -> str:
        """Return the number of files of each mode as HTML, for notebooks."""
        counts: dict[str, int] = {}
        for item in self.items():
            kind = item.mode or item.state
            counts[kind] = counts.get(kind, 0) + 1
        rows = "".join(
            f"<tr><td>{escape(kind)}</td><td style='text-align:right'>{count:,}</td></tr>"
            for kind, count in sorted(counts.items())
        )
        return f"<table><caption>{escape(self.folder)}</caption>{rows}</table>"
