"""A real service in a process of its own, and a real browser that may ask nobody else."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDTHS = {"phone": 390, "tablet": 768, "desktop": 1280}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser; skip it, and say why, where there is none."""
    missing = pytest.mark.skip(reason="needs Chromium (.ci/run installs it)")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service with an empty library and a folder of samples as root."""
    place = tmp_path_factory.mktemp("service")
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a browser did that it should not, and what it asked for.

    Attributes:
        faults: Requests to other hosts, errors on the console, violations of the policy.
        requests: Addresses of all requests.
        received: Bytes of all answers but pictures.
        expected: Faults with one of these texts are part of the test.
    """

    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    received: int = 0
    expected: tuple[str, ...] = ()

    def check(self) -> None:
        """Fail if something was wrong."""
        wrong = [fault for fault in self.faults if not any(x in fault for x in self.expected)]
        assert not wrong, wrong


OpenPage = Callable[..., Page]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of this test did; checked at its end."""
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def open_page(browser: Browser, service: str, watch: Watch) -> Iterator[OpenPage]:
    """Return a function that opens an address of the service in a context of its own.

    Its arguments beside the address: ``width`` (a name of ``WIDTHS`` or pixels), ``dark``,
    ``script`` (False turns JavaScript off) and ``zoom``.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        address: str,
        *,
        width: str | int = "desktop",
        dark: bool = False,
        script: bool = True,
        zoom: float = 1.0,
        **more: Any,  # noqa: ANN401 (as playwright takes it)
    ) -> Page:
        pixels = WIDTHS[width] if isinstance(width, str) else width
        context = browser.new_context(
            viewport={"width": round(pixels / zoom), "height": 900},
            device_scale_factor=zoom,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            bypass_csp=more.pop("bypass_csp", False),  # axe is a script of ours, not of the page
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        watch_page(page, service, watch)
        page.goto(service + address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def watch_page(page: Page, service: str, watch: Watch) -> None:
    """Note in ``watch`` what ``page`` does; let it ask nobody but the service."""

    def decide(route: Route) -> None:
        address = route.request.url
        if address.startswith((service, "data:", "blob:")):
            route.continue_()
        else:
            watch.faults.append(f"asked {address}")
            route.abort()

    def finished(request: Request) -> None:
        watch.requests.append(request.url)
        response = request.response()
        if response is None:
            return
        kind = response.headers.get("content-type", "")
        if response.status == 200 and not kind.startswith(("image/webp", "video/", "audio/")):
            watch.received += len(response.body())

    page.route("**/*", decide)
    page.on("requestfinished", finished)
    page.on("pageerror", lambda error: watch.faults.append(f"error {error}"))
    page.on(
        "console",
        lambda message: (
            watch.faults.append(f"console {message.text} {message.location.get('url')}")
            if message.type in {"error", "warning"}
            else None
        ),
    )


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, as rule and place."""
    options = {"runOnly": {"type": "tag", "values": TAGS}}
    found = Axe().run(page, options=options)
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than its window."""
    wider: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


@pytest.fixture
def samples() -> Path:
    """The folder of sample files."""
    return ROOT / "samples"
