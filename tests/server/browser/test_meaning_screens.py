"""The screens of a service that has models: the box for meaning, passages, five units."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.browser.driving import OpenPage, Watch, scrolls_sideways, violations
from tests.server.process import Running
from tools import small_models

NAMES = ("--text-model", "small-text", "--image-model", "small-image")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service with one small model of each kind."""
    place = tmp_path_factory.mktemp("semantic")
    folder = small_models.install(place).models
    with Running(place, "--no-token", "--models", folder, *NAMES) as running:
        yield running.address


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_box_for_meaning_adds_a_unit(
    open_page: OpenPage, watch: Watch, samples: Path, script: bool
) -> None:
    page = open_page("/generate", script=script, width="phone", bypass_csp=script)
    page.get_by_label("meaning").check()
    page.set_input_files("#files", samples / "cat.jpg")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/generate?m=*")
    rows = page.get_by_role("region", name="Units").locator("tbody th")
    assert rows.count() == 5
    assert "Semantic-Code Image (model of your own, version" in rows.nth(1).inner_text()
    if script:
        assert not scrolls_sideways(page)
        assert violations(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_passages_have_no_barriers_and_fit_a_phone(
    open_page: OpenPage, watch: Watch, samples: Path, dark: bool
) -> None:
    page = open_page("/chunker", dark=dark, width="phone", bypass_csp=True)
    page.set_input_files("input[name=file_m]", samples / "gettysburg-hay.txt")
    page.set_input_files("input[name=file_n]", samples / "gettysburg-hay.txt")
    page.get_by_label("Cut the").select_option("semantic")
    page.get_by_role("button", name="Cut", exact=True).click()
    page.wait_for_url("**kind=semantic**")
    assert page.locator(".sizes .shared").count() > 0
    assert "are also in the one before" in page.locator("#A2").inner_text()
    assert "100.00 % of A and 100.00 % of B" in page.locator("#survived").inner_text()
    assert not scrolls_sideways(page)
    assert violations(page) == []
