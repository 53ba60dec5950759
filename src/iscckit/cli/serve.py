"""``iscc serve``: the playground in the browser and the REST service."""

from __future__ import annotations

from secrets import token_urlsafe

import click

from iscckit.cli.library import default_library, library_option
from iscckit.cli.main import DONE
from iscckit.cli.terminal import write_line

__all__ = ["serve"]


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="Port; 0 takes a free one.")  # fmt: skip
@click.option("--listen", "host", metavar="ADDRESS", default="127.0.0.1", show_default=True,
              help="Address to listen on; one that others reach needs a token.")  # fmt: skip
@click.option("--token", help="What clients must show; by default one is made up and printed.")
@click.option("--no-token", is_flag=True, help="Let in every program on this computer.")
@click.option("--root", "roots", multiple=True, type=click.Path(exists=True, file_okay=False),
              metavar="DIR", help="Folder of files that may be named by path.")  # fmt: skip
@library_option
def serve(  # noqa: PLR0917 (one argument an option)
    port: int,
    host: str,
    token: str | None,
    no_token: bool,
    roots: tuple[str, ...],
    library: str | None,
) -> int:
    """Serve the playground and the REST interface.

    By default only this computer reaches it, and only who has the printed address.
    """
    import uvicorn  # noqa: PLC0415 (slow to import)

    from iscckit.server.app import create_app  # noqa: PLC0415
    from iscckit.server.settings import Settings  # noqa: PLC0415

    shown = None if no_token else token or token_urlsafe(18)
    settings = Settings(
        host=host, port=port, token=shown, library=library or default_library(), roots=roots
    )
    if shown is None and not settings.is_local:
        raise click.UsageError("an address that others reach needs a token")
    suffix = f"?token={shown}" if shown else ""
    write_line(f"http://{host}:{port}/{suffix}")
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning")
    return DONE
