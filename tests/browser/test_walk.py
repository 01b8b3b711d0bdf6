"""One quarter from the clerk's form to the commander's chart, in Vietnamese, as people do it in a browser."""

import pytest
from playwright.sync_api import expect

from ..factories import PASSWORD
from .charts import WORDS, shown

pytestmark = pytest.mark.browser

RETURN = "Đồn BP Cô Ba - quý I/2024"


def signed_in(page, name):
    """Sign in by the form, and end on the start page."""
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url("/")
    return page


def part(page, name):
    """The part of a return that holds one kind."""
    return page.locator("section.kind").filter(has=page.get_by_role("heading", name=name, exact=True))


def enter_a_patrol(page):
    part(page, "Tuần tra, kiểm tra, kiểm soát").get_by_role("link", name="Thêm dòng").click()
    page.get_by_label("Ngày").fill("05/3/2024")
    page.get_by_label("Hình thức").select_option("Tuần tra đơn phương")
    page.get_by_label("Số lần").fill("1234")
    page.get_by_label("Lượt người tham gia").fill("3.889")
    # Thousands are written while the field is left.
    expect(page.get_by_label("Số lần")).to_have_value("1.234")
    page.get_by_label("Phát quang đường tuần tra").fill("24,3")
    page.get_by_role("button", name="Lưu", exact=True).click()


def enter_a_case_with_two_exhibits(page):
    part(page, "Vụ việc").get_by_role("link", name="Thêm dòng").click()
    page.get_by_label("Ngày").fill("28-2-2024")
    page.get_by_label("Loại vụ việc").select_option("Ma túy")
    page.get_by_label("Vai trò").select_option("Chủ trì")
    page.get_by_label("Số đối tượng").fill("3")
    page.get_by_label("Kết quả xử lý").select_option("Khởi tố")
    fill_exhibit(page, 0, "Heroin", "346,433", "gam")
    page.get_by_role("button", name="Thêm dòng", exact=True).click()
    expect(page.locator("#id_rows-1-name")).to_be_focused()
    fill_exhibit(page, 1, "Ma túy tổng hợp", "1.200", "viên")
    page.get_by_role("button", name="Lưu", exact=True).click()


def checks_all_that_is_theirs(page):
    """Tick every kind of the return that this person's section answers for."""
    page.goto("/returns/co-ba/2024Q1/")
    buttons = page.get_by_role("button", name="Đánh dấu đã kiểm tra")
    for _ in range(buttons.count()):
        buttons.first.click()
        expect(page.get_by_role("status")).to_contain_text("Đã kiểm tra")


def fill_exhibit(page, line, name, quantity, unit):
    page.locator(f"#id_rows-{line}-name").fill(name)
    page.locator(f"#id_rows-{line}-quantity").fill(quantity)
    page.locator(f"#id_rows-{line}-unit").select_option(label=unit)


def test_a_quarter_goes_from_the_clerks_form_to_the_commanders_chart(visitor, changing_province):
    clerk = signed_in(visitor(), "co-ba-staff")
    expect(clerk.locator(".next")).to_contain_text("Báo cáo quý I/2024")
    expect(clerk.locator(".next")).to_contain_text("18/3/2024")
    clerk.get_by_role("link", name="Mở báo cáo quý I/2024").click()

    enter_a_patrol(clerk)
    expect(clerk.get_by_role("status")).to_contain_text("Đã lưu")
    patrols = part(clerk, "Tuần tra, kiểm tra, kiểm soát")
    expect(patrols.locator(".now")).to_contain_text("1.234 lần · 3.889 lượt người · 24,3 km")
    expect(patrols.locator("tbody th")).to_have_text("05/3/2024")

    enter_a_case_with_two_exhibits(clerk)
    cases = part(clerk, "Vụ việc")
    expect(cases.locator(".now")).to_contain_text("1 vụ · 3 đối tượng")
    cases.get_by_role("link", name="28/02/2024").click()
    expect(clerk.locator("#id_rows-0-quantity")).to_have_value("346,433")
    expect(clerk.locator("#id_rows-1-quantity")).to_have_value("1.200")
    clerk.get_by_role("link", name=RETURN).click()

    for name in ("Tuyên truyền, vận động quần chúng", "Chuyên án", "Đối ngoại biên phòng"):
        part(clerk, name).get_by_role("button", name="Không phát sinh").click()
        expect(part(clerk, name).locator(".now")).to_have_text("Không phát sinh")
    expect(clerk.get_by_role("button", name="Nộp báo cáo")).to_have_count(0)

    head = signed_in(visitor(), "co-ba-head")
    head.get_by_role("link", name="Mở báo cáo quý I/2024").click()
    head.get_by_role("button", name=f"Nộp báo cáo {RETURN}").click()
    expect(head.get_by_role("status")).to_have_text(f"Đã nộp: {RETURN}.")
    expect(head.get_by_role("link", name="Thêm dòng")).to_have_count(0)

    for checker in ("checker", "checker-chinh-tri", "checker-nghiep-vu"):
        checks_all_that_is_theirs(visitor(checker))

    commander = signed_in(visitor(), "commander")
    waits_for_me = commander.get_by_role("listitem").filter(has_text="quý I/2024").filter(has_text="chờ duyệt")
    waits_for_me.get_by_role("link", name="Đồn BP Cô Ba").click()
    commander.get_by_role("button", name=f"Duyệt báo cáo {RETURN}").click()
    expect(commander.get_by_role("status")).to_have_text(f"Đã duyệt: {RETURN}.")

    commander.get_by_role("link", name="Tổng quan").click()
    expect(commander).to_have_url("/dashboard/2024Q1/")
    expect(commander.locator(".title-line")).to_contain_text("17/17 đơn vị")
    by_unit = shown(commander)[0]
    assert ["Đồn BP Cô Ba", "1.234"] in [row[:2] for row in by_unit.table]
    assert "1.234" in by_unit.drawing.evaluate(WORDS)
    by_unit.hover()
    assert "1.234" in by_unit.live.evaluate(WORDS)


def test_a_return_sent_back_shows_the_reason_on_its_page(visitor, changing_province):
    commander = visitor("commander")
    commander.goto("/returns/ly-van/2024Q2/")
    commander.get_by_label("Lý do").fill("Số lượt người chưa khớp sổ trực.")
    commander.get_by_role("button", name="Trả lại báo cáo").click()
    expect(commander.get_by_role("status")).to_contain_text("Đã trả lại")
    expect(commander.locator(".timeline")).to_contain_text("Số lượt người chưa khớp sổ trực.")


def test_a_form_sent_twice_by_an_impatient_hand_makes_one_row(visitor, changing_province):
    clerk = visitor("co-ba-staff")
    clerk.goto("/returns/co-ba/2024Q1/patrols/add/")
    clerk.get_by_label("Ngày").fill("05/3/2024")
    clerk.get_by_label("Hình thức").select_option("Tuần tra đơn phương")
    clerk.get_by_label("Lượt người tham gia").fill("12")
    clerk.get_by_role("button", name="Lưu", exact=True).dblclick()
    expect(clerk.locator("#patrols tbody tr")).to_have_count(1)
