"""Ready-made records as they arrive: an array, or a stream of lines."""

from __future__ import annotations

import asyncio
import json
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Annotated, Final

from anyio import to_thread
from pydantic import Field, TypeAdapter, ValidationError

from iscckit.errors import InvalidInput
from iscckit.server.http.json_body import parse
from iscckit.server.http.problems import Problem
from iscckit.server.schemas.asset_requests import Entry, asset_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from iscckit.asset_search.store import AssetIndex
    from iscckit.json_types import JsonValue
    from iscckit.server.settings import Allowance

__all__ = ["BATCH", "add_array", "add_lines"]

BATCH: Final = 1000  # assets of one request, or of one step of a stream
_LINE: Final = 1 << 20  # bytes of one asset in a stream
_STEP: Final = 1 << 23  # bytes of the lines of one step of a stream
_BLOCK: Final = 1 << 16
_ENTRIES: Final = TypeAdapter(Annotated[list[Entry], Field(fail_fast=True)])


async def add_array(request: Request, index: AssetIndex, allowance: Allowance) -> list[JsonValue]:
    """Add the assets of a request, all or none; return the status of each.

    Raises:
        Problem: The request has too many assets, or is not valid JSON.
        InvalidInput: An asset is invalid.
    """
    body = bytearray()
    async for block in _blocks(request, allowance.stall_seconds):
        body += block
        if len(body) > allowance.json_bytes:
            raise Problem("too-large", f"the body may have {allowance.json_bytes} bytes")
    value = await to_thread.run_sync(parse, bytes(body))
    if isinstance(value, list) and len(value) > BATCH:
        raise Problem("too-large", f"at most {BATCH} assets at a time; send lines of JSON")
    return await to_thread.run_sync(_add_assets, index, value)


async def add_lines(
    request: Request, index: AssetIndex, allowance: Allowance
) -> AsyncIterator[bytes]:
    """Add the assets of a request with one asset per line; return the status of each as a line.

    The response begins after the whole request was read, because many clients do not read while
    they send.

    Raises:
        Problem: A line is too long or is not valid JSON, or the request stalls.
        InvalidInput: An asset is invalid. Earlier steps stay in the index.
    """
    told = SpooledTemporaryFile(max_size=_LINE)  # noqa: SIM115 (closed after it was sent)
    kept = 0
    try:
        async for batch in _batches(request, allowance.stall_seconds):
            found = await to_thread.run_sync(_add_json_lines, index, batch, kept)
            kept += len(batch)
            await to_thread.run_sync(told.write, found)
    except BaseException:
        told.close()
        raise
    told.seek(0)
    return _stream(told)


async def _stream(told: SpooledTemporaryFile[bytes]) -> AsyncIterator[bytes]:
    with told:
        while block := told.read(_BLOCK):
            yield block


async def _batches(request: Request, stall: float) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    left = b""
    async for block in _blocks(request, stall):
        *lines, left = (left + block).split(b"\n")
        for line in lines:
            if line.strip():
                batch.append(line)
                size += len(line)
            if len(batch) == BATCH or size > _STEP:
                yield batch
                batch, size = [], 0
        if len(left) > _LINE:
            raise Problem("too-large", f"a line may have {_LINE} bytes")
    if left.strip():
        batch.append(left)
    if batch:
        yield batch


def _add_assets(index: AssetIndex, value: object) -> list[JsonValue]:
    try:
        entries = _ENTRIES.validate_python(value)
    except ValidationError as error:
        raise _input_error(error) from error
    assets = [asset_of(entry) for entry in entries]
    created = index.add(assets)
    return [
        {"iscc_id": asset.iscc_id, "status": "created" if new else "updated"}
        for asset, new in zip(assets, created, strict=True)
    ]


def _input_error(error: ValidationError) -> InvalidInput:
    first = error.errors()[0]
    place = "/".join(str(part) for part in first["loc"])
    return InvalidInput(f"{place}: {first['msg']}")


async def _blocks(request: Request, stall: float) -> AsyncIterator[bytes]:
    blocks = request.stream().__aiter__()
    while True:
        try:
            async with asyncio.timeout(stall):
                yield await blocks.__anext__()
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Problem("stalled", "the request's body does not go on") from None


def _add_json_lines(index: AssetIndex, lines: list[bytes], kept: int) -> bytes:
    try:
        found = _add_assets(index, [parse(line) for line in lines])
    except Problem as problem:
        raise Problem(problem.slug, f"{problem.detail}; the first {kept} are kept") from problem
    except InvalidInput as error:
        raise InvalidInput(f"after the first {kept}, which are kept: {error}") from error
    return b"".join(_line(each) for each in found)


def _line(value: JsonValue) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
