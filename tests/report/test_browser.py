"""The page in a real browser with networking off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubwatch.report.page import write_report
from hubwatch.report.pdf import find_browser

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MARKS = "path, rect, line, circle, text"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_is_drawn_without_a_request_an_error_or_a_sideways_scroll(
    browser: Any, results: Path, tmp_path: Path, scheme: str
) -> None:
    out = tmp_path / "report.html"
    summary = write_report(results, out)
    context = browser.new_context(color_scheme=scheme)
    context.set_offline(True)
    page = context.new_page()
    seen: list[str] = []
    trouble: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(out.as_uri())
        page.wait_for_function(
            f"document.querySelectorAll('[data-drawn=true]').length === {len(summary.charts)}",
            timeout=30_000,
        )
        for name in summary.charts:
            chart = page.locator(f"#{name}-chart svg")
            box = chart.bounding_box()
            assert box is not None
            assert box["width"] > 250
            assert box["width"] <= width
            assert box["height"] > 80
            assert chart.locator(MARKS).count() > 10, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert set(seen) == {out.as_uri()}
    assert trouble == []


def test_the_first_key_press_offers_to_skip_to_the_report(
    browser: Any, results: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    write_report(results, out)
    page = browser.new_page()
    page.goto(out.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main", timeout=10_000)
    page.close()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_the_page_prints_into_a_pdf(results: Path, tmp_path: Path) -> None:
    summary = write_report(results, tmp_path / "report.html", pdf=tmp_path / "report.pdf")
    assert summary.pdf is not None
    assert summary.pdf.read_bytes().startswith(b"%PDF-")
    assert summary.pdf.stat().st_size > 20_000
