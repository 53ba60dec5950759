"""The reference of the interface in a browser: no barriers, and what is tried works."""

import pytest
from tests.server.browser.driving import WIDTHS, OpenPage, Watch, scrolls_sideways, violations

PAGES = ["/api/compare", "/api/inspect", "/api/generate", "/api/getMedia"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_an_operation_has_no_barriers_and_fits(
    open_page: OpenPage, watch: Watch, address: str, dark: bool
) -> None:
    page = open_page(address, dark=dark, bypass_csp=True)
    assert violations(page) == []
    assert len(watch.requests) <= 6
    for name, pixels in WIDTHS.items():
        page.set_viewport_size({"width": pixels, "height": 800})
        assert not scrolls_sideways(page), name


def test_a_body_is_sent_and_its_answer_shown(open_page: OpenPage) -> None:
    page = open_page("/api/text_code")
    page.get_by_role("textbox", name="Body").fill('{"text": "Hello World"}')
    page.get_by_role("button", name="Send").click()
    shown = page.get_by_role("status").filter(has_text="200")
    shown.wait_for()
    assert "ISCC:EAASKDNZNYGUUF5A" in shown.inner_text()


def test_a_refusal_is_shown_as_it_comes(open_page: OpenPage, watch: Watch) -> None:
    watch.expected = ("status of 400",)
    page = open_page("/api/text_code")
    page.get_by_role("textbox", name="Body").fill('{"text": <b>')
    page.get_by_role("button", name="Send").click()
    shown = page.get_by_role("status").filter(has_text="400")
    shown.wait_for()
    assert "/problems/malformed" in shown.inner_text()


def test_a_get_can_be_tried_without_a_script(open_page: OpenPage) -> None:
    page = open_page("/api/inspect", script=False)
    page.get_by_label("iscc").fill("ISCC:EAASKDNZNYGUUF5A")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/api/v1/inspect/ISCC:EAASKDNZNYGUUF5A")
    assert "CONTENT-TEXT-V0-64" in page.content()
