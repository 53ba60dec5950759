"""A real service in a separate process, and a real browser that may ask nobody else."""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.server.browser.driving import (
    ARGUMENTS,
    CHROMIUM,
    PATIENCE,
    WIDTHS,
    OpenPage,
    Watch,
    watch_page,
)

ROOT = Path(__file__).parents[3]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``make screens`` say where pictures of the screens go."""
    parser.addoption("--screens", metavar="DIR", help="write pictures of all screens")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser; skip it, and say why, where there is none."""
    missing = pytest.mark.skip(reason="needs Chromium (.ci/run installs it)")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(missing)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Let expectations wait as long as all else: a busy machine needs more than 5 seconds."""
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """Address of a service with an empty library and a folder of samples as root."""
    with tempfile.TemporaryDirectory(prefix="archive-") as place:  # pages show it: a short name
        yield from served(Path(place))


def served(place: Path) -> Iterator[str]:
    """Start a service in a folder, give its address, and end it."""
    shutil.copytree(ROOT / "samples", place / "files")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "iscckit.cli.main", "serve", "--port", str(port)]
    program += ["--no-token", "--root", str(place / "files"), "--library", str(place / "library")]
    with open(place / "log", "wb") as log:
        process = subprocess.Popen(program, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, place / "log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return as soon as the service answers; fail with its log if it does not."""
    for _ in range(300):
        with contextlib.suppress(OSError), urlopen(f"{address}/healthz", timeout=5):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"the service did not start: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")  # its event loop must not outlive the module: others run their own
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of this test did; checked at its end."""
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def open_page(browser: Browser, service: str, watch: Watch) -> Iterator[OpenPage]:
    """Return a function that opens an address of the service in a new context.

    Its arguments beside the address: ``width`` (a name of ``WIDTHS`` or pixels), ``dark``
    and ``script`` (False turns JavaScript off); others are playwright's.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        address: str,
        *,
        width: str | int = "desktop",
        dark: bool = False,
        script: bool = True,
        **more: Any,  # noqa: ANN401 (as playwright takes it)
    ) -> Page:
        pixels = WIDTHS[width] if isinstance(width, str) else width
        context = browser.new_context(
            viewport={"width": pixels, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            bypass_csp=more.pop("bypass_csp", False),  # axe is a script of ours, not of the page
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watch_page(page, service, watch)
        page.goto(service + address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def samples() -> Path:
    """The folder of sample files."""
    return ROOT / "samples"
