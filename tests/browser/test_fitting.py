"""The answer stands at once on the office's screen; what people do to a page does not make it too wide."""

import pytest

from .measuring import CUT, CUT_IN_DRAWINGS, STICKING_OUT, WIDTH
from .pages import DRAFT
from .visits import TELEPHONE

pytestmark = pytest.mark.browser

DASHBOARD = "/dashboard/2024Q1/"


@pytest.fixture
def on_a_telephone(visitor):
    page = visitor("commander", viewport=TELEPHONE)
    page.goto(DASHBOARD)
    return page


def test_the_dashboard_shows_six_tiles_and_two_charts_without_scrolling(visitor):
    page = visitor("commander")
    page.goto(DASHBOARD)
    boxes = [tile.bounding_box() for tile in page.locator(".tile").all()]
    assert len(boxes) == 6
    boxes += [drawing.bounding_box() for drawing in page.locator(".chart-wide > svg").all()[:2]]
    assert max(box["y"] + box["height"] for box in boxes) <= 768
    assert max(box["x"] + box["width"] for box in boxes) <= 1366


def test_a_form_that_was_refused_fits_a_telephone(visitor):
    page = visitor("staff", viewport=TELEPHONE)
    page.goto(f"{DRAFT}cases/add/")
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert page.locator("#errors").is_visible()
    assert page.evaluate(WIDTH) <= 390, page.evaluate(STICKING_OUT)


def test_a_dashboard_fits_a_telephone_when_plotly_has_drawn(on_a_telephone):
    on_a_telephone.locator("figure[data-chart]").first.focus()
    on_a_telephone.wait_for_selector("figure[data-state=live]")
    assert on_a_telephone.evaluate(WIDTH) <= 390, on_a_telephone.evaluate(STICKING_OUT)


def test_a_list_of_quarters_unfolded_fits_a_telephone(on_a_telephone):
    on_a_telephone.locator(".picker summary").click()
    box = on_a_telephone.locator(".picker ul").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_something_too_wide_would_be_noticed(on_a_telephone):
    on_a_telephone.evaluate("() => { document.querySelector('main').style.minWidth = '400px' }")
    assert on_a_telephone.evaluate(WIDTH) > 390
    assert on_a_telephone.evaluate(STICKING_OUT)[0].startswith("<main")


def test_a_name_that_is_cut_would_be_noticed(visitor):
    page = visitor("commander")
    page.goto(DASHBOARD)
    page.evaluate("""() => {
        const cell = document.querySelector(".chart-table tbody th");
        cell.closest("details").open = true;
        cell.textContent = "Đồn BP Cốc Pàng";
        Object.assign(cell.style, {display: "block", width: "40px", overflow: "hidden", whiteSpace: "nowrap"});
        document.querySelectorAll(".chart-wide > svg text")[40].setAttribute("x", 900);
    }""")
    assert page.evaluate(CUT) == ["Đồn BP Cốc Pàng"]
    assert len(page.evaluate(CUT_IN_DRAWINGS)) == 1
