"""A return's whole way by the keyboard alone: submitted, sent back, checked by three sections, approved, amended."""

import pytest
from playwright.sync_api import expect

from .test_keyboard import tab_to
from .test_walk import part

pytestmark = pytest.mark.browser

RETURN, WHERE = "Đồn BP Cô Ba - quý I/2024", "/returns/co-ba/2024Q1/"
KINDS = {
    "checker": ("Tuần tra, kiểm tra, kiểm soát", "Đối ngoại biên phòng"),
    "checker-chinh-tri": ("Tuyên truyền, vận động quần chúng",),
    "checker-nghiep-vu": ("Vụ việc", "Chuyên án"),
}
# What the buttons of the steps that are folded up begin with.
BUTTONS = {"Điều chỉnh số liệu": "Mở điều chỉnh", "Rút lại lần điều chỉnh": "Rút lại lần điều chỉnh báo cáo"}


@pytest.fixture
def office_people(visitor, changing_province):
    """Each of the office's people at a browser of their own."""
    return {name: visitor(name) for name in ("co-ba-staff", "co-ba-head", "commander", *KINDS)}


def press(page, words):
    """Press the button that begins with ``words``, reached from the top of the return's page."""
    page.goto(WHERE)
    tab_to(page, words)
    page.keyboard.press("Enter")


def says(page, words):
    expect(page.get_by_role("status")).to_contain_text(words)


def write(page, label, words):
    tab_to(page, label)
    page.keyboard.type(words)


def takes_for_a_reason(page, step, label, reason):
    """Unfold a step, say why, and press its button."""
    tab_to(page, step)
    page.keyboard.press("Enter")
    write(page, label, reason)
    tab_to(page, BUTTONS[step])
    page.keyboard.press("Enter")


def enters_a_patrol(page, turns):
    press(page, "Thêm dòng: Tuần tra")
    expect(page.get_by_label("Ngày")).to_be_focused()
    page.keyboard.type("05032024")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(turns)
    page.keyboard.press("Enter")
    says(page, "Đã lưu")


def checks(office_people):
    for name, kinds in KINDS.items():
        for kind in kinds:
            press(office_people[name], f"Đánh dấu đã kiểm tra: {kind}")
            says(office_people[name], f"Đã kiểm tra: {kind}")


def test_a_return_goes_its_whole_way_by_the_keyboard_alone(office_people):
    clerk, head, commander = (office_people[name] for name in ("co-ba-staff", "co-ba-head", "commander"))
    enters_a_patrol(clerk, "12")
    for kind in [kind for kinds in KINDS.values() for kind in kinds if not kind.startswith("Tuần tra")]:
        press(clerk, f"Không phát sinh: {kind}")
        expect(part(clerk, kind).locator(".now")).to_have_text("Không phát sinh")
    press(head, "Nộp báo cáo")
    says(head, f"Đã nộp: {RETURN}.")

    checker = office_people["checker"]
    checker.goto(WHERE)
    write(checker, "Lý do trả lại", "Thiếu một lần tuần tra.")
    tab_to(checker, "Tuần tra, kiểm tra, kiểm soát")
    checker.keyboard.press("Space")
    tab_to(checker, "Trả lại báo cáo")
    checker.keyboard.press("Enter")
    says(checker, f"Đã trả lại: {RETURN}.")

    clerk.goto(WHERE)
    expect(clerk.locator("#patrols")).to_contain_text("Cần sửa")
    enters_a_patrol(clerk, "8")
    press(head, "Nộp báo cáo")
    says(head, f"Đã nộp: {RETURN}.")
    commander.goto(WHERE)
    expect(commander.get_by_role("button", name="Duyệt báo cáo")).to_have_count(0)
    checks(office_people)
    press(commander, "Duyệt báo cáo")
    says(commander, f"Đã duyệt: {RETURN}.")

    head.goto(WHERE)
    takes_for_a_reason(head, "Điều chỉnh số liệu", "Lý do điều chỉnh", "Sổ trực ghi 10 lượt người, không phải 8.")
    says(head, f"Đã mở điều chỉnh số liệu: {RETURN}.")
    expect(head.locator("h1")).to_contain_text("phiên bản 2")
    clerk.goto(WHERE)
    tab_to(clerk, "05/3/2024")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_label("Lượt người tham gia")).to_have_value("8")
    expect(clerk.get_by_label("Ngày")).to_be_focused()
    tab_to(clerk, "Lượt người tham gia")
    clerk.keyboard.press("Control+a")
    clerk.keyboard.type("10")
    clerk.keyboard.press("Enter")
    says(clerk, "Đã lưu")
    press(head, "Nộp báo cáo")
    says(head, f"Đã nộp: {RETURN}.")
    checks(office_people)
    press(commander, "Duyệt báo cáo")
    says(commander, f"Đã duyệt: {RETURN}.")
    commander.goto(f"{WHERE}versions/1/")
    expect(commander.locator("#patrols .now")).to_contain_text("2 lần · 20 lượt người")
    commander.goto(WHERE)
    expect(commander.locator("#patrols .now")).to_contain_text("2 lần · 22 lượt người")

    # Opened once more by mistake, and withdrawn: what was approved goes on to count.
    head.goto(WHERE)
    takes_for_a_reason(head, "Điều chỉnh số liệu", "Lý do điều chỉnh", "Mở nhầm quý.")
    says(head, f"Đã mở điều chỉnh số liệu: {RETURN}.")
    takes_for_a_reason(head, "Rút lại lần điều chỉnh", "Lý do", "Mở nhầm quý, không có gì phải sửa.")
    says(head, "Đã rút lại")
    expect(head.locator("h1")).not_to_contain_text("phiên bản 3")
    expect(head.locator("#patrols .now")).to_contain_text("2 lần · 22 lượt người")
