"""The Generate screen in a real browser: progress, cancelling, editing, without a script."""

import base64
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)
from tests.media.av_files import long_film
from tests.server.browser.driving import ARGUMENTS, CHROMIUM
from tests.server.process import Running, served

from iscckit.records.create import create
from iscckit.server.settings import Allowance, Settings

SAMPLES = Path(__file__).parents[3] / "samples"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (.ci/run installs it)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("service")) as running:
        yield running


def context_of(browser: Browser, running: Running, **options: object) -> BrowserContext:
    """A browser that was let in, in which any trouble is an error of the test."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    context.request.get(f"{running.address}/?token={running.token}")  # as the printed address does
    return context


def watched(page: Page, running: Running) -> list[str]:
    """Collect requests to other hosts, and what the console complains about."""
    trouble: list[str] = []
    page.on(
        "request",
        lambda request: (
            trouble.append(request.url)
            if not request.url.startswith((running.address, "data:", "blob:"))
            else None
        ),
    )
    page.on(
        "console",
        lambda message: trouble.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: trouble.append(str(error)))
    return trouble


@pytest.fixture
def page(browser: Browser, service: Running) -> Iterator[Page]:
    context = context_of(browser, service)
    page = context.new_page()
    trouble = watched(page, service)
    page.goto(f"{service.address}/generate")
    yield page
    context.close()
    assert trouble == []


def test_chosen_files_lead_to_a_table_of_their_records(page: Page) -> None:
    names = ("cat.jpg", "gettysburg-hay.txt")
    page.set_input_files("#files", [SAMPLES / name for name in names])
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/generate\?m=.*&m="))
    for name in names:
        expect(page.get_by_text(create(SAMPLES / name).iscc)).to_be_visible()


def test_a_dropped_file_is_uploaded(page: Page) -> None:
    transfer = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        "data.items.add(new File(['some words'], 'häßlich.txt')); return data; }"
    )
    page.dispatch_event("#generate", "drop", {"dataTransfer": transfer})
    page.wait_for_url(re.compile(r"/generate\?m="))
    expect(page.get_by_text("häßlich.txt").first).to_be_visible()


def test_typing_a_title_shows_the_other_meta_code(page: Page) -> None:
    page.set_input_files("#files", SAMPLES / "cat.jpg")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/generate\?m="))
    page.get_by_label("Title").fill("Kitten")
    expect(page.locator("#change")).to_contain_text("of 64 bits are equal")
    page.get_by_role("button", name="Embed into a copy").click()
    page.wait_for_url(re.compile(r"/generate\?m="))
    expect(page.get_by_role("heading", name="Kitten")).to_be_visible()


def test_work_can_be_cancelled_and_leaves_no_file(
    page: Page, service: Running, tmp_path: Path
) -> None:
    before = set(service.files())
    page.set_input_files("#files", long_film(tmp_path / "film.mp4"))
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Instance ✓")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("the job was cancelled")).to_be_visible()
    assert set(service.files()) == before


def test_a_file_that_is_too_large_is_not_sent(page: Page) -> None:
    page.set_input_files("#files", SAMPLES / "cat.jpg")
    page.eval_on_selector("#generate", "form => { form.dataset.most = '10'; }")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("is too large")).to_be_visible()


DROP = """texts => {
    const data = new DataTransfer();
    for (const [name, text] of Object.entries(texts)) data.items.add(new File([text], name));
    return data;
}"""


def drop(page: Page, texts: dict[str, str]) -> None:
    transfer = page.evaluate_handle(DROP, texts)
    page.dispatch_event("#generate", "drop", {"dataTransfer": transfer})


@pytest.mark.slow
def test_two_hundred_files_dropped_are_two_hundred_files_done(
    page: Page,
) -> None:
    texts = {f"{i}.txt": f"words of file {i}" for i in range(200)}
    most: list[int] = []
    under_way: set[object] = set()

    def begin(request: Request) -> None:
        if request.method == "POST":
            under_way.add(request)
            most.append(len(under_way))

    def end(request: Request) -> None:
        under_way.discard(request)

    page.on("request", begin)
    page.on("requestfinished", end)
    drop(page, texts)
    page.wait_for_url(re.compile(r"/generate\?m="), timeout=300_000)
    ids = re.findall(r"m=(\w{13})", page.url)
    assert len(set(ids)) == 200
    records = page.context.request.get(page.url.replace("/generate?", "/generate.json?")).json()
    assert {record["filename"] for record in records["records"]} == set(texts)
    assert max(most) <= 3


def test_a_service_with_much_to_do_is_asked_again_when_it_says(
    browser: Browser,
) -> None:
    with served(Settings(allowance=Allowance(rate=0.4))) as port:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        codes: list[int] = []

        def note(response: Response) -> None:
            if response.request.method == "POST":
                codes.append(response.status)

        page.on("response", note)
        page.goto(f"http://127.0.0.1:{port}/generate")
        drop(page, {f"{i}.txt": f"words of file {i}" for i in range(6)})
        expect(page.get_by_text("The service has much to do; goes on in").first).to_be_visible()
        page.wait_for_url(re.compile(r"/generate\?m="))
        assert len(re.findall("m=", page.url)) == 6
        assert codes.count(202) == 6
        assert 429 in codes
        page.close()


def test_a_file_that_failed_stays_and_can_be_sent_again(browser: Browser, service: Running) -> None:
    context = context_of(browser, service)  # the console has a line for each failure
    page = context.new_page()
    page.goto(f"{service.address}/generate")
    failing = {"left": 1}

    def fail(route: Route) -> None:
        name = base64.b64decode(route.request.headers["x-upload-filename"]).decode()
        if name == "b.txt" and failing["left"]:
            failing["left"] -= 1
            problem = {"title": "No room", "detail": "the disk has no room"}
            route.fulfill(status=422, json=problem)
        else:
            route.continue_()

    page.route("**/api/v1/iscc?*", fail)
    drop(page, {f"{name}.txt": f"words of {name}" for name in "abc"})
    expect(page.locator("#arrived")).to_contain_text("2 of 3 done · 1 failed")
    expect(page.get_by_text("No room: the disk has no room")).to_be_visible()
    expect(page.get_by_role("link", name="Show the 2 that are done")).to_be_visible()
    assert page.url.endswith("/generate")
    page.get_by_role("button", name="Retry").click()
    page.wait_for_url(re.compile(r"/generate\?m=.*&m=.*&m="))
    context.close()


def test_all_files_can_be_cancelled_at_once(page: Page, tmp_path: Path) -> None:
    film = long_film(tmp_path / "film.mp4")
    page.set_input_files("#files", [film] * 5)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Instance ✓").first).to_be_visible()
    page.get_by_role("button", name="Cancel all").click()
    expect(page.locator("#arrived")).to_contain_text("0 of 5 done · 5 failed")
    expect(page.get_by_role("button", name="Retry")).to_have_count(5)


def test_everything_works_without_a_script(browser: Browser, service: Running) -> None:
    context = context_of(browser, service, java_script_enabled=False)
    page = context.new_page()
    trouble = watched(page, service)
    page.goto(f"{service.address}/generate")
    page.set_input_files("#files", [SAMPLES / "cat.jpg"])
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text(create(SAMPLES / "cat.jpg").iscc).first).to_be_visible()
    page.get_by_label("Title").fill("Kitten")
    page.get_by_role("button", name="Compute the Meta-Code").click()
    expect(page.locator("#change")).to_contain_text("of 64 bits are equal")
    page.get_by_role("button", name="Embed into a copy").click()
    expect(page.get_by_role("heading", name="Kitten")).to_be_visible()
    context.close()
    assert trouble == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_page_is_accessible_small_and_fits_a_phone(
    browser: Browser, service: Running, theme: str, count: int
) -> None:
    ids = [
        service.client.post(
            "/api/v1/iscc", files={"file": ("cat.jpg", (SAMPLES / "cat.jpg").read_bytes())}
        ).json()["media_id"]
        for _ in range(count)
    ]
    query = "&".join(f"m={number}" for number in ids)
    context = context_of(
        browser,
        service,
        bypass_csp=True,
        color_scheme=theme,
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{service.address}/generate?{query}", wait_until="networkidle")
    assert len(sizes) <= 6
    assert sum(sizes) <= 60_000
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if count == 1:
        page.get_by_label("Title").fill("Kitten")
        expect(page.locator("#change")).to_contain_text("of 64 bits are equal")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.add_script_tag(path=str(files("axe_core_python") / "axe.min.js"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run({runOnly: tags})", tags)
    assert [(each["id"], each["nodes"][0]["html"]) for each in result["violations"]] == []
    context.close()
