"""``iscc log``: make, serve and check the log of a hub, and watch those of others."""

from __future__ import annotations

import json
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED, exit_code
from iscckit.cli.http_server import make_server, open_listener
from iscckit.cli.hub_options import find_pin, log_key_options, open_hub, pin_option
from iscckit.cli.key_options import choose_signer, config_option, keys_folder, passphrase_option
from iscckit.cli.library_option import default_library, library_option
from iscckit.cli.terminal import is_terminal, report, safe, write_line
from iscckit.cli.user_folders import data_folder
from iscckit.errors import IsccError, RemoteFailed

if TYPE_CHECKING:
    from iscckit.trust.log.watch import Polled
    from iscckit.trust.log.watch_store import WatchStore

__all__ = ["log"]

_HUBS: Final = 4095
_ANSWER_BYTES: Final = 256 * (65535 + 2)  # the longest bundle of entries
_SECONDS: Final = 60.0


@click.group()
def log() -> None:
    """Keep the log of a hub, check it, and watch those of others.

    A log orders signed notes and forgets none: every entry leads to the signed checkpoint. Its
    protocol is IDP-Declaration v0.1-draft and no part of ISO 24138.
    """


@log.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--domain", required=True, metavar="HOST", help="Host of the hub, in lower case.")
@click.option("--hub", required=True, type=click.IntRange(0, _HUBS),
              help="Number of the hub; one that no list has makes a private log.")  # fmt: skip
@click.option("--realm", type=click.IntRange(0, 1), default=0, show_default=True,
              help="0 for the test network, 1 for the operational one.")  # fmt: skip
@click.option("--key", metavar="NAME", help="Key that signs checkpoints and receipts.")
@passphrase_option
@config_option
@pin_option
def init(folder: str, domain: str, hub: int, realm: int, **given: Any) -> int:  # noqa: ANN401
    """Make an empty log in FOLDER and print the key by which others verify it."""
    from iscckit.trust.log.create import create_log
    from iscckit.trust.log.identity import LogIdentity
    from iscckit.trust.proof.checkpoint import verifier_key

    signer = choose_signer(keys_folder(given["config"]), given["key"], given["passphrase_file"])
    identity = LogIdentity(domain, hub, realm, signer.public_key)
    create_log(folder, identity, signer.sign, find_pin(given["pin"], identity))
    write_line(verifier_key(identity.origin, identity.public_key))
    return DONE


@log.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True,
              help="Port; 0 takes a free one.")  # fmt: skip
@click.option("--listen", "host", metavar="ADDRESS", default="127.0.0.1", show_default=True,
              help="Address to listen on.")  # fmt: skip
@log_key_options
def serve(folder: str, port: int, host: str, **given: Any) -> int:  # noqa: ANN401
    """Serve the log in FOLDER as a hub, at the root of an address.

    Everybody who reaches the address may read it and post signed notes; --allow names who may.
    """
    from iscckit.server.hub.hub_app import HubApp
    from iscckit.server.settings import Allowance

    with open_hub(folder, given) as hub, open_listener(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"

        def tell() -> None:
            write_line(address)
            sys.stdout.flush()

        server = make_server(HubApp(hub), Allowance(), tell)
        # uvicorn raises the signal again when it is done: without this the process would die of it.
        signal.signal(signal.SIGTERM, lambda *_: None)
        server.run(sockets=[listener])
    return DONE if server.started else FAILED


@log.command()
@click.argument("folder", type=click.Path(file_okay=False))
@pin_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(folder: str, pin: str | None, as_json: bool) -> int:
    """Rebuild the log in FOLDER from its entries and name the first that is not as it was.

    Exit codes: 0 the log is whole, 1 it cannot be read, 3 an entry, the tree, the checkpoint or the
    pin is not what follows from the entries.
    """
    from contextlib import closing

    from iscckit.trust.log.check import check_log
    from iscckit.trust.log.store import LogStore

    with closing(LogStore(folder)) as store:
        identity = store.identity
    found = check_log(folder, find_pin(pin, identity), _show)
    _clear()
    if as_json:
        values = {
            "origin": found.origin, "size": found.size, "root": found.root.hex(),
            "pinned": found.pinned, "bad": found.bad, "fault": found.fault,
        }  # fmt: skip
        write_line(json.dumps(values, ensure_ascii=False))
    elif not found.fault:
        pinned = "not pinned" if found.pinned is None else f"pinned at {found.pinned:,}"
        write_line(f"{found.origin}: {_count(found.size)}, whole, {pinned}")
    else:
        where = "" if found.bad is None else f"entry {found.bad:,}: "
        write_line(safe(f"{found.origin}: {where}{found.fault}"))
    return DIFFERENT if found.fault else DONE


@log.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--folder", type=click.Path(file_okay=False), metavar="DIR",
              help="Folder of what is known and of evidence; by default the user's.")  # fmt: skip
