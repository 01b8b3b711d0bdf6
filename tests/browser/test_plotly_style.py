"""Plotly under the page's policy: its style rules as a file, its picture in the place of the drawing."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string

from config.middleware import content_security_policy
from reports.charts import by_unit
from reports.drawing import drawn
from tests.machine import chromium
from tests.made_figures import made_figures, made_period

pytestmark = pytest.mark.browser

HEADER = "Content-Security-Policy"
HOST = "http://charts.test/"
FILES = {"charts.css", "charts.js", "plotly-style.css", "vendor/plotly.min.js"}
PAGE = """<!doctype html><html lang="vi"><title>Charts</title><link rel="stylesheet" href="charts.css"><h1>Charts</h1>
{figure}
<script defer src="charts.js" data-plotly-src="vendor/plotly.min.js" data-plotly-style="plotly-style.css"></script>
</html>"""
RULES = "[...document.getElementById('plotly.js-style-global').sheet.cssRules].map(rule => rule.cssText)"


@pytest.fixture
def page(playwright):
    browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
    yield browser.new_page(viewport={"width": 1366, "height": 768})
    browser.close()


@pytest.fixture
def figure():
    cells = {(2024, 1, "A"): {"patrols": 1234}, (2024, 1, "B"): {"patrols": 45}}
    return drawn(by_unit(made_figures(cells), "patrols", made_period(2024, 1)))


@pytest.fixture
def complaints(page, figure):
    """A page with one chart, served under the real policy; returns what the browser complains about."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    html = PAGE.format(figure=render_to_string("reports/_chart.html", {"drawn": figure}))
    page.route("**/*", lambda route: answer(route, html))
    page.goto(HOST)
    return found


def answer(route, html):
    """Answer for the made-up host: the page, or one of its static files; anything else is refused."""
    name = route.request.url.removeprefix(HOST)
    policy = content_security_policy(lambda request: HttpResponse())(None)[HEADER]
    if name in FILES:
        route.fulfill(path=finders.find(name), headers={HEADER: policy})
    elif name == "":
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={HEADER: policy})
    else:
        route.abort() if name != "favicon.ico" else route.fulfill(status=204)


def test_the_style_file_holds_the_rules_that_the_installed_plotly_would_inject(page):
    page.set_content("<!doctype html><p>no policy here</p>")
    page.add_script_tag(path=finders.find("vendor/plotly.min.js"))
    with open(finders.find("plotly-style.css")) as file:
        assert file.read().splitlines() == page.evaluate(RULES)


def test_a_look_lays_plotly_over_the_drawing_and_nothing_jumps(page, complaints):
    before = page.locator("figure").bounding_box()
    page.locator("figure svg").first.hover()
    page.wait_for_selector("figure[data-state=live]")
    drawing, live = page.locator(".chart-wide > svg").bounding_box(), page.locator(".chart-live").bounding_box()
    assert live == drawing
    assert page.locator("figure").bounding_box() == before
    texts = page.locator(".chart-live text").all_text_contents()
    assert {"1.234", "45", "chưa nộp", "Đồn BP A", "Đồn BP B", "Đồn BP C"} <= set(texts)
    assert complaints == []


def test_the_keyboard_brings_plotly_too(page, complaints):
    page.keyboard.press("Tab")
    page.wait_for_selector("figure[data-state=live]")
    assert complaints == []


def test_paper_shows_the_drawing(page, complaints):
    page.locator("figure").focus()
    page.wait_for_selector("figure[data-state=live]")
    page.emulate_media(media="print")
    assert not page.locator(".chart-live").is_visible()
    assert page.locator(".chart-wide > svg").evaluate("svg => getComputedStyle(svg).opacity") == "1"


def test_nothing_is_laid_over_a_drawing_that_nobody_looks_at(page, complaints):
    page.wait_for_load_state("networkidle")
    assert page.locator(".chart-live").count() == 0
    assert page.evaluate("typeof window.Plotly") == "undefined"


def test_a_telephone_gets_the_narrow_drawing_and_nothing_overflows(page, complaints):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".chart-narrow > svg").is_visible()
    assert not page.locator(".chart-wide > svg").is_visible()
    page.locator("figure").focus()
    page.wait_for_selector("figure[data-state=live]")
    assert page.locator(".chart-live").bounding_box() == page.locator(".chart-narrow > svg").bounding_box()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_policy_of_these_tests_is_the_strict_one():
    assert settings.SECURE_CSP["script-src"] == settings.SECURE_CSP["style-src"] == ["'self'"]
