"""What holds for every page: axe finds nothing grave, it fits a telephone and the office's screen, no name is cut."""

import pytest

from .measuring import CUT, CUT_IN_DRAWINGS, STICKING_OUT, WIDTH, findings
from .pages import PAGES, opened
from .visits import DESK, TELEPHONE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=PAGES, ids=lambda kind: kind.name)
def whole_page(long_visitor, request):
    """One page of each kind, opened once for all tests of this module."""
    page = opened(long_visitor, request.param)
    yield page
    page.close()


@pytest.fixture
def at_the_office(whole_page):
    whole_page.set_viewport_size(DESK)
    return whole_page


@pytest.fixture
def on_a_telephone(whole_page):
    whole_page.set_viewport_size(TELEPHONE)
    return whole_page


def test_a_page_is_accessible(at_the_office):
    assert findings(at_the_office) == []


def test_a_page_has_one_heading_of_the_first_level(at_the_office):
    assert at_the_office.locator("h1").count() == 1


def test_a_page_fits_the_screen_of_the_office(at_the_office):
    assert at_the_office.evaluate(WIDTH) <= 1366, at_the_office.evaluate(STICKING_OUT)


def test_no_table_has_to_be_pushed_sideways_at_the_office(at_the_office):
    pushed = at_the_office.locator(".scroll, .chart-scroll").evaluate_all(
        "frames => frames.filter(frame => frame.scrollWidth > frame.clientWidth).map(frame => frame.innerText)"
    )
    assert pushed == []


def test_a_page_fits_a_telephone(on_a_telephone):
    assert on_a_telephone.evaluate(WIDTH) <= 390, on_a_telephone.evaluate(STICKING_OUT)


def test_no_name_of_a_unit_is_cut_at_the_office(at_the_office):
    assert at_the_office.evaluate(CUT) == at_the_office.evaluate(CUT_IN_DRAWINGS) == []


def test_no_name_of_a_unit_is_cut_on_a_telephone(on_a_telephone):
    assert on_a_telephone.evaluate(CUT) == on_a_telephone.evaluate(CUT_IN_DRAWINGS) == []
