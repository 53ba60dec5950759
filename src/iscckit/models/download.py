"""Downloads of known models: on request only, resumed after a break, verified at the end."""

from __future__ import annotations

import http.client
import os
import shutil
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from iscckit.errors import (
    InvalidInput,
    LibraryError,
    MissingDependency,
    RemoteFailed,
    VerificationFailed,
)
from iscckit.models.model_card import find_known
from iscckit.models.registry import check, find, hash_file, lock_model, stage_model, sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from iscckit.models.model_card import ModelFile

    Progress = Callable[[str, int, int | None], object]

__all__ = ["get"]

_BLOCK: Final = 1 << 18  # bytes
_PATIENCE: Final = 30.0  # seconds without a byte
_LONGEST: Final = 1 << 31  # bytes of a file of unknown size
_TRIES: Final = 3  # attempts at a transfer; each resumes where the one before stopped


def get(
    folder: str, name: str, *, mirror: str | None = None, progress: Progress | None = None
) -> bool:
    """Download a known model, unless it is installed and intact.

    Received bytes stay in the folder ``.parts`` until the file is complete, and the next call
    resumes there. A file is accepted only with the known BLAKE3.

    Args:
        folder: The folder of models; created if it is missing.
        name: The name of a known model.
        mirror: The address of a folder that holds the files under their original names.
        progress: A function that receives the name of a file, its received bytes, and its size or
            None.

    Returns:
        True if the model was downloaded, False if it was installed and intact.

    Raises:
        InvalidInput: The model is unknown (``model-unknown``), or the mirror is not a web address.
        RemoteFailed: The server cannot be reached, refuses, or breaks off (``transfer-broken``).
        VerificationFailed: The received bytes are not those of the known file.
        LibraryError: The folder cannot be written, or another process downloads this model.
    """
    model = find_known(name)
    if model is None:
        raise InvalidInput(f"{name} is not a known model", reason_code="model-unknown", model=name)
    if mirror is not None and urlsplit(mirror).scheme not in {"http", "https"}:
        raise InvalidInput(f"{mirror}: a mirror has an address with http or https")
    sweep(folder)
    if _is_intact(folder, name):  # before the lock, since the folder may be read-only
        return False
    with lock_model(folder, name) as parts:  # two writers would spoil one part
        received = [_receive(parts, file, mirror, progress) for file in model.files]
        with stage_model(folder, model) as place:
            for file, path in zip(model.files, received, strict=True):
                shutil.move(path, place / file.name)
    return True


def _is_intact(folder: str, name: str) -> bool:
    try:
        check(folder, find(folder, name))
    except (MissingDependency, LibraryError, VerificationFailed):
        return False
    return True


def _receive(parts: Path, file: ModelFile, mirror: str | None, progress: Progress | None) -> Path:
    """Download the missing part of a file and return the path of the complete file."""
    name = os.path.basename(urlsplit(file.url).path)
    url = file.url if mirror is None else f"{mirror.rstrip('/')}/{name}"
    part = parts / f"{file.blake3[:16]}-{name}"
    if part.exists() and hash_file(part) == file.blake3:
        return part
    for attempt in range(_TRIES):
        try:
            _transfer(url, part, file, progress)
            break
        except VerificationFailed:
            part.unlink(missing_ok=True)
            raise
        except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
            if attempt == _TRIES - 1:
                raise RemoteFailed(
                    f"{url}: {error}; the received bytes are kept",
                    reason_code="transfer-broken",
                    url=url,
                ) from error
    if hash_file(part) != file.blake3:
        part.unlink(missing_ok=True)
        raise VerificationFailed(f"{url}: is not the file that is known; nothing was installed")
    return part


def _transfer(url: str, part: Path, file: ModelFile, progress: Progress | None) -> None:
    """Append the missing bytes to ``part``."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            resumed = have > 0 and answer.status == 206
            have = have if resumed else 0
            length = answer.headers.get("Content-Length")
            total = have + int(length) if length and length.isdigit() else file.size
            with open(part, "ab" if resumed else "wb") as out:
                while block := answer.read(_BLOCK):
                    have += len(block)
                    if have > (file.size or _LONGEST):
                        raise VerificationFailed(f"{url}: is longer than the file that is known")
                    out.write(block)
                    if progress is not None:
                        progress(part.name[17:], have, total)
        if total is not None and have < total:
            raise http.client.IncompleteRead(b"", total - have)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise RemoteFailed(f"{url}: the server answers {error.code} {error.reason}") from error
        part.unlink(missing_ok=True)  # the part is longer than the file: start again
        raise ConnectionError("the server has another file") from error
    except urllib.error.URLError as error:
        raise RemoteFailed(f"{url}: {error.reason}") from error
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise
        raise LibraryError(f"{part}: {error.strerror or error}") from error
