"""What forms send: fields and files, and what a text in them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.responses import RedirectResponse

from iscckit.codec import legacy
from iscckit.codec.code import is_valid
from iscckit.server.http.problems import Problem
from iscckit.server.http.rate_limit import client_of
from iscckit.server.uploads.multipart import receive_files

if TYPE_CHECKING:
    from starlette.requests import Request

    from iscckit.server.services.app_context import Context
    from iscckit.server.uploads.body_writer import Upload
    from iscckit.server.uploads.multipart import Received

__all__ = ["Form", "codes_in", "is_code", "keep_upload", "read_form", "receive_form", "see"]

_CODE: Final = 10  # characters of the shortest code


class Form(NamedTuple):
    """What came with a form, by the names of its fields.

    Attributes:
        texts: Values of each field, in order.
        uploads: Files of each field, in order; they lie in the spool.
    """

    texts: dict[str, list[str]]
    uploads: dict[str, list[Upload]]

    def text(self, name: str) -> str:
        """Return the value of a field, empty if it was not sent."""
        return self.texts.get(name, [""])[0].strip()


async def receive_form(request: Request, context: Context) -> Received:
    """Keep the files of a form, whose body has to be one: pages take no bare files.

    Raises:
        Problem: The body has another type, or as for ``receive_files``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind.lower() != "multipart/form-data":
        given = kind[:80] or "nothing"
        raise Problem("unsupported-media", f"send multipart/form-data here, not {given}")
    return await receive_files(request, context.spool, context.settings.allowance)


async def read_form(request: Request, context: Context) -> Form:
    """Return the fields of a form that is sent as multipart/form-data; its files are kept.

    Raises:
        Problem: The body has another type, or as for ``receive_files``.
    """
    got = await receive_form(request, context)
    texts: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    for name, value in got.pairs:
        texts.setdefault(name, []).append(value)
    for name, upload in zip(got.names, got.uploads, strict=True):
        uploads.setdefault(name, []).append(upload)
    return Form(texts, uploads)


async def keep_upload(content: bytes, filename: str, request: Request, context: Context) -> Upload:
    """Keep what is at hand like a file that was uploaded with the request."""
    async with context.spool.incoming(filename, client_of(request)) as incoming:
        await incoming.write(content)
        return await incoming.finish()


def is_code(text: str) -> bool:
    """Tell whether a text is a code, or is marked as one; a long word alone is none."""
    return text[:5].upper() == "ISCC:" or is_valid(text) or legacy.looks_legacy(text)


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
    return words if all(map(is_code, words)) else []


def see(path: str) -> RedirectResponse:
    """Send the browser to a permalink after a form."""
    return RedirectResponse(path, 303)
