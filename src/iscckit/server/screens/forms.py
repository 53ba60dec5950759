"""What forms send: fields and files, and what a text in them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse

from iscckit.codec import legacy
from iscckit.codec.code import is_valid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.requests import Request

    from iscckit.server.context import Context
    from iscckit.server.spool import Upload

__all__ = ["Received", "address", "codes_in", "received_files", "see", "whole"]

_BLOCK: Final = 1 << 20
_FILES: Final = 32
_FIELDS: Final = 64
_CODE: Final = 10  # characters of the shortest code


class Received(NamedTuple):
    """A form as it was sent.

    Attributes:
        texts: Values of each field, in order.
        uploads: Files of each field, in order; they lie in the spool.
    """

    texts: dict[str, list[str]]
    uploads: dict[str, list[Upload]]

    def text(self, name: str) -> str:
        """Return the value of a field, empty if it was not sent."""
        return self.texts.get(name, [""])[0].strip()


async def received_files(request: Request, context: Context) -> Received:
    """Return the fields of a form; its files go to the spool."""
    texts: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    async with request.form(max_files=_FILES, max_fields=_FIELDS) as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                texts.setdefault(name, []).append(value)
            elif value.filename:
                kept = await context.spool.receive(_blocks(value), value.filename)
                uploads.setdefault(name, []).append(kept)
    return Received(texts, uploads)


async def _blocks(file: UploadFile) -> AsyncIterator[bytes]:
    while block := await file.read(_BLOCK):
        yield block


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Yield what is at hand as the spool takes files."""
    yield content


def codes_in(text: str) -> list[str]:
    """Return the codes that a text consists of; none if it is other text.

    One word that is as long as a code, or is marked as one, counts as a code: if it is malformed
    its place should be shown.
    """
    words = text.split()
    if len(words) == 1:
        word = words[0]
        marked = word[:5].upper() == "ISCC:"
        return words if marked or (len(word) >= _CODE and word.isascii()) else []
    if is_valid(text.strip()):  # spaces within one code
        return [text.strip()]
    if all(
        word[:5].upper() == "ISCC:" or is_valid(word) or legacy.looks_legacy(word) for word in words
    ):
        return words
    return []


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a permalink; empty values are left out."""
    query = urlencode([pair for pair in pairs if pair[1]], safe=":")
    return f"{path}?{query}" if query else path


def see(path: str) -> RedirectResponse:
    """Send the browser to a permalink after a form."""
    return RedirectResponse(path, 303)
