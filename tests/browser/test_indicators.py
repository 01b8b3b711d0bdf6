"""One more figure from the administrator's choice of a quarter to the command's chart and paper."""

import pytest
from playwright.sync_api import expect

from activity.kinds import KINDS
from activity.models import Unit, UnitReturn

from ..factories import made_indicator, made_quarter
from .test_walk import part

pytestmark = pytest.mark.browser

NAME = "Nhà trao tặng đồng bào"
RETURN = "Đồn BP Cô Ba - quý III/2024"
PAGE = "/returns/co-ba/2024Q3/"


def switch_on(page):
    """Choose the first quarter of an indicator that is off."""
    page.goto("/admin/activity/indicator/?use=off")
    page.get_by_role("link", name=NAME).click()
    page.get_by_label("Báo cáo từ quý").select_option("quý III/2024")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("từ quý III/2024")).to_have_count(0)
    page.goto("/admin/activity/indicator/?use=on")
    expect(page.get_by_text("từ quý III/2024")).to_be_visible()


def test_an_indicator_goes_from_the_administrators_choice_to_the_commands_paper(visitor, changing_province):
    quarter = made_quarter(2024, 3)
    made_indicator(NAME, section="propaganda", counted_in="căn")
    unit_return = UnitReturn.objects.create(unit=Unit.objects.get(code="co-ba"), quarter=quarter)
    for kind in KINDS:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    switch_on(visitor("admin"))

    clerk = visitor("co-ba-staff")
    clerk.goto(PAGE)
    expect(part(clerk, "Chỉ tiêu khác").locator(".now")).to_have_text("Chưa nhập")
    part(clerk, "Chỉ tiêu khác").get_by_role("link", name="Nhập chỉ tiêu").click()
    clerk.get_by_label(NAME).first.fill("1234")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("status")).to_contain_text("Đã lưu: 1/1 chỉ tiêu có số liệu.")

    head = visitor("co-ba-head")
    head.goto(PAGE)
    expect(part(head, "Chỉ tiêu khác")).to_contain_text("1.234")
    head.get_by_role("button", name=f"Nộp báo cáo {RETURN}").click()
    expect(head.get_by_role("status")).to_have_text(f"Đã nộp: {RETURN}.")

    for name in ("checker", "checker-chinh-tri", "checker-nghiep-vu"):
        checker = visitor(name)
        checker.goto(PAGE)
        buttons = checker.get_by_role("button", name="Đánh dấu đã kiểm tra")
        for _ in range(buttons.count()):
            buttons.first.click()
            expect(checker.get_by_role("status")).to_contain_text("Đã kiểm tra")

    commander = visitor("commander")
    commander.goto(PAGE)
    commander.get_by_role("button", name=f"Duyệt báo cáo {RETURN}").click()
    expect(commander.get_by_role("status")).to_have_text(f"Đã duyệt: {RETURN}.")
    commander.goto("/dashboard/2024Q3/")
    chart = commander.locator("figure").filter(has_text=f"{NAME} theo đơn vị, quý III/2024")
    chart.locator("summary").click()
    expect(chart.locator("tbody tr").filter(has_text="Đồn BP Cô Ba")).to_contain_text("1.234")
    commander.goto("/summary/2024Q3/")
    expect(commander.locator("article").first).to_contain_text(f"{NAME}: 1.234 căn.")
