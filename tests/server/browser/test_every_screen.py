"""What holds for every screen: no barrier, no scroll sideways, few and small requests."""

import pytest
from tests.server.browser.driving import WIDTHS, OpenPage, Watch, scrolls_sideways, violations

from iscckit.server.http.responses import NAVIGATION

CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
SMALL = "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI"
TEXT = "ISCC:KACYLZBIW7CQ3ZWQFQVMQG4YR75XLBAFJCVXOINMADT33LTL5T6H5MQ"
SLIP = "ISCC:EAASKDNZNYGUUF58"
EMPTY = ["/", *(address for address, _ in NAVIGATION), "/about", "/api"]
STATES = [
    f"/compare?a={CAT}&b={SMALL}",
    f"/compare?a={CAT}&b={TEXT}",
    f"/compare?a={CAT}&b={SMALL}&c={TEXT}",
    f"/compare?a={SLIP}&b={CAT}",
    f"/inspect?code={CAT}",
    "/inspect?code=ISCC:MEIGFO6WVP2QAAAH",
    f"/inspect?code={SLIP}",
    "/problems/invalid-iscc",
    "/nothing",
]
# Pages that say what was wrong with the request; browsers note their status on the console.
REFUSALS = ("status of 404", "status of 422")
REQUESTS = 6
BYTES = 60 * 1024


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", [*EMPTY, *STATES])
def test_a_screen_has_no_barriers(
    open_page: OpenPage, watch: Watch, address: str, dark: bool
) -> None:
    watch.expected = REFUSALS
    page = open_page(address, dark=dark, bypass_csp=True)
    assert violations(page) == []


@pytest.mark.parametrize("address", [*EMPTY, *STATES])
def test_a_screen_fits_asks_for_little_and_stays_the_same(
    open_page: OpenPage, watch: Watch, address: str
) -> None:
    watch.expected = REFUSALS
    page = open_page(address)
    page.wait_for_load_state("networkidle")
    assert len(watch.requests) <= REQUESTS, watch.requests
    assert watch.received <= BYTES, f"{watch.received} bytes"
    for name, pixels in (WIDTHS | {"twice the size": 640}).items():
        page.set_viewport_size({"width": pixels, "height": 800})
        assert not scrolls_sideways(page), name
    before = page.content()
    if "urn:uuid:" not in before:  # every problem has another number
        page.reload()
        assert page.content() == before


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", ["/compare", "/chunker", "/timeline"])
def test_an_example_has_no_barriers_and_fits_a_phone(
    open_page: OpenPage, watch: Watch, address: str, dark: bool
) -> None:
    watch.expected = REFUSALS
    page = open_page(address, dark=dark, bypass_csp=True)
    page.locator("form[action$='/example'] button").first.click()
    page.wait_for_load_state("networkidle")
    assert page.url.split("?")[0].endswith(address)
    assert violations(page) == []
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 800})
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("address", EMPTY)
def test_a_screen_can_be_walked_with_the_keyboard(
    open_page: OpenPage, watch: Watch, address: str
) -> None:
    watch.expected = REFUSALS
    page = open_page(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  return [at.outerHTML.slice(0, 200), style.outlineStyle];
                }"""
            )
        )
    assert len({html for html, _ in seen}) == 8, "the focus is caught"
    assert all(outline != "none" for _, outline in seen)
