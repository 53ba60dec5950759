"""``iscc serve``: the playground in the browser and the REST service."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
from contextlib import nullcontext
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import click

from iscckit.cli.exit_codes import DONE, FAILED
from iscckit.cli.http_server import make_server, open_listener
from iscckit.cli.hub_options import log_key_options, open_hub, split_logs
from iscckit.cli.library_option import default_library, library_option
from iscckit.cli.protection_options import sandbox_option
from iscckit.cli.semantic_options import default_models, model_names, models_option
from iscckit.cli.terminal import write_line

if TYPE_CHECKING:
    from iscckit.server.settings import Settings
    from iscckit.trust.log.hub import Hub

__all__ = ["serve"]

_TOKEN_LENGTH: Final = 16  # characters; five guesses a second never find such a token
_FACTORS: Final = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}


class _Size(click.ParamType[int]):
    """Bytes, with k, M, G or T for powers of 1024."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+)\s*([kmgt]?)(?:i?b)?", str(value).strip().lower())
        if not found:
            self.fail(f"{value!r} is no size; say 500M or 4G", param, ctx)
        return int(found[1]) << _FACTORS[found[2]]


class _Address(click.ParamType[str]):
    """An IP address."""

    name = "address"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        from ipaddress import ip_address

        try:
            return str(ip_address(str(value)))
        except ValueError:
            self.fail(f"{value!r} is no IP address", param, ctx)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="Port; 0 takes a free one.")  # fmt: skip
@click.option("--listen", "host", metavar="ADDRESS", default="127.0.0.1", show_default=True,
              help="Address to listen on; one that others reach needs a token.")  # fmt: skip
@click.option("--token", envvar="ISCC_TOKEN", show_envvar=True,
              help="What clients must show, of 16 characters or more; by default one is made up "
              "and printed.")  # fmt: skip
@click.option("--no-token", is_flag=True, help="Let in every program on this computer.")
@click.option("--host-name", "hosts", multiple=True, metavar="NAME",
              help="Name under which browsers may ask for the service.")  # fmt: skip
@click.option("--origin", "origins", multiple=True, metavar="URL",
              help="Site whose pages may use the interface, as https://example.org.")  # fmt: skip
@click.option("--trusted-proxy", "proxies", multiple=True, type=_Address(), metavar="ADDRESS",
              help="Proxy whose X-Forwarded-For says who asks.")  # fmt: skip
@click.option("--root", "roots", multiple=True, type=click.Path(exists=True, file_okay=False),
              metavar="DIR", help="Folder of files that may be named by path.")  # fmt: skip
@library_option
@models_option
@model_names
@click.option("--spool", type=click.Path(file_okay=False), metavar="DIR",
              help="Folder for uploads; by default one that goes with the service.")  # fmt: skip
@sandbox_option
@click.option("--max-upload", type=_Size(), default="4G", show_default=True, metavar="SIZE",
              help="Of one file.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256),
              help="Files worked on at a time; by default one for each processor.")  # fmt: skip
@click.option("--log", "logs", multiple=True, metavar="text|json|off|DIR",
              help="Requests and faults on standard error, off by default; and, given once more, "
              "the log of a hub to serve below /hub.")  # fmt: skip
@log_key_options
@click.option("--open", "is_shown", is_flag=True, help="Open the address in the browser.")
def serve(**given: object) -> int:
    """Serve the playground and the REST interface.

    By default only this computer reaches it, and only who has the printed address. Ctrl-C ends it
    and deletes what was uploaded.
    """
    os.environ.pop("ISCC_TOKEN", None)  # workers inherit the environment
    settings = _settings(**given)  # type: ignore[arg-type]  # click has checked the types
    _check(settings)
    form, folder = split_logs(given["logs"])  # type: ignore[arg-type]  # click gives a tuple
    _log_to_stderr(form)
    with open_hub(folder, given) if folder else nullcontext() as hub:
        return _serve(settings, hub, is_shown=bool(given["is_shown"]))


