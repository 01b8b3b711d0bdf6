"""Every page fits its screen: no overflow on a telephone, the answer at a glance on the office's 1366×768."""

import pytest

from .pages import PAGES, Kind, opened

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}
DASHBOARD = next(kind for kind in PAGES if kind.name == "dashboard of the command")
# The elements that stick out of the page at the right, to name the culprit rather than the sum.
STICKING_OUT = """() => [...document.querySelectorAll("body *")].filter(element =>
    element.getBoundingClientRect().right > innerWidth + 0.5
    && !element.closest(".scroll, .chart-scroll, .unseen, caption")
).map(element => `${element.tagName.toLowerCase()}.${element.getAttribute("class")}`)"""
# Elements whose words are wider than themselves, in pages where units are named.
CUT = """() => [...document.querySelectorAll("main *")].filter(element =>
    /^(Đồn|Tiểu đoàn|Cơ quan)/.test(element.textContent.trim())
    && element.clientWidth > 1 && element.scrollWidth > element.clientWidth
    && getComputedStyle(element).overflowX != "auto"
).map(element => element.textContent.trim())"""


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_a_page_fits_a_telephone(visitor, kind):
    page = opened(visitor, kind, viewport=TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.evaluate(STICKING_OUT)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_a_page_fits_the_screen_of_the_office(visitor, kind):
    page = opened(visitor, kind)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366, page.evaluate(STICKING_OUT)