@library_option
@click.option("--once", is_flag=True, help="Look once and end.")
@click.option("--every", type=click.FloatRange(1), default=10, show_default=True,
              metavar="SECONDS", help="Time between two looks.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a look.")
def watch(  # noqa: PLR0917 (one argument an option)
    urls: tuple[str, ...],
    folder: str | None,
    library: str | None,
    once: bool,
    every: float,
    as_json: bool,
) -> int:
    """Follow the logs of hubs: read what is new, and notice when one is rewritten.

    What they declare and delete becomes known to the library, for iscc resolve and iscc screen.
    A log that shrinks, forks or signs two roots of one size is frozen for good, and evidence that
    others can verify is written. Ctrl-C ends it; the next start goes on there.

    Exit codes: 0 all logs were read, 1 one did not answer, 3 one was rewritten or not signed by
    its key.
    """
    from contextlib import closing

    from iscckit.trust.log.watch_store import WatchStore

    place, claims = folder or data_folder("watch"), library or default_library()
    worst = DONE
    with closing(WatchStore(place)) as store:
        while True:
            for url in urls:
                worst = max(worst, _look(store, url.rstrip("/"), place, claims, as_json))
            sys.stdout.flush()
            if once:
                return worst
            time.sleep(every)


def _look(store: WatchStore, url: str, folder: str, library: str, as_json: bool) -> int:
    """Read what is new in one log and print it; errors are printed and not raised."""
    from iscckit.trust.declarations.follow_claims import take_claims
    from iscckit.trust.log.watch import poll_log

    try:
        polled = poll_log(store, url, lambda path: _get(url + path), folder)
        claims = take_claims(library, store, url)
    except IsccError as error:
        report(error)
        if as_json:
            line = {"url": url, "error": error.reason_code, "detail": str(error)}
            write_line(json.dumps(line, ensure_ascii=False))
        return DIFFERENT if exit_code(error) == DIFFERENT else FAILED
    write_line(_describe(url, polled, claims, as_json))
    return DONE


def _get(url: str) -> bytes:
    """Return what an address that a person typed answers.

    Raises:
        RemoteFailed: The answer is not 200.
    """
    from iscckit.trust.remote.fetch import Request, fetch

    wanted = Request(accept="*/*", limit=_ANSWER_BYTES, total_s=_SECONDS)
    answer = fetch(url, wanted, trusted_address=True)
    if answer.status != 200:
        raise RemoteFailed(f"{url}: answered {answer.status}", reason_code="remote-failed")
    return answer.body


def _describe(url: str, polled: Polled, claims: int, as_json: bool) -> str:
    if as_json:
        values = {
            "url": url, "origin": polled.origin, "size": polled.size, "declared": polled.declared,
            "deleted": polled.deleted, "skipped": polled.skipped, "first": polled.is_first,
            "claims": claims,
        }  # fmt: skip
        return json.dumps(values, ensure_ascii=False)
    counts = f"{polled.declared:,} declared, {polled.deleted:,} deleted, {polled.skipped:,} skipped"
    first = "; its key is pinned" if polled.is_first else ""
    return safe(f"{polled.origin}: {_count(polled.size)}; new: {counts}{first}")


def _count(size: int) -> str:
    return "1 entry" if size == 1 else f"{size:,} entries"


def _show(done: int, whole: int) -> None:
    if is_terminal(sys.stderr):
        sys.stderr.write(f"\r\x1b[2K{done:,} of {whole:,} entries")
        sys.stderr.flush()


def _clear() -> None:
    if is_terminal(sys.stderr):
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
