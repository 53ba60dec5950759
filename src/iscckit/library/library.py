"""A library from Python: open, add, search, cluster, verify."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalogue
from iscckit.library.clusters.clusters import clusters
from iscckit.library.scan.scan import ScanOptions, scan, writer
from iscckit.library.scan.verify import verify
from iscckit.library.search.query import query_of
from iscckit.library.search.query_task import query_apart
from iscckit.library.search.search import search

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import Cluster
    from iscckit.library.scan.scan import Change
    from iscckit.library.scan.verify import Checked
    from iscckit.library.search.query import QueryKind
    from iscckit.library.search.search import Answer, Filter
    from iscckit.records.options import Semantics
    from iscckit.workers.confinement import Sandbox
    from iscckit.workers.limits import Quota

__all__ = ["Library"]


class Library:
    """The files of some folders, with their codes.

    Reading needs no lock: any number of processes may search while one adds. Use it as a context
    manager, or close it.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Use ``Library.open``."""
        self.folder = os.fspath(folder)
        self._catalogue: Catalogue | None = None

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open the library in ``folder``; the first ``add`` makes it if there is none."""
        return cls(folder)

    def close(self) -> None:
        """Close the library."""
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

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
        planned: Callable[[int, int], object] | None = None,
    ) -> Iterator[Change]:
        """Bring the library up to date with folders and files; yield what has changed.

        Nothing happens before the first item is asked for. See ``library.scan.scan.scan``.

        Raises:
            LibraryError: Another process writes, or the disk is full.
        """
        return scan(self.folder, [os.fspath(root) for root in roots], options, planned=planned)

    def items(self) -> Iterator[Item]:
        """Yield all items, one after the other."""
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
        """Find what has something to do with a file, a code or some text.

        Args:
            query: A path if it exists, else a code if it is valid, else text.
            kind: Take it for this.
            limit: How many matches at most.
            radius: In bits of a unit; by default as far as chance allows.
            which: What matches must be like.
            semantic: The models with which meaning is looked for as well.
            quota: What a file may use up in its worker process.
            sandbox: Decode a file in a worker process, and whether that gives up its rights; None
                decodes it in this one.

        Raises:
            LibraryError: There is no library.
            UnreadableFile: The query is a file that cannot be read.
        """
        given = os.fspath(query)
        if sandbox is None:
            found = query_of(given, kind, semantic)
        else:
            found = query_apart(given, kind, semantic, quota=quota, sandbox=sandbox)
        return search(self._open(), found, limit=limit, radius=radius, which=which)

    def clusters(self, *, threads: int = 1) -> list[Cluster]:
        """Return what belongs together: copies, re-encodings, near duplicates, versions."""
        return clusters(self._open(), threads=threads)

    def verify(
        self,
        *roots: str | os.PathLike[str],
        jobs: int | None = None,
        quota: Quota | None = None,
        sandbox: Sandbox = "auto",
    ) -> Iterator[Checked]:
        """Read all files again; yield what became of each. See ``library.scan.verify.verify``."""
        folders = [os.fspath(root) for root in roots]
        return verify(self._open(), folders, jobs=jobs, quota=quota, sandbox=sandbox)

    def mark_unrelated(self, a: str | os.PathLike[str], b: str | os.PathLike[str]) -> None:
        """Note that two files are not the same, whatever their codes say; scans keep it.

        Raises:
            LibraryError: One of them is not in the library, or another process writes.
        """
        self.close()
        with writer(self.folder) as catalogue:
            hashes = []
            for path in (a, b):
                item = catalogue.by_path(os.path.abspath(os.fspath(path)))
                if item is None or item.datahash is None:
                    raise LibraryError(f"{os.fspath(path)}: not in the library")
                hashes.append(item.datahash)
            with catalogue.writing():
                catalogue.set_unrelated([(hashes[0], hashes[1])])

    def _open(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = Catalogue(self.folder)
        return self._catalogue

    def __repr__(self) -> str:
        return f"Library.open({self.folder!r})"

    def _repr_html_(self) -> str:
        """Show numbers of files by kind, for notebooks."""
        counts: dict[str, int] = {}
        for item in self.items():
            kind = item.mode or item.state
            counts[kind] = counts.get(kind, 0) + 1
        rows = "".join(
            f"<tr><td>{escape(kind)}</td><td style='text-align:right'>{count:,}</td></tr>"
            for kind, count in sorted(counts.items())
        )
        return f"<table><caption>{escape(self.folder)}</caption>{rows}</table>"
