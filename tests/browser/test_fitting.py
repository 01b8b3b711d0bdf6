"""The answer stands at once on the office's screen; what people do to a page does not make it too wide."""

import pytest

from .measuring import CUT, CUT_IN_DRAWINGS, STICKING_OUT, WIDTH
from .pages import DRAFT
from .visits import TELEPHONE

pytestmark = pytest.mark.browser

DASHBOARD = "/dashboard/2024Q1/"
# How many lines each cell takes that holds a day or the number of a file.
LINES_OF_NUMBERS = """cells => Object.fromEntries(cells.map((cell, at) => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    return [cell, `${at} ${cell.textContent.trim()}`, new Set([...words.getClientRects()].map(box => box.top)).size];
}).filter(([cell]) => /^[0-9]+([/][0-9]+)+$/.test(cell.textContent.trim())).map(([, name, lines]) => [name, lines]))"""


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


def test_every_field_of_an_exhibit_stands_on_a_telephone_under_its_name(visitor):
    page = visitor("staff", viewport=TELEPHONE)
    page.goto(f"{DRAFT}cases/add/")
    fields = page.locator(".rows tbody td").all()
    assert len(fields) >= 4
    for field in fields:
        box = field.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert field.locator("label").bounding_box()["width"] > 20


@pytest.mark.parametrize(
    ("address", "viewport"),
    [("/records/cases/?quarter=2024Q1", None), ("/returns/", TELEPHONE)],
    ids=["file numbers of a list", "days on a telephone"],
)
def test_no_number_of_a_table_is_broken_over_lines(visitor, address, viewport):
    page = visitor("staff", **({"viewport": viewport} if viewport else {}))
    page.goto(address)
    lines = page.locator("table.records tbody td").evaluate_all(LINES_OF_NUMBERS)
    assert len(lines) > 5
    assert set(lines.values()) == {1}


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


def test_the_newest_quarter_is_in_sight_at_first_and_the_oldest_can_be_reached(visitor):
    page = visitor("commander", viewport=TELEPHONE)
    page.goto("/completeness/?quarters=all")
    region, heads = page.locator(".newest-first"), page.locator(".newest-first thead th")
    unit, oldest, newest = (heads.nth(at) for at in (0, 3, heads.count() - 1))
    assert newest.inner_text() == "Quý II/2024"
    assert newest.bounding_box()["x"] + newest.bounding_box()["width"] <= 390
    assert oldest.bounding_box()["x"] < 0
    region.focus()
    for _press in range(40):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "() => document.querySelectorAll('.newest-first thead th')[3].getBoundingClientRect().x > 0"
    )
    assert unit.bounding_box()["x"] == 16  # it stays where it is


def test_who_is_late_and_what_waits_for_me_stand_at_once_on_the_office_s_screen(visitor):
    page = visitor("checker")
    page.goto("/")
    for section in (".missing", ".mine", ".standing h2"):
        box = page.locator(section).bounding_box()
        assert box["y"] + box["height"] <= 768, section


@pytest.mark.parametrize(("person", "address"), [("staff", "/"), ("staff", "/returns/"), ("commander", "/returns/")])
def test_a_list_of_returns_shows_all_its_columns_on_a_telephone(visitor, person, address):
    page = visitor(person, viewport=TELEPHONE)
    page.goto(address)
    frame = page.locator(".scroll:has(table.returns)")
    assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0


@pytest.mark.parametrize(
    ("person", "address", "name"),
    [("commander", "/summary/2024Q1/", "In"), ("staff", f"{DRAFT}cases/add/", "Thêm dòng")],
)
def test_a_button_of_a_script_stands_only_where_scripts_run(visitor, person, address, name):
    for scripts in (True, False):
        page = visitor(person, java_script_enabled=scripts)
        page.goto(address)
        assert page.get_by_role("button", name=name, exact=True).is_visible() is scripts