def _serve(settings: Settings, hub: Hub | None, *, is_shown: bool) -> int:
    from iscckit.server.app import create_app

    listener = open_listener(settings.host, settings.port)
    port = listener.getsockname()[1]
    address = _address(settings, port)

    def tell() -> None:
        write_line(address)
        sys.stdout.flush()
        if is_shown:
            click.launch(address)

    server = make_server(create_app(settings, hub), settings.allowance, tell)
    # uvicorn raises the signal again when it is done: without this the process would die of it.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with listener:
        server.run(sockets=[listener])
    return DONE if server.started else FAILED


def _settings(
    *,
    port: int,
    host: str,
    token: str | None,
    no_token: bool,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    proxies: tuple[str, ...],
    roots: tuple[str, ...],
    library: str | None,
    models: str | None,
    text_model: str,
    image_model: str,
    spool: str | None,
    sandbox: str,
    max_upload: int,
    workers: int | None,
    **_: object,
) -> Settings:
    from iscckit.records.options import Semantics
    from iscckit.server.settings import Allowance, Settings
    from iscckit.workers.threads import jobs_by_default

    default = Allowance()
    return Settings(
        host=host,
        port=port,
        token=None if no_token else token or token_urlsafe(18),
        hosts=hosts,
        library=library or default_library(),
        roots=roots,
        spool=spool,
        allowance=Allowance(
            upload_bytes=max_upload,
            client_bytes=max(default.client_bytes, 2 * max_upload),
            spool_bytes=max(default.spool_bytes, 4 * max_upload),
            workers=workers or jobs_by_default(),
        ),
        sandbox=sandbox,  # type: ignore[arg-type]  # click has checked the choice
        origins=tuple(origin.rstrip("/") for origin in origins),
        proxies=proxies,
        # On the CPU: a confined worker reaches no GPU.
        semantic=Semantics(
            os.path.realpath(models or default_models()), "cpu", text_model, image_model
        ),
    )


def _check(settings: Settings) -> None:
    """Refuse to start a service that is not safe."""
    from iscckit.files.lock import hold_lock
    from iscckit.workers.sandbox_mode import is_wanted

    if settings.token is None and not settings.is_local:
        raise click.UsageError("an address that others reach needs a token; leave out --no-token")
    context = click.get_current_context()
    was_given = context.get_parameter_source("token") != click.core.ParameterSource.DEFAULT
    if not settings.is_local and not was_given:
        raise click.UsageError(
            f"{settings.host} can be reached by others: choose a token with --token or ISCC_TOKEN"
        )
    if settings.token is not None and len(settings.token) < _TOKEN_LENGTH:
        raise click.UsageError(
            f"the token has {len(settings.token)} characters, which can be guessed; take at least "
            f"{_TOKEN_LENGTH} that nobody chose, as `openssl rand -hex 16` makes them, or leave "
            "out --token and ISCC_TOKEN on this computer"
        )
    if settings.spool is not None:
        with hold_lock(settings.spool, "another service keeps its files there"):
            pass
    is_wanted(settings.sandbox)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        click.echo(
            "Warning: this service runs as root. What breaks out of it can do everything here; "
            "serve as a user without rights.",
            err=True,
        )


def _address(settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in {"0.0.0.0", "::"}:
        host = settings.hosts[0] if settings.hosts else "127.0.0.1"
    suffix = f"?token={quote(settings.token)}" if settings.token else ""
    return f"http://{host}:{port}/{suffix}"


def _log_to_stderr(form: str) -> None:
    """Say what happens, or only what goes wrong."""
    from iscckit.server.http.access_log import JsonLines, TextLines

    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logger = logging.getLogger("iscckit.server")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.ERROR if form == "off" else logging.INFO)
    # What uvicorn says about the end of connections is of no use; its errors are.
    logging.getLogger("uvicorn.error").addHandler(handler)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
