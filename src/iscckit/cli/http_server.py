"""The socket and the server of commands that answer by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from uvicorn import Server

    from iscckit.server.settings import Allowance

__all__ = ["make_server", "open_listener"]

_PATIENCE: Final = 3  # seconds that requests have to end when the service does


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        ClickException: The address cannot be used.
    """
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port}: {error.strerror or error}; choose another with --port or --listen"
        ) from error


def make_server(app: object, allowance: Allowance, tell: Callable[[], None]) -> Server:
    """Return the server; it calls ``tell`` once it answers."""
    import uvicorn  # slow to import

    from iscckit.server.http.protocol import server_options

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                tell()

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        log_config=None,
        timeout_graceful_shutdown=_PATIENCE,
        lifespan="on",
        **server_options(allowance),
    )
    return Telling(config)
