"""Library and Search in a browser: scans, the threshold, keys, reports, a dropped file."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.server.browser.driving import OpenPage, Watch, scan, scrolls_sideways, violations

CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
REQUESTS = 6
BYTES = 60 * 1024

_DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  for (const kind of ["dragover", "drop"]) {
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent(kind, how));
  }
}"""


@pytest.fixture
def scanned(open_page: OpenPage) -> None:
    """The folder of the service in its library."""
    scan(open_page)


def names(page: Page) -> set[str]:
    return set(page.locator("#clusters .member strong").all_inner_texts())


@pytest.mark.usefixtures("scanned")
def test_the_threshold_is_live_and_a_permalink(open_page: OpenPage) -> None:
    page = open_page("/library")
    assert {"cat.jpg", "cat-small.webp", "gettysburg-hay.txt"} <= names(page)
    slider = page.get_by_role("slider", name="Bits of 256 that may differ")
    slider.fill("20")
    expect(page.locator("#narrow output")).to_have_text("20 (at least 92.2 % equal)")
    expect(page.locator("#clusters strong", has_text="gettysburg-hay.txt")).to_have_count(0)
    assert "cat.jpg" in names(page)
    expect(page).to_have_url(re.compile(r"[?&]most=20\b"))
    before = names(page)
    page.reload()
    assert names(page) == before


@pytest.mark.usefixtures("scanned")
def test_the_same_form_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/library", script=False)
    page.get_by_label("Type").select_option("image")
    page.get_by_role("button", name="Show").click()
    assert "cat.jpg" in names(page)
    assert "gettysburg-hay.txt" not in names(page)
    page.locator("#clusters").get_by_role("link", name="Compare").first.click()
    assert page.locator("[data-verdict]").get_attribute("data-verdict") == "near"


@pytest.mark.usefixtures("scanned")
def test_clusters_are_walked_with_keys(open_page: OpenPage) -> None:
    page = open_page("/library")
    page.keyboard.press("j")
    first = page.locator("#clusters .cluster").first
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#clusters .cluster").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()


@pytest.mark.usefixtures("scanned")
def test_reports_are_downloaded(open_page: OpenPage) -> None:
    page = open_page("/library")
    for name in ("HTML", "CSV", "Shell script, dry run"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.startswith("duplicates.")


@pytest.mark.usefixtures("scanned")
def test_a_scan_is_followed_as_it_happens(open_page: OpenPage) -> None:
    page = open_page("/library")
    page.locator("summary", has_text="Scan or verify").click()
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=60_000)
    expect(page.locator("#counts")).to_contain_text("intact")


@pytest.mark.usefixtures("scanned")
def test_a_dropped_file_is_looked_for(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/search")
    content = base64.b64encode((samples / "cat-small.webp").read_bytes()).decode()
    page.evaluate(_DROP, ["dropped.webp", content])
    page.wait_for_url("**/search?m=*")
    first = page.locator(".found > li").first
    expect(first).to_have_attribute("data-relation", "identical")
    expect(page.locator("#search")).to_contain_text("dropped.webp")
    first.locator("summary").click()
    expect(first.locator("details")).to_contain_text("bits of evidence")
    first.get_by_role("link", name="Compare").click()
    assert page.locator("[data-verdict]").get_attribute("data-verdict") == "identical"


@pytest.mark.usefixtures("scanned")
def test_text_is_looked_for_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/search", script=False)
    passage = (
        "conceived in Liberty, and dedicated to the proposition that all men are created equal"
    )
    page.get_by_label("A code, a title, or a text").fill(passage)
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".found > li").first).to_have_attribute("data-relation", "part")
    expect(page.locator(".found")).to_contain_text("characters 96 to 180")


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", ["/library", "/library?view=failed", f"/search?q={CAT}"])
def test_filled_screens_have_no_barriers(open_page: OpenPage, address: str, dark: bool) -> None:
    page = open_page(address, dark=dark, bypass_csp=True)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("address", ["/library", f"/search?q={CAT}"])
def test_filled_screens_do_not_scroll_sideways(
    open_page: OpenPage, address: str, width: str
) -> None:
    assert not scrolls_sideways(open_page(address, width=width))


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("address", ["/library", f"/search?q={CAT}"])
def test_filled_screens_ask_for_little(open_page: OpenPage, watch: Watch, address: str) -> None:
    watch.requests.clear()
    watch.received = 0
    page = open_page(address)
    page.wait_for_load_state("networkidle")
    asked = [request for request in watch.requests if "/thumbnail" not in request]
    assert len(asked) <= REQUESTS, asked
    assert watch.received <= BYTES
