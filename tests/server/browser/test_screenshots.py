"""Pictures of every screen for docs/playground.md: ``make screens``."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page
from tests.server.browser.driving import OpenPage, scan

CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
COLOURS = 128
LARGEST = 100 * 1024  # bytes of a picture
TALL = {"desktop": 1600, "phone": 1400}  # pixels
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"width": "desktop"},
    "dark": {"width": "desktop", "dark": True},
    "phone": {"width": "phone"},
}


def plain(page: Page) -> None:
    """Leave the page as it is."""


def example(page: Page) -> None:
    """Choose the first example."""
    page.locator("form[action$='/example'] button").first.click()
    page.wait_for_load_state("networkidle")


def upload(page: Page) -> None:
    """Send a picture."""
    page.locator("main input[type=file]").set_input_files(
        Path(__file__).parents[3] / "samples" / "cat.jpg"
    )
    page.locator("main button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/generate?m=*")
    page.wait_for_load_state("networkidle")


def seek(page: Page) -> None:
    """Look for a sentence."""
    page.locator("#q").fill("conceived in Liberty, and dedicated to the proposition that all men")
    page.get_by_role("button", name="Search").click()
    page.wait_for_load_state("networkidle")
    page.locator(".found details summary").first.click()


NEEDS_LIBRARY = {"search", "library"}
SCENES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "start": ("/", plain),
    "compare": ("/compare", example),
    "generate": ("/generate", upload),
    "inspect": (f"/inspect?code={CAT}", plain),
    "chunker": ("/chunker", example),
    "timeline": ("/timeline", example),
    "search": ("/search", seek),
    "library": ("/library", plain),
    "api": ("/api", plain),
    "about": ("/about", plain),
}


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    """Where the pictures go."""
    given: str | None = request.config.getoption("--screens", default=None)
    if given is None:
        pytest.skip("makes pictures only when asked: make screens")
    return Path(given)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCENES)
def test_a_picture_of_a_screen(folder: Path, open_page: OpenPage, name: str, look: str) -> None:
    address, prepare = SCENES[name]
    if name in NEEDS_LIBRARY:
        scan(open_page)
    page = open_page(address, **LOOKS[look])
    prepare(page)
    page.evaluate("document.activeElement.blur()")
    width = page.viewport_size["width"] if page.viewport_size else 0
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALL[LOOKS[look]["width"]])
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("Array.from(document.images).every((image) => image.complete)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    data = io.BytesIO()
    # Pages have few colours: what is left of them packs better than what a codec of photos makes.
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).convert("RGB").save(
        data, "WEBP", lossless=True, method=6
    )
    assert len(data.getvalue()) <= LARGEST
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-{look}.webp").write_bytes(data.getvalue())
