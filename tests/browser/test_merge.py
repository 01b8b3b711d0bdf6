"""Two posts are merged in the administration, by the keyboard alone; the quarters before keep their names."""

import pytest
from playwright.sync_api import expect

from activity.models import Unit

from ..factories import made_quarter
from .test_keyboard import tab_to
from .test_round_trip import write

pytestmark = pytest.mark.browser

MERGED, NEW = ("Đồn BP Xuân Trường", "Đồn BP Cần Yên"), "Đồn BP Bảo Lạc"


@pytest.fixture
def merged(visitor, changing_province):
    """A commander's browser after an administrator merged two posts into a new one, from quý III/2024 on."""
    made_quarter(2024, 3)
    page = visitor("admin")
    page.goto(f"/admin/activity/unit/{Unit.objects.get(short_name=MERGED[0]).pk}/life/")
    tab_to(page, "Sáp nhập")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/")
    write(page, "Có hiệu lực từ", "15/06/2024")
    write(page, "Quyết định", "Quyết định số 45/QĐ-BTL")
    tab_to(page, MERGED[1])
    page.keyboard.press("Space")
    tab_to(page, "đơn vị này")
    page.keyboard.press("ArrowUp")
    write(page, "Tên đơn vị mới", "Đồn Biên phòng Bảo Lạc")
    write(page, "Tên gọi tắt", NEW)
    page.keyboard.press("Enter")
    preview = page.get_by_role("region", name="Những gì sẽ thay đổi")
    for name in (*MERGED, NEW):
        expect(preview).to_contain_text(name)
    assert not Unit.objects.filter(short_name=NEW).exists()
    tab_to(page, "Thực hiện")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thực hiện: Sáp nhập")).to_be_visible()
    return visitor("commander")


def units_of(page, address):
    """The units that a page of returns names."""
    page.goto(address)
    return set(page.locator("main tbody th").all_inner_texts())


def test_after_a_merge_each_quarter_shows_the_units_that_it_had(merged):
    before, after = (units_of(merged, f"/returns/?quarter={quarter}") for quarter in ("2024Q2", "2024Q3"))
    assert (before & {*MERGED, NEW}, after & {*MERGED, NEW}) == ({*MERGED}, {NEW})


def test_a_comparison_is_as_reported_or_by_present_unit_and_adds_up_alike(merged):
    merged.goto("/dashboard/2024Q2/")
    patrols = merged.locator("figure[data-chart]").first
    counts = {}
    for choice, names in (("theo báo cáo", {*MERGED}), ("theo đơn vị hiện nay", {NEW})):
        if choice != "theo báo cáo":
            merged.get_by_role("link", name=choice).click()
        patrols.locator("summary").click()
        rows = [row.inner_text().split("\t") for row in patrols.locator("tbody tr").all()]
        assert {name for name, *_ in rows} & {*MERGED, NEW} == names
        counts[choice] = sum(int(cells[0].replace(".", "")) for name, *cells in rows if name in names)
    assert len(set(counts.values())) == 1
