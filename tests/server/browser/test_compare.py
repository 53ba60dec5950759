"""Comparing in a browser: drop, paste, swap, slider, single bits, reports, no JavaScript."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.server.browser.driving import OpenPage, Watch

CAT = "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"
SMALL = "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI"

_DROP = """([files, where]) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const target = document.querySelector(where);
  for (const kind of ["dragover", "drop"]) {
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, how));
  }
}"""
_PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


def drop(page: Page, files: list[Path], where: str = "main") -> None:
    """Drop files on an element of the page."""
    content = [[f.name, "", base64.b64encode(f.read_bytes()).decode()] for f in files]
    page.evaluate(_DROP, [content, where])


def verdict_of(page: Page) -> str:
    """Return the verdict that the page shows, waiting for it."""
    found = page.locator("[data-verdict]")
    found.wait_for()
    return found.get_attribute("data-verdict") or ""


def test_two_dropped_files_give_a_verdict(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/compare")
    drop(page, [samples / "cat.jpg", samples / "cat-small.webp"])
    assert verdict_of(page) == "near"
    assert "254 of 256" in page.locator("table.units").inner_text()
    assert "cat-small.webp" in page.locator(".zone[data-side=b]").inner_text()


def test_files_that_are_dropped_on_a_zone_stay_there(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/compare")
    drop(page, [samples / "cat-small.webp"], ".zone[data-side=b]")
    assert page.locator("input[name=file_b]").evaluate("e => e.files[0].name") == "cat-small.webp"
    drop(page, [samples / "cat.jpg"], ".zone[data-side=a]")
    assert verdict_of(page) == "near"
    assert "cat.jpg" in page.locator(".zone[data-side=a]").inner_text()


def test_two_files_may_be_dropped_on_any_screen(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/about")
    drop(page, [samples / "gettysburg-hay.txt", samples / "gettysburg-bliss.md"])
    assert verdict_of(page) == "near"


def test_many_files_become_a_table_with_links(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/compare")
    drop(page, [samples / name for name in ("cat.jpg", "cat-small.webp", "rocket.jpg")])
    table = page.locator("table.matrix")
    table.wait_for()
    assert table.locator("a").count() == 6
    table.locator("a").first.click()
    assert verdict_of(page) == "near"


def test_a_pasted_code_is_inspected_and_alternatives_are_offered(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate(_PASTE, CAT)
    page.wait_for_url("**/inspect?code=*")
    expect(page.locator("#toast")).to_contain_text("Compare")
    page.locator("#toast a", has_text="Compare").click()
    assert page.locator("#code-a").input_value() == CAT


def test_two_pasted_codes_are_compared(open_page: OpenPage) -> None:
    page = open_page("/inspect")
    page.evaluate(_PASTE, f"{CAT}\n{SMALL}")
    assert verdict_of(page) == "near"


def test_text_in_a_field_is_pasted_as_everywhere(open_page: OpenPage) -> None:
    page = open_page("/compare")
    page.locator("#code-a").focus()
    page.keyboard.insert_text(CAT)
    assert page.locator("#code-a").input_value() == CAT
    assert page.url.endswith("/compare")


def test_swapping_exchanges_the_sides(open_page: OpenPage) -> None:
    page = open_page(f"/compare?a={CAT}&b={SMALL}")
    verdict = verdict_of(page)
    page.get_by_role("link", name="Swap").click()
    expect(page.locator("#code-a")).to_have_value(SMALL)
    assert page.locator("#code-b").input_value() == CAT
    assert verdict_of(page) == verdict


def test_bits_are_read_with_arrow_keys(open_page: OpenPage) -> None:
    page = open_page(f"/compare?a={CAT}&b={SMALL}")
    row = page.get_by_role("slider", name="Meta-Code: 40 of 64 bits equal")
    row.focus()
    reading = page.locator(".reading")
    row.press("Home")
    expect(reading).to_have_text("Meta-Code bit 1: A = 1, B = 1 (equal)")
    row.press("ArrowRight")
    row.press("ArrowRight")
    row.press("ArrowRight")
    expect(reading).to_have_text("Meta-Code bit 4: A = 0, B = 1 (differ)")
    assert row.get_attribute("aria-valuetext") == reading.inner_text()
    row.press("End")
    assert row.get_attribute("aria-valuenow") == "64"


def test_bits_are_read_with_the_pointer(open_page: OpenPage) -> None:
    page = open_page(f"/inspect?code={CAT}")
    row = page.get_by_role("slider").first
    box = row.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 3.5 / 64, box["y"] + box["height"] / 2)
    expect(page.locator(".reading")).to_have_text("Meta-Code bit 4: 0")
    assert page.locator(".reading").get_attribute("aria-live") == "polite"


def test_symbols_and_rows_of_a_code_show_that_they_belong_together(open_page: OpenPage) -> None:
    page = open_page(f"/inspect?code={CAT}")
    page.locator(".tokens [data-row='1']").hover()
    assert page.locator("tr[data-row='1']").get_attribute("class") == "chosen"
    page.locator(".tokens [data-row='2']").focus()
    assert "chosen" in (page.locator("tr[data-row='2']").get_attribute("class") or "")


def test_pictures_are_seen_with_a_slider_and_as_difference(
    open_page: OpenPage, samples: Path
) -> None:
    page = open_page("/compare")
    drop(page, [samples / "cat.jpg", samples / "cat-small.webp"])
    verdict_of(page)
    page.get_by_label("slider", exact=True).check()
    border = page.get_by_label("Border between A and B")
    border.press("ArrowLeft")
    assert page.locator(".stage").evaluate("e => e.style.getPropertyValue('--split')") == "49%"
    page.get_by_label("difference", exact=True).check()
    label = page.locator(".stage canvas").get_attribute("aria-label") or ""
    assert 0 < float(label.split()[5]) < 20


def test_a_report_opens_offline(
    open_page: OpenPage, samples: Path, tmp_path: Path, watch: Watch
) -> None:
    page = open_page("/compare")
    drop(page, [samples / "cat.jpg", samples / "cat-small.webp"])
    verdict_of(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save report").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    alone = page.context.browser.new_context(offline=True)  # type: ignore[union-attr]
    report = alone.new_page()
    report.on("console", lambda message: watch.faults.append(message.text))
    report.goto(path.as_uri())
    assert verdict_of(report) == "near"
    assert report.locator("img").evaluate_all("all => all.every((e) => e.naturalWidth > 0)")
    assert report.locator("table").evaluate("e => getComputedStyle(e).borderCollapse") == "collapse"
    alone.close()


def test_every_flow_works_without_javascript(open_page: OpenPage, samples: Path) -> None:
    page = open_page("/compare", script=False)
    page.locator("input[name=file_a]").set_input_files(samples / "cat.jpg")
    page.locator("#code-b").fill(SMALL)
    page.get_by_role("button", name="Compare").click()
    assert verdict_of(page) == "near"
    page.get_by_role("button", name="Text", exact=True).click()
    assert "gettysburg-hay.txt" in page.locator(".zone[data-side=a]").inner_text()
    page.goto(page.url.replace(page.url[page.url.index("/compare") :], "/inspect"))
    page.get_by_label("A code in any spelling").fill("ISCC:EAASKDNZNYGUUF5A")
    page.get_by_role("button", name="Inspect").click()
    assert "Content-Code Text" in page.locator(".dissection").inner_text()
    page.goto(page.url.replace(page.url[page.url.index("/inspect") :], "/"))
    page.get_by_label("Codes or text").fill(f"{CAT} {SMALL}")
    page.get_by_role("button", name="Open").click()
    assert verdict_of(page) == "near"


@pytest.mark.parametrize("dark", [False, True])
def test_equal_and_different_are_told_apart_without_colour(open_page: OpenPage, dark: bool) -> None:
    page = open_page(f"/compare?a={CAT}&b={SMALL}", dark=dark, forced_colors="active")
    widths = [
        page.locator(f"svg.bits .{kind}").first.evaluate("e => getComputedStyle(e).strokeWidth")
        for kind in ("one", "zero", "differ")
    ]
    assert len(set(widths)) == 3
    rows = page.locator("tr.good .answer, tr.bad .answer").all_inner_texts()
    assert {row[0] for row in rows} == {"✓", "✗"}
