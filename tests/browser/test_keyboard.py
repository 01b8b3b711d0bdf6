"""Everything a clerk does can be done without the mouse."""

import pytest
from playwright.sync_api import expect

from ..factories import PASSWORD
from .pages import DRAFT

pytestmark = pytest.mark.browser

ENOUGH = 80
FOCUSED = """() => {
    const at = document.activeElement;
    return at.labels?.length ? at.labels[0].textContent.trim() : at.textContent.trim() || at.value || '';
}"""
# An outline that nothing hides; after the last element the focus leaves the page for the browser's own buttons.
SEEN = """() => {
    const at = document.activeElement;
    return at === document.body || at.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && getComputedStyle(at).outlineStyle !== 'none';
}"""
WALKED = [
    ("staff", DRAFT),
    ("staff", f"{DRAFT}cases/add/"),
    ("staff", "/records/cases/"),
    ("commander", "/summary/2024Q1/"),
]


def tab_to(page, words):
    """Press Tab until the element whose label or text begins with ``words`` has the focus."""
    for _ in range(ENOUGH):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(words):
            return
    raise AssertionError(f"{ENOUGH} tabs do not reach “{words}”")


def test_a_patrol_is_entered_with_the_keyboard_alone(visitor, changing_province):
    page = visitor()
    page.goto("/")
    # The name has the cursor already.
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.keyboard.type("co-ba-staff")
    tab_to(page, "Mật khẩu")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/")
    tab_to(page, "Mở báo cáo quý I/2024")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/returns/co-ba/2024Q1/")
    tab_to(page, "Thêm dòng: Tuần tra")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/returns/co-ba/2024Q1/patrols/add/")
    # The first field has the cursor, and the fields follow as in the log book.
    expect(page.get_by_label("Ngày")).to_be_focused()
    page.keyboard.type("05032024")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("3889")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/returns/co-ba/2024Q1/#patrols")
    row = page.locator("#patrols tbody tr")
    expect(row.locator("th")).to_have_text("05/3/2024")
    expect(row).to_contain_text("Tuần tra đơn phương")
    expect(row).to_contain_text("3.889")


def test_the_first_tab_leads_past_the_bar_to_the_content(visitor):
    page = visitor("staff")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Đến nội dung chính"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_the_quarter_is_chosen_with_the_keyboard(visitor):
    page = visitor("commander")
    page.goto("/dashboard/2024Q1/")
    page.locator(".picker summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "quý IV/2023")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/dashboard/2023Q4/")


@pytest.mark.parametrize(("person", "address"), WALKED)
def test_the_focus_is_seen_wherever_a_tab_leads(visitor, person, address):
    page = visitor(person)
    page.goto(address)
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        if not page.evaluate(SEEN):
            unseen.append(page.evaluate(FOCUSED))
    assert unseen == []


def test_a_chart_under_the_focus_becomes_plotlys_and_no_tab_leads_out_of_sight(visitor):
    page = visitor("commander")
    page.goto("/dashboard/2024Q1/")
    page.locator("figure[data-chart]").first.focus()
    page.wait_for_selector("figure[data-state=live]")
    assert page.evaluate("() => document.activeElement.matches('figure[data-chart]')")
    page.keyboard.press("Tab")
    assert page.evaluate(SEEN), page.evaluate(FOCUSED)
