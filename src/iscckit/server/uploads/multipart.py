"""Files in requests: as the body itself, or among the parts of a form; never held in memory."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Final

from anyio import fail_after
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from iscckit.server.http.access_log import hash_name
from iscckit.server.http.problems import Problem
from iscckit.server.http.rate_limit import client_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from iscckit.server.settings import Allowance
    from iscckit.server.uploads.body_writer import Incoming, Upload
    from iscckit.server.uploads.spool import Spool

__all__ = ["Received", "clean_name", "client_of", "receive_files"]

_LOG: Final = logging.getLogger(__name__)
_NAME_CHARACTERS: Final = 8192  # of X-Upload-Filename
_NAME_BYTES: Final = 4096
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FILES: Final = 200  # of one form
_FIELDS: Final = 100  # of one form
_FIELD_BYTES: Final = 1 << 18  # of all fields of a form that are not files
_HEADER_BYTES: Final = 1 << 14  # of one part of a form


@dataclass(slots=True)
class Received:
    """What came with a request.

    Attributes:
        uploads: The files.
        fields: Other parts of a form; the last one if several have one name.
        names: Field of each file of a form.
        pairs: Name and value of all other parts of a form, in order.
    """

    uploads: list[Upload] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)


def clean_name(name: str) -> str:
    """Return the last part of a file's name, without control characters.

    Raises:
        Problem: It is longer than any file system allows.
    """
    last = re.split(r"[/\\]", name)[-1]
    text = _CONTROL.sub("", last).encode("utf-8", "replace").decode()
    if len(text.encode()) > _NAME_BYTES:
        raise Problem("malformed", f"the file's name has more than {_NAME_BYTES} bytes")
    return text


async def receive_files(request: Request, spool: Spool, allowance: Allowance) -> Received:
    """Keep all files of a request.

    Args:
        request: That brings them.
        spool: Where they are kept.
        allowance: How large they may be, and how slow.

    Raises:
        Problem: The body is not what its headers say, it is too large, it stalls, or there is no
            room. Nothing of the request is kept then.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if len(request.headers.get("x-upload-filename", "")) > _NAME_CHARACTERS:
        raise Problem("malformed", f"X-Upload-Filename may have {_NAME_CHARACTERS} characters")
    got = Received()
    try:
        if kind == b"multipart/form-data":
            boundary = options.get(b"boundary", b"")
            if not boundary:
                raise Problem("malformed", "the form has no boundary")
            await _form(request, spool, allowance, boundary, got)
        else:
            await _body(request, spool, allowance, got)
    except BaseException as error:
        for upload in got.uploads:
            spool.remove(upload.id)
        if isinstance(error, ClientDisconnect):
            raise Problem("malformed", "the upload was cut off") from error
        raise
    for upload in got.uploads:
        fields = {"file": hash_name(upload.filename), "received": upload.size}
        _LOG.info("upload", extra=fields)
    return got


async def _body(request: Request, spool: Spool, allowance: Allowance, got: Received) -> None:
    name = clean_name(_name_in_headers(request))
    _refuse_early(request, allowance.upload_bytes)
    async with spool.incoming(name, client_of(request)) as incoming:
        async for block in _limit_stalls(request.stream(), allowance.stall_seconds):
            await incoming.write(block)
        got.uploads.append(await incoming.finish())


