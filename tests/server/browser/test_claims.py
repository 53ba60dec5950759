"""Verify and Resolve in a browser: dropped files, forms without scripts, no barrier, any width."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.server.browser.driving import WIDTHS, OpenPage, scrolls_sideways, violations
from tools.planted import SAMPLES

from iscckit import declare
from iscckit.render.proof_wording import NOT_SHOWN

CAT = SAMPLES / "cat.jpg"
_DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name));
  }
  for (const kind of ["dragover", "drop"]) {
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent(kind, how));
  }
}"""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("proofs") / "cat.jpg.iscc-proof.json"
    declare(CAT, bytes(range(32))).write(place)
    return place


def drop(page: Page, *paths: Path) -> None:
    page.evaluate(
        _DROP, [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    )


def test_a_dropped_proof_and_file_are_checked_at_every_width(
    open_page: OpenPage, proof: Path
) -> None:
    page = open_page("/verify")
    drop(page, CAT, proof)
    expect(page.locator("[data-state=valid]")).to_be_visible()
    assert page.locator("[data-check]").count() == len(NOT_SHOWN)
    expect(page.locator("[data-check=content]")).to_have_attribute("data-status", "holds")
    assert violations(page) == []
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page)


def test_both_screens_work_without_scripts(open_page: OpenPage, proof: Path) -> None:
    page = open_page("/verify", script=False)
    page.locator("input[name=proof]").set_input_files(proof)
    page.locator("input[name=file]").set_input_files(CAT)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("[data-state=valid]")).to_be_visible()
    page = open_page("/", script=False)
    page.get_by_label("A paragraph or a code").fill("a paragraph that nobody claimed")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("No claim is known")).to_be_visible()
