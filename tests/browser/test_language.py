"""Vietnamese whatever the browser wishes; English for who chose it, before and after signing in."""

import pytest
from playwright.sync_api import expect

from ..factories import PASSWORD
from .test_walk import signed_in

pytestmark = pytest.mark.browser


def test_a_browser_that_asks_for_english_is_answered_in_vietnamese(visitor):
    page = visitor(locale="en-US")
    asked = page.goto("/sign-in/").request.header_value("accept-language")
    assert asked.startswith("en")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.get_by_role("button", name="Đăng nhập")).to_be_visible()


def test_english_chosen_before_signing_in_stays_afterwards(visitor):
    page = visitor()
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    # The page asked for is still the one signed in to.
    assert "next=/" in page.url
    page.get_by_role("button", name="Tiếng Việt").click()
    page.get_by_role("button", name="English").click()
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    page.goto("/records/patrols/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_language_is_changed_on_the_page_where_one_is(visitor):
    page = signed_in(visitor(), "commander")
    page.goto("/dashboard/2024Q1/?basis=provisional")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url("/dashboard/2024Q1/?basis=provisional")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Overview")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tổng quan")


def test_days_and_numbers_are_vietnamese_in_english_too(visitor):
    page = visitor("staff")
    page.goto("/")
    page.get_by_role("button", name="English").click()
    page.goto("/returns/tra-linh/2024Q2/patrols/add/")
    page.get_by_label("Day").fill("05/04/2024")
    page.get_by_label("Form").select_option(index=1)
    page.get_by_label("Participant turns").fill("ten")
    page.get_by_label("Patrol path cleared").fill("24,3")
    page.get_by_role("button", name="Save", exact=True).click()
    errors = page.get_by_role("alert").get_by_role("listitem")
    expect(errors).to_have_text(["Participant turns: You entered “ten”. Enter a whole number, for example 3.889."])


def test_the_paper_is_vietnamese_in_english_too(visitor):
    page = visitor("commander")
    page.goto("/")
    page.get_by_role("button", name="English").click()
    page.goto("/summary/2024Q1/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("article").first).to_have_attribute("lang", "vi")
    expect(page.locator("article").first).to_contain_text("Trong quý, các đơn vị tổ chức tuần tra")