def _refuse_early(request: Request, limit: int) -> None:
    """Spare both sides an upload that says itself that it is too large."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        headers = {"Connection": "close"}
        raise Problem("too-large", f"a file may have {limit} bytes", headers=headers)


def _name_in_headers(request: Request) -> str:
    given = request.headers.get("x-upload-filename")
    if given is not None:
        try:
            return base64.b64decode(given, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            detail = "X-Upload-Filename is not the base64 form of a name in UTF-8"
            raise Problem("malformed", detail) from error
    message = Message()
    message["Content-Disposition"] = request.headers.get("content-disposition", "attachment")
    try:
        return message.get_filename() or ""
    except (LookupError, ValueError) as error:
        raise Problem("malformed", "the name in Content-Disposition cannot be read") from error


class _Parts:
    """Turns the parser's callbacks into a list of what happened, for the coroutine to do."""

    def __init__(self, boundary: bytes) -> None:
        self.events: list[tuple[str, bytes]] = []
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._header_bytes = 0  # of this part; older versions of the parser have no limit
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_begin,
                "on_part_data": lambda data, a, b: self.events.append(("data", data[a:b])),
                "on_part_end": lambda: self.events.append(("end", b"")),
                "on_header_field": self._on_name,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_end": lambda: self.events.append(("over", b"")),
            },
        )

    def _on_begin(self) -> None:
        self._header_bytes = 0
        self.events.append(("begin", b""))

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = (self._header[0] + data[start:end], b"")

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _count(self, more: int) -> None:
        self._header_bytes += more
        if self._header_bytes > _HEADER_BYTES:
            detail = f"the header of a part of a form may have {_HEADER_BYTES} bytes"
            raise Problem("malformed", detail)

    def _on_header(self) -> None:
        name, value = self._header
        self._header = (b"", b"")
        if name.lower() == b"content-disposition":
            self.events.append(("named", value))


class _Form:
    """What a form's parts become: files in the spool, fields in memory."""

    def __init__(self, spool: Spool, client: str, got: Received, stack: AsyncExitStack) -> None:
        self._spool, self._client, self._got, self._stack = spool, client, got, stack
        self._file: Incoming | None = None
        self._name: str | None = None
        self._value = b""
        self._left = _FIELD_BYTES
        self._count = 0
        self.is_over = False

    async def take(self, event: str, data: bytes) -> None:
        """Do what one event asks for."""
        if event == "begin":
            self._name, self._value, self._file = None, b"", None
            self._count += 1
            if self._count > _FILES + _FIELDS:
                raise Problem("malformed", f"a form may have {_FILES + _FIELDS} parts")
        elif event == "named":
            await self._begin(data)
        elif event == "data" and self._file is not None:
            await self._file.write(data)
        elif event == "data":
            self._left -= len(data)
            if self._left < 0:
                raise Problem("too-large", f"the fields of a form may have {_FIELD_BYTES} bytes")
            self._value += data
        elif event == "end":
            await self._end()
        elif event == "over":
            self.is_over = True

    async def _begin(self, header: bytes) -> None:
        _, options = parse_options_header(header)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        if not filename:
            return  # a field, or a place for a file that nobody chose
        if len(self._got.uploads) == _FILES:
            raise Problem("malformed", f"a form may have {_FILES} files")
        name = clean_name(filename.decode("utf-8", "replace"))
        incoming = self._spool.incoming(name, self._client)
        self._file = await self._stack.enter_async_context(incoming)

    async def _end(self) -> None:
        if self._file is not None:
            self._got.uploads.append(await self._file.finish())
            self._got.names.append(self._name or "")
            self._file = None
        elif self._name:
            value = self._value.decode("utf-8", "replace")
            self._got.fields[self._name] = value
            self._got.pairs.append((self._name, value))


async def _form(
    request: Request, spool: Spool, allowance: Allowance, boundary: bytes, got: Received
) -> None:
    try:
        parts = _Parts(boundary)
        async with AsyncExitStack() as stack:
            form = _Form(spool, client_of(request), got, stack)
            async for block in _limit_stalls(request.stream(), allowance.stall_seconds):
                parts.parser.write(block)
                events, parts.events = parts.events, []
                for event, data in events:
                    await form.take(event, data)
    except FormParserError as error:
        raise Problem("malformed", f"the form cannot be read: {error}") from error
    if not form.is_over:
        raise Problem("malformed", "the form ends too early")


async def _limit_stalls(blocks: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """Yield ``blocks``.

    Raises:
        Problem: The next one is not there in time.
    """
    iterator = aiter(blocks)
    while True:
        try:
            with fail_after(seconds):
                block = await anext(iterator)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            detail = f"nothing arrived for {seconds:g} s"
            raise Problem("stalled", detail, headers={"Connection": "close"}) from error
        yield block
