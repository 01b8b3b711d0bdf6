"""Two people at one row, and a session that runs out while somebody types: by the keyboard alone, nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

from activity.models import Patrol

from ..factories import PASSWORD
from .test_keyboard import tab_to
from .test_round_trip import WHERE, enters_a_patrol, says, write

pytestmark = pytest.mark.browser

ADD = f"{WHERE}patrols/add/"


@pytest.fixture
def two(visitor, changing_province):
    """A clerk and the head of one post, each at a browser of their own, and a patrol that the clerk entered."""
    clerk, head = visitor("co-ba-staff"), visitor("co-ba-head")
    enters_a_patrol(clerk, "8")
    return clerk, head


def opens_the_patrol(page):
    page.goto(WHERE)
    tab_to(page, "05/3/2024")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Ngày")).to_be_focused()


def types_over(page, label, words):
    tab_to(page, label)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def patrols():
    of_the_quarter = Patrol.objects.filter(unit_return__unit__code="co-ba", unit_return__quarter__year=2024)
    return list(of_the_quarter.filter(unit_return__quarter__number=1).values_list("participant_turns", "note"))


def test_the_second_of_two_people_sees_both_values_and_chooses_by_the_keyboard(two):
    clerk, head = two
    opens_the_patrol(clerk)
    opens_the_patrol(head)
    types_over(clerk, "Lượt người tham gia", "11")
    clerk.keyboard.press("Enter")
    says(clerk, "Đã lưu")

    types_over(head, "Lượt người tham gia", "12")
    types_over(head, "Ghi chú", "Mưa to")
    head.keyboard.press("Enter")
    expect(head.locator("#clash")).to_be_focused()
    expect(head.locator("#clash")).to_contain_text("co-ba-staff đã lưu dòng này lúc")
    rows = head.locator(".clash tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("11 (co-ba-staff)")
    expect(rows.nth(0)).to_contain_text("12")
    # Without a choice where both have changed the field nothing is saved.
    tab_to(head, "Lưu giá trị đã chọn")
    head.keyboard.press("Enter")
    expect(head.locator(".clash .error")).to_contain_text("Lượt người tham gia")
    assert patrols() == [(11, "")]
    tab_to(head, "11")
    head.keyboard.press("ArrowRight")
    expect(head.get_by_label("12", exact=True)).to_be_checked()
    tab_to(head, "Lưu giá trị đã chọn")
    head.keyboard.press("Enter")
    says(head, "Đã lưu")
    assert patrols() == [(12, "Mưa to")]


def test_a_value_that_is_typed_anew_is_chosen(two):
    clerk, head = two
    opens_the_patrol(head)
    opens_the_patrol(clerk)
    types_over(clerk, "Lượt người tham gia", "11")
    clerk.keyboard.press("Enter")
    says(clerk, "Đã lưu")
    types_over(head, "Lượt người tham gia", "12")
    head.keyboard.press("Enter")
    expect(head.locator("#clash")).to_be_focused()
    for _ in range(3):
        head.keyboard.press("Tab")
    types_over(head, "Lượt người tham gia", "23")
    head.keyboard.press("Enter")
    says(head, "Đã lưu")
    assert patrols() == [(23, "")]


@pytest.mark.parametrize("lost", ["sessionid", None], ids=["the session ran out", "the browser forgot everything"])
def test_what_was_typed_while_the_session_ran_out_is_there_after_signing_in(visitor, changing_province, lost):
    page = visitor("co-ba-staff")
    page.goto(ADD)
    page.keyboard.type("05032024")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    write(page, "Lượt người tham gia", "9")
    write(page, "Ghi chú", "Mưa to")
    page.context.clear_cookies(**({"name": lost} if lost else {}))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    expect(page.locator("main")).to_contain_text("nội dung đã gõ vẫn còn")
    page.keyboard.type("co-ba-staff")
    write(page, "Mật khẩu", PASSWORD)
    page.keyboard.press("Enter")
    says(page, "Chưa lưu")
    expect(page.get_by_label("Ghi chú")).to_have_value("Mưa to")
    assert patrols() == []
    page.reload()
    expect(page.get_by_label("Ghi chú")).to_have_value("Mưa to")
    expect(page.get_by_label("Ngày")).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "Đã lưu")
    assert patrols() == [(9, "Mưa to")]


@pytest.fixture
def typing(visitor, changing_province):
    """A clerk who types a patrol and answers whoever asks about leaving that they stay; ``asked`` is how often."""
    page = visitor("co-ba-staff")
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.dismiss()))
    page.goto(ADD)
    page.keyboard.type("05/03/2024")
    return page


@pytest.mark.parametrize("link", ["Tổng quan", "English"])
def test_who_would_leave_what_they_typed_is_asked_first(typing, link):
    typing.get_by_role("banner").get_by_text(link).click()
    typing.wait_for_timeout(200)
    assert typing.asked == ["beforeunload"]
    expect(typing.get_by_label("Ngày")).to_have_value("05/03/2024")
    expect(typing).to_have_url(ADD)


def test_a_form_that_came_back_with_errors_is_still_to_be_sent(typing):
    typing.keyboard.press("Enter")
    expect(typing.get_by_role("alert")).to_contain_text("Chưa lưu")
    assert typing.asked == []
    typing.get_by_role("link", name="Tổng quan").click()
    typing.wait_for_timeout(200)
    assert typing.asked == ["beforeunload"]


def test_who_leaves_without_saving_or_typed_nothing_is_not_asked(typing):
    typing.get_by_role("link", name="Thoát không lưu").click()
    expect(typing).to_have_url(re.compile(f"{WHERE}#patrols$"))
    typing.goto(ADD)
    typing.get_by_role("link", name="Tổng quan").click()
    expect(typing).to_have_url(re.compile("/dashboard/"))
    assert typing.asked == []
