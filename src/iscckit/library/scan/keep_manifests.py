"""Keeping the manifest stores of C2PA that workers find in files."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from iscckit.library.catalog.kept_manifests import KeptManifests, keeps_manifests
from iscckit.media.metadata.manifest_store import read_active_label

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.scan.run_tasks import Outcome
    from iscckit.library.scan.task import Scanned

__all__ = ["keep_outcomes", "open_kept", "without_manifest"]


@contextmanager
def open_kept(folder: str, *, wanted: bool, shared: bool) -> Iterator[KeptManifests | None]:
    """Open the manifests of a library for writing; None unless it keeps some or is to do so."""
    if not wanted and not keeps_manifests(folder):
        yield None
        return
    with KeptManifests(folder, write=True, mode=0o666 if shared else 0o600) as kept:
        yield kept


def without_manifest(catalog: Catalog, kept: KeptManifests | None) -> set[str]:
    """Return the paths of pictures, sounds and films whose manifests nobody has asked for."""
    if kept is None:
        return set()
    known = kept.known_files()
    return {os.fsdecode(path) for path, datahash in catalog.find_media() if datahash not in known}


def keep_outcomes(
    kept: KeptManifests | None, outcomes: Generator[Outcome[Scanned]]
) -> Generator[Outcome[Scanned]]:
    """Yield outcomes, and keep what was found in each file before the catalog has it."""
    with closing(outcomes):
        for outcome in outcomes:
            value = outcome.value
            if kept is not None and value is not None and value.item.datahash is not None:
                label = read_active_label(value.manifest)
                kept.keep(value.item.datahash, value.manifest, label)
            yield outcome
