"""A form that is refused says in Vietnamese what is wrong, leads to the field, and keeps what was typed."""

import re

import pytest
from playwright.sync_api import expect

from .pages import DRAFT

pytestmark = pytest.mark.browser


@pytest.fixture
def refused(visitor):
    """The form of a patrol, sent with three mistakes in it."""
    page = visitor("staff")
    page.goto(f"{DRAFT}patrols/add/")
    page.get_by_label("Ngày").fill("05/3/2024")
    page.get_by_label("Hình thức").select_option("Tuần tra song phương")
    page.get_by_label("Lượt người tham gia").fill("mười hai")
    page.get_by_label("Phát quang đường tuần tra").fill("24.3")
    page.get_by_label("Ghi chú").fill("Tuần tra đêm")
    page.get_by_role("button", name="Lưu", exact=True).click()
    return page


def test_the_summary_of_errors_is_announced_and_names_each_field(refused):
    summary = refused.get_by_role("alert")
    expect(summary).to_contain_text("Chưa lưu. Cần sửa:")
    expect(summary.get_by_role("link")).to_have_text(
        ["Ngày", "Lượt người tham gia", "Phát quang đường tuần tra (km)", "Đơn vị phía đối diện"]
    )


def test_every_error_is_told_in_vietnamese_with_what_to_type(refused):
    summary = refused.get_by_role("alert")
    expect(summary).to_contain_text("Đồng chí nhập 05/3/2024. Ngày phải từ 15/3/2024 đến 14/6/2024 (quý II/2024).")
    expect(summary).to_contain_text("Đồng chí nhập “mười hai”. Cần ghi số nguyên, ví dụ 3.889.")
    expect(summary).to_contain_text(
        "“24.3” không rõ: phần thập phân viết sau dấu phẩy: 24,3; dấu chấm chỉ ngăn hàng nghìn, ví dụ 3.889."
    )
    expect(summary).to_contain_text("Nhập đơn vị phía đối diện.")


def test_a_link_of_the_summary_leads_into_its_field(refused):
    refused.get_by_role("alert").get_by_role("link", name="Lượt người tham gia").click()
    expect(refused.get_by_label("Lượt người tham gia")).to_be_focused()


def test_the_first_wrong_field_has_the_cursor(refused):
    expect(refused.get_by_label("Ngày")).to_be_focused()


def test_a_wrong_field_is_marked_and_described_by_its_error(refused):
    field = refused.get_by_label("Lượt người tham gia")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        re.compile("^Không ít hơn số lần. Lần trước: [0-9]+. Đồng chí nhập “mười hai”. Cần ghi số nguyên")
    )


def test_everything_typed_is_still_there(refused):
    expect(refused.get_by_label("Ngày")).to_have_value("05/3/2024")
    expect(refused.get_by_label("Hình thức").locator("option:checked")).to_have_text("Tuần tra song phương")
    expect(refused.get_by_label("Lượt người tham gia")).to_have_value("mười hai")
    expect(refused.get_by_label("Phát quang đường tuần tra")).to_have_value("24.3")
    expect(refused.get_by_label("Ghi chú")).to_have_value("Tuần tra đêm")


def test_mending_the_mistakes_saves_the_row(visitor, refused, changing_province):
    refused.get_by_label("Ngày").fill("5.4.2024")
    refused.get_by_label("Lượt người tham gia").fill("12")
    refused.get_by_label("Phát quang đường tuần tra").fill("24,3")
    refused.get_by_label("Đơn vị phía đối diện").fill("Đại đội Long Bang")
    refused.get_by_role("button", name="Lưu", exact=True).click()
    expect(refused.get_by_role("status")).to_contain_text("Đã lưu")
    expect(refused.locator("#patrols")).to_contain_text("05/4/2024")


def test_an_exhibit_without_its_unit_keeps_both_lines_as_typed(visitor):
    page = visitor("staff")
    page.goto(f"{DRAFT}cases/add/")
    page.locator("#id_rows-0-name").fill("Pháo nổ")
    page.get_by_role("button", name="Thêm dòng", exact=True).click()
    page.locator("#id_rows-1-name").fill("Heroin")
    page.locator("#id_rows-1-quantity").fill("0")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#id_rows-0-name")).to_have_value("Pháo nổ")
    expect(page.locator("#id_rows-1-name")).to_have_value("Heroin")
    expect(page.locator("#id_rows-1-quantity")).to_have_value("0")
    expect(page.get_by_role("alert")).to_contain_text("Phải lớn hơn 0.")
    page.get_by_role("alert").get_by_role("link", name="Số lượng").last.click()
    expect(page.locator("#id_rows-1-quantity")).to_be_focused()


def test_a_wrong_password_is_told_in_vietnamese_and_the_name_is_kept(visitor):
    page = visitor()
    page.goto("/sign-in/")
    page.get_by_label("Tên đăng nhập").fill("staff")
    page.get_by_label("Mật khẩu").fill("sai rồi")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy nhập đúng tên đăng nhập và mật khẩu.")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("staff")
    page.get_by_role("alert").get_by_role("link", name="Mật khẩu").click()
    expect(page.get_by_label("Mật khẩu")).to_be_focused()


def test_the_administration_says_its_errors_once_and_leads_to_their_fields(visitor):
    page = visitor("admin")
    page.goto("/admin/activity/unit/add/")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tên gọi tắt: Mục này bắt buộc phải nhập.")
    expect(page.locator(".errornote")).to_be_hidden()
    page.get_by_role("alert").get_by_role("link", name="Tên gọi tắt").click()
    expect(page.get_by_label("Tên gọi tắt")).to_be_focused()


def test_what_is_wrong_with_a_step_at_the_foot_of_a_return_comes_into_sight(visitor):
    commander = visitor("commander")
    commander.goto("/returns/ly-van/2024Q2/")
    commander.get_by_role("button", name="Trả lại báo cáo").click()
    expect(commander.locator("#errors")).to_be_in_viewport()
    expect(commander.locator("#errors")).to_be_focused()
