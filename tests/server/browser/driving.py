"""Helpers of the browser tests: what a page may do, and what axe says about it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, Route, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds
WIDTHS = {"phone": 390, "tablet": 768, "desktop": 1280}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


OpenPage = Callable[..., Page]


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


def watch_page(page: Page, service: str, watch: Watch) -> None:
    """Note in ``watch`` what ``page`` does; let it ask nobody but the service."""

    def decide(route: Route) -> None:
        address = route.request.url
        if address.startswith((service, "data:", "blob:")):
            route.continue_()
        else:
            watch.faults.append(f"asked {address}")
            route.abort()

    def answered(response: Response) -> None:
        watch.requests.append(response.url)
        kind = response.headers.get("content-type", "")
        if not kind.startswith(("image/webp", "video/", "audio/")):
            watch.received += int(response.headers.get("content-length", 0))

    page.route("**/*", decide)
    page.on("response", answered)
    page.on("pageerror", lambda error: watch.faults.append(f"error {error}"))
    page.on(
        "console",
        lambda message: (
            watch.faults.append(f"console {message.text} {message.location.get('url')}")
            if message.type in {"error", "warning"}
            else None
        ),
    )


def scan(open_page: OpenPage) -> None:
    """Bring the folder of the service into its library, with the form and without JavaScript."""
    page = open_page("/library", script=False)
    if page.locator("#clusters .cluster").count():
        return
    page.get_by_role("button", name="Scan", exact=True).click()
    for _ in range(120):
        if page.get_by_role("heading", name="Done").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    page.get_by_role("link", name="To the library").click()
    expect(page.locator("#clusters .cluster").first).to_be_visible()


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
